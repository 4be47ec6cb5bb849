"""Turns the fix that a problem carries into a step, and offers only those that really mend it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, assert_never

from graphs.checking import structure
from graphs.checking.evaluation import Evaluation
from graphs.checking.further_up import deciding
from graphs.document.document import Document, Graph
from graphs.document.edits import Connect, Disconnect, Link, NodeId, Step, undone
from graphs.errors import StepError
from graphs.layers import Layer
from graphs.mending.reordering import reordered
from graphs.problems import (
    Bypass,
    Insert,
    Problem,
    Recipe,
    Remove,
    Reorder,
    Replace,
    Set,
    Severity,
    Unlink,
)
from graphs.steps import operations
from graphs.wording.phrases import fillings, phrase

MISTAKES_AT_ONCE = 3
"""So many mistakes at one node are mended one after the other."""


def label(problem: Problem) -> str | None:
    """The words on the fix's button; None when there is no fix."""
    match problem.recipe:
        case None:
            return None
        case Set() as fix:
            return fix.words or _set_words(fix)
        case Insert(layer):
            return phrase("Insert {layer}", layer=Layer.get(layer).title)
        case Unlink():
            return phrase("Remove the link")
        case Bypass():
            return phrase("Wire it to what comes before")
        case Reorder():
            return _of_the_nodes(phrase("Move {moved} before {ahead}"), problem)
        case Replace(layer):
            return phrase("Make it {layer}", layer=Layer.get(layer).title)
        case Remove():
            return phrase("Delete the node")
        case _:
            assert_never(problem.recipe)


def _of_the_nodes(words: str, problem: Problem) -> str:
    return words.format_map(fillings(problem.values))


def _set_words(fix: Set) -> str:
    if fix.value is None or fix.value == ():
        return phrase("Set {setting} to none", setting=fix.setting)
    return phrase("Set {setting} to {value}", setting=fix.setting, value=_spelled(fix.value))


