"""How a new block is wired as it arrives: into a link, or behind an output that it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from graphs.checking.evaluated_graph import EvaluatedGraph
from graphs.document.document import Graph
from graphs.document.edits import (
    AddGraph,
    AddNode,
    Connect,
    Edit,
    GraphId,
    Link,
    NodeId,
    Position,
    Step,
)
from graphs.layers.spec import Ports
from graphs.mending.fitting import LinkEnd
from graphs.problems import Set
from graphs.steps import operations
from graphs.steps.between import room_between
from graphs.types import TensorType

AddBlock: TypeAlias = Callable[[Graph, Position], Step]
"""Adds a block at a place of a graph, with the graphs that it computes where they are missing."""


class _Tried(NamedTuple):
    """A block alone in a graph of a copy of the document."""

    evaluation: EvaluatedGraph
    node: NodeId
    ports: Ports


def block_of(step: Step, graph: GraphId) -> NodeId:
    """The block that a step adds to a graph."""
    added = (edit for edit in step.edits if isinstance(edit, AddNode))
    (node,) = (edit.node.id for edit in added if edit.graph == graph)
    return node


def goes_into_links(graph: Graph, add: AddBlock) -> bool:
    """Whether a new block has a way in and a way out."""
    ports = _tried(graph, add).ports
    return bool(ports.inputs and ports.outputs)


def wired_behind(
    graph: Graph, add: AddBlock, at: Position, end: LinkEnd, tensor: TensorType
) -> tuple[Step, NodeId]:
    """Add a block, wired to an output where it takes what comes out there, or would when mended."""
    step, tried = add(graph, at), _tried(graph, add)
    node = block_of(step, graph.id)
    if not tried.ports.inputs:
        return step, node
    first = tried.ports.inputs[0].name
    wrong = None
    if len([port for port in tried.ports.inputs if not port.optional]) == 1:
        wrong = tried.evaluation.refusal(tried.node, {first: (tensor,)})
    if wrong is not None and not isinstance(wrong.fix, Set):
        return step, node
    wired = Connect(graph.id, Link(end.node, end.port, node, first))
    return replace(step, edits=(*step.edits, wired)), node


def put_into(
    graph: Graph, add: AddBlock, link: Link, wish: Position | None = None
) -> tuple[Step, NodeId]:
    """Add a block between the two ends of a link; what lies at ``wish`` makes room."""
    room = room_between(graph, link, wish)
    step = add(graph, room.place)
    node = block_of(step, graph.id)
    edits: tuple[Edit, ...] = (
        *step.edits,
        *room.moves,
        *operations.between(graph, link, node, _tried(graph, add).ports),
    )
    return replace(step, edits=edits), node


def _tried(graph: Graph, add: AddBlock) -> _Tried:
    copy, id = graph.document.copy(), operations.new_graph_id()
    copy.apply(Step("", (AddGraph(id),)))
    alone = copy.graphs[id]
    step = add(alone, (0, 0))
    copy.apply(step)
    node = block_of(step, id)
    return _Tried(EvaluatedGraph(alone, {}), node, operations.ports_of(alone, node))
