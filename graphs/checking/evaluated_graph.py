"""Types, costs and problems of the nodes of one graph, as their rules say them when asked."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from math import prod
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from graphs.checking.among_samples import among_samples, behind_masks
from graphs.checking.circles import circles
from graphs.checking.copies import BlockResults, followed
from graphs.checking.further_up import named
from graphs.checking.node_kinds import Bindings, NodeKind, block_ends, kind_of, said_in_vain
from graphs.checking.unmet import dangling, no_port, not_wired
from graphs.document.document import Graph
from graphs.document.edits import GraphId, Link, NodeId
from graphs.document.order import topological
from graphs.document.walk import reached
from graphs.layers import Layer
from graphs.layers.blocks import Block
from graphs.layers.spec import Call, Inside, Reaching, Referred
from graphs.layers.weighted import WEIGHTS_OF, Weighted, lending_fault
from graphs.problems import Problem, Severity, problem
from graphs.sizes import Size
from graphs.types import Kind, TensorType

NO_GRAPH = "“{setting_name}” refers to a graph that is not there. Choose another."
WITHIN_ITSELF = "“{name}” computes the graph that it lies in, so it has no end. Choose another."
TOO_DEEP = "Blocks lie in each other more than {most} deep. Draw some of them side by side."
ONLY_OUTSIDE = "“{layer}” takes part in training, so it belongs into the main graph. Move it there."
MOST_DEEP = 30

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


class NodeResult(NamedTuple):
    """What is known of one node. Many are made in each step, and a tuple is made quickly."""

    layer: Layer | None = None
    """None for an unknown kind and for settings that cannot be used."""
    given: Reaching | None = None
    """What reaches it; None while something it needs is missing."""
    outputs: Mapping[str, TensorType] = _NONE
    problems: tuple[Problem, ...] = ()
    weights: Mapping[str, tuple[int, ...]] = _NONE
    """Shapes by their names in the state dict of the node's module."""
    flops: Size = 0
    accepted: bool = False
    """Whether the type rule accepted its inputs."""
    seen: Referred | None = None
    """What others that refer to it may know; None while it is not accepted."""
    copies: tuple[EvaluatedGraph, ...] = ()
    """What is known of the graph that it computes, with what reaches each copy of it here."""

    def modules(self) -> dict[str, Call]:
        """What makes the modules that it has once it is accepted, by their names inside."""
        if not self.copies:
            assert self.layer is not None, "it is accepted"
            assert self.given is not None, "it is accepted"
            made = self.layer.torch(self.given).module
            return {} if made is None else {"": made}
        numbered = len(self.own_copies) > 1
        return {
            f"{at}.{name}" if numbered else name: call
            for at, copy in enumerate(self.own_copies)
            for name, call in copy.modules().items()
        }

    @property
    def parameters(self) -> int:
        """How many numbers it holds, which are trained unless it is frozen."""
        return sum(prod(shape) for shape in self.weights.values())

    @property
    def trained(self) -> int:
        """How many numbers are trained unless the node is frozen as a whole."""
        inside = self.own_copies if self.weights else ()  # else those of another node, if any
        return sum(one.trained for one in inside) if self.copies else self.parameters

    @property
    def inside(self) -> EvaluatedGraph | None:
        """What is known of the first copy of the graph that it computes."""
        return self.copies[0] if self.copies else None

    @property
    def own_copies(self) -> tuple[EvaluatedGraph, ...]:
        """The copies that have weights of their own."""
        is_shared = isinstance(self.layer, Block) and self.layer.shares_weights
        return self.copies[:1] if is_shared else self.copies


