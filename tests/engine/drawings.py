"""Small documents for tests of the engine, drawn in a few words."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

from graphs.data import ClassKind, Column, DataSection, Field, ImageKind, TableKind
from graphs.describe import Chosen
from graphs.document.document import Document
from graphs.document.edits import (
    MAIN,
    AddNode,
    ChangeData,
    ChangePlan,
    Connect,
    Edit,
    Link,
    Node,
    NodeId,
    Step,
)
from graphs.layers import Layer
from graphs.plan.optimizers import AdamW

XOR = DataSection(
    "xor",
    {},
    {
        "point": Field(TableKind.id, (2,), columns=(Column("a"), Column("b"))),
        "xor": Field(ClassKind.id, classes=("no", "yes"), target=True),
    },
)
DIGITS = DataSection(
    "digits",
    {"size": "8"},
    {
        "digit": Field(ClassKind.id, classes=tuple("0123456789"), target=True),
        "image": Field(ImageKind.id, (1, 8, 8)),
    },
)

FAST = Chosen.of(AdamW(lr=0.01))
QUICK: dict[str, Any] = {"epochs": 3, "batch_size": 128, "optimizer": FAST, "threads": 1}
"""A plan that is done in a moment."""


class Drawing:
    """A document in the making; a node's id is its name with ``#`` in front."""

    def __init__(self, data: DataSection, **plan: Any) -> None:
        start = Document()
        self.edits: list[Edit] = [
            ChangeData(start.data, data),
            ChangePlan(start.plan, replace(start.plan, **plan)),
        ]

    def node(self, layer: str, name: str, **settings: Any) -> str:
        all_settings = {**Layer.get(layer).defaults(), **settings}
        self.edits.append(AddNode(MAIN, Node(NodeId(f"#{name}"), layer, name, all_settings)))
        return name

    def wire(self, source: str, target: str, slot: int = 0) -> None:
        """Wire two places: ``"lstm.hidden"``, or a name alone for ``output`` and ``input``."""
        start, _, output = source.partition(".")
        end, _, port = target.partition(".")
        link = Link(
            NodeId(f"#{start}"), output or "output", NodeId(f"#{end}"), port or "input", slot
        )
        self.edits.append(Connect(MAIN, link))

    def chain(self, *names: str) -> None:
        for source, target in pairwise(names):
            self.wire(source, target)

    def document(self) -> Document:
        made = Document()
        made.apply(Step("Draw", tuple(self.edits)))
        return made


def digits(hidden: int = 32, **plan: Any) -> Drawing:
    """8 x 8 digits by one hidden layer, without dropout."""
    drawing = Drawing(DIGITS, **plan)
    drawing.node("input", "image", field="image")
    drawing.node("flatten", "flatten")
    drawing.node("linear", "hidden", out_features=hidden)
    drawing.node("relu", "relu")
    drawing.node("linear", "classify", out_features=10)
    drawing.node("output", "digit")
    drawing.node("cross_entropy_loss", "loss", target="digit")
    drawing.chain("image", "flatten", "hidden", "relu", "classify", "digit")
    drawing.wire("classify", "loss")
    return drawing


def dropping(**plan: Any) -> Document:
    """Convolution, normalisation and dropout: all that has a memory or draws numbers."""
    drawing = Drawing(DIGITS, **{**QUICK, **plan})
    drawing.node("input", "image", field="image")
    drawing.node("conv2d", "conv", out_channels=4)
    drawing.node("batch_norm2d", "norm")
    drawing.node("relu", "relu")
    drawing.node("flatten", "flatten")
    drawing.node("dropout", "dropout", p=0.3)
    drawing.node("linear", "classify", out_features=10)
    drawing.node("output", "digit")
    drawing.node("cross_entropy_loss", "loss", target="digit")
    drawing.chain("image", "conv", "norm", "relu", "flatten", "dropout", "classify", "digit")
    drawing.wire("classify", "loss")
    return drawing.document()
