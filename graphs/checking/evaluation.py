"""Types, costs and problems of every node, kept right after each step with little work."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod

from graphs.checking.further_up import named
from graphs.document.document import DocumentChange, Graph
from graphs.document.edits import ChangeData, Link, Node, NodeId
from graphs.document.order import topological
from graphs.layers import Layer
from graphs.layers.spec import Ports, Reaching, Referred
from graphs.problems import Problem, Set, Unlink, problem
from graphs.setting_kinds import FieldName
from graphs.signal import Signal
from graphs.sizes import Size
from graphs.types import TensorType

NOT_WIRED = "Nothing is wired to “{name}”."
NOT_THERE = "“{setting_name}” refers to a node that is not there. Choose another or none."
ITSELF = "“{setting_name}” refers to the node itself. Choose another or none."


@dataclass(frozen=True, slots=True)
class NodeResult:
    """What is known of one node."""

    layer: Layer | None = None
    """None for an unknown kind and for settings that cannot be used."""
    given: Reaching | None = None
    """What reaches it; None while something it needs is missing."""
    outputs: Mapping[str, TensorType] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    weights: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    flops: Size = 0
    accepted: bool = False
    """Whether the type rule accepted its inputs."""
    seen: Referred | None = None
    """What others that refer to it may know; None while it is not accepted."""

    @property
    def parameters(self) -> int:
        """How many numbers it trains."""
        return sum(prod(shape) for shape in self.weights.values())


@dataclass(frozen=True, slots=True)
class _Known:
    """What a node's settings alone decide, kept until the node itself is replaced."""

    node: Node
    layer: Layer | None
    ports: Ports
    inputs: Mapping[str, bool]
    """The input ports by name, and whether they are variadic."""
    references: Mapping[str, NodeId]
    faults: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluatedStep:
    """A step of the document, and the nodes whose results are new or gone since."""

    change: DocumentChange
    fresh: frozenset[NodeId]


