"""Finds weights that never learn: no gradient of a loss comes back to them."""

from __future__ import annotations

from collections.abc import Collection, Set
from dataclasses import replace
from functools import partial
from weakref import WeakKeyDictionary

from graphs.checking.evaluated_graph import EvaluatedGraph
from graphs.document.edits import Link, NodeId
from graphs.document.walk import reached
from graphs.layers.ends import output_layers
from graphs.layers.losses.losses import losses as every_loss
from graphs.problems import Problem, Severity, problem
from graphs.types import Kind

STOPPED = (
    "This node learns nothing: a loss depends on it only through “{name}”, and no gradient passes "
    "through {kind} values. Let a loss depend on it in another way too, or freeze it."
)
DETACHED = (
    "This node learns nothing: a loss depends on it only through “{name}”, which lets no gradient "
    "come back. Let a loss depend on it in another way too, or freeze it."
)
NO_LOSS_BEHIND = (
    "This node learns nothing, as no loss of a weight above 0 depends on it. Wire what it gives to "
    "a loss too, or freeze it."
)


_kept: WeakKeyDictionary[EvaluatedGraph, tuple[object, frozenset[NodeId]]] = WeakKeyDictionary()


def learning(evaluation: EvaluatedGraph, losses: Collection[NodeId]) -> frozenset[NodeId]:
    """The nodes to which a gradient of a loss comes back, and those that lend them weights.

    Looked for again only when nodes, links or kinds of values have changed.
    """
    graph = evaluation.graph
    state = (graph.revision, evaluation.kinds_changed, frozenset(losses))
    kept = _kept.get(evaluation)
    if kept is None or kept[0] != state:
        found = set(reached(losses, partial(_sources, evaluation)))
        kept = (state, frozenset(found.union(*(graph.referred(node) for node in found))))
        _kept[evaluation] = kept
    return kept[1]


def unlearned(evaluation: EvaluatedGraph, losses: Collection[NodeId]) -> list[Problem]:
    """A warning for each node with weights to which none comes, where the graph has no errors."""
    graph, learns = evaluation.graph, learning(evaluation, losses)
    results, nodes = evaluation.results, graph.nodes
    still = [
        node
        for node in evaluation.order
        if node not in learns and results[node].trained and not nodes[node].frozen
    ]
    if not still:
        return []
    ends = graph.of_layers(output_layers() | every_loss())
    scored, shown_nodes = set(reached(losses, graph.before)), set(reached(ends, graph.before))
    found = []
    for node in still:
        told = _stopped(evaluation, node) if node in scored else None
        if told is None and node in shown_nodes - scored:
            told = problem(NO_LOSS_BEHIND, severity=Severity.WARNING)
        if told is not None:
            found.append(replace(told, path=(node,)))
    return found


def _stopped(evaluation: EvaluatedGraph, node: NodeId) -> Problem | None:
    """That gradients end at the first link behind the node that none passes."""
    graph = evaluation.graph
    behind = reached([node], graph.targets)
    links = (link for one in behind for link in graph.leaving(one))
    end = next((link for link in links if not _carries(evaluation, link)), None)
    if end is None:
        return None
    kind = evaluation[end.source].outputs[end.output].kind
    name = graph.nodes[end.source].name
    if kind is Kind.FLOAT:
        return problem(DETACHED, severity=Severity.WARNING, name=name)
    return problem(STOPPED, severity=Severity.WARNING, name=name, kind=kind.value)


def _carries(evaluation: EvaluatedGraph, link: Link) -> bool:
    """Whether a gradient passes a link: only floats have one, and not where it is stopped."""
    source = evaluation[link.source]
    if source.layer is not None and source.layer.stops_gradients:
        return False
    tensor = source.outputs.get(link.output)
    return tensor is None or tensor.kind is Kind.FLOAT


def _sources(evaluation: EvaluatedGraph, node: NodeId) -> Set[NodeId]:
    graph = evaluation.graph
    sources = graph.sources(node)
    if evaluation.without_gradients.isdisjoint(sources):
        return sources
    return {link.source for link in graph.entering(node) if _carries(evaluation, link)}
