"""A network under construction: nodes are wired as they are added, and their types are known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from graphs import names
from graphs.checking.evaluation import Evaluation
from graphs.data import DataSection, Field
from graphs.document.document import Document
from graphs.document.edits import MAIN, AddNode, ChangeData, Connect, Link, NodeId, Step
from graphs.layers import Layer
from graphs.sizes import Size
from graphs.steps import operations
from graphs.types import TensorType
from graphs.wording.phrases import phrase

Spot: TypeAlias = NodeId
"""A node of the sketch, for what its first output gives."""
USUAL_SAMPLES = 1000
"""How many samples are thought of where nobody has counted them."""


@dataclass(frozen=True, slots=True)
class Features:
    """What a reader has made of an input."""

    spot: Spot
    learned: bool
    """Whether layers that learn and bend have worked on them, so that a head may follow at once."""


class Sketch:
    """A document that grows from its Inputs to its Outputs. Positions come last."""

    def __init__(self, section: DataSection, samples: int | None) -> None:
        self.section = section
        self.samples = USUAL_SAMPLES if samples is None else samples
        self.document = Document()
        self.document.apply(Step(phrase("Choose data"), (ChangeData(self.document.data, section),)))
        self._evaluation = Evaluation(self.document.main)
        self._inputs: dict[str, Spot] = {}

    def field(self, name: str) -> Field:
        """A field of the data."""
        return self.section.fields[name]

    def add(self, layer: str, *sources: Spot, name: str = "", **settings: Any) -> Spot:
        """A new node behind ``sources``, which enter its first input one after the other."""
        graph = self.document.main
        wish = names.free(name, graph.names) if name else operations.name_for(layer, graph)
        made = operations.node_of(layer, graph, **settings)
        node = replace(made, id=NodeId(wish), name=wish)
        ports = Layer.get(layer).made(node.settings).ports()
        links = [
            Connect(MAIN, Link(source, "output", node.id, ports.inputs[0].name, slot))
            for slot, source in enumerate(sources)
        ]
        self.document.apply(Step(phrase("Draw"), (AddNode(MAIN, node), *links)))
        return node.id

    def input(self, name: str) -> Spot:
        """The Input that brings in a field; one for each."""
        if name not in self._inputs:
            self._inputs[name] = self.add("input", name=name, field=name)
        return self._inputs[name]

    def type(self, spot: Spot) -> TensorType:
        """What a node gives. A rule that refuses it is a mistake of ours."""
        result = self._evaluation[spot]
        assert result.accepted, result.problems
        return next(iter(result.outputs.values()))

    def end(self, spot: Spot, target: str, loss: str, **settings: Any) -> None:
        """An Output called like the target, and the loss that learns it, on the same place."""
        self.add("output", spot, name=target)
        self.add(loss, spot, name=f"{target}_loss"[:64], target=target, **settings)

    @property
    def width(self) -> int:
        """How many units a hidden layer gets: more samples can teach more of them."""
        steps = ((200, 16), (1000, 32), (10_000, 64), (100_000, 128))
        return next((units for least, units in steps if self.samples < least), 256)

    @property
    def dropout(self) -> float:
        """What share of features is dropped in training."""
        return 0.2 if self.samples >= 50 else 0.0

    def hidden(self, spot: Spot, name: str = "hidden") -> Spot:
        """A hidden layer with all that belongs to it."""
        activated = self.add("relu", self.add("linear", spot, name=name, out_features=self.width))
        return self.dropped(activated)

    def dropped(self, spot: Spot) -> Spot:
        """Some of the features dropped while training, where there are samples enough."""
        return self.add("dropout", spot, p=self.dropout) if self.dropout else spot


def fixed(sizes: tuple[Size | str, ...]) -> tuple[int, ...] | None:
    """The sizes as numbers; None when one is known by name only."""
    known = tuple(size for size in sizes if isinstance(size, int))
    return known if len(known) == len(sizes) else None
