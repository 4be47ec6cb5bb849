"""What is computed in what order, from slot to slot: a graph as plain values, without weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from engine.network import calls
from graphs.checking.evaluation import Evaluation
from graphs.data import lengths_of
from graphs.document.document import Graph
from graphs.document.edits import Node, NodeId
from graphs.document.walk import reached
from graphs.layers.ends import input_layers, output_layers
from graphs.layers.losses.losses import READINGS, TARGET, Loss, Reading, Task
from graphs.layers.spec import Call, Reaching, Torch, Use
from graphs.setting_kinds import FieldName

TensorPlace: TypeAlias = tuple[NodeId, str]
"""Where a value comes from: a node and one of its outputs."""

Target: TypeAlias = Literal["class", "number", "probability"]
"""What a loss compares its scores with; a probability is compared with scores from 0 to 1."""


@dataclass(frozen=True, slots=True)
class OutputPlace:
    """What the model returns under one name, and how it is learned."""

    name: str
    loss: str | None
    """The name of the loss node that scores it; None when none does."""
    reading: Reading
    """What is still to be applied to it to get probabilities."""
    padded: FieldName | None = None
    """The ragged field whose lengths say how many of its steps are real."""


@dataclass(frozen=True, slots=True)
class LossPlace:
    """One loss: what it compares and how much it counts."""

    node: NodeId
    name: str
    target: FieldName
    weight: float
    task: Task
    reading: Reading
    output: str | None
    """The name of the Output that it scores; None when no Output shows the same place."""
    axis: int = 1
    """The axis of the classes in the scores: 1, or -1 for the last."""
    steps: bool = False
    """Whether each sample has several classes to find, such as one per step."""
    likelihood: bool = False
    """Whether perplexity is told: it is the plain mean of what the right classes in series cost."""
    lengths: str | None = None
    """What of a batch says how many steps of each sample are real, where they are padded."""
    class_weights: tuple[float, ...] = ()
    """How much each class counts in the mean; empty when all count alike."""


class WiredNode(NamedTuple):
    """One node at work: how it is called, which slots it reads and writes."""

    node: NodeId
    name: str
    use: Use
    ports: tuple[str, ...]
    """The input port of each slot read."""
    reads: tuple[int, ...]
    writes: tuple[int, ...]
    target: Target | None
    """For a loss, how it takes its target."""


class Scheduled(NamedTuple):
    """A step of one program, with the slots that nobody reads after it."""

    step: WiredNode
    frees: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wiring:
    """A graph laid out in slots, one per place. Inputs and targets are slots that are filled."""

    inputs: Mapping[str, tuple[int, FieldName]]
    """By the name of the Input node: its slot, and the field that fills it."""
    shown_inputs: tuple[str, ...]
    """The names of the Inputs that the Outputs need, sorted."""
    targets: Mapping[FieldName, int]
    lengths: Mapping[FieldName, int]
    """The slots of the lengths of ragged fields that a node asks for."""
    shown_lengths: Mapping[str, FieldName]
    """The ragged fields whose lengths the Outputs need, by the name of that input, sorted."""
    outputs: Mapping[OutputPlace, int]
    losses: Mapping[LossPlace, tuple[int, int]]
    """The slots of each loss and of the scores that reach it."""
    steps: tuple[WiredNode, ...]
    modules: Mapping[str, tuple[NodeId, Call]]
    """By node name: its id and what makes its module. A node comes after those it shares with."""
    shared: Mapping[str, str]
    """By state-dict key, the key of the parameter that stands in its place."""
    slots: Mapping[TensorPlace, int]
    size: int
    frozen: frozenset[str]
    """The names of nodes whose weights are not trained."""
    rates: Mapping[str, float]
    """What multiplies the learning rate of a node, by its name, where it is not 1."""

    def schedule(self, results: Iterable[int]) -> tuple[Scheduled, ...]:
        """The steps that ``results`` need; every other slot is freed after its last reader."""
        wanted = set(results)
        found = []
        for step in reversed(self.steps):
            if wanted.isdisjoint(step.writes):
                continue
            last = tuple(sorted({*step.reads, *step.writes} - wanted))
            found.append(Scheduled(step, last))
            wanted.update(step.reads)
        return tuple(reversed(found))

    def places(self) -> tuple[TensorPlace, ...]:
        """Every place that a training pass computes, the losses included, in their order."""
        named = {slot: place for place, slot in self.slots.items()}
        results = {slot for slots in self.losses.values() for slot in slots}
        return tuple(named[s] for step, _ in self.schedule(results) for s in step.writes)


def wired(graph: Graph, evaluation: Evaluation) -> Wiring:
    """Lay out a graph without problems. What neither an Output nor a loss needs is left out."""
    return _Layout(graph, evaluation).wiring()


class _Layout:
    """Slots and steps while they are being found."""

    def __init__(self, graph: Graph, evaluation: Evaluation) -> None:
        self._graph, self._evaluation = graph, evaluation
        self._outputs = output_layers()
        ends = [n.id for n in graph.nodes.values() if n.layer in self._outputs or self._loss(n.id)]
        needed = set(reached(ends, graph.sources))
        self._order = [node for node in evaluation.order if node in needed]
        made = set(reached(needed, graph.referred))  # also those that only lend their weights
        self._made = [node for node in evaluation.order if node in made]
        self._names = {node: graph.nodes[node].name for node in self._order}
        self._slots: dict[TensorPlace, int] = {}
        self._targets: dict[FieldName, int] = {}
        self._lengths: dict[FieldName, int] = {}
        self._modules: dict[str, tuple[NodeId, Call]] = {}
        self._shared: dict[str, str] = {}
        self._size = 0

    def wiring(self) -> Wiring:
        brings = input_layers()
        entering = {self._names[n]: n for n in self._order if self._layer(n) in brings}
        leaving = {self._names[n]: n for n in self._order if self._layer(n) in self._outputs}
        slots = {name: self._slot((entering[name], "output")) for name in sorted(entering)}
        ends = brings | self._outputs
        known = {n: self._described(n) for n in self._made if self._layer(n) not in ends}
        steps = [self._step(n, known[n]) for n in self._order if n in known]
        shown = set(reached(leaving.values(), self._graph.sources))
        losses = [self._loss_place(n) for n in self._order if self._loss(n)]
        shown_inputs = tuple(name for name in slots if entering[name] in shown)
        read = {slot for step in steps if step.node in shown for slot in step.reads}
        needed = {field for field, slot in self._lengths.items() if slot in read}
        return Wiring(
            inputs={name: (slots[name], self._field(entering[name])) for name in slots},
            shown_inputs=shown_inputs,
            targets=self._targets,
            lengths=self._lengths,
            shown_lengths=self._named(
                {name: self._field(entering[name]) for name in shown_inputs}, needed
            ),
            outputs={
                self._output_place(leaving[name], losses): self._slots[self._feeder(leaving[name])]
                for name in sorted(leaving)
            },
            losses={
                place: (self._slots[(place.node, "loss")], self._slots[self._feeder(place.node)])
                for place in losses
            },
            steps=tuple(steps),
            modules=self._modules,
            shared=self._shared,
            slots=self._slots,
            size=self._size,
            frozen=frozenset(node.name for node in self._drawn() if node.frozen),
            rates={node.name: node.rate for node in self._drawn() if node.rate != 1.0},
        )

    def _described(self, node: NodeId) -> Torch:
        """What a node is in torch; its module is laid out."""
        layer, drawn = self._evaluation[node].layer, self._graph.nodes[node]
        assert layer is not None, "a graph with problems is not laid out"
        described = layer.torch(self._given(node))
        if described.module is not None:
            self._modules[drawn.name] = (node, described.module)
        for parameter, shared in described.shared.items():
            home = self._graph.nodes[drawn.references[shared.setting]].name
            key = f"{home}.{shared.name}"
            self._shared[f"{drawn.name}.{parameter}"] = self._shared.get(key, key)
        return described

    def _step(self, node: NodeId, described: Torch) -> WiredNode:
        name = self._names[node]
        links = self._graph.entering(node)
        ports = [link.input for link in links]
        reads = [self._slots[(link.source, link.output)] for link in links]
        if (loss := self._loss(node)) is not None:
            ports.append(TARGET)
            reads.append(self._target(loss.target))
        for port in described.use.lengths_asked():
            if (field := _padding(self._given(node), port, loss)) is not None:
                ports.append(calls.lengths_port(port))
                reads.append(self._length(field))
        writes = [self._slot((node, output)) for output in calls.names(described.use.outputs)]
        target = _target_of(loss) if loss is not None else None
        return WiredNode(
            node, name, described.use, tuple(ports), tuple(reads), tuple(writes), target
        )

    def _given(self, node: NodeId) -> Reaching:
        given = self._evaluation[node].given
        assert given is not None, "a graph with problems is not laid out"
        return given

    def _drawn(self) -> list[Node]:
        return [self._graph.nodes[node] for node in self._order]

    def _slot(self, place: TensorPlace) -> int:
        slot = self._slots[place] = self._size
        self._size += 1
        return slot

    def _target(self, name: FieldName) -> int:
        if name not in self._targets:
            self._targets[name] = self._size
            self._size += 1
        return self._targets[name]

    def _length(self, name: FieldName) -> int:
        if name not in self._lengths:
            self._lengths[name] = self._size
            self._size += 1
        return self._lengths[name]

    def _named(
        self, brought: Mapping[str, FieldName], needed: set[FieldName]
    ) -> dict[str, FieldName]:
        """Names for the lengths of the ``needed`` fields, which no node has."""
        bringers = {field: name for name, field in sorted(brought.items(), reverse=True)}
        found: dict[str, FieldName] = {}
        for field in sorted(needed, key=bringers.__getitem__):
            name = f"{bringers[field]}_lengths"
            while name in self._graph.names:
                name += "_"
            found[name] = field
        return found

    def _layer(self, node: NodeId) -> str:
        return self._graph.nodes[node].layer

    def _field(self, node: NodeId) -> FieldName:
        return FieldName(self._graph.nodes[node].settings["field"])

    def _loss(self, node: NodeId) -> Loss | None:
        layer = self._evaluation[node].layer
        return layer if isinstance(layer, Loss) else None

    def _feeder(self, node: NodeId) -> TensorPlace:
        """The place that feeds a node with one input."""
        link = self._graph.entering(node)[0]
        return link.source, link.output

    def _loss_place(self, node: NodeId) -> LossPlace:
        loss = self._loss(node)
        given = self._evaluation[node].given
        assert loss is not None, "asked for losses only"
        assert given is not None, "a graph with problems is not laid out"
        scores, target = given["input"], given.fields[loss.target]
        task = loss.learned(target)
        place = self._feeder(node)
        shown = [
            name
            for other, name in self._names.items()
            if self._layer(other) in self._outputs and place in self._shows(other)
        ]
        return LossPlace(
            node,
            self._names[node],
            loss.target,
            loss.weight,
            task,
            loss.reading,
            min(shown, default=None),
            loss.axis(scores, target),
            task == "classes" and target.rank > 1,
            loss.is_likelihood and target.rank == 2,
            lengths_of(target.padded) if target.padded else None,
            loss.shares,
        )

    def _output_place(self, node: NodeId, losses: list[LossPlace]) -> OutputPlace:
        shows, padded = self._shows(node), self._given(node).first().padded
        for loss in losses:
            place = self._feeder(loss.node)
            if place in shows:
                reading = loss.reading if place == shows[0] else "none"
                return OutputPlace(self._names[node], loss.name, reading, padded)
        return OutputPlace(self._names[node], None, "none", padded)

    def _shows(self, output: NodeId) -> list[TensorPlace]:
        """What feeds an Output, and when that is a Softmax or Sigmoid, what feeds this."""
        place = self._feeder(output)
        readable = self._layer(place[0]) in READINGS
        return [place, self._feeder(place[0])] if readable else [place]


def _padding(given: Reaching, port: str, loss: Loss | None) -> FieldName | None:
    """The ragged field whose lengths go with what enters a port."""
    if loss is not None and port == TARGET:
        return given.fields[loss.target].padded
    return next((tensor.padded for tensor in given.all(port) if tensor.padded is not None), None)


def _target_of(loss: Loss) -> Target:
    if loss.task == "classes":
        return "class"
    return "probability" if loss.task == "binary" and loss.reading == "none" else "number"
