"""A short way for tests to draw documents step by step, as a user would."""

from itertools import pairwise
from typing import Any

from graphs.data import ClassKind, DataSection, Field, ImageKind
from graphs.document.document import Document
from graphs.document.edits import MAIN, AddNode, ChangeData, GraphId, Node, NodeId, Step
from graphs.layers import Layer
from graphs.steps import operations

DIGITS = DataSection(
    "digits",
    {"size": "28"},
    {
        "image": Field(ImageKind.id, (1, 28, 28)),
        "digit": Field(ClassKind.id, classes=tuple("0123456789"), target=True),
    },
)


def drawn(*nodes: tuple[str, str, dict[str, Any]], data: DataSection = DIGITS) -> Document:
    """A document with a chain of nodes (layer, name, settings); ids are the names."""
    document = Document()
    document.apply(Step("Data", (ChangeData(document.data, data),)))
    names = [put(document, layer, name, **settings) for layer, name, settings in nodes]
    for source, target in pairwise(names):
        wire(document, source, target)
    return document


def put(
    document: Document, layer: str, name: str, *, at: GraphId = MAIN, **settings: Any
) -> NodeId:
    """Add a node whose id is its name."""
    node = Node(NodeId(name), layer, name, {**Layer.get(layer).defaults(), **settings})
    document.apply(Step("Add", (AddNode(at, node),)))
    return node.id


def wire(document: Document, source: str, target: str, *, at: GraphId = MAIN) -> None:
    """Wire ``"node.port"`` to ``"node.port"``; the ports default to output and input."""
    start, _, output = source.partition(".")
    end, _, port = target.partition(".")
    document.apply(
        operations.connect(
            document.graphs[at], NodeId(start), output or "output", NodeId(end), port or "input"
        )
    )


def classifier(out_features: int = 10) -> Document:
    """Image, Flatten, Linear, Output and a loss: the smallest network for digits."""
    document = drawn(
        ("input", "image", {"field": "image"}),
        ("flatten", "flatten", {}),
        ("linear", "classify", {"out_features": out_features}),
        ("output", "digit", {}),
    )
    put(document, "cross_entropy_loss", "loss", target="digit")
    wire(document, "classify", "loss")
    return document
