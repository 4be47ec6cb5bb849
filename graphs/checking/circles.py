"""Cycles: nodes that need each other, so that none of them can be computed first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphs.document.document import Graph
from graphs.document.edits import Link, NodeId
from graphs.problems import Problem, Set, Unlink, problem

if TYPE_CHECKING:  # it takes a fifth of a second, and circles are rare
    import networkx as nx


def circles(graph: Graph) -> list[Problem]:
    """All of them: those of links, then those that references close."""
    return [*_cycles(graph), *_knots(graph)]


def _structure(graph: Graph) -> nx.MultiDiGraph[NodeId]:
    import networkx as nx

    structure: nx.MultiDiGraph[NodeId] = nx.MultiDiGraph()
    structure.add_nodes_from(graph.nodes)
    structure.add_edges_from((link.source, link.target) for link in graph.links())
    return structure


def _cycles(graph: Graph) -> list[Problem]:
    """One problem for each knot of nodes that need each other, at the link that is best cut."""
    import networkx as nx

    found = []
    for knot in nx.strongly_connected_components(_structure(graph)):
        inside = [k for node in knot for k in graph.entering(node) if k.source in knot]
        if not inside:
            continue  # one node alone, without a link to itself
        cut = min(inside, key=lambda k: _needed(graph, k))
        names = sorted(graph.nodes[node].name for node in knot)
        circle = problem(
            "{names} need each other in a circle, so none can come first. "
            "Remove a link between them.",
            port=cut.input,
            fix=Unlink(cut.input, graph.place(cut)),
            names=", ".join(names),
        )
        found.append(replace(circle, path=(cut.target,), other=cut.source))
    return sorted(found, key=lambda p: p.path)


def _knots(graph: Graph) -> list[Problem]:
    """One problem for each reference to a node that, by links or references, needs the referrer."""
    structure = _structure(graph)
    linked = _components(structure)
    structure.add_edges_from(
        (other, node) for node in graph.nodes for other in graph.referred(node)
    )
    knot = _components(structure)
    return [
        replace(
            problem(
                "“{name}” refers to “{other}”, which itself needs “{name}”, so neither can come "
                "first. Choose another node or none.",
                setting=setting,
                fix=Set(setting, None),
                name=node.name,
                other=graph.nodes[other].name,
            ),
            path=(node.id,),
            other=other,
        )
        for node in sorted(graph.nodes.values(), key=lambda node: node.id)
        for setting, other in node.references.items()
        if other in graph.referred(node.id)
        and knot[other] == knot[node.id]
        and linked[other] != linked[node.id]
    ]


def _components(structure: nx.MultiDiGraph[NodeId]) -> dict[NodeId, int]:
    """By node, the number of the knot of nodes that need each other."""
    import networkx as nx

    knots = enumerate(nx.strongly_connected_components(structure))
    return {node: number for number, knot in knots for node in knot}


def _needed(graph: Graph, link: Link) -> tuple[int, NodeId, str, int]:
    """Least for a link beside which many others enter the same port; ties by id."""
    there = sum(k.input == link.input for k in graph.entering(link.target))
    return -there, link.target, link.input, link.slot
