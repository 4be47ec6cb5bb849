"""Mistakes that people make when they draw, each at the right node and mended by one step."""

from collections.abc import Callable
from typing import Any

import pytest

from graphs.checking.evaluation import Evaluation
from graphs.data import (
    ClassKind,
    DataSection,
    Domain,
    Field,
    ImageKind,
    NumberKind,
    SeriesKind,
    TableKind,
    TokensKind,
)
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.document.history import History
from graphs.mending import fixes
from graphs.steps import operations
from tests.graphs.drawing import drawn, put, wire

DATA = DataSection(
    "table",
    {},
    {
        "image": Field(ImageKind.id, (1, 28, 28)),
        "photo": Field(ImageKind.id, (3, "H", "W")),
        "row": Field(TableKind.id, (64,)),
        "series": Field(SeriesKind.id, ("T", 5)),
        "signal": Field(SeriesKind.id, ("T",)),
        "text": Field(TokensKind.id, ("T",), vocabulary=100),
        "digit": Field(ClassKind.id, classes=tuple("0123456789"), target=True),
        "pair": Field(ClassKind.id, classes=("no", "yes"), target=True),
        "price": Field(NumberKind.id, target=True),
    },
    {"T": Domain(3, 60), "H": Domain(8, 64, 4), "W": Domain(8, 64)},
)
Mistake = tuple[Document, str]
"""A document, and the name of the node where something is wrong."""
Drawn = tuple[str, dict[str, Any]]
"""A layer and its settings."""
MISTAKES: dict[str, Callable[[], Mistake]] = {}


def mistake(name: str, field: str, *layers: Drawn) -> None:
    """A chain of layers from a field; the last one is where the problem is."""

    def draw() -> Mistake:
        nodes = [(layer, f"n{place}", settings) for place, (layer, settings) in enumerate(layers)]
        return drawn(("input", "start", {"field": field}), *nodes, data=DATA), nodes[-1][1]

    MISTAKES[name] = draw


def loss(name: str, field: str, *layers: Drawn, target: str) -> None:
    """The same for a chain that ends with a loss."""
    *chain, (kind, settings) = layers
    mistake(name, field, *chain, (kind, {**settings, "target": target}))


FLAT: Drawn = ("flatten", {})
SIGMOID: Drawn = ("sigmoid", {})
SOFTMAX: Drawn = ("softmax", {})
CROSS: Drawn = ("cross_entropy_loss", {})
BCE: Drawn = ("bce_loss", {})
LOGITS: Drawn = ("bce_with_logits_loss", {})
MSE: Drawn = ("mse_loss", {})


def linear(out_features: int) -> Drawn:
    return "linear", {"out_features": out_features}


mistake("convolution behind Flatten", "image", FLAT, ("conv2d", {}))
mistake("pool behind Flatten", "image", FLAT, ("max_pool2d", {}))
mistake("convolution on a row of pixels", "row", ("conv2d", {}))
mistake("convolution on a series", "series", ("conv2d", {"kernel_size": 3}))
mistake("groups that do not divide", "photo", ("conv2d", {"groups": 2}))
mistake(
    "mirrored padding beyond the image",
    "image",
    *[("max_pool2d", {})] * 4,
    ("conv2d", {"padding": 2, "padding_mode": "reflect", "kernel_size": 1}),
)
mistake("kernel beyond the image", "image", *[("max_pool2d", {})] * 4, ("conv2d", {}))
mistake("pool beyond the image", "image", *[("max_pool2d", {})] * 4, ("max_pool2d", {}))
mistake("dilation beyond the image", "image", ("conv2d", {"dilation": 20}))
mistake("dilation of a pool beyond the image", "image", ("max_pool2d", {"dilation": 40}))
mistake("dilation of patches beyond the image", "image", ("unfold", {"dilation": 20}))
mistake("padding beyond half the window", "image", ("max_pool2d", {"padding": 2}))
mistake("pool of free sides to a fixed size", "photo", ("adaptive_avg_pool2d", {"output_size": 4}))
mistake("wrong batch norm for images", "photo", ("batch_norm1d", {}))
mistake("wrong batch norm for rows", "row", ("batch_norm2d", {}))
mistake("batch norm without averages", "row", ("batch_norm1d", {"track_running_stats": False}))
mistake("layer norm over more than there is", "row", ("layer_norm", {"normalized_dims": 2}))
mistake("tokens into Linear", "text", linear(4))
mistake("tokens into an LSTM", "text", ("lstm", {}))
mistake("plain numbers into an LSTM", "signal", ("lstm", {}))
mistake("embedding of floats", "row", ("embedding", {}))
mistake("padding token that is not there", "text", ("embedding", {"padding_idx": 100}))
mistake("entry that is not there", "series", ("select", {"index": 3}))
mistake("flatten the wrong way round", "image", ("flatten", {"start_dim": 2, "end_dim": 1}))
mistake("reshape to other sizes", "row", ("reshape", {"sizes": (4, 15)}))
mistake("reshape with two unknowns", "row", ("reshape", {"sizes": (-1, -1)}))
loss("wrong number of classes", "row", linear(7), CROSS, target="digit")
loss("softmax before cross entropy", "row", linear(10), SOFTMAX, CROSS, target="digit")
loss("forgotten Flatten", "image", linear(10), CROSS, target="digit")
loss("forgotten last step", "series", ("lstm", {}), linear(10), CROSS, target="digit")
loss("sigmoid twice", "row", linear(1), SIGMOID, LOGITS, target="pair")
loss("sigmoid forgotten", "row", linear(1), BCE, target="pair")
loss("classes learned as numbers", "row", linear(10), MSE, target="digit")
loss("numbers learned as classes", "row", linear(1), CROSS, target="price")
loss("ten classes learned as two", "row", linear(10), LOGITS, target="digit")
loss("two scores for two classes", "row", linear(2), BCE, target="pair")
loss("several values for one number", "row", linear(3), MSE, target="price")


