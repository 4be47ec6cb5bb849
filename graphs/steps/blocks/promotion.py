"""What blocks of a graph can be given: its promoted parameters, as settings inside take them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphs.describe import Parameter
from graphs.document.document import Graph
from graphs.document.edits import GraphId
from graphs.layers import Layer
from graphs.setting_kinds import Promoted


def promoted_parameters(graph: Graph) -> tuple[Parameter, ...]:
    """The promoted parameters of a graph that some setting takes, by name.

    Each is of the kind, and within the limits, of the first setting that takes it.
    """
    usual = graph.definition.parameters
    found: list[Parameter] = []
    for name in sorted(usual):
        taken = next(_taking(graph, name, frozenset()), None)
        if taken is not None:
            found.append(replace(taken, name=name, title_template=name, default=usual[name]))
    return tuple(found)


def _taking(graph: Graph, name: str, within: frozenset[GraphId]) -> Iterator[Parameter]:
    """The settings that take a parameter, also those of blocks inside that hand it on."""
    graphs = graph.document.graphs
    for id in sorted(graph.nodes):
        node = graph.nodes[id]
        kind = Layer.find(node.layer)
        for setting in kind.parameters() if kind is not None else ():
            if node.settings.get(setting.name) == Promoted(name):
                yield setting
        handed: dict[str, Any] = node.settings.get("values") or {}
        for inner in node.blocks.values():
            if inner not in graphs or inner in within:
                continue
            for called, value in sorted(handed.items()):
                if value == Promoted(name):
                    yield from _taking(graphs[inner], called, within | {graph.id})
