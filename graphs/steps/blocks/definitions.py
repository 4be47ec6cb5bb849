"""What a block is: its title, the order of its ports, and whether others are the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from graphs import names
from graphs.checking.node_kinds import block_ends
from graphs.document.document import Graph
from graphs.document.edits import (
    AddGraph,
    AddNode,
    ChangeDefinition,
    Edit,
    GraphId,
    Node,
    NodeId,
    Position,
    Step,
)
from graphs.layers.blocks import Block
from graphs.problems import Problem, problem
from graphs.setting_kinds import GraphRef
from graphs.steps import block_ports, clips, operations
from graphs.wording.phrases import phrase


def retitle(graph: Graph, title: str) -> Step:
    """Call the blocks that compute a graph by another title; empty for none."""
    old = graph.definition
    new = replace(old, title=title)
    edits = (ChangeDefinition(graph.id, old, new),) if new != old else ()
    return Step(phrase("Rename the block"), edits)


def block_added(graph: Graph, computed: GraphId, position: Position) -> tuple[Step, NodeId]:
    """Add one more block of a graph, with what its parameters usually are; and its node."""
    title = graph.document.graphs[computed].definition.title
    settings = {**Block.defaults(), "graph": GraphRef(computed)}
    name = names.free(title or Block.id, graph.names)
    node = Node(operations.new_id(), Block.id, name, settings)
    return Step(phrase("Add block"), (AddNode(graph.id, node, position),)), node.id


def call(graph: Graph, node: NodeId, title: str) -> Step:
    """Give a block's graph a title, and the block itself a name that is made of it."""
    (computed,) = graph.nodes[node].blocks.values()
    edits: list[Edit] = [*retitle(graph.document.graphs[computed], title).edits]
    now = graph.nodes[node].name
    if (name := names.free(title, graph.names.keys() - {now})) != now:
        edits += operations.rename(graph, node, name).edits
    return Step(phrase("Rename the block"), tuple(edits))


def move_port(graph: Graph, end: NodeId, by: int) -> Step:
    """Move a port of a block so many places down, or up where it is negative, among its kind."""
    old = graph.definition
    kinds = [list(ends.values()) for ends in block_ends(graph)]
    for ends in kinds:
        if end in ends:
            ends.insert(max(0, ends.index(end) + by), ends.pop(ends.index(end)))
    new = replace(old, ports=tuple(chain.from_iterable(kinds)))
    edits = (ChangeDefinition(graph.id, old, new),) if new != old else ()
    return Step(phrase("Order ports"), edits)


def own_refusal(graph: Graph, node: NodeId) -> Problem | None:
    """Why a block cannot have a graph of its own; None when it can."""
    drawn, graphs = graph.nodes[node], graph.document.graphs
    computed = [id for id in drawn.blocks.values() if id in graphs]
    if drawn.layer != Block.id or not computed:
        return problem("Choose one block.")
    if len(list(block_ports.uses(graphs[computed[0]]))) < 2:
        return problem(
            "“{name}” is its own already: no other block computes the same graph.", name=drawn.name
        )
    return None


def make_own(graph: Graph, node: NodeId) -> Step:
    """Give a block that ``own_refusal`` has nothing against a copy of its graph.

    What is edited in it then changes no other block. It computes what it did, under the same
    names of weights; blocks in it stay shared.
    """
    (shared,) = graph.nodes[node].blocks.values()
    id: GraphId = operations.new_graph_id()
    whole = clips.whole_of(graph.document.graphs[shared])
    edits: list[Edit] = [AddGraph(id), *clips.content(id, whole, {})]
    edits += operations.set_setting(graph, node, "graph", GraphRef(id)).edits
    return Step(phrase("Make its own"), tuple(edits))