def _spelled(value: Any) -> str:
    """A value as people write it: several with commas between, and 249 rather than 249.0."""
    if isinstance(value, tuple):
        return ", ".join(map(_spelled, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def step(document: Document, problem: Problem) -> Step | None:
    """The step that mends ``problem``, tried on a copy first.

    None when the problem carries no fix, or when afterwards it would still be there or another
    error would have come. An error further down that could not be seen before is not a new one, and
    at the node itself one may come to light that further fixes mend: of two mistakes at one node
    only the first can be seen.
    """
    if problem.node is None or problem.recipe is None:
        return None
    return Trial(document).step(problem)


class Trial:
    """Tries fixes on a copy of a document, of which it knows all that is wrong.

    For several problems of the same document: a document of a thousand nodes is evaluated once,
    and with each fix only what follows from it.
    """

    def __init__(self, document: Document) -> None:
        self._document = document.copy()
        self._evaluation = Evaluation(self._document.main)  # with all that its blocks hold
        self._known = frozenset(self._found())
        self._waiting = frozenset(n for n, r in self._evaluation.results.items() if not r.accepted)
        """Nodes behind which mistakes may be hidden."""

    def step(self, problem: Problem) -> Step | None:
        """The step that mends a problem of the document, as the function ``step`` says."""
        mend = _mend(problem, self._document)
        if mend is None or not mend.edits:
            return None
        waiting = self._waiting
        node = self._evaluation.results.get(NodeId(problem.path[0]))
        if node is not None and node.layer is not None:  # else its own mistakes were hidden, too
            waiting -= {NodeId(problem.path[0])}
        seen = _Seen(problem, self._known, waiting)
        return mend if self._leads(mend, seen, MISTAKES_AT_ONCE) else None

    def _leads(self, mend: Step, seen: _Seen, steps: int) -> bool:
        """Whether all is well after a step, or so many bring that about, of which it is the first.

        A second one mends what has come at the node itself. The copy is as it was afterwards.
        """
        try:
            self._document.apply(mend)
        except StepError:
            return False
        try:
            come = [one for one in self._found().values() if seen.is_news(one)]
            if not come:
                return True
            if steps == 1 or any(one.path != seen.mended.path for one in come):
                return False
            further = [_mend(one, self._document) for one in come]
            return any(m and m.edits and self._leads(m, seen, steps - 1) for m in further)
        finally:
            self._document.apply(undone(mend))

    def _found(self) -> dict[_Key, Problem]:
        found = structure.problems(self._document, self._evaluation)
        return {_key(one): one for one in found}


def _mend(problem: Problem, document: Document) -> Step | None:
    """The fix of a problem as a step in the graph that it is in."""
    if problem.recipe is None or not problem.path:
        return None
    path = tuple(map(NodeId, problem.path))
    return _step(problem.recipe, document.graph_at(path), path[-1])


_Key = tuple[tuple[str, ...], str, Severity]


def _key(problem: Problem) -> _Key:
    """What makes it the same problem, even if its numbers are others now."""
    return problem.path, problem.template, problem.severity


@dataclass(frozen=True, slots=True)
class _Seen:
    """How things stood before a problem is mended."""

    mended: Problem
    known: frozenset[_Key]
    """All that was wrong already, itself included."""
    waiting: frozenset[NodeId]
    """Nodes that were not accepted, behind which mistakes may have been hidden."""

    def is_news(self, found: Problem) -> bool:
        """Whether it is still there, or has come with what was to mend it."""
        key = _key(found)
        if key == _key(self.mended):
            return True
        is_new = key not in self.known and found.severity is Severity.ERROR
        return is_new and self.waiting.isdisjoint(found.path[:1])


def _step(fix: Recipe, graph: Graph, node: NodeId) -> Step | None:
    match fix:
        case Set():
            return _set(fix, graph, node)
        case Insert():
            return _insert(fix, graph, node)
        case Unlink():
            return _unlink(fix, graph, node)
        case Bypass():
            return _bypass(fix, graph, node)
        case Reorder():
            return reordered(graph, fix)
        case Replace(layer):
            return operations.replaced(graph, node, layer)
        case Remove():
            return operations.delete(graph, [node])
        case _:
            assert_never(fix)


def _entering(graph: Graph, node: NodeId, port: str, slot: int = 0) -> Link | None:
    links = [link for link in graph.entering(node) if link.input == port]
    return links[slot] if slot < len(links) else None


def _set(fix: Set, graph: Graph, node: NodeId) -> Step | None:
    if fix.port is None:
        return operations.set_setting(graph, node, fix.setting, fix.value)
    link = _entering(graph, node, fix.port)
    while link is not None:  # past layers such as Dropout to the first that has the setting
        if fix.setting in graph.nodes[link.source].settings:
            return operations.set_setting(graph, link.source, fix.setting, fix.value)
        entering = graph.entering(link.source)
        link = entering[0] if len(entering) == 1 else None
    return None


def _insert(fix: Insert, graph: Graph, node: NodeId) -> Step | None:
    link = _entering(graph, node, fix.port, fix.slot)
    if link is not None and fix.ahead:
        link = deciding(graph, link)
    if link is None:
        return None
    return operations.insert_on(graph, link, fix.layer, **fix.settings)


def _unlink(fix: Unlink, graph: Graph, node: NodeId) -> Step | None:
    link = _entering(graph, node, fix.port, fix.slot)
    return None if link is None else Step(phrase("Disconnect"), (Disconnect(graph.id, link),))


def _bypass(fix: Bypass, graph: Graph, node: NodeId) -> Step | None:
    link = _entering(graph, node, fix.port)
    before = graph.entering(link.source) if link is not None else []
    if link is None or len(before) != 1:
        return None
    if graph.leaving(link.source) == [link]:  # nothing else needs it, so it goes
        return operations.dissolve(graph, link.source)
    around = replace(link, source=before[0].source, output=before[0].output)
    return Step(phrase("Bypass"), (Disconnect(graph.id, link), Connect(graph.id, around)))
