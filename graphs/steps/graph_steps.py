"""Graphs beside the main one, as steps: they come, and go when no block computes them."""

from __future__ import annotations

from graphs.document.document import Document
from graphs.document.edits import (
    MAIN,
    AddGraph,
    AddNode,
    BlockDefinition,
    ChangeDefinition,
    ChangeNode,
    Connect,
    Disconnect,
    Edit,
    GraphId,
    RemoveGraph,
    RemoveNode,
    Step,
)
from graphs.problems import Problem, problem
from graphs.steps import annotation_steps, operations
from graphs.steps.annotation_steps import Marks
from graphs.wording.phrases import phrase


def add_graph(document: Document) -> tuple[Step, GraphId]:
    """A graph in which nothing is drawn yet, and its id."""
    id = operations.new_graph_id()
    return Step(phrase("Add graph"), (AddGraph(id),)), id


def deletion_refusal(document: Document, graph: GraphId) -> Problem | None:
    """Why a graph cannot be deleted; None when it can."""
    if graph == MAIN:
        return problem("The main graph is what is trained. Delete its nodes instead.")
    users = sorted(
        other.nodes[node].name
        for other in document.graphs.values()
        for node in other.blocks.get(graph, ())
        if other.id != graph
    )
    if users:
        return problem("{names} compute this graph. Delete them first.", names=", ".join(users))
    return None


def delete_graph(document: Document, graph: GraphId) -> Step:
    """Remove a graph that ``deletion_refusal`` has nothing against, and all that is in it.

    Blocks that compute it, and so links at their ports, are gone by then.
    """
    drawn = document.graphs[graph]
    marks = Marks(frozenset(drawn.frames), frozenset(drawn.notes))
    emptied = operations.delete(drawn, list(drawn.nodes)).edits
    own = (AddNode, RemoveNode, ChangeNode, Connect, Disconnect)
    edits: list[Edit] = [e for e in emptied if isinstance(e, own) and e.graph == graph]
    edits += annotation_steps.removed(drawn, marks)
    if drawn.definition != BlockDefinition():
        edits.append(ChangeDefinition(graph, drawn.definition, BlockDefinition()))
    return Step(phrase("Delete graph"), (*edits, RemoveGraph(graph)))
