"""Every change that a document can undergo, as plain values that can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, NewType, TypeAlias, assert_never

import msgspec

from graphs.data import DataSection
from graphs.plan.plan import Plan
from graphs.setting_kinds import GraphRef, NodeRef

NodeId = NewType("NodeId", str)
GraphId = NewType("GraphId", str)
MAIN: Final = GraphId("main")
"""The graph that every document has, and that is trained."""
Path: TypeAlias = tuple[NodeId | int, ...]
"""Where a node is computed: the blocks that lead to it, one inside of the other, then itself.

Behind a block that is repeated stands which of its copies it is, from 0.
"""
NOTE_SIZE = (208, 104)
"""Width and height of a new note, in pixels of the canvas."""
Rate: TypeAlias = Annotated[float, msgspec.Meta(gt=0, le=1000)]
"""What a node's learning rate is multiplied by."""


@dataclass(frozen=True, slots=True)
class Node:
    """One layer in a graph. ``id`` never changes and is never shown; ``name`` is the user's."""

    id: NodeId
    layer: str
    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    frozen: bool = False
    """Whether its weights, and what it counts beside them, stay as they are in training."""
    rate: Rate = 1.0
    """A factor on the learning rate of its weights."""

    @property
    def references(self) -> dict[str, NodeId]:
        """The nodes that its settings refer to, by setting; they need not be there."""
        held = self.settings.items()
        return {name: NodeId(value.node) for name, value in held if isinstance(value, NodeRef)}

    @property
    def blocks(self) -> dict[str, GraphId]:
        """The graphs that it computes, by setting; they need not be there."""
        held = self.settings.items()
        return {name: GraphId(value.graph) for name, value in held if isinstance(value, GraphRef)}


@dataclass(frozen=True, slots=True)
class Link:
    """From an output to an input; ``slot`` counts the links of a variadic input."""

    source: NodeId
    output: str
    target: NodeId
    input: str
    slot: int = 0


Position: TypeAlias = tuple[int, int]
"""Where a node's top left corner lies on the canvas, in pixels at 100 %."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A titled rectangle behind nodes: left, top, width and height in canvas pixels."""

    title: str
    rectangle: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Note:
    """Words of the user's on the canvas, on a paper of ``size``: its width and height."""

    text: str
    position: Position
    size: tuple[int, int] = NOTE_SIZE


@dataclass(frozen=True, slots=True)
class BlockDefinition:
    """What a graph is to the blocks that compute it, beside what is drawn in it."""

    title: str = ""
    """What such a block is called; empty where nobody has named it."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Promoted parameters by the name that blocks show: the value where a block says none.

    Settings inside take it where they hold ``Promoted`` of that name.
    """
    ports: tuple[NodeId, ...] = ()
    """Block inputs and block outputs in the order of the block's ports; others follow by name."""


@dataclass(frozen=True, slots=True)
class AddGraph:
    """Adds a graph in which nothing is drawn yet."""

    graph: GraphId


@dataclass(frozen=True, slots=True)
class RemoveGraph:
    """Removes a graph in which nothing is drawn."""

    graph: GraphId


@dataclass(frozen=True, slots=True)
class ChangeDefinition:
    """Another title, other parameters or another order of ports for a graph."""

    graph: GraphId
    old: BlockDefinition
    new: BlockDefinition


@dataclass(frozen=True, slots=True)
class AddNode:
    """Adds a node without links, its top left corner at ``position``."""

    graph: GraphId
    node: Node
    position: Position = (0, 0)


@dataclass(frozen=True, slots=True)
class RemoveNode:
    """Removes a node that has no links left."""

    graph: GraphId
    node: Node
    position: Position = (0, 0)


@dataclass(frozen=True, slots=True)
class ChangeNode:
    """Another name, layer or other settings for the node of the same id."""

    graph: GraphId
    old: Node
    new: Node


@dataclass(frozen=True, slots=True)
class MoveNodes:
    """Moves nodes together, by so many pixels to the right and down."""

    graph: GraphId
    nodes: frozenset[NodeId]
    by: Position


@dataclass(frozen=True, slots=True)
class Connect:
    """Adds a link whose place is free."""

    graph: GraphId
    link: Link


@dataclass(frozen=True, slots=True)
class Disconnect:
    """Removes a link."""

    graph: GraphId
    link: Link


@dataclass(frozen=True, slots=True)
class ChangeFrame:
    """Adds, changes or removes the frame ``id``; None stands for no frame."""

    graph: GraphId
    id: str
    old: Frame | None
    new: Frame | None


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """Adds, changes or removes the note ``id``; None stands for no note."""

    graph: GraphId
    id: str
    old: Note | None
    new: Note | None


