"""Which graph of the document is shown: the main one, or that of a block that the user entered."""

from __future__ import annotations

from collections import deque

from graphs.checking.evaluated_graph import EvaluatedGraph
from graphs.checking.evaluation import EvaluatedStep, Evaluation
from graphs.checking.node_kinds import layer_of, within
from graphs.document.edits import GraphId, NodeId
from graphs.layers.blocks import Block
from graphs.problems import Problem


class ShownGraph:
    """Follows the main graph, and with it the block that is shown, as it is at its place."""

    def __init__(self, whole: Evaluation) -> None:
        self.whole = whole
        """What is known of the main graph."""
        self.inside: tuple[NodeId, ...] = ()
        """The blocks that were entered, one in the other."""
        self.evaluation: EvaluatedGraph = whole
        """What is known of the graph that is shown, with what reaches it there."""

    def go(self, inside: tuple[NodeId, ...]) -> bool:
        """Show the graph of the last of these blocks, or of those that are there; whether anew."""
        before = self.evaluation.graph.id, self.inside
        self._resolve(inside)
        return (self.evaluation.graph.id, self.inside) != before

    def follow(self, evaluated: EvaluatedStep) -> tuple[frozenset[NodeId], bool]:
        """The nodes of what is shown whose results are new, and whether a block has gone."""
        before, inside = self.evaluation, self.inside
        self._resolve(inside)
        if self.inside != inside or self.evaluation.graph is not before.graph:
            return frozenset(), True
        if not inside:
            return evaluated.fresh, False
        old, new = before.results, self.evaluation.results
        fresh = {node for node, result in new.items() if old.get(node) is not result}
        touched = evaluated.change.touched.get(self.evaluation.graph.id, frozenset())
        return frozenset(fresh | (old.keys() - new.keys()) | touched), False

    def _resolve(self, inside: tuple[NodeId, ...]) -> None:
        evaluation: EvaluatedGraph = self.whole
        entered: list[NodeId] = []
        for block in inside:
            deeper = _inside(evaluation, block)
            if deeper is None:
                break
            evaluation = deeper
            entered.append(block)
        self.evaluation, self.inside = evaluation, tuple(entered)

    def node_of(self, problem: Problem) -> NodeId | None:
        """The node shown at which a problem is, or in which; None where it is elsewhere."""
        depth = len(self.inside)
        if problem.path[:depth] != self.inside or len(problem.path) <= depth:
            return None
        return NodeId(problem.path[depth])

    def way_to(self, graph: GraphId) -> tuple[NodeId, ...] | None:
        """The blocks that lead to a place where a graph is computed, as few as can be."""
        graphs = self.whole.graph.document.graphs
        ways: dict[GraphId, tuple[NodeId, ...]] = {self.whole.graph.id: ()}
        waiting = deque(ways)
        while waiting and graph not in ways:
            here = waiting.popleft()
            for other, blocks in sorted(graphs[here].blocks.items()):
                if other in graphs and other not in ways:
                    ways[other] = (*ways[here], min(blocks))
                    waiting.append(other)
        return ways.get(graph)


def _inside(evaluation: EvaluatedGraph, block: NodeId) -> EvaluatedGraph | None:
    """The graph that a block computes; None where there is no such block.

    Where nothing reaches it yet, it is shown as far as its nodes alone tell.
    """
    node = evaluation.graph.nodes.get(block)
    graphs = evaluation.graph.document.graphs
    if node is None or not node.blocks:
        return None
    (computed,) = node.blocks.values()
    if computed not in graphs:
        return None
    known = evaluation[block].inside
    if known is not None and known.graph.id == computed:
        return known
    layer = layer_of(evaluation.graph, node)
    bindings = within(graphs[computed], layer) if isinstance(layer, Block) else None
    return EvaluatedGraph(graphs[computed], {}, bindings=bindings)
