"""Deleting and reconnecting leaves a network that still works, where there is one."""

import pytest

from graphs.checking import structure
from graphs.checking.evaluation import evaluated
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.document.history import History
from graphs.files import encoded
from graphs.problems import Insert, Recipe, Set, Severity
from graphs.steps import operations
from graphs.steps.healing import delete_and_reconnect
from graphs.templates import find, templates
from tests.graphs.drawing import classifier, drawn, put, wire
from tests.quickly import some_of


def links(document: Document) -> set[tuple[str, str]]:
    return {(link.source, link.target) for link in document.main.links()}


def done(document: Document, *nodes: str) -> None:
    document.apply(delete_and_reconnect(document.main, [NodeId(node) for node in nodes]))


def refused(document: Document) -> set[tuple[str | None, str]]:
    """Where a node refuses what reaches it, and setting a number alone does not help."""
    found = structure.problems(document, evaluated(document.main))
    errors = [one for one in found if one.severity is Severity.ERROR and one.other is not None]
    return {(one.node, one.template) for one in errors if not _is_a_number(one.fix)}


def _is_a_number(fix: Recipe | None) -> bool:
    """Whether only a number has to be set, where need be by a Linear that gives so many."""
    return isinstance(fix, Set) or (isinstance(fix, Insert) and fix.layer == "linear")


def template(id: str) -> Document:
    found = find(id)
    assert found is not None
    return found.document()


def test_the_ends_of_a_chain_come_together() -> None:
    document = template("digits-cnn")
    done(document, "relu2")
    assert ("conv2", "pool2") in links(document)
    assert structure.problems(document, evaluated(document.main)) == []


def test_several_nodes_in_a_row_are_bridged() -> None:
    document = template("digits-cnn")
    done(document, "conv2", "relu2", "pool2")
    assert ("pool1", "flatten") in links(document)
    assert structure.problems(document, evaluated(document.main)) == []


def test_all_that_a_node_fed_is_wired_anew() -> None:
    document = classifier()
    put(document, "dropout", "dropout")
    wire(document, "classify", "dropout")
    wire(document, "dropout", "digit")
    wire(document, "dropout", "loss")
    done(document, "dropout")
    assert {("classify", "digit"), ("classify", "loss")} <= links(document)


def test_of_a_sum_the_first_way_goes_on() -> None:
    document = classifier()
    put(document, "add", "add")
    for source in ("classify", "flatten"):
        wire(document, source, "add")
    wire(document, "add", "digit")
    done(document, "add")
    assert ("classify", "digit") in links(document)


def test_what_would_be_refused_stays_open() -> None:
    document = drawn(
        ("input", "image", {"field": "image"}),
        ("flatten", "flatten", {}),
        ("reshape", "picture", {"sizes": (1, 28, 28)}),
        ("conv2d", "conv", {}),
        ("output", "digit", {}),
    )
    done(document, "picture")
    assert ("flatten", "conv") not in links(document)


def test_a_number_that_has_to_be_set_is_no_obstacle() -> None:
    document = template("digits-mlp")
    done(document, "classify")
    assert ("dropout2", "loss") in links(document)
    (found, *_) = structure.problems(document, evaluated(document.main))
    assert isinstance(found.fix, Set)


@pytest.mark.parametrize("id", some_of([one.id for one in templates()], 6))
def test_no_node_that_was_fine_is_broken_and_one_undo_takes_it_back(id: str) -> None:
    document = template(id)
    history, before = History(document), encoded(document)
    for node in tuple(document.main.nodes):
        history.do(operations.delete(document.main, [node]))
        bare = refused(document)
        history.undo()
        history.do(delete_and_reconnect(document.main, [node]))
        assert refused(document) <= bare
        history.undo()
        assert encoded(document) == before
