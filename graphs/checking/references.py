"""Which nodes a setting can refer to."""

from __future__ import annotations

from dataclasses import replace

from graphs.checking.evaluated_graph import EvaluatedGraph, NodeResult
from graphs.document.edits import Node, NodeId
from graphs.document.walk import reached
from graphs.layers.weighted import WEIGHTS_OF, Weighted, lending_fault
from graphs.problems import Problem, Set
from graphs.setting_kinds import NodeRef


def offered(evaluation: EvaluatedGraph, node: NodeId, setting: str) -> tuple[Node, ...]:
    """The nodes that a setting can refer to, by name; nothing while it is not known what it gets.

    Also those whose sizes do not fit yet: the layer says so then, and what would help.
    """
    graph, result = evaluation.graph, evaluation[node]
    if result.layer is None or result.given is None:
        return ()
    behind = set(reached((node,), graph.after))  # what needs the node cannot lend to it
    found = [
        graph.nodes[other]
        for other, known in evaluation.results.items()
        if other not in behind
        and known.seen is not None
        and known.seen.weights
        and _takes(result, setting, other, known)
    ]
    return tuple(sorted(found, key=lambda one: one.name))


def _takes(asked: NodeResult, setting: str, other: NodeId, lender: NodeResult) -> bool:
    """Whether the layer takes that node, or would with other sizes."""
    layer, given, seen = asked.layer, asked.given, lender.seen
    assert layer is not None, "the caller has looked"
    assert given is not None, "the caller has looked"
    assert seen is not None, "the caller has looked"
    answer: object
    if isinstance(layer, Weighted) and setting == WEIGHTS_OF:
        if seen.layer.id != layer.id or isinstance(layer.infer(given), Problem):
            return False
        answer = lending_fault(layer, asked.modules(), seen, lender.modules())
    else:
        asking = type(layer).made({**layer.settings, setting: NodeRef(other)})
        answer = asking.infer(replace(given, refs={**given.refs, setting: seen}))
    return not isinstance(answer, Problem) or answer.fix != Set(setting, None)
