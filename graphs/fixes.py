"""Turns the fix that a problem carries into a step, and offers only those that really mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import singledispatch

from graphs import operations
from graphs.document import Document, Graph
from graphs.edits import MAIN, Connect, Disconnect, Link, NodeId, Step
from graphs.errors import StepError
from graphs.evaluation import Evaluation
from graphs.layers import Layer
from graphs.problems import (
    Bypass,
    Insert,
    Problem,
    Recipe,
    Remove,
    Rename,
    Replace,
    Set,
    Severity,
    Unlink,
)
from graphs.problems import Link as WireUp
from graphs.texts import text


def label(problem: Problem) -> str | None:
    """The words on the fix's button; None when there is no fix."""
    return None if problem.fix is None else _label(problem.fix)


def step(document: Document, problem: Problem) -> Step | None:
    """The step that mends ``problem``, tried on a copy first.

    None when the problem carries no fix, or when afterwards it would still be there or another
    error would have come.
    """
    if problem.fix is None or problem.node is None:
        return None
    mend = _steps(problem.fix, document, NodeId(problem.node))
    if mend is None or not mend.edits:
        return None
    before = _errors(document)
    trial = document.copy()
    try:
        trial.apply(mend)
    except StepError:
        return None
    mine = (problem.node, problem.template)
    after = _errors(trial)
    return mend if mine not in after and after <= before else None


def _errors(document: Document) -> set[tuple[str | None, str]]:
    found = Evaluation(document).problems()
    return {(p.node, p.template) for p in found if p.severity is Severity.ERROR}


@singledispatch
def _label(fix: object) -> str:
    raise TypeError(fix)


@_label.register
def _(fix: Set) -> str:
    return text("Set {setting} to {value}").format(setting=fix.setting, value=fix.value)


@_label.register
def _(fix: Insert) -> str:
    return text("Insert {layer}").format(layer=Layer.get(fix.layer).title)


@_label.register
def _(fix: Unlink) -> str:
    return text("Remove the link")


@_label.register
def _(fix: Bypass) -> str:
    return text("Wire it to what comes before")


@_label.register
def _(fix: Replace) -> str:
    return text("Make it {layer}").format(layer=Layer.get(fix.layer).title)


@_label.register
def _(fix: Rename) -> str:
    return text("Rename it to {name}").format(name=fix.name)


@_label.register
def _(fix: Remove) -> str:
    return text("Delete the node")


@_label.register
def _(fix: WireUp) -> str:
    return text("Wire {port}").format(port=fix.port)


def _entering(graph: Graph, node: NodeId, port: str, slot: int = 0) -> Link | None:
    links = [link for link in graph.entering(node) if link.input == port]
    return links[slot] if slot < len(links) else None


def _steps(fix: Recipe, document: Document, node: NodeId) -> Step | None:
    made: dict[type, Callable[..., Step | None]] = {
        Set: _set,
        Insert: _insert,
        Unlink: _unlink,
        Bypass: _bypass,
        Replace: _replace,
        Rename: lambda f, d, n: operations.rename(d, n, f.name),
        Remove: lambda f, d, n: operations.delete(d, [n]),
        WireUp: lambda f, d, n: operations.connect(d, NodeId(f.source), f.output, n, f.port),
    }
    return made[type(fix)](fix, document, node)


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
    link = _entering(document.main, node, fix.port)
    return None if link is None else Step("Disconnect", (Disconnect(MAIN, link),))


def _bypass(fix: Bypass, document: Document, node: NodeId) -> Step | None:
    link = _entering(document.main, node, fix.port)
    before = document.main.entering(link.source) if link is not None else []
    if link is None or len(before) != 1:
        return None
    around = replace(link, source=before[0].source, output=before[0].output)
    return Step("Bypass", (Disconnect(MAIN, link), Connect(MAIN, around)))


def _replace(fix: Replace, document: Document, node: NodeId) -> Step | None:
    old, kind = document.main.nodes[node], Layer.get(fix.layer)
    defaults = kind.defaults()
    kept = {name: value for name, value in old.settings.items() if name in defaults}
    new = replace(old, layer=fix.layer, settings={**defaults, **kept})
    return operations.changed_node(document, new, _label(fix))