class Evaluation:
    """Follows one graph of a document. ``changed`` tells of a step once all is right again.

    Who needs results with the document listens here: nothing rests on who heard first.
    """

    def __init__(self, graph: Graph) -> None:
        self.changed: Signal[EvaluatedStep] = Signal()
        self.rule_calls = 0
        """How often a type rule was asked, for tests that hold the work down."""
        self.graph = graph
        self._results: dict[NodeId, NodeResult] = {}
        self._known: dict[NodeId, _Known] = {}
        self._rank: dict[NodeId, int] = {}
        self.held_up: frozenset[NodeId] = frozenset()
        """Nodes on a circle or behind one, which therefore have no place in the order."""
        data = graph.document.data
        self._fields, self._targets = data.types(), data.targets()
        self._sort()
        self._evaluate(set(graph.nodes))
        self.close = graph.document.changed.connect(self._follow)
        """Stops following."""

    def __getitem__(self, node: NodeId) -> NodeResult:
        return self._results[node]

    @property
    def results(self) -> Mapping[NodeId, NodeResult]:
        """All results by node."""
        return self._results

    @property
    def fields(self) -> Mapping[str, TensorType]:
        """The types of the data's fields."""
        return self._fields

    @property
    def order(self) -> list[NodeId]:
        """Nodes in topological order, without those on or behind a cycle."""
        return [node for node in self._rank if self._rank[node] >= 0]

    def problems(self) -> list[Problem]:
        """All problems that rules found, in topological order."""
        return [p for node in self._rank for p in self._results[node].problems]

    @property
    def parameters(self) -> int:
        """How many weights the whole graph has."""
        return sum(result.parameters for result in self._results.values())

    @property
    def trained(self) -> int:
        """How many of them are trained: those of nodes that are not frozen."""
        nodes = self.graph.nodes
        return sum(r.parameters for id, r in self._results.items() if not nodes[id].frozen)

    @property
    def flops(self) -> Size:
        """Multiply-adds of the whole graph per sample."""
        total: Size = 0
        for result in self._results.values():
            total = total + result.flops
        return total

    def _follow(self, change: DocumentChange) -> None:
        touched = set(change.touched.get(self.graph.id, frozenset()))
        if change.structure:
            touched |= self._sort()
        if any(isinstance(edit, ChangeData) for edit in change.step.edits):
            data = self.graph.document.data
            self._fields, self._targets = data.types(), data.targets()
            touched |= {node for node, result in self._results.items() if _asks_data(result.layer)}
        gone = self._results.keys() - self.graph.nodes.keys()
        for node in gone:
            touched |= self.graph.referring(node)
            del self._results[node]
            self._known.pop(node, None)
        fresh = self._evaluate(touched - gone)
        self.changed.emit(EvaluatedStep(change, frozenset(fresh | gone | touched)))

    def _sort(self) -> frozenset[NodeId]:
        """Find the order; returns the nodes that a circle now holds up, or no longer does."""
        order, cyclic = topological(self.graph)
        before, self.held_up = self.held_up, frozenset(cyclic)
        self._rank = {node: rank for rank, node in enumerate(order)}
        self._rank |= dict.fromkeys(cyclic, -1)
        return before ^ self.held_up

    def _evaluate(self, touched: set[NodeId]) -> set[NodeId]:
        """Ask touched nodes and what lies behind them; stop where types stay the same."""
        fresh: set[NodeId] = set()
        rank, queued = self._rank, set(touched)
        queue = [(rank[node], node) for node in touched]
        heapq.heapify(queue)
        while queue:
            _, node = heapq.heappop(queue)
            fresh.add(node)
            before = self._results.get(node)
            after = self._results[node] = self._ask(node)
            waiting = self._waiting(node, before, after) - queued
            queued |= waiting
            for other in waiting:
                heapq.heappush(queue, (rank[other], other))
        return fresh

    def _waiting(self, node: NodeId, before: NodeResult | None, after: NodeResult) -> set[NodeId]:
        """The nodes for which a new result makes a difference."""
        found: set[NodeId] = set()
        if before is None or before.outputs != after.outputs:
            found |= self.graph.targets(node)
        referring = self.graph.referring(node)
        if referring and (before is None or before.seen != after.seen):
            found |= referring
        return found

    def _ask(self, node: NodeId) -> NodeResult:
        known = self._know(node)
        layer = known.layer
        if layer is None:
            return NodeResult(problems=known.faults)
        if self._rank[node] < 0:
            return NodeResult(layer)
        types, missing = self._gather(node, known)
        refs, dangling = self._refer(known)
        if types is None or refs is None:
            given = (
                Reaching(types, self._fields, targets=self._targets) if types is not None else None
            )
            return NodeResult(layer, given, problems=(*missing, *dangling))
        given = Reaching(types, self._fields, refs, self._targets)
        self.rule_calls += 1
        inferred = layer.infer(given)
        if isinstance(inferred, Problem):
            return NodeResult(layer, given, problems=(self._placed(node, inferred),))
        outputs = dict(zip(known.ports.outputs, inferred, strict=True))
        weights, flops = layer.weights(given), layer.flops(given, inferred)
        caution = layer.caution(given, inferred)
        problems = (self._placed(node, caution),) if caution is not None else ()
        lent = {**weights, **_borrowed(layer, given)} if refs else weights
        seen = Referred(known.node.name, layer, lent)
        return NodeResult(layer, given, outputs, problems, weights, flops, accepted=True, seen=seen)

    def _know(self, node: NodeId) -> _Known:
        drawn, known = self.graph.nodes[node], self._known.get(node)
        if known is None or known.node is not drawn:
            made = layer_of(drawn)
            layer, faults = (None, made) if isinstance(made, tuple) else (made, ())
            ports = Ports((), ()) if layer is None else layer.ports()
            inputs = {port.name: port.variadic for port in ports.inputs}
            known = _Known(drawn, layer, ports, inputs, drawn.references, faults)
            self._known[node] = known
        return known

    def _gather(
        self, node: NodeId, known: _Known
    ) -> tuple[dict[str, tuple[TensorType, ...]] | None, tuple[Problem, ...]]:
        """Types by port, or None while some are not known; and what is not wired."""
        types: dict[str, tuple[TensorType, ...]] = {}
        problems: list[Problem] = []
        complete = True
        links = self.graph.entering(node)
        for link in links:
            source = self._results.get(link.source)
            tensor = source.outputs.get(link.output) if source is not None else None
            variadic = known.inputs.get(link.input)
            takes = variadic or (variadic is not None and link.slot == 0)
            if not takes or self._has_no_port(link, tensor):
                problems.append(_no_port(self.graph, link))
                complete = False
            elif tensor is None:
                complete = False
            else:
                types[link.input] = (*types.get(link.input, ()), tensor)
        wired = {link.input for link in links}
        for port in known.ports.inputs:
            if not port.optional and port.name not in wired:
                problems.append(_not_wired(node, port.name))
                complete = False
        return (types if complete else None), tuple(problems)

    def _refer(self, known: _Known) -> tuple[dict[str, Referred] | None, tuple[Problem, ...]]:
        """What settings refer to, or None while that is not known; and what cannot be."""
        refs: dict[str, Referred] = {}
        problems: list[Problem] = []
        node = known.node.id
        for setting, other in known.references.items():
            result = self._results.get(other)
            if other == node or other not in self.graph.nodes:
                problems.append(_dangling(node, setting, itself=other == node))
            elif result is not None and result.seen is not None:
                refs[setting] = result.seen
        return (refs if len(refs) == len(known.references) else None), tuple(problems)

    def _has_no_port(self, link: Link, tensor: TensorType | None) -> bool:
        """Whether the source lacks the output, as far as its settings tell."""
        if tensor is not None or link.source not in self.graph.nodes:
            return False
        source = self._know(link.source)
        return source.layer is not None and link.output not in source.ports.outputs

    def _placed(self, node: NodeId, found: Problem) -> Problem:
        """The problem with the node it is at and the one that feeds the port it names."""
        link = None
        if found.port is not None:
            link = next((k for k in self.graph.entering(node) if k.input == found.port), None)
        return replace(named(self.graph, link, found), node=node)


