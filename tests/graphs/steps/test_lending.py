"""A node that lent its weights is deleted: the first that had them takes its place."""

from dataclasses import replace

import pytest

from graphs.checking import structure
from graphs.checking.evaluation import Evaluation, evaluated
from graphs.document.document import Document
from graphs.document.edits import MAIN, ChangeNode, GraphId, NodeId, Step
from graphs.document.history import History
from graphs.layers.weighted import WEIGHTS_OF
from graphs.setting_kinds import GraphRef, NodeRef
from graphs.steps import healing, operations
from tests.graphs.blocks import STEM, blocks
from tests.graphs.documents import snapshot
from tests.graphs.drawing import drawn, put, wire


def lenders(document: Document, graph: GraphId = MAIN) -> dict[str, str | None]:
    """Of each node that can have the weights of another, whose it has."""
    nodes = document.graphs[graph].nodes
    return {
        node.name: nodes[node.references[WEIGHTS_OF]].name if node.references else None
        for node in nodes.values()
        if WEIGHTS_OF in node.settings and node.name != "scores"
    }


def square(*names: str, of: dict[str, str], at: GraphId = MAIN, document: Document) -> None:
    """A chain of Linears of one size behind the first node."""
    for name in names:
        lent = {WEIGHTS_OF: NodeRef(of[name])} if name in of else {}
        put(document, "linear", name, out_features=784, at=at, **lent)


def chain(**of: str) -> Document:
    """Linears d, c, b, a behind each other, so that their order is not that of their ids."""
    document = drawn(("input", "image", {"field": "image"}), ("flatten", "flatten", {}))
    square("d", "c", "b", "a", of=of, document=document)
    for source, target in (("flatten", "d"), ("d", "c"), ("c", "b"), ("b", "a")):
        wire(document, source, target)
    return document


@pytest.mark.parametrize(
    ("of", "gone", "left"),
    [
        ({"c": "d", "b": "d", "a": "d"}, "d", {"c": None, "b": "c", "a": "c"}),
        ({"c": "d", "b": "d", "a": "d"}, "dc", {"b": None, "a": "b"}),
        ({"c": "d", "b": "c", "a": "b"}, "d", {"c": None, "b": "c", "a": "b"}),
        ({"c": "d", "b": "c", "a": "b"}, "c", {"d": None, "b": "d", "a": "b"}),
        ({"c": "d", "b": "c", "a": "d"}, "dc", {"b": None, "a": "b"}),
        ({"b": "d"}, "d", {"c": None, "b": None, "a": None}),
        ({"c": "d"}, "dc", {"b": None, "a": None}),
    ],
)
@pytest.mark.parametrize("delete", [operations.delete, healing.delete_and_reconnect])
def test_the_first_that_is_left_has_the_weights_and_lends_them(
    delete: object, of: dict[str, str], gone: str, left: dict[str, str | None]
) -> None:
    document = chain(**of)
    history, evaluation = History(document), Evaluation(document.main)
    before = snapshot(document)
    assert callable(delete)
    history.do(delete(document.main, [NodeId(name) for name in gone]))
    assert lenders(document) == left
    assert dict(evaluation.results) == dict(evaluated(document.main).results)
    assert not any("weights" in p.message for p in structure.problems(document, evaluation))
    history.undo()
    assert snapshot(document) == before


def test_what_was_frozen_stays_so_and_learns_as_fast() -> None:
    document = chain(b="d", a="d")
    old = document.main.nodes[NodeId("d")]
    document.apply(Step("Freeze", (ChangeNode(MAIN, old, replace(old, frozen=True, rate=0.5)),)))
    document.apply(operations.delete(document.main, [NodeId("d")]))
    nodes = document.main.nodes
    assert (nodes[NodeId("b")].frozen, nodes[NodeId("b")].rate) == (True, 0.5)
    assert not nodes[NodeId("a")].frozen, "it has no weights of its own to freeze"


def test_inside_of_a_block_it_is_the_same_and_a_whole_block_takes_over_too() -> None:
    document = blocks()
    square("late", "early", of={"late": "dense", "early": "dense"}, at=STEM, document=document)
    wire(document, "before", "late", at=STEM)
    wire(document, "late", "early", at=STEM)
    history = History(document)
    history.do(operations.delete(document.graphs[STEM], [NodeId("dense")]))
    assert lenders(document, STEM) == {"late": None, "early": "late"}

    put(document, "block", "third", graph=GraphRef(STEM), weights_of=NodeRef("first"))
    history.do(
        operations.set_setting(document.main, NodeId("second"), WEIGHTS_OF, NodeRef("first"))
    )
    before = snapshot(document)
    history.do(operations.delete(document.main, [NodeId("first")]))
    assert lenders(document) == {"second": None, "third": "second"}
    history.undo()
    assert snapshot(document) == before


def test_other_settings_follow_to_who_has_the_weights_unless_that_needs_them() -> None:
    document = chain(b="d")
    put(document, "linear", "tied", out_features=784, tied=NodeRef("d"))
    put(document, "linear", "early", out_features=784, tied=NodeRef("d"))
    wire(document, "a", "tied")
    wire(document, "d", "early")
    document.apply(
        operations.connect(document.main, NodeId("early"), "output", NodeId("c"), "input")
    )
    document.apply(operations.delete(document.main, [NodeId("d")]))
    assert document.main.nodes[NodeId("tied")].settings["tied"] == NodeRef("b")
    assert document.main.nodes[NodeId("early")].settings["tied"] is None


def test_a_node_of_another_kind_takes_no_place() -> None:
    document = chain(b="d", a="d")
    wrong = document.main.nodes[NodeId("b")]
    other = replace(wrong, layer="conv2d")
    document.apply(Step("Other", (ChangeNode(MAIN, wrong, other),)))
    document.apply(operations.delete(document.main, [NodeId("d")]))
    assert document.main.nodes[NodeId("a")].settings[WEIGHTS_OF] is None