class EvaluatedGraph:
    """A graph with what reaches it: nothing for the main graph, which brings in the data's fields.

    Each instance of a block is one, so that a place inside is named by the path of nodes to it.
    """

    def __init__(
        self,
        graph: Graph,
        arriving: Mapping[str, TensorType] | None = None,
        blocks: BlockResults[EvaluatedGraph] | None = None,
        depth: int = 0,
        bindings: Bindings | None = None,
    ) -> None:
        self.graph = graph
        self.rule_calls = 0
        """How often a type rule was asked, for tests that hold the work down."""
        self.kinds_changed = 0
        """How often what comes out of a node has become of other kinds, such as indices."""
        self.without_gradients: set[NodeId] = set()
        """The nodes of which something comes out that has no gradient, such as what is no float."""
        self._arriving, self._depth, self._bindings = arriving, depth, bindings
        self._blocks = blocks or BlockResults(self._asked)
        self._results: dict[NodeId, NodeResult] = {}
        self._former: dict[NodeId, NodeResult] = {}
        """What rules accepted before they were asked last; who undoes a step comes back to it."""
        self._known: dict[NodeId, NodeKind] = {}
        self._rank: dict[NodeId, int] = {}
        self.held_up: frozenset[NodeId] = frozenset()
        """Nodes on a circle or behind one, which therefore have no place in the order."""
        self._read_data()
        self._sort()
        self._evaluate(set(graph.nodes))

    def __getitem__(self, node: NodeId) -> NodeResult:
        return self._results[node]

    @property
    def results(self) -> Mapping[NodeId, NodeResult]:
        """All results by node."""
        return self._results

    @property
    def fields(self) -> Mapping[str, TensorType]:
        """The types of the data's fields, of which nothing is known inside of a block."""
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
        return sum(r.trained for id, r in self._results.items() if not nodes[id].frozen)

    @property
    def flops(self) -> Size:
        """Multiply-adds of the whole graph per sample."""
        total: Size = 0
        for result in self._results.values():
            total = total + result.flops
        return total

    @cached_property
    def size(self) -> int:
        """How many nodes it has, those inside of blocks included; of a graph that stays."""
        held = (copy.size for r in self._results.values() for copy in r.copies)
        return len(self._results) + sum(held)

    def modules(self) -> dict[str, Call]:
        """What makes the modules of a graph in which all is accepted, by their names."""
        nodes = self.graph.nodes
        return {
            f"{nodes[id].name}.{inside}".rstrip("."): call
            for id, result in self._results.items()
            for inside, call in result.modules().items()
        }

    def as_block(self) -> Inside | None:
        """What a block that computes it may know; None while something in it is wrong."""
        _, ends = block_ends(self.graph)
        if any(p.severity is Severity.ERROR for p in self.problems()) or self.held_up:
            return None
        names = {id: node.name for id, node in self.graph.nodes.items()}
        outputs = {name: self._results[end].given for name, end in ends.items()}
        if any(not result.accepted for result in self._results.values()):
            return None
        weights = {
            f"{names[id]}.{key}": shape
            for id, result in self._results.items()
            for key, shape in result.weights.items()
        }
        types = {name: given.first() for name, given in outputs.items() if given is not None}
        parameters = frozenset(self.graph.definition.parameters)
        return Inside(types, weights, self.flops, parameters)

    def refusal(self, node: NodeId, types: Mapping[str, tuple[TensorType, ...]]) -> Problem | None:
        """Why a node with a layer would not take these types at its ports; None when it would."""
        known = self._know(node)
        given = Reaching(types, self._fields, targets=self._targets)
        if known.blocks:
            wrong = self._block_fault(known)
            found = (wrong,) if wrong is not None else self._enter(known, given).problems
            return next((one for one in found if one.severity is Severity.ERROR), None)
        assert known.layer is not None, "who asks has looked"
        answer = known.layer.infer(given)
        return answer if isinstance(answer, Problem) else None

    # ---- the work ----

    def _read_data(self) -> None:
        data = self.graph.document.data
        outside = self._arriving is None
        self._fields = data.types() if outside else {}
        self._targets = data.targets() if outside else ()

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
        rank, queued, returning = self._rank, set(touched), set(touched)
        queue = [(rank[node], node) for node in touched]
        heapq.heapify(queue)
        while queue:
            _, node = heapq.heappop(queue)
            fresh.add(node)
            before = self._results.get(node)
            former = self._former.get(node) if node in returning else None
            after = self._results[node] = self._ask(node, former)
            waiting = self._waiting(node, before, after) - queued
            queued |= waiting
            if after is former:
                returning |= waiting
            if before is not None and before.accepted:
                self._former[node] = before
            for other in waiting:
                heapq.heappush(queue, (rank[other], other))
        return fresh

    def _waiting(self, node: NodeId, before: NodeResult | None, after: NodeResult) -> set[NodeId]:
        """The nodes for which a new result makes a difference."""
        found: set[NodeId] = set()
        if before is None or before.outputs != after.outputs:
            found |= self.graph.targets(node)
            self._note_kinds(node, before, after)
        referring = self.graph.referring(node)
        if referring and (before is None or before.seen != after.seen):
            found |= referring
        return found

    def _note_kinds(self, node: NodeId, before: NodeResult | None, after: NodeResult) -> None:
        carries = all(tensor.kind is Kind.FLOAT for tensor in after.outputs.values())
        carries = carries and not (after.layer is not None and after.layer.stops_gradients)
        if carries and node not in self.without_gradients:
            return  # as nearly always
        self.kinds_changed += before is None or _kinds(before) != _kinds(after)
        (self.without_gradients.discard if carries else self.without_gradients.add)(node)

    def _ask(self, node: NodeId, former: NodeResult | None) -> NodeResult:
        """What is known of a node by now; ``former``, where that has come back."""
        known = self._know(node)
        layer = known.layer
        if layer is None:
            return NodeResult(problems=known.faults)
        if self._rank[node] < 0:
            return NodeResult(layer)
        if self._arriving is not None and layer.belongs_outside():
            outside = problem(ONLY_OUTSIDE, layer=layer.title)
            return NodeResult(layer, problems=(self._placed(node, outside),))
        if known.blocks and (wrong := self._block_fault(known)) is not None:
            return NodeResult(layer, problems=(self._placed(node, wrong),))
        types, missing = self._gather(node, known)
        refs, dangling = self._refer(known)
        if types is None or refs is None:
            given = (
                Reaching(types, self._fields, targets=self._targets) if types is not None else None
            )
            return NodeResult(layer, given, problems=(*missing, *dangling))
        given = Reaching(types, self._fields, refs, self._targets)
        if known.blocks:
            return self._enter(known, given)
        if former is not None and _answers(former, known, given):
            return former
        return self._infer(known, layer, given)

    def _enter(self, known: NodeKind, given: Reaching) -> NodeResult:
        """What a block makes of what reaches it: its graph is asked."""
        ((setting, id),), node, layer = known.blocks.items(), known.node, known.layer
        graph = self.graph.document.graphs[id]
        assert isinstance(layer, Block), "nothing else computes a graph"
        arriving = {port: types[0] for port, types in given.types.items()}

        def ask(types: Mapping[str, TensorType], bindings: Bindings) -> EvaluatedGraph:
            return self._blocks.of(graph, types, self._depth + 1, bindings)

        copies = followed(node.name, layer, graph, arriving, ask)
        lifted = self._lifted(node.id, copies.each, are_copies=layer.repeat > 1)
        if copies.wrong is not None:
            lifted = (*lifted, self._placed(node.id, copies.wrong))
        if copies.whole is None or copies.wrong is not None:
            return NodeResult(layer, given, problems=lifted, copies=copies.each)
        given = replace(given, inside={setting: copies.whole})
        found_here = self._infer(known, layer, given, copies.each)
        return found_here._replace(problems=(*lifted, *found_here.problems))

    def _lifted(
        self, block: NodeId, insides: tuple[EvaluatedGraph, ...], *, are_copies: bool
    ) -> tuple[Problem, ...]:
        """The problems inside of a block, those of several copies once: where they are first."""
        found: dict[object, Problem] = {}
        asked: set[EvaluatedGraph] = set()
        for copy, inside in enumerate(insides):
            if inside in asked:
                continue
            asked.add(inside)
            rounds = circles(inside.graph) if inside.held_up else []
            for one in (*rounds, *inside.problems()):
                copies = (copy if are_copies else None, *one.copies)
                lifted = replace(one, path=(block, *one.path), copies=copies)
                found.setdefault((one.path, one.template), lifted)
        return tuple(found.values())

    def _asked(
        self, graph: Graph, arriving: Mapping[str, TensorType], depth: int, bindings: Bindings
    ) -> EvaluatedGraph:
        return EvaluatedGraph(graph, arriving, self._blocks, depth, bindings)

    def _block_fault(self, known: NodeKind) -> Problem | None:
        """Why a graph that a node refers to cannot be computed there, whatever reaches it."""
        graphs = self.graph.document.graphs
        for setting, id in known.blocks.items():
            if id not in graphs:
                return problem(NO_GRAPH, setting=setting, setting_name=setting)
            if self.graph.id in computed_by(graphs[id]):
                return problem(WITHIN_ITSELF, setting=setting, name=known.node.name)
            if self._depth >= MOST_DEEP:
                return problem(TOO_DEEP, setting=setting, most=MOST_DEEP)
        return None

    def _infer(
        self,
        known: NodeKind,
        layer: Layer,
        given: Reaching,
        copies: tuple[EvaluatedGraph, ...] = (),
    ) -> NodeResult:
        node, self.rule_calls = known.node.id, self.rule_calls + 1
        inferred = layer.infer(given)
        if isinstance(inferred, Problem):
            return NodeResult(layer, given, problems=(self._placed(node, inferred),), copies=copies)
        inferred, counted = behind_masks(layer, given, inferred)
        outputs = dict(zip(known.ports.outputs, inferred, strict=True))
        weights, flops = layer.weights(given), layer.flops(given, inferred)
        cautions = (
            layer.caution(given, inferred),
            among_samples(layer, given, inferred),
            counted,
            *(said_in_vain(known.node, inside) for inside in given.inside.values()),
        )
        problems = tuple(self._placed(node, one) for one in cautions if one is not None)
        lent = {**weights, **_borrowed(layer, given)} if given.refs else weights
        seen = Referred(known.node.name, layer, lent, given)
        result = NodeResult(layer, given, outputs, problems, weights, flops, True, seen, copies)
        return self._with_weights_of_another(known, result) if WEIGHTS_OF in given.refs else result

    def _with_weights_of_another(self, known: NodeKind, result: NodeResult) -> NodeResult:
        """What is known of a node that has no weights of its own, if those of the other fit it."""
        lender, layer = self._results[known.references[WEIGHTS_OF]], result.layer
        assert isinstance(layer, Weighted), "nothing else has the setting"
        assert lender.seen is not None, "what it refers to is known"
        wrong = lending_fault(layer, result.modules(), lender.seen, lender.modules())
        if wrong is None:
            return result._replace(weights=_NONE)
        found = (self._placed(known.node.id, wrong),)
        return NodeResult(layer, result.given, problems=found, copies=result.copies)

    def _know(self, node: NodeId) -> NodeKind:
        drawn, known = self.graph.nodes[node], self._known.get(node)
        if known is None or known.node is not drawn or known.blocks:
            known = self._known[node] = kind_of(self.graph, drawn, self._bindings)
        return known

    def _gather(
        self, node: NodeId, known: NodeKind
    ) -> tuple[dict[str, tuple[TensorType, ...]] | None, tuple[Problem, ...]]:
        """Types by port, or None while some are not known; and what is not wired."""
        types: dict[str, tuple[TensorType, ...]] = {}
        problems: list[Problem] = []
        complete = True
        if self._arriving is not None and _enters(known):
            there = self._arriving.get(known.node.name)
            return ({"input": (there,)} if there is not None else None), ()
        links = self.graph.entering(node)
        for link in links:
            source = self._results.get(link.source)
            tensor = source.outputs.get(link.output) if source is not None else None
            variadic = known.inputs.get(link.input)
            takes = variadic or (variadic is not None and link.slot == 0)
            if not takes or self._has_no_port(link, tensor):
                problems.append(no_port(self.graph, link))
                complete = False
            elif tensor is None:
                complete = False
            else:
                types[link.input] = (*types.get(link.input, ()), tensor)
        wired = {link.input for link in links}
        for port in known.ports.inputs:
            if not port.optional and port.name not in wired:
                problems.append(not_wired(node, port.name))
                complete = False
        return (types if complete else None), tuple(problems)

    def _refer(self, known: NodeKind) -> tuple[dict[str, Referred] | None, tuple[Problem, ...]]:
        """What settings refer to, or None while that is not known; and what cannot be."""
        refs: dict[str, Referred] = {}
        if not known.references:
            return refs, ()
        problems: list[Problem] = []
        node = known.node.id
        for setting, other in known.references.items():
            result = self._results.get(other)
            if other == node or other not in self.graph.nodes:
                problems.append(dangling(node, setting, itself=other == node))
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
        return replace(named(self.graph, link, found), path=(node,))


def computed_by(graph: Graph) -> set[GraphId]:
    """A graph, the graphs that its blocks compute, those that blocks in them do, and so on."""
    graphs = graph.document.graphs
    return set(reached((graph.id,), lambda id: set(graphs[id].blocks) & graphs.keys()))


def _answers(result: NodeResult, known: NodeKind, given: Reaching) -> bool:
    """Whether a rule that was asked the same before had nothing to say against it.

    Problems name other nodes, which may be called otherwise by now.
    """
    if result.seen is None or result.problems or result.seen.name != known.node.name:
        return False
    is_same = result.layer is known.layer or result.layer == known.layer
    return is_same and result.given == given


def _kinds(result: NodeResult) -> dict[str, Kind]:
    return {name: tensor.kind for name, tensor in result.outputs.items()}


def _enters(known: NodeKind) -> bool:
    return known.layer is not None and known.layer.is_block_input


def _borrowed(layer: Layer, given: Reaching) -> dict[str, tuple[int, ...]]:
    """Shapes of the weights that a layer takes from nodes that it refers to."""
    if WEIGHTS_OF in given.refs:
        return {}  # they are those that it would have itself
    shared = layer.torch(given).shared.items()
    return {name: given.refs[one.setting].weights[one.name] for name, one in shared}
