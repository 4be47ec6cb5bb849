"""Buttons for problems without an automatic fix: the first step of mending them by hand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from PySide6.QtCore import QCoreApplication

from engine.data.choosing import chosen
from graphs import files
from graphs.checking import structure, unmet
from graphs.checking.evaluated_graph import EvaluatedGraph
from graphs.checking.evaluation import Evaluation
from graphs.checking.node_kinds import ports_of
from graphs.document.document import Document, Graph
from graphs.document.edits import Link, NodeId, Step
from graphs.layers import ends
from graphs.mending import missing
from graphs.problems import Problem
from graphs.steps import operations

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
        case ends.NO_FIELD if not document.data.fields:
            return (Remedy(_say("Choose data"), Visit("data")),)
        case template if template in OF_THE_PLAN:
            return (Remedy(_say("Show the plan"), Visit("plan")),)
        case structure.NO_INPUT:
            return (Remedy(_say("Add an Input"), missing.input_step(evaluation)),)
        case structure.NO_OUTPUT:
            return (Remedy(_say("Add an Output"), missing.output_step(evaluation)),)
        case structure.NO_LOSS:
            return (Remedy(_say("Add a loss"), missing.loss_step(evaluation)),)
        case unmet.NOT_WIRED if problem.path and problem.port is not None:
            return _wirings(evaluation, problem, problem.port)
        case _:
            return ()


def _say(words: str) -> str:
    return QCoreApplication.translate("remedies", words)


def _wirings(evaluation: EvaluatedGraph, problem: Problem, port: str) -> tuple[Remedy, ...]:
    """Buttons that wire a place to a port that has nothing, in the graph that it is in."""
    *blocks, node = map(NodeId, problem.path)
    for block, copy in zip_longest(blocks, problem.copies[: len(blocks)]):
        copies = evaluation[block].copies
        if len(copies) <= (copy or 0):
            return ()
        evaluation = copies[copy or 0]
    found = missing.links_for(evaluation, node, port)
    return tuple(_wiring(evaluation.graph, link) for link in found)


def _wiring(graph: Graph, link: Link) -> Remedy:
    step = operations.connect(graph, link.source, link.output, link.target, link.input)
    source = graph.nodes[link.source]
    ports = ports_of(graph, source)
    if ports is not None and len(ports.outputs) > 1:  # several buttons may be for one node
        words = _say("Wire {output} of {name} to it")
        return Remedy(words.format(output=link.output, name=source.name), step)
    return Remedy(_say("Wire {name} to it").format(name=source.name), step)
