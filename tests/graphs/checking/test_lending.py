"""Weights that a node has of another one: which nodes can, whose they count as, what is said."""

from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from graphs.checking.evaluation import evaluated
from graphs.checking.references import offered
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.layers import Layer
from graphs.layers.spec import Reaching, Referred
from graphs.layers.weighted import WEIGHTS_OF, Weighted, lending_fault
from graphs.mending import fixes
from graphs.problems import Problem
from graphs.setting_kinds import NodeRef
from graphs.steps import operations
from graphs.steps.blocks.ungrouping import ungrouping_refusal
from tests.graphs.blocks import STEM, blocks, changed
from tests.graphs.drawing import drawn, put, wire
from tests.graphs.examples import Example, examples

LEARNED = [kind for kind in Layer.members() if issubclass(kind, Weighted)]
SECOND = NodeId("second")


def test_every_layer_that_learns_weights_can_have_those_of_another() -> None:
    for kind in Layer.members():
        tried = (one for one in islice(examples(kind, 1), 50) if isinstance(one.answer, tuple))
        learns = any(one.layer.weights(one.given) for one in tried)
        assert not learns or issubclass(kind, Weighted), kind.id


def _accepted(kind: type[Layer]) -> list[Example]:
    found = (one for one in examples(kind, 3) if not isinstance(one.answer, Problem))
    return list(islice(found, 10))


def _module(example: Example, lender: Example | None = None) -> tuple[Weighted, Reaching]:
    layer, given = example.layer, example.given
    assert isinstance(layer, Weighted)
    if lender is not None:
        seen = Referred("other", lender.layer, lender.layer.weights(lender.given), lender.given)
        layer = type(layer).made({**layer.settings, WEIGHTS_OF: NodeRef("other")})
        given = replace(given, refs={WEIGHTS_OF: seen})
    return layer, given


@pytest.mark.parametrize("kind", LEARNED, ids=lambda kind: kind.id)
def test_those_that_are_made_alike_are_one_module_and_others_have_what_fits(
    kind: type[Layer],
) -> None:
    found = _accepted(kind)
    for mine in found:
        for theirs in found:
            layer, given = _module(mine, theirs)
            made = {"": layer.torch(given).module}
            assert made[""] == mine.layer.torch(mine.given).module  # refers to nothing of torch's
            lent = {"": theirs.layer.torch(theirs.given).module}
            wrong = lending_fault(layer, made, given.refs[WEIGHTS_OF], lent)  # type: ignore[arg-type]
            same = mine.layer.weights(mine.given) == theirs.layer.weights(theirs.given)
            assert same or wrong is not None
            if made == lent:
                assert wrong is None


def messages(document: Document) -> list[str]:
    return [one.message for one in evaluated(document.main).problems()]


def lent(document: Document, node: str, lender: str) -> None:
    step = operations.set_setting(document.main, NodeId(node), WEIGHTS_OF, NodeRef(lender))
    document.apply(step)


def twice(kind: str = "linear", here: Any = None, there: Any = None) -> Document:
    """Digits by two layers of one kind, of which the second has the weights of the first."""
    document = drawn(("input", "image", {"field": "image"}), ("flatten", "flatten", {}))
    into = "flatten" if kind == "linear" else "image"
    wide = {"out_features": 16} if kind == "linear" else {"out_channels": 16}
    put(document, kind, "first", **{**wide, **(there or {})})
    put(document, kind, "second", **{**wide, **(here or {})}, weights_of=NodeRef("first"))
    for name in ("first", "second"):
        wire(document, into, name)
    return document


def test_they_count_once() -> None:
    found = evaluated(twice().main)
    assert not found.problems()
    assert found.parameters == found.trained == 785 * 16
    assert found[SECOND].flops == found[NodeId("first")].flops


@pytest.mark.parametrize(
    ("kind", "here", "there", "told", "mended"),
    [
        ("linear", {"out_features": 5}, {}, "out_features is 5 here and 16 there", 16),
        ("conv2d", {"bias": False}, {}, "bias is off here and on there", True),
        ("conv2d", {}, {"kernel_size": (1, 3)}, "kernel_size is 3 here and 1, 3 there", (1, 3)),
    ],
)
def test_what_differs_is_named_and_set_as_it_is_there(
    kind: str, here: Any, there: Any, told: str, mended: object
) -> None:
    document = twice(kind, here, there)
    (found,) = evaluated(document.main).problems()
    assert told in found.message
    step = fixes.step(document, found)
    assert step is not None
    document.apply(step)
    assert not evaluated(document.main).problems()
    assert mended in document.main.nodes[SECOND].settings.values()
    assert document.main.nodes[SECOND].settings[WEIGHTS_OF] == NodeRef("first")


def test_filters_may_move_otherwise_over_the_picture() -> None:
    document = twice("conv2d", {"stride": 2, "dilation": 2, "padding": 1})
    assert not evaluated(document.main).problems()
    assert evaluated(document.main).parameters == 16 * 9 + 16


def test_another_size_that_enters_is_told_and_another_kind_too() -> None:
    document = twice()
    put(document, "linear", "wider", out_features=16, weights_of=NodeRef("first"))
    wire(document, "first", "wider")
    (found,) = evaluated(document.main).problems()
    assert "in_features is 16 here and 784 there" in found.message
    lent(document, "second", "flatten")
    assert any("is of the kind Flatten" in one for one in messages(document))


def test_a_linear_with_all_weights_of_another_shares_none_apart() -> None:
    document = twice(here={"tied": NodeRef("first")})
    (found,) = evaluated(document.main).problems()
    assert found.setting == "tied"


def test_only_what_fits_or_nearly_does_is_offered() -> None:
    document = twice()
    put(document, "linear", "other", out_features=5)
    put(document, "linear", "behind", out_features=16)
    wire(document, "flatten", "other")
    wire(document, "first", "behind")
    found = offered(evaluated(document.main), SECOND, WEIGHTS_OF)
    assert [node.name for node in found] == ["first", "other"]


def siamese() -> Document:
    """Two blocks of one graph, side by side, of the same weights."""
    document = blocks()
    put(document, "block", "third", graph=document.main.nodes[SECOND].settings["graph"])
    lent(document, "third", "first")
    wire(document, "flatten", "third.before")
    return document


def test_blocks_have_them_as_a_whole() -> None:
    document = siamese()
    found = evaluated(document.main)
    assert not found.problems()
    apart = evaluated(blocks().main)
    assert found.parameters == apart.parameters and found.trained == apart.trained
    names = [node.name for node in offered(found, NodeId("third"), WEIGHTS_OF)]
    assert names == ["first"]  # the second is reached by other sizes
    wrong = ungrouping_refusal(document.main, NodeId("third"))
    assert wrong is not None and "“first”" in wrong.message
    assert ungrouping_refusal(document.main, NodeId("first")) is not None
    assert ungrouping_refusal(document.main, SECOND) is None


def test_blocks_in_which_something_differs_say_what() -> None:
    document = siamese()
    lent(document, "third", "second")
    (found,) = messages(document)
    assert "in_features of “dense” is 784 here and 16 there" in found
    changed(document.graphs[STEM], "dense", out_features=784)
    document.apply(operations.set_setting(document.main, SECOND, "repeat", 2))
    assert any("do not compute the same" in one for one in messages(document))