def evaluated(graph: Graph) -> Evaluation:
    """The graph as it is now, without following it further."""
    evaluation = Evaluation(graph)
    evaluation.close()
    return evaluation


def _no_port(graph: Graph, link: Link) -> Problem:
    found = problem(
        "A link leads from “{output}” to “{name}”, which is not there.",
        port=link.input,
        fix=Unlink(link.input, graph.place(link)),
        output=link.output,
        name=link.input,
    )
    return replace(found, node=link.target, other=link.source)


def _borrowed(layer: Layer, given: Reaching) -> dict[str, tuple[int, ...]]:
    """Shapes of the weights that a layer takes from nodes that it refers to."""
    shared = layer.torch(given).shared.items()
    return {name: given.refs[one.setting].weights[one.name] for name, one in shared}


def _dangling(node: NodeId, setting: str, itself: bool) -> Problem:
    template = ITSELF if itself else NOT_THERE
    found = problem(template, setting=setting, fix=Set(setting, None), setting_name=setting)
    return replace(found, node=node)


def _not_wired(node: NodeId, port: str) -> Problem:
    found = problem(NOT_WIRED, port=port, name=port)
    return replace(found, node=node)


def _asks_data(layer: Layer | None) -> bool:
    """Whether a rule looks at the data's fields: Input nodes and losses name one."""
    return layer is not None and any(p.kind is FieldName for p in layer.parameters())


def layer_of(node: Node) -> Layer | tuple[Problem, ...]:
    """The layer that a node describes, or why there is none."""
    kind = Layer.find(node.layer)
    if kind is None:
        unknown = problem(
            "This version of Layerloom has no layer “{layer}”. The node is kept as it is; "
            "remove it, or open the file with a newer version.",
            layer=node.layer,
        )
        return (replace(unknown, node=node.id),)
    faults = kind.faults(node.settings)
    if faults:
        return tuple(_unusable(node.id, kind, name, fault) for name, fault in faults.items())
    return kind.made(node.settings)


def _unusable(node: NodeId, kind: type[Layer], setting: str, fault: str) -> Problem:
    """What is wrong with a setting; the fix is the value that it has in a new node."""
    usual = kind.defaults()
    fix = Set(setting, usual[setting]) if setting in usual else None
    found = problem("{name} {fault}.", setting=setting, fix=fix, name=setting, fault=fault)
    return replace(found, node=node)


def ports_of(node: Node) -> Ports | None:
    """The ports of a node; None when nobody can tell: an unknown layer, an unusable setting."""
    layer = layer_of(node)
    return layer.ports() if isinstance(layer, Layer) else None
