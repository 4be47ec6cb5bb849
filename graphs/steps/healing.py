"""Deletes nodes and rewires their neighbours with each other, where the types allow it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from graphs.checking.evaluation import Evaluation, evaluated
from graphs.document.document import Graph
from graphs.document.edits import Connect, Edit, Link, NodeId, Step, undone
from graphs.problems import Set, Severity
from graphs.steps import operations
from graphs.wording.phrases import phrase


def delete_and_reconnect(
    graph: Graph, nodes: Collection[NodeId], links: Collection[Link] = ()
) -> Step:
    """Delete nodes, and wire what they fed to what fed them.

    A link is left out where some node would refuse what then reaches it, unless a number alone has
    to be set there.
    """
    gone = operations.delete(graph, nodes, links)
    before = evaluated(graph)
    trial = graph.document.copy()
    trial.apply(gone)
    evaluation = Evaluation(trial.graphs[graph.id])
    healed: list[Edit] = []
    for link in _around(graph, nodes, links):
        step = Step(phrase("Connect"), (Connect(graph.id, link),))
        trial.apply(step)
        if _fits(before, evaluation):
            healed.append(*step.edits)
        else:
            trial.apply(undone(step))
    evaluation.close()
    return Step(phrase("Delete and reconnect"), (*gone.edits, *healed))


def _around(graph: Graph, nodes: Collection[NodeId], links: Collection[Link]) -> Iterator[Link]:
    """For each link out of the nodes the one that takes its place."""
    for node in sorted(nodes):
        for link in graph.leaving(node):
            source = _beyond(graph, link, nodes)
            if link.target not in nodes and link not in links and source is not None:
                yield replace(link, source=source.source, output=source.output)


def _beyond(graph: Graph, link: Link, nodes: Collection[NodeId]) -> Link | None:
    """The link that enters the nodes further up, by what enters each of them first."""
    seen: set[NodeId] = set()
    while link.source in nodes:
        order = [port.name for port in operations.ports_of(graph, link.source).inputs]
        entering = [one for one in graph.entering(link.source) if one.input in order]
        if link.source in seen or not entering:
            return None
        seen.add(link.source)
        link = min(entering, key=lambda one: (order.index(one.input), one.slot))
    return link


def _fits(before: Evaluation, now: Evaluation) -> bool:
    """Whether no node that was fine refuses what reaches it now."""
    for node, result in now.results.items():
        was = before.results.get(node)
        for found in result.problems:
            new = was is not None and was.accepted and found.severity is Severity.ERROR
            waits = found.port is not None and not any(
                link.input == found.port for link in now.graph.entering(node)
            )
            if new and not waits and not isinstance(found.fix, Set):
                return False
    return True
