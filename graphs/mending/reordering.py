"""Puts a chain in its right order: nodes are taken out and set in again further up."""

from __future__ import annotations

from dataclasses import replace

from graphs.document.document import Graph
from graphs.document.edits import Connect, Disconnect, Edit, MoveNodes, NodeId, Step
from graphs.problems import Reorder
from graphs.steps import operations
from graphs.wording.phrases import phrase


def reordered(graph: Graph, order: Reorder) -> Step:
    """Move nodes onto a link further up; the cards of the chain change places with them."""
    copy = graph.document.copy()
    trial = copy.graphs[graph.id]
    edits: list[Edit] = []

    def make(*made: Edit) -> None:
        copy.apply(Step(phrase("Reorder"), made))
        edits.extend(made)

    moved = [NodeId(node) for node in order.moved]
    places = _moves(graph, moved, NodeId(order.ahead))
    (into,) = graph.entering(NodeId(order.ahead))
    for node in moved:
        make(*_taken_out(trial, node))
    for node in moved:
        make(*operations.insert_existing(trial, into, node).edits)
        into = replace(into, source=node, output=_output(trial, node))
    make(*places)
    if order.flat is not None:
        flat, settings = order.flat.layer, order.flat.settings
        make(*operations.insert_on(trial, into, flat, **settings).edits)
    return Step(phrase("Reorder"), tuple(edits))


def _output(graph: Graph, node: NodeId) -> str:
    return operations.ports_of(graph, node).outputs[0]


def _taken_out(graph: Graph, node: NodeId) -> list[Edit]:
    """Wire what a node fed to what fed it."""
    (before,) = graph.entering(node)
    leaving = graph.leaving(node)
    edits: list[Edit] = [Disconnect(graph.id, link) for link in (before, *leaving)]
    around = [replace(k, source=before.source, output=before.output) for k in leaving]
    return [*edits, *(Connect(graph.id, link) for link in around)]


def _moves(graph: Graph, moved: list[NodeId], ahead: NodeId) -> list[Edit]:
    """Each card goes where the one stood whose turn in the chain it has now."""
    chain = _chain(graph, ahead, moved[-1])
    now = [*moved, *(node for node in chain if node not in moved)]
    found: list[Edit] = []
    for node, old in zip(now, chain, strict=True):
        (x1, y1), (x2, y2) = graph.positions[node], graph.positions[old]
        if (x1, y1) != (x2, y2):
            found.append(MoveNodes(graph.id, frozenset((node,)), (x2 - x1, y2 - y1)))
    return found


def _chain(graph: Graph, first: NodeId, last: NodeId) -> list[NodeId]:
    """The nodes from the first to the last."""
    found = [last]
    while found[0] != first:
        found.insert(0, graph.entering(found[0])[0].source)
    return found
