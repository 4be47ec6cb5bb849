"""Problems whose cause lies upstream: at the layer that decides the number of features."""

from __future__ import annotations

from dataclasses import replace

from graphs.document.document import Graph
from graphs.document.edits import Link, NodeId
from graphs.layers import Layer
from graphs.problems import Insert, Problem

MISSING = "{missing} is missing before “{before}”."


def deciding(graph: Graph, link: Link) -> Link | None:
    """The link into the layer that decides how many features come along ``link``.

    That is the next one up with so many outputs, past layers such as Softmax; or else the next one.
    """
    first = _only(graph, link.source)
    here, seen = first, {link.source}
    while here is not None and "out_features" not in graph.nodes[here.target].settings:
        here = None if here.source in seen else _only(graph, here.source)
        seen |= {here.target} if here is not None else set()
    return here or first


def _only(graph: Graph, node: NodeId) -> Link | None:
    entering = graph.entering(node)
    return entering[0] if len(entering) == 1 else None


def named(graph: Graph, link: Link | None, found: Problem) -> Problem:
    """A problem with the other node it is about: what feeds it, or lacks something before it."""
    fix = found.recipe
    if link is None or not isinstance(fix, Insert) or not fix.ahead:
        return found if link is None else replace(found, other=link.source)
    into = deciding(graph, link)
    if into is None:
        return replace(found, other=link.source)
    before = graph.nodes[into.target]
    names = {"missing": Layer.get(fix.layer).title, "before": before.name}
    return replace(found, more=MISSING, values={**found.values, **names}, other=before.id)
