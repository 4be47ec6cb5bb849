"""Large graphs to measure with: rows of convolutions that run back and forth."""

from itertools import pairwise
from typing import Any

from graphs.data import ClassKind, DataSection, Field, ImageKind
from graphs.document.document import Document
from graphs.document.edits import MAIN, AddNode, ChangeData, Connect, Edit, Link, Node, NodeId, Step
from graphs.layers import Layer

DATA = DataSection(
    "digits",
    {},
    {
        "image": Field(ImageKind.id, (1, 64, 64)),
        "digit": Field(ClassKind.id, classes=tuple("0123456789"), target=True),
    },
)
COLUMN, ROW, PER_ROW = 240, 112, 25
CHAIN = ("conv2d", "relu", "conv2d", "relu", "dropout")
OWN: dict[str, dict[str, Any]] = {
    "input": {"field": "image"},
    "conv2d": {"out_channels": 8, "kernel_size": 3, "padding": 1},
    "linear": {"out_features": 10},
    "cross_entropy_loss": {"target": "digit"},
}


def grid(count: int) -> Document:
    """One long chain of about ``count`` nodes, with a head, an Output and a loss at its end."""
    document = Document()
    inner = [CHAIN[place % len(CHAIN)] for place in range(count - 5)]
    layers = ["input", *inner, "flatten", "linear", "output", "cross_entropy_loss"]
    edits: list[Edit] = [ChangeData(document.data, DATA)]
    for place, layer in enumerate(layers):
        settings = {**Layer.get(layer).defaults(), **OWN.get(layer, {})}
        node = Node(NodeId(f"n{place:05}"), layer, f"{layer}_{place}", settings)
        where = (place % PER_ROW * COLUMN, place // PER_ROW * ROW)
        edits.append(AddNode(MAIN, node, where))
    nodes = [NodeId(f"n{place:05}") for place in range(len(layers))]
    wires = [*pairwise(nodes[:-1]), (nodes[-3], nodes[-1])]
    edits += [Connect(MAIN, Link(a, "output", b, "input")) for a, b in wires]
    document.apply(Step("Draw", tuple(edits)))
    return document
