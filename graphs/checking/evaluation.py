"""What is known of a graph, kept right after each step of its document with little work."""

from __future__ import annotations

from dataclasses import dataclass

from graphs.checking.evaluated_graph import EvaluatedGraph, computed_by
from graphs.document.document import DocumentChange, Graph
from graphs.document.edits import AddGraph, ChangeData, GraphId, NodeId, RemoveGraph
from graphs.layers import Layer
from graphs.setting_kinds import FieldName
from graphs.signal import Signal


@dataclass(frozen=True, slots=True)
class EvaluatedStep:
    """A step of the document, and the nodes whose results are new or gone since."""

    change: DocumentChange
    fresh: frozenset[NodeId]


class Evaluation(EvaluatedGraph):
    """Follows one graph of a document. ``changed`` tells of a step once all is right again.

    Who needs results with the document listens here: nothing rests on who heard first.
    """

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self.changed: Signal[EvaluatedStep] = Signal()
        self.close = graph.document.changed.connect(self._follow)
        """Stops following."""

    def _follow(self, change: DocumentChange) -> None:
        touched = set(change.touched.get(self.graph.id, frozenset()))
        touched |= self._blocks_with_news(change)
        if change.structure:
            touched |= self._sort()
        if any(isinstance(edit, ChangeData) for edit in change.step.edits):
            self._read_data()
            touched |= {node for node, result in self._results.items() if _asks_data(result.layer)}
        gone = self._results.keys() - self.graph.nodes.keys()
        for node in gone:
            touched |= self.graph.referring(node)
            del self._results[node]
            self._known.pop(node, None)
            self._former.pop(node, None)
            self.without_gradients.discard(node)
        fresh = self._evaluate(touched - gone)
        self.changed.emit(EvaluatedStep(change, frozenset(fresh | gone | touched)))

    def _blocks_with_news(self, change: DocumentChange) -> set[NodeId]:
        """The blocks in whose graph, or deeper, something has changed; what was known goes."""
        changed = change.touched.keys() | _come_and_gone(change)
        if changed <= {self.graph.id}:
            return set()
        graphs = self.graph.document.graphs
        news = changed | {id for id, one in graphs.items() if computed_by(one) & changed}
        self._blocks.forget(news)
        held = self.graph.blocks
        return {node for id in news for node in held.get(id, ()) if node in self.graph.nodes}


def evaluated(graph: Graph) -> Evaluation:
    """The graph as it is now, without following it further."""
    evaluation = Evaluation(graph)
    evaluation.close()
    return evaluation


def _come_and_gone(change: DocumentChange) -> set[GraphId]:
    edits = change.step.edits
    return {edit.graph for edit in edits if isinstance(edit, AddGraph | RemoveGraph)}


def _asks_data(layer: Layer | None) -> bool:
    """Whether a rule looks at the data's fields: Input nodes and losses name one."""
    return layer is not None and any(p.kind is FieldName for p in layer.parameters())
