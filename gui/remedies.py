"""Buttons for problems that carry no fix of their own: what a user would do about them by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from PySide6.QtCore import QCoreApplication

from engine.data import chosen
from graphs import evaluation as evaluations
from graphs import files, operations, structure
from graphs.document import Document, Graph
from graphs.edits import Link, NodeId, Position, Step
from graphs.evaluation import Evaluation
from graphs.layers import Layer
from graphs.layers.losses import losses
from graphs.problems import Problem, Set
from graphs.types import Kind
from gui.fitting import Loose, added, fits, type_problem

NEXT = 240
"""From one node to the one after it."""
ROW = 96
"""From one node to the one below it."""
LOSSES = ("cross_entropy_loss", "mse_loss", "bce_with_logits_loss", "bce_loss")
"""The first one that takes what there is, and suits the target, is offered."""
MANY = 50
"""With more free outputs than this nobody can say which one was meant."""


OF_THE_DATA = {structure.NO_DATA, chosen.UNKNOWN_SOURCE, chosen.WRONG_SETTING}
OF_THE_PLAN = structure.OF_THE_PLAN | {files.REPLANNED}


@dataclass(frozen=True, slots=True)
class Visit:
    """Go to a panel, where the user mends it by hand."""

    panel: str


@dataclass(frozen=True, slots=True)
class AcceptPlan:
    """Train by the plan as it is now."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a button says, and what it does."""

    label: str
    does: Step | Visit | AcceptPlan


def panel_of(problem: Problem) -> str:
    """The panel in which a problem is mended, ``data`` or ``plan``; empty for the graph itself."""
    if problem.template in OF_THE_DATA:
        return "data"
    return "plan" if problem.template in OF_THE_PLAN else ""


def remedies(document: Document, evaluation: Evaluation, problem: Problem) -> tuple[Remedy, ...]:
    """What can be done about a problem, the best first."""
    match problem.template:
        case files.REPLANNED:
            accept = Remedy(_say("Use this plan"), AcceptPlan())
            return accept, Remedy(_say("Look at the plan"), Visit("plan"))
        case template if template in OF_THE_DATA:
            return (Remedy(_say("Choose data"), Visit("data")),)
        case template if template in OF_THE_PLAN:
            return (Remedy(_say("Show the plan"), Visit("plan")),)
        case structure.NO_INPUT:
            return (Remedy(_say("Add an Input"), _add(document, "input", None)),)
        case structure.NO_OUTPUT:
            end = next(_ends(document.main, evaluation), None)
            return (Remedy(_say("Add an Output"), _add(document, "output", end)),)
        case structure.NO_LOSS:
            return (Remedy(_say("Add a loss"), _add_loss(document, evaluation)),)
        case evaluations.NOT_WIRED if problem.node is not None and problem.port is not None:
            wired = _wire(document, evaluation, NodeId(problem.node), problem.port)
            return () if wired is None else (wired,)
        case _:
            return ()


def _say(words: str) -> str:
    return QCoreApplication.translate("remedies", words)


def _ends(graph: Graph, evaluation: Evaluation) -> Iterator[Loose]:
    """Where the network ends: outputs of real numbers that feed no layer, the last one first."""
    final = {"output", *losses()}
    for node in reversed(list(evaluation.order)):
        if graph.nodes[node].layer == "input":
            continue
        fed = {k.output for k in graph.leaving(node) if graph.nodes[k.target].layer not in final}
        for output, tensor in evaluation[node].outputs.items():
            if output not in fed and tensor.kind is Kind.FLOAT:
                yield Loose(node, output)


def _add_loss(document: Document, evaluation: Evaluation) -> Step:
    for end in _ends(document.main, evaluation):
        tensor = evaluation[end.node].outputs[end.port]
        for loss in LOSSES:
            if fits(document, Layer.get(loss), tensor):
                return _add(document, loss, end)
    return _add(document, LOSSES[0], None)


def _add(document: Document, layer: str, end: Loose | None) -> Step:
    positions = document.main.positions
    if end is not None:
        x, y = positions[end.node]
        wish = x + NEXT, y
    elif layer == "input":
        wish = min((x for x, _ in positions.values()), default=0) - NEXT, _top(document)
    else:
        wish = max((x for x, _ in positions.values()), default=-NEXT) + NEXT, _top(document)
    return added(document, layer, _free(document, wish), end)[0]


def _top(document: Document) -> int:
    return min((y for _, y in document.main.positions.values()), default=0)


def _free(document: Document, wish: Position) -> Position:
    x, y = wish
    taken = list(document.main.positions.values())
    while any(abs(x - a) < NEXT - 1 and abs(y - b) < ROW - 1 for a, b in taken):
        y += ROW
    return x, y


def _wire(document: Document, evaluation: Evaluation, node: NodeId, port: str) -> Remedy | None:
    """A link from the one free output that suits; None where there is none, or a choice."""
    graph = document.main
    found: list[Link] = []
    free = list(islice(_free_outputs(graph, evaluation), MANY + 1))
    for end in free if len(free) <= MANY else ():
        if operations.refusal(document, end.node, end.port, node, port) is not None:
            continue
        link = Link(end.node, end.port, node, port)
        wrong = type_problem(document, evaluation, link)
        if wrong is None or isinstance(wrong.fix, Set):
            found.append(link)
    if len(found) != 1:
        return None
    (link,) = found
    step = operations.connect(document, link.source, link.output, node, port)
    return Remedy(_say("Wire {name} to it").format(name=graph.nodes[link.source].name), step)


def _free_outputs(graph: Graph, evaluation: Evaluation) -> Iterator[Loose]:
    for node in graph.nodes:
        wired = {link.output for link in graph.leaving(node)}
        for output in evaluation[node].outputs:
            if output not in wired:
                yield Loose(node, output)