@dataclass(frozen=True, slots=True)
class ChangeData:
    """Another data section."""

    old: DataSection
    new: DataSection


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """Another training plan."""

    old: Plan
    new: Plan


@dataclass(frozen=True, slots=True)
class ChangeWeights:
    """Another file of weights to start from, by its SHA-256; None for fresh ones."""

    old: str | None
    new: str | None


def nodes_on(path: Path) -> tuple[NodeId, ...]:
    """The nodes along a path, whichever copies of them it leads through."""
    return tuple(one for one in path if not isinstance(one, int))


GraphEdit: TypeAlias = (
    AddNode
    | RemoveNode
    | ChangeNode
    | MoveNodes
    | Connect
    | Disconnect
    | ChangeFrame
    | ChangeNote
    | ChangeDefinition
)
"""What changes one graph."""
Edit: TypeAlias = GraphEdit | AddGraph | RemoveGraph | ChangeData | ChangePlan | ChangeWeights


@dataclass(frozen=True, slots=True)
class Step:
    """What the user thinks of as one change, with its name for the Edit menu."""

    name: str
    edits: tuple[Edit, ...]


def edits_of(graph: GraphId, step: Step) -> list[GraphEdit]:
    """What a step changes in one graph."""
    return [edit for edit in step.edits if isinstance(edit, GraphEdit) and edit.graph == graph]


def inverse(edit: Edit) -> Edit:  # noqa: C901, PLR0912  # one case per edit is the point
    """The edit that takes ``edit`` back."""
    match edit:
        case AddGraph(graph):
            return RemoveGraph(graph)
        case RemoveGraph(graph):
            return AddGraph(graph)
        case ChangeDefinition(graph, former, other):
            return ChangeDefinition(graph, other, former)
        case AddNode(graph, node, position):
            return RemoveNode(graph, node, position)
        case RemoveNode(graph, node, position):
            return AddNode(graph, node, position)
        case ChangeNode(graph, old, new):
            return ChangeNode(graph, new, old)
        case MoveNodes(graph, nodes, (x, y)):
            return MoveNodes(graph, nodes, (-x, -y))
        case Connect(graph, link):
            return Disconnect(graph, link)
        case Disconnect(graph, link):
            return Connect(graph, link)
        case ChangeFrame(graph, id, was, now):
            return ChangeFrame(graph, id, now, was)
        case ChangeNote(graph, id, before, after):
            return ChangeNote(graph, id, after, before)
        case ChangeData(data, data_now):
            return ChangeData(data_now, data)
        case ChangePlan(plan, another):
            return ChangePlan(another, plan)
        case ChangeWeights(held, held_now):
            return ChangeWeights(held_now, held)
        case _:
            assert_never(edit)


def undone(done: Step) -> Step:
    """The step that takes ``done`` back."""
    return Step(done.name, tuple(inverse(edit) for edit in reversed(done.edits)))


def merged(first: Step, second: Step) -> Step | None:
    """One step that does the work of both, when they are parts of the same gesture."""
    if len(first.edits) != len(second.edits):
        return None
    edits = tuple(_merged(a, b) for a, b in zip(first.edits, second.edits, strict=True))
    whole = tuple(edit for edit in edits if edit is not None)
    return Step(first.name, whole) if len(whole) == len(edits) else None


def _merged(first: Edit, second: Edit) -> Edit | None:
    match first, second:
        case MoveNodes(graph, nodes, (x, y)), MoveNodes(g, n, (dx, dy)) if (graph, nodes) == (g, n):
            return MoveNodes(graph, nodes, (x + dx, y + dy))
        case ChangeNode(graph, old, a), ChangeNode(g, b, new) if graph == g and a == b:
            return ChangeNode(graph, old, new)
        case ChangeFrame(graph, id, old, _), ChangeFrame(g, i, _, new) if (graph, id) == (g, i):
            return ChangeFrame(graph, id, old, new)
        case ChangeNote(graph, id, before, _), ChangeNote(g, i, _, after) if (graph, id) == (g, i):
            return ChangeNote(graph, id, before, after)
        case ChangeDefinition(graph, former, _), ChangeDefinition(g, _, new) if graph == g:
            return ChangeDefinition(graph, former, new)
        case ChangePlan(plan, _), ChangePlan(_, another):
            return ChangePlan(plan, another)
        case ChangeData(data, _), ChangeData(_, other):
            return ChangeData(data, other)
        case ChangeWeights(held, _), ChangeWeights(_, held_now):
            return ChangeWeights(held, held_now)
        case _:
            return None