def joined(
    layer: str, *fields_and_layers: tuple[str, str, dict[str, Any]]
) -> Callable[[], Mistake]:
    def draw() -> Mistake:
        document = drawn(data=DATA)
        put(document, layer, "joined")
        for place, (field, branch, settings) in enumerate(fields_and_layers):
            put(document, "input", f"start{place}", field=field)
            put(document, branch, f"branch{place}", **settings)
            wire(document, f"start{place}", f"branch{place}")
            wire(document, f"branch{place}", "joined")
        return document, "joined"

    return draw


MISTAKES["shortcut with other channels"] = joined(
    "add",
    ("image", "relu", {}),
    ("image", "conv2d", {"out_channels": 16, "stride": 2, "padding": 1}),
)
MISTAKES["sum of other features"] = joined(
    "add", ("row", "relu", {}), ("row", "linear", {"out_features": 32})
)
MISTAKES["second summand is tokens"] = joined(
    "add", ("series", "linear", {"out_features": 32}), ("text", "flatten", {})
)
MISTAKES["image joined with a row"] = joined(
    "concatenate", ("row", "relu", {}), ("image", "relu", {})
)


def half_stated() -> Mistake:
    document = drawn(
        ("input", "series", {"field": "series"}), ("lstm", "first", {}), ("lstm", "second", {}),
        data=DATA,
    )  # fmt: skip
    wire(document, "first.hidden", "second.hidden")
    return document, "second"


def other_states() -> Mistake:
    document, second = half_stated()
    wire(document, "first.cell", "second.cell")
    document.apply(operations.set_setting(document.main, NodeId(second), "hidden_size", 8))
    return document, second


MISTAKES["one state of two"] = half_stated
MISTAKES["states of another size"] = other_states


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found_where_it_is_and_mended_by_one_step(name: str) -> None:
    document, node = MISTAKES[name]()
    history, evaluation = History(document), Evaluation(document.main)
    before = dict(document.main.nodes), sorted(map(str, document.main.links()))
    at_node = [p for p in evaluation.problems() if p.node == node]
    assert len(at_node) == 1
    assert "{" not in at_node[0].message and at_node[0].message.endswith(".")
    assert fixes.label(at_node[0])
    mend = fixes.step(document, at_node[0])
    assert mend is not None, at_node[0]
    history.do(mend)
    assert not [p for p in evaluation.problems() if p.node == node]
    history.undo()
    assert (dict(document.main.nodes), sorted(map(str, document.main.links()))) == before


@pytest.mark.parametrize("layer", ["conv2d", "max_pool2d", "unfold"])
@pytest.mark.parametrize(
    ("settings", "at_fault"),
    [
        ({"kernel_size": 3, "dilation": 20}, "dilation"),
        ({"kernel_size": 40}, "kernel_size"),
        ({"kernel_size": 40, "dilation": 20}, "kernel_size"),
    ],
)
def test_what_takes_too_much_of_the_sides_is_named(
    layer: str, settings: dict[str, Any], at_fault: str
) -> None:
    document = drawn(("input", "start", {"field": "image"}), (layer, "small", settings), data=DATA)
    (found,) = (p for p in Evaluation(document.main).problems() if p.node == "small")
    assert found.setting == at_fault
    assert at_fault in found.message


def test_instead_of_same_padding_a_dilated_stride_gets_one_that_divides_the_sides() -> None:
    settings = {"padding": "same", "stride": 2, "dilation": 3}
    document = drawn(
        ("input", "start", {"field": "image"}), ("conv2d", "wide", settings), data=DATA
    )
    evaluation = Evaluation(document.main)
    (found,) = (p for p in evaluation.problems() if p.node == "wide")
    mend = fixes.step(document, found)
    assert mend is not None
    document.apply(mend)
    assert evaluation[NodeId("wide")].outputs["output"].sizes[2:] == (14, 14)
