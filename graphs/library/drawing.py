"""A short way to draw graphs and documents, for templates and for blocks of the library."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, TypeAlias

from graphs.data import DataSection
from graphs.document.document import Document
from graphs.document.edits import (
    MAIN,
    AddGraph,
    AddNode,
    BlockDefinition,
    ChangeData,
    ChangeDefinition,
    ChangePlan,
    Connect,
    Edit,
    GraphId,
    Link,
    Node,
    NodeId,
    Step,
)
from graphs.layers import Layer
from graphs.layers.blocks import Block, BlockInput, BlockOutput
from graphs.plan.plan import Plan
from graphs.setting_kinds import GraphRef
from graphs.wording.phrases import phrase

COLUMN, ROW = 240, 168
"""Pixels from one node to the next, and from one row to the next."""


Laid: TypeAlias = tuple[str, str, dict[str, Any]]
"""A node to be drawn: its layer, its name and its settings."""


def laid(layer: str, name: str, **settings: Any) -> Laid:
    """A node for ``DrawnGraph.row``."""
    return layer, name, settings


def conv(name: str, channels: object, kernel: object, **settings: object) -> Laid:
    """A convolution of pictures."""
    return laid("conv2d", name, out_channels=channels, kernel_size=kernel, **settings)


def computing(block: DrawnGraph, name: str, repeat: Any = 1, **values: Any) -> Laid:
    """A block that computes a drawn graph with these values of its parameters."""
    graph = GraphRef(block.graph)
    return laid(Block.id, name, graph=graph, values=values or None, repeat=repeat)


class DrawnGraph:
    """One graph in the making. Nodes are placed by column and row; ids are the names."""

    def __init__(self, graph: GraphId, edits: list[Edit]) -> None:
        self.graph = graph
        self.edits = edits

    def node(self, layer: str, name: str, at: tuple[int, int], **settings: Any) -> str:
        """Add a node; ``at`` is its column and row. Returns the name."""
        node = Node(NodeId(name), layer, name, {**Layer.get(layer).defaults(), **settings})
        self.edits.append(AddNode(self.graph, node, (at[0] * COLUMN, at[1] * ROW)))
        return name

    def row(self, at: tuple[int, int], behind: str, *nodes: Laid) -> str:
        """Add nodes from ``at`` to the right, each wired to the one before. Returns the last."""
        column, row = at
        for layer, name, settings in nodes:
            self.node(layer, name, (column, row), **settings)
            self.wire(behind, f"{name}.{_entered(layer)}")
            column, behind = column + 1, name
        return behind

    def wire(self, source: str, target: str, slot: int = 0) -> None:
        """Wire two places: ``"lstm.hidden"``, or a name alone for ``output`` and ``input``."""
        start, _, output = source.partition(".")
        end, _, port = target.partition(".")
        link = Link(NodeId(start), output or "output", NodeId(end), port or "input", slot)
        self.edits.append(Connect(self.graph, link))

    def chain(self, *places: str) -> None:
        """Wire each place to the next."""
        for source, target in pairwise(places):
            self.wire(source, target)

    def merge(self, layer: str, name: str, at: tuple[int, int], *sources: str) -> str:
        """Add a node that several others enter, in this order. Returns its name."""
        self.node(layer, name, at)
        for slot, source in enumerate(sources):
            self.wire(source, f"{name}.input", slot)
        return name

    def enter(self, at: tuple[int, int], name: str) -> str:
        """Bring in what enters the block whose graph this is at a further port."""
        return self.node(BlockInput.id, name, at)

    def leave(self, at: tuple[int, int], source: str, name: str = "output") -> None:
        """Let what a node gives leave the block whose graph this is."""
        self.row(at, source, laid(BlockOutput.id, name))


def _entered(layer: str) -> str:
    """The port at which a node is entered; blocks are entered at their ``input``."""
    kind = Layer.get(layer)
    ports = kind.made(kind.defaults()).ports().inputs
    return ports[0].name if ports else "input"


class Drawing(DrawnGraph):
    """A document in the making: its main graph, with the graphs of blocks beside it."""

    def __init__(self, data: DataSection, plan: Plan) -> None:
        super().__init__(MAIN, [])
        self.data = data
        self.plan = plan

    def block(self, id: str, title: str, **usual: Any) -> DrawnGraph:
        """A graph for blocks, with usual values of its parameters and its input drawn."""
        inside = DrawnGraph(GraphId(id), self.edits)
        ends = (NodeId("input"), NodeId("output"))
        defined = BlockDefinition(title, usual, ends)
        self.edits += (
            AddGraph(inside.graph),
            ChangeDefinition(inside.graph, BlockDefinition(), defined),
        )
        inside.node(BlockInput.id, "input", (0, 0))
        return inside

    def document(self) -> Document:
        """The finished document."""
        made = Document()
        start = (ChangeData(made.data, self.data), ChangePlan(made.plan, self.plan))
        made.apply(Step(phrase("Draw"), (*start, *self.edits)))
        return made
