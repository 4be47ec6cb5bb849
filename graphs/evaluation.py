"""Types, costs and problems of every node, kept right after each step with as little work as can be."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod

from graphs.document import Change, Document, Graph
from graphs.edits import ChangeData, NodeId
from graphs.layers import Layer
from graphs.layers.spec import Given, Outputs
from graphs.order import topological
from graphs.problems import Problem, Severity, problem
from graphs.signal import Signal
from graphs.sizes import Size
from graphs.types import TensorType


@dataclass(frozen=True, slots=True)
class Result:
    """What is known of one node."""

    layer: Layer | None = None
    """None for an unknown kind and for settings that cannot be used."""
    given: Given | None = None
    """What reaches it; None while something it needs is missing."""
    outputs: Mapping[str, TensorType] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    weights: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    flops: Size = 0
    accepted: bool = False
    """Whether the type rule accepted its inputs."""

    @property
    def parameters(self) -> int:
        """How many numbers it trains."""
        return sum(prod(shape) for shape in self.weights.values())


class Evaluation:
    """Follows a document. ``changed`` tells, once per step, which nodes have new results."""

    def __init__(self, document: Document) -> None:
        self.changed: Signal[frozenset[NodeId]] = Signal()
        self.rule_calls = 0
        """How often a type rule was asked, for tests that hold the work down."""
        self._document = document
        self._results: dict[NodeId, Result] = {}
        self._rank: dict[NodeId, int] = {}
        self._fields = document.data.types()
        self._sort()
        self._evaluate(set(document.main.nodes))
        self.close = document.changed.connect(self._follow)
        """Stops following."""

    def __getitem__(self, node: NodeId) -> Result:
        return self._results[node]

    @property
    def results(self) -> Mapping[NodeId, Result]:
        """All results by node."""
        return self._results

    @property
    def order(self) -> list[NodeId]:
        """Nodes in topological order, without those on or behind a cycle."""
        return [node for node in self._rank if self._rank[node] >= 0]

    def problems(self) -> list[Problem]:
        """All problems that rules found, in topological order."""
        return [p for node in self._rank for p in self._results[node].problems]

    @property
    def parameters(self) -> int:
        """How many numbers the whole graph trains."""
        return sum(result.parameters for result in self._results.values())

    @property
    def flops(self) -> Size:
        """Multiply-adds of the whole graph per sample."""
        total: Size = 0
        for result in self._results.values():
            total = total + result.flops
        return total

    @property
    def graph(self) -> Graph:
        """The graph that is followed."""
        return self._document.main

    def _follow(self, change: Change) -> None:
        touched = set(change.touched.get("main", frozenset()))
        if change.structure:
            self._sort()
        if any(isinstance(edit, ChangeData) for edit in change.step.edits):
            self._fields = self._document.data.types()
            touched |= {node for node, result in self._results.items() if _asks_data(result.layer)}
        gone = self._results.keys() - self.graph.nodes.keys()
        for node in gone:
            del self._results[node]
        fresh = self._evaluate(touched - gone)
        if fresh or gone or touched:
            self.changed.emit(frozenset(fresh | gone | touched))

    def _sort(self) -> None:
        order, cyclic = topological(self.graph)
        self._rank = {node: rank for rank, node in enumerate(order)}
        self._rank |= dict.fromkeys(cyclic, -1)

    def _evaluate(self, touched: set[NodeId]) -> set[NodeId]:
        """Ask the rules of touched nodes and of what lies behind; stop where types stay the same."""
        fresh: set[NodeId] = set()
        queue = [(self._rank[node], node) for node in touched]
        heapq.heapify(queue)
        while queue:
            _, node = heapq.heappop(queue)
            if node in fresh:
                continue
            fresh.add(node)
            before = self._results.get(node)
            after = self._results[node] = self._ask(node)
            if before is None or before.outputs != after.outputs:
                for link in self.graph.leaving(node):
                    if link.target not in fresh:
                        heapq.heappush(queue, (self._rank[link.target], link.target))
        return fresh

    def _ask(self, node: NodeId) -> Result:
        made = layer_of(self.graph, node)
        if isinstance(made, tuple):
            return Result(problems=made)
        if self._rank[node] < 0:
            return Result(made)
        types, missing = self._gather(node, made)
        placed = tuple(replace(p, node=node) for p in missing)
        if types is None:
            return Result(made, problems=placed)
        given = Given(types, self._fields)
        self.rule_calls += 1
        inferred = made.infer(given)
        if isinstance(inferred, Problem):
            return Result(made, given, problems=(self._placed(node, inferred),))
        return _accepted(made, given, inferred, placed)

    def _gather(
        self, node: NodeId, layer: Layer
    ) -> tuple[dict[str, tuple[TensorType, ...]] | None, list[Problem]]:
        """Types by port, or None while some are not known; and what is not wired."""
        types: dict[str, list[TensorType]] = {}
        problems: list[Problem] = []
        known = True
        ports = layer.ports()
        for link in self.graph.entering(node):
            source = self._results.get(link.source)
            tensor = source.outputs.get(link.output) if source is not None else None
            if ports.input(link.input) is None or self._has_no_port(link.source, link.output):
                problems.append(_no_port(link.input, link.output))
                known = False
            elif tensor is None:
                known = False
            else:
                types.setdefault(link.input, []).append(tensor)
        wired = {link.input for link in self.graph.entering(node)}
        for port in ports.inputs:
            if not port.optional and port.name not in wired:
                problems.append(
                    problem("Nothing is wired to “{name}”.", port=port.name, name=port.name)
                )
                known = False
        return ({p: tuple(t) for p, t in types.items()} if known else None), problems

    def _has_no_port(self, node: NodeId, output: str) -> bool:
        source = self._results.get(node)
        layer = source.layer if source is not None else None
        return layer is not None and output not in layer.ports().outputs

    def _placed(self, node: NodeId, found: Problem) -> Problem:
        """The problem with the node it is at and the one that feeds the port it names."""
        link = None
        if found.port is not None:
            link = next((k for k in self.graph.entering(node) if k.input == found.port), None)
        return replace(found, node=node, other=link.source if link is not None else None)


def _no_port(port: str, output: str) -> Problem:
    return problem(
        "A link leads from “{output}” to “{port}”, which is not there.", port=port, output=output
    )


def _accepted(
    layer: Layer, given: Given, inferred: Outputs, problems: tuple[Problem, ...]
) -> Result:
    outputs = dict(zip(layer.ports().outputs, inferred, strict=True))
    return Result(
        layer,
        given,
        outputs,
        problems,
        layer.weights(given),
        layer.flops(given, inferred),
        accepted=True,
    )


def _asks_data(layer: Layer | None) -> bool:
    """Whether a rule looks at the data's fields: Input nodes and losses."""
    return layer is not None and bool({"field", "target"} & layer.settings.keys())


def layer_of(graph: Graph, node: NodeId) -> Layer | tuple[Problem, ...]:
    """The layer that a node describes, or why there is none."""
    drawn = graph.nodes[node]
    kind = Layer.find(drawn.layer)
    if kind is None:
        unknown = problem(
            "This version of Layerloom has no layer “{layer}”. The node is kept as it is; "
            "remove it, or open the file with a newer version.",
            layer=drawn.layer,
        )
        return (replace(unknown, node=node),)
    faults = kind.faults(drawn.settings)
    if faults:
        return tuple(
            replace(problem("{name} {fault}.", setting=name, name=name, fault=fault), node=node)
            for name, fault in faults.items()
        )
    return kind.made(drawn.settings)


def stops_training(problems: list[Problem]) -> bool:
    """Whether one of them is an error."""
    return any(p.severity is Severity.ERROR for p in problems)
