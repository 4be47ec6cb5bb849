"""Turns the fix that a problem carries into a step, and offers only those that really mend it."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from graphs import operations, structure
from graphs.document import Document, Graph
from graphs.edits import MAIN, Connect, Disconnect, Link, NodeId, Step
from graphs.errors import StepError
from graphs.evaluation import Evaluation, evaluated
from graphs.layers import Layer
from graphs.problems import (
    Bypass,
    Insert,
    Problem,
    Recipe,
    Remove,
    Replace,
    Set,
    Severity,
    Unlink,
)
from graphs.texts import text


def label(problem: Problem) -> str | None:
    """The words on the fix's button; None when there is no fix."""
    match problem.fix:
        case None:
            return None
        case Set(setting, None):
            return text("Set {setting} to none").format(setting=setting)
        case Set(setting, value):
            return text("Set {setting} to {value}").format(setting=setting, value=value)
        case Insert(layer):
            return text("Insert {layer}").format(layer=Layer.get(layer).title)
        case Unlink():
            return text("Remove the link")
        case Bypass():
            return text("Wire it to what comes before")
        case Replace(layer):
            return text("Make it {layer}").format(layer=Layer.get(layer).title)
        case Remove():
            return text("Delete the node")
        case _:
            assert_never(problem.fix)


def step(document: Document, problem: Problem) -> Step | None:
    """The step that mends ``problem``, tried on a copy first.

    None when the problem carries no fix, or when afterwards it would still be there or another
    error would have come. An error further down that could not be seen before is not a new one.
    """
    if problem.fix is None or problem.node is None:
        return None
    mend = _step(problem.fix, document, NodeId(problem.node))
    if mend is None or not mend.edits:
        return None
    trial = document.copy()
    try:
        trial.apply(mend)
    except StepError:
        return None
    earlier = evaluated(document)
    before, after = _found(document, earlier), _found(trial, evaluated(trial))
    waiting = {n for n, result in earlier.results.items() if not result.accepted} - {problem.node}
    come = {key for key in after - before if key[2] is Severity.ERROR and key[0] not in waiting}
    return None if come or _key(problem) in after else mend


_Key = tuple[str | None, str, Severity]


def _key(problem: Problem) -> _Key:
    """What makes it the same problem, even if its numbers are others now."""
    return problem.node, problem.template, problem.severity


def _found(document: Document, evaluation: Evaluation) -> set[_Key]:
    return {_key(one) for one in structure.problems(document, evaluation)}


def _step(fix: Recipe, document: Document, node: NodeId) -> Step | None:
    match fix:
        case Set():
            return _set(fix, document, node)
        case Insert():
            return _insert(fix, document, node)
        case Unlink():
            return _unlink(fix, document, node)
        case Bypass():
            return _bypass(fix, document, node)
        case Replace(layer):
            return operations.replaced(document, node, layer)
        case Remove():
            return operations.delete(document, [node])
        case _:
            assert_never(fix)


def _entering(graph: Graph, node: NodeId, port: str, slot: int = 0) -> Link | None:
    links = [link for link in graph.entering(node) if link.input == port]
    return links[slot] if slot < len(links) else None


def _set(fix: Set, document: Document, node: NodeId) -> Step | None:
    graph = document.main
    if fix.port is None:
        return operations.set_setting(document, node, fix.setting, fix.value)
    link = _entering(graph, node, fix.port)
    while link is not None:  # past layers such as Dropout to the first that has the setting
        if fix.setting in graph.nodes[link.source].settings:
            return operations.set_setting(document, link.source, fix.setting, fix.value)
        entering = graph.entering(link.source)
        link = entering[0] if len(entering) == 1 else None
    return None


def _insert(fix: Insert, document: Document, node: NodeId) -> Step | None:
    link = _entering(document.main, node, fix.port, fix.slot)
    if link is not None and fix.ahead:
        link = next(iter(document.main.entering(link.source)), None)
    if link is None:
        return None
    return operations.insert_on(document, link, fix.layer, **fix.settings)


def _unlink(fix: Unlink, document: Document, node: NodeId) -> Step | None:
    link = _entering(document.main, node, fix.port, fix.slot)
    return None if link is None else Step("Disconnect", (Disconnect(MAIN, link),))


def _bypass(fix: Bypass, document: Document, node: NodeId) -> Step | None:
    graph = document.main
    link = _entering(graph, node, fix.port)
    before = graph.entering(link.source) if link is not None else []
    if link is None or len(before) != 1:
        return None
    if graph.leaving(link.source) == [link]:  # nothing else needs it, so it goes
        return operations.dissolve(document, link.source)
    around = replace(link, source=before[0].source, output=before[0].output)
    return Step("Bypass", (Disconnect(MAIN, link), Connect(MAIN, around)))
