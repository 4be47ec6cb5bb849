"""What a network is made of as a person would take it apart: each graph at each of its places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.network import calls
from engine.network.layout import Instance
from engine.network.wiring import LossPlace, WiredNode, Wiring
from graphs.checking.node_kinds import block_ends
from graphs.data import lengths_of
from graphs.document.document import Graph
from graphs.document.edits import Node, Path
from graphs.layers.spec import Call, In, Module, Use

NodeOutput: TypeAlias = tuple[str, str]
"""A node of the same graph and one of its outputs; of lengths, nothing and their field; of what is
to be predicted, ``TO_PREDICT`` and its field."""
TO_PREDICT = "="


@dataclass(frozen=True, slots=True)
class Item:
    """One node at work: what it reads and writes, and the graphs that it computes if any."""

    node: Node
    module: str
    """The name of the node whose module it calls, which is mostly itself."""
    use: Use
    ports: tuple[str, ...]
    reads: tuple[NodeOutput, ...]
    writes: tuple[NodeOutput, ...]
    copies: tuple[GraphPlace, ...] = ()
    shares: bool = False
    """Whether all copies are one module."""

    @property
    def is_repeated(self) -> bool:
        """Whether what leaves one copy enters the next."""
        return len(self.copies) > 1

    @property
    def handed(self) -> int:
        """How many values go from copy to copy; what else enters reaches every copy."""
        return min(len(self.copies[0].entering), len(self.writes))

    @property
    def is_looped(self) -> bool:
        """Whether its copies are called one by one, and not as one module."""
        return self.is_repeated and (self.shares or len(self.reads) != 1 or len(self.writes) != 1)


@dataclass(slots=True)
class GraphPlace:
    """A graph at a place where it is computed."""

    graph: Graph
    name: str
    """The names along its path; empty for the main graph."""
    entering: tuple[NodeOutput, ...]
    lengths: tuple[NodeOutput, ...]
    """The lengths that it asks for beyond its ports."""
    items: tuple[Item, ...]
    leaving: tuple[NodeOutput, ...]
    modules: dict[str, Call] = field(default_factory=dict)
    """By the name of the node, those that are called or lend their weights."""
    shared: dict[str, str] = field(default_factory=dict)
    """By key inside, the key of the parameter that stands in its place."""

    def all(self) -> Iterator[GraphPlace]:
        """All parts in it, and itself."""
        for item in self.items:
            for copy in item.copies:
                yield from copy.all()
        yield self

    def level(self) -> int:
        """How deep the parts in it go."""
        return 1 + max((copy.level() for item in self.items for copy in item.copies), default=0)


@dataclass(frozen=True, slots=True)
class LossUse:
    """One loss at work: the values of the network that it takes, then what else of a batch."""

    place: LossPlace
    step: WiredNode
    values: tuple[NodeOutput, ...]
    fields: tuple[str, ...]
    """By what name a batch holds the rest: its target, or lengths."""
    module: Call | None


class PlaceReader:
    """Reads the parts of a network from its plan, in which they lie node by node."""

    def __init__(self, wiring: Wiring, as_computed: bool = False) -> None:
        """``as_computed``: nodes come in the order in which the network computes them.

        Otherwise they come branch by branch, as a person tells them.
        """
        self._wiring, self._as_computed = wiring, as_computed
        self._steps: dict[Path, WiredNode] = {step.path: step for step in wiring.steps}
        self._lengths = {slot: ("", str(name)) for name, slot in wiring.lengths.items()}
        self._targets = {slot: (TO_PREDICT, str(name)) for name, slot in wiring.targets.items()}

    def main(self, at: Instance) -> GraphPlace:
        """The whole network, as far as what it returns needs it."""
        named = at.graph.names
        entering = [(named[name], "output") for name in self._wiring.shown_inputs]
        leaving = [self._fed(at, named[place.name]) for place in self._wiring.outputs]
        part = self._part(at, "", entering, leaving)
        part.lengths = tuple(("", name) for name in self._wiring.shown_lengths.values())
        return part

    def training(self, at: Instance) -> GraphPlace:
        """The whole network with what its losses compare, which leaves it before all else."""
        compared = (value for one in self.comparisons(at) for value in one.values)
        shown = (self._fed(at, at.graph.names[place.name]) for place in self._wiring.outputs)
        part = self._part(at, "", (), dict.fromkeys((*compared, *shown)))
        used = {*part.leaving, *(value for item in part.items for value in item.reads)}
        brought = ((at.graph.names[name], "output") for name in self._wiring.inputs)
        targets = ((TO_PREDICT, str(name)) for name in self._wiring.targets)
        part.entering = tuple(value for value in (*brought, *targets) if value in used)
        return part

    def comparisons(self, at: Instance) -> Iterator[LossUse]:
        """What each loss computes."""
        for place in self._wiring.losses:
            step = self._steps[place.node,]
            links = [(link.source, link.output) for link in at.graph.entering(place.node)]
            further = step.reads[len(links) :]
            fields = [
                self._targets[slot][1]
                if slot in self._targets
                else lengths_of(self._lengths[slot][1])
                for slot in further
            ]
            call = self._wiring.modules[step.name][1] if step.name in self._wiring.modules else None
            yield LossUse(place, step, tuple(links), tuple(fields), call)

    def _inside(self, at: Instance, name: str) -> GraphPlace:
        inputs, outputs = block_ends(at.graph)
        entering = [(node, "output") for node in inputs.values()]
        return self._part(at, name, entering, [self._fed(at, node) for node in outputs.values()])

    def _part(
        self, at: Instance, name: str, entering: Iterable[NodeOutput], leaving: Iterable[NodeOutput]
    ) -> GraphPlace:
        known = tuple(leaving)
        computed = [item for node in at.drawn() for item in self._item(at, node)]
        items = _needed(computed, known)
        if self._as_computed:
            needed = {item.node.id for item in items}
            items = tuple(item for item in computed if item.node.id in needed)
        lengths = (value for item in items for value in item.reads if not value[0])
        part = GraphPlace(
            at.graph, name, tuple(entering), tuple(dict.fromkeys(lengths)), items, known
        )
        used = {item.module for item in items}
        prefix = f"{name}." if name else ""
        for key, home in self._wiring.shared.items():
            owner = self._wiring.owner(key).removeprefix(prefix)
            if key.startswith(prefix) and owner in used:
                part.shared[key.removeprefix(prefix)] = home.removeprefix(prefix)
                used.add(self._wiring.owner(home).removeprefix(prefix))
        for node in (at.graph.nodes[one] for one in at.made):
            if node.name in used and f"{prefix}{node.name}" in self._wiring.modules:
                part.modules[node.name] = self._wiring.modules[f"{prefix}{node.name}"][1]
        return part

    def _item(self, at: Instance, node: Node) -> Iterator[Item]:
        links = at.graph.entering(node.id)
        if copies := at.copies(node):
            yield self._block(at, node, copies)
        elif (step := self._steps.get(at.path(node.id))) is not None:
            further = step.reads[len(links) :]
            known = {**self._targets, **self._lengths}
            brought = [known[slot] for slot in further if slot in known]
            reads = (*((link.source, link.output) for link in links), *brought)
            writes = tuple((node.id, output) for output in calls.names(step.use.outputs))
            yield Item(node, at.home(node.id).name, step.use, step.ports, reads, writes)

    def _block(self, at: Instance, node: Node, copies: list[Instance]) -> Item:
        own = at.name(node.id)
        shares = len(copies) > 1 and len(at.evaluation[node.id].own_copies) == 1
        numbered = len(copies) > 1 and not shares
        parts = [
            self._inside(copy, f"{own}.{number}" if numbered else own)
            for number, copy in enumerate(copies)
        ]
        lengths = tuple(dict.fromkeys(value for part in parts for value in part.lengths))
        for part in parts:
            part.lengths = lengths
        inputs, outputs = block_ends(copies[0].graph)
        feeders = {link.input: (link.source, link.output) for link in at.graph.entering(node.id)}
        reads = (*(feeders[port] for port in inputs), *lengths)
        ports = (*inputs, *(f"{name}.lengths" for _, name in lengths))
        several = tuple(outputs)
        use = Use(Module(tuple(map(In, ports))), several[0] if len(several) == 1 else several)
        writes = tuple((node.id, output) for output in outputs)
        module = at.home(node.id).name
        return Item(node, module, use, ports, reads, writes, tuple(parts), shares)

    def _fed(self, at: Instance, end: str) -> NodeOutput:
        (link,) = at.graph.entering(at.graph.nodes[end].id)  # type: ignore[index]
        return link.source, link.output


def _needed(items: list[Item], leaving: Iterable[NodeOutput]) -> tuple[Item, ...]:
    """What leads to these values, branch by branch, as it is told."""
    makers = {value: item for item in items for value in item.writes}
    found: dict[str, Item] = {}
    waiting = [(value, False) for value in reversed(tuple(leaving))]
    while waiting:
        value, is_read = waiting.pop()
        item = makers.get(value)
        if item is None or item.node.id in found:
            continue
        if is_read:
            found[item.node.id] = item
        else:
            waiting.append((value, True))
            waiting += [(one, False) for one in reversed(item.reads)]
    return tuple(found.values())
