"""The ports of blocks: what a change of a block's end means for every block that has that port."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from graphs.document.document import Graph
from graphs.document.edits import (
    ChangeDefinition,
    Connect,
    Disconnect,
    Edit,
    GraphId,
    Link,
    Node,
    NodeId,
)
from graphs.layers import Layer


def is_end(node: Node) -> bool:
    """Whether a node is a port of the blocks that compute its graph."""
    kind = Layer.find(node.layer)
    return kind is not None and (kind.is_block_input or kind.is_block_output)


def uses(graph: Graph) -> Iterator[tuple[Graph, NodeId]]:
    """The blocks that compute a graph, each with the graph that it stands in."""
    for other in graph.document.graphs.values():
        for block in sorted(other.blocks.get(graph.id, ())):
            yield other, block


def following(graph: Graph, old: Node, new: Node | None) -> tuple[Edit, ...]:
    """What keeps the links of blocks right when an end becomes another node, or goes.

    Links at a port of another name follow it; those at one that goes are removed.
    """
    if not is_end(old):
        return ()
    stays = new is not None and new.layer == old.layer
    if stays and new is not None and new.name == old.name:
        return ()
    edits: list[Edit] = []
    for at, link in _links(graph, old):
        edits.append(Disconnect(at, link))
        if stays and new is not None:
            edits.append(Connect(at, _renamed(old, link, new.name)))
    return tuple(edits)


def left_out(graph: Graph, nodes: Collection[NodeId]) -> tuple[Edit, ...]:
    """What takes nodes that go out of the order of a block's ports."""
    old = graph.definition
    new = replace(old, ports=tuple(end for end in old.ports if end not in nodes))
    return (ChangeDefinition(graph.id, old, new),) if new != old else ()


def _links(graph: Graph, end: Node) -> Iterator[tuple[GraphId, Link]]:
    """The links at the port that an end is, where blocks of its graph are used."""
    enters = Layer.get(end.layer).is_block_input
    for other, block in uses(graph):
        if other.id == graph.id:  # a block within itself computes nothing
            continue
        links = other.entering(block) if enters else other.leaving(block)
        for link in links:
            if (link.input if enters else link.output) == end.name:
                yield other.id, link


def _renamed(end: Node, link: Link, name: str) -> Link:
    enters = Layer.get(end.layer).is_block_input
    return replace(link, input=name) if enters else replace(link, output=name)
