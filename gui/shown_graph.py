"""Which graph of the document is shown: the main one, or that of a block that the user entered."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from graphs.checking.evaluated_graph import EvaluatedGraph
from graphs.checking.evaluation import EvaluatedStep, Evaluation
from graphs.checking.node_kinds import layer_of, within
from graphs.document.edits import GraphId, NodeId, Path, nodes_on
from graphs.layers.blocks import Block
from graphs.problems import Problem


class ShownGraph:
    """Follows the main graph, and with it the block that is shown, as it is at its place."""

    def __init__(self, whole: Evaluation) -> None:
        self.whole = whole
        """What is known of the main graph."""
        self.inside: Path = ()
        """The blocks that were entered, one in the other; behind a repeated one the copy of it."""
        self.evaluation: EvaluatedGraph = whole
        """What is known of the graph that is shown, with what reaches it there."""

    def go(self, inside: Path) -> bool:
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

    def _resolve(self, inside: Path) -> None:
        evaluation: EvaluatedGraph = self.whole
        entered: Path = ()
        for block, wish in _copies(inside):
            repeat = _repeated(evaluation, block)
            copy = min(wish, repeat - 1)
            deeper = _inside(evaluation, block, copy)
            if deeper is None:
                break
            evaluation = deeper
            entered = (*entered, block, copy) if repeat > 1 else (*entered, block)
        self.evaluation, self.inside = evaluation, entered

    def node_of(self, problem: Problem) -> NodeId | None:
        """The node shown at which a problem is, or in which; None where it is elsewhere.

        One that copies of a block have in common is shown in each, though it names the first.
        """
        blocks = nodes_on(self.inside)
        depth = len(blocks)
        if problem.path[:depth] != blocks or len(problem.path) <= depth:
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


def around(inside: Path) -> Path:
    """What leads to the graph around a block that was entered."""
    blocks = [at for at, one in enumerate(inside) if not isinstance(one, int)]
    return inside[: blocks[-1]] if blocks else ()


def levels(inside: Path) -> tuple[Path, ...]:
    """What leads to each of the blocks that were entered, from the first to the last."""
    starts = [at for at, one in enumerate(inside) if not isinstance(one, int)]
    return tuple(inside[:end] for end in (*starts[1:], len(inside))) if starts else ()


def _copies(inside: Path) -> Iterator[tuple[NodeId, int]]:
    """The blocks, each with the copy of it that is meant: the first where none is named."""
    for at, one in enumerate(inside):
        if not isinstance(one, int):
            copy = inside[at + 1] if at + 1 < len(inside) else None
            yield one, copy if isinstance(copy, int) else 0


def _repeated(evaluation: EvaluatedGraph, block: NodeId) -> int:
    node = evaluation.graph.nodes.get(block)
    layer = layer_of(evaluation.graph, node) if node is not None else None
    return layer.repeat if isinstance(layer, Block) else 1


def _inside(evaluation: EvaluatedGraph, block: NodeId, copy: int) -> EvaluatedGraph | None:
    """The graph that a block computes in one of its copies; None where there is no such block.

    Where nothing reaches it yet, it is shown as far as its nodes alone tell.
    """
    node = evaluation.graph.nodes.get(block)
    graphs = evaluation.graph.document.graphs
    if node is None or not node.blocks:
        return None
    (computed,) = node.blocks.values()
    if computed not in graphs:
        return None
    known = evaluation[block].copies
    if copy < len(known) and known[copy].graph.id == computed:
        return known[copy]
    layer = layer_of(evaluation.graph, node)
    bindings = within(graphs[computed], layer, copy) if isinstance(layer, Block) else None
    return EvaluatedGraph(graphs[computed], {}, bindings=bindings)
