"""Who takes the place of a node that lends its weights, once it is deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import chain

from graphs.document.document import Graph
from graphs.document.edits import ChangeNode, Edit, NodeId
from graphs.document.order import topological
from graphs.layers.weighted import WEIGHTS_OF
from graphs.setting_kinds import NodeRef


def taken_over(graph: Graph, gone: Collection[NodeId]) -> Iterator[Edit]:
    """What leaves no setting that refers to nodes that are to go, and all weights where they are.

    Who has weights of one of them has those of the node that this had them of. If it had its own,
    they are from now on those of the first that is left, by the order in which nodes are computed.
    """
    referring = {other for node in gone for other in graph.referring(node)} - set(gone)
    if not referring:
        return
    order = {node: at for at, node in enumerate(chain(*topological(graph)))}
    instead = {node: _instead(graph, node, gone, order) for node in gone}
    for node in sorted(referring):
        old = graph.nodes[node]
        kept = {
            setting: _reference(graph, node, instead[other])
            for setting, other in old.references.items()
            if other in gone
        }
        new = replace(old, settings={**old.settings, **kept})
        lender = old.references.get(WEIGHTS_OF)
        if lender is not None and instead.get(lender) == node:
            whose = graph.nodes[_origin(graph, lender, gone)]
            new = replace(new, frozen=whose.frozen, rate=whose.rate)  # of the weights themselves
        yield ChangeNode(graph.id, old, new)


def _instead(
    graph: Graph, node: NodeId, gone: Collection[NodeId], order: dict[NodeId, int]
) -> NodeId | None:
    """Who has the weights of a node that goes, if another has them, too."""
    origin = _origin(graph, node, gone)
    if origin not in gone:
        return origin
    borrowers = [
        other
        for other in graph.nodes.keys() - gone
        if _lender(graph, other) in gone and _origin(graph, other, gone) == origin
    ]
    alike = [one for one in borrowers if graph.nodes[one].layer == graph.nodes[origin].layer]
    return min(alike, key=order.__getitem__, default=None)


def _origin(graph: Graph, node: NodeId, gone: Collection[NodeId]) -> NodeId:
    """Whose weights a node has: the first behind it that stays, or the last that goes."""
    seen = {node}
    while (lender := _lender(graph, node)) is not None and lender not in seen:
        seen.add(lender)
        node = lender
        if node not in gone:
            break
    return node


def _lender(graph: Graph, node: NodeId) -> NodeId | None:
    lender = graph.nodes[node].references.get(WEIGHTS_OF)
    return lender if lender in graph.nodes else None


def _reference(graph: Graph, node: NodeId, to: NodeId | None) -> NodeRef | None:
    """To a node, but not to itself nor to one that needs it."""
    return None if to is None or graph.reaches(node, to) else NodeRef(to)
