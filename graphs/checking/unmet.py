"""What a node lacks before its type rule can be evaluated: links, ports, referenced nodes."""

from __future__ import annotations

from dataclasses import replace

from graphs.document.document import Graph
from graphs.document.edits import Link, NodeId
from graphs.problems import Problem, Set, Unlink, problem

NOT_WIRED = "Nothing is wired to “{name}”."
NOT_THERE = "“{setting_name}” refers to a node that is not there. Choose another or none."
ITSELF = "“{setting_name}” refers to the node itself. Choose another or none."


def no_port(graph: Graph, link: Link) -> Problem:
    """That a port of a link is not there."""
    found = problem(
        "A link leads from “{output}” to “{name}”, which is not there.",
        port=link.input,
        fix=Unlink(link.input, graph.place(link)),
        output=link.output,
        name=link.input,
    )
    return replace(found, path=(link.target,), other=link.source)


def dangling(node: NodeId, setting: str, itself: bool) -> Problem:
    """That a setting refers to a node that cannot lend anything."""
    template = ITSELF if itself else NOT_THERE
    found = problem(template, setting=setting, fix=Set(setting, None), setting_name=setting)
    return replace(found, path=(node,))


def not_wired(node: NodeId, port: str) -> Problem:
    """That nothing enters a port that needs something."""
    return replace(problem(NOT_WIRED, port=port, name=port), path=(node,))
