"""Makes the execution plan of a graph, with blocks expanded node by node."""

from __future__ import annotations

from collections.abc import Mapping

from engine.network import calls
from engine.network.wiring import (
    LossPlace,
    OutputPlace,
    Target,
    TensorPlace,
    WiredNode,
    Wiring,
)
from graphs.checking.evaluated_graph import EvaluatedGraph
from graphs.checking.node_kinds import block_ends
from graphs.data import lengths_of
from graphs.document.edits import Node, NodeId, Path, nodes_on
from graphs.document.walk import reached
from graphs.layers import Layer
from graphs.layers.ends import TargetInput, input_layers, output_layers
from graphs.layers.losses.losses import TARGET, Loss, TargetLoss, ValueLoss, is_reading
from graphs.layers.spec import Call, Reaching, Torch
from graphs.layers.weighted import WEIGHTS_OF, is_one_module
from graphs.setting_kinds import FieldName
from graphs.types import Kind


def laid_out(evaluation: EvaluatedGraph) -> Wiring:
    """Lay out a graph without problems; blocks are laid out node by node.

    What neither an Output nor a loss needs is left out.
    """
    return _Layout(evaluation).wiring()


class Instance:
    """A graph at the place where it is computed: the main one, or that of a block."""

    def __init__(
        self,
        evaluation: EvaluatedGraph,
        path: Path = (),
        within: str = "",
        frozen: bool = False,
        rate: float = 1.0,
    ) -> None:
        self.evaluation, self.graph = evaluation, evaluation.graph
        self._path, self._within, self._frozen, self._rate = path, within, frozen, rate
        ends = [n.id for n in self.graph.nodes.values() if self.is_end(n)]
        needed = set(reached(ends, self.graph.sources))
        self.order = [node for node in evaluation.order if node in needed]
        made = set(reached(needed, self.graph.referred))  # also those that only lend their weights
        self.made = [node for node in evaluation.order if node in made]

    def is_end(self, node: Node) -> bool:
        """Whether it is there for what leaves the graph, or for training alone."""
        kind = Layer.get(node.layer)
        return kind.is_output or kind.is_block_output or kind.runs_in_training_only

    def drawn(self) -> list[Node]:
        """The nodes that are computed, in order."""
        return [self.graph.nodes[node] for node in self.order]

    def place(self, node: NodeId, output: str) -> TensorPlace:
        """Where one of its outputs is computed."""
        return (*self._path, node), output

    def path(self, node: NodeId) -> Path:
        """The ids that lead to it."""
        return *self._path, node

    def home(self, node: NodeId) -> Node:
        """The node whose module it calls: itself, or the one whose weights it has."""
        drawn = self.graph.nodes[node]
        while (lender := drawn.references.get(WEIGHTS_OF)) is not None and is_one_module(
            self.evaluation[drawn.id].modules(), self.evaluation[lender].modules()
        ):
            drawn = self.graph.nodes[lender]
        return drawn

    def name(self, node: NodeId) -> str:
        """The names along the path of its module."""
        return self.own_name(self.home(node))

    def own_name(self, node: Node) -> str:
        """The names along its own path, where no other's module is asked for."""
        return f"{self._within}.{node.name}" if self._within else node.name

    def is_frozen(self, node: Node) -> bool:
        """Whether it, or a block around it, is not trained."""
        return self._frozen or node.frozen

    def rate(self, node: Node) -> float:
        """What multiplies its learning rate, by the blocks around it as well."""
        return self._rate * node.rate

    def copies(self, node: Node) -> list[Instance]:
        """The graph that a node computes, at its place; as often as it is repeated.

        Copies that share their weights have one name, since their modules are the same.
        """
        result, path, name = self.evaluation[node.id], self.path(node.id), self.name(node.id)
        home = self.home(node.id)
        learned = self.is_frozen(home), self.rate(home)
        if len(result.copies) == 1:
            return [Instance(result.copies[0], path, name, *learned)]
        is_shared = len(result.own_copies) == 1
        return [
            Instance(inside, (*path, at), name if is_shared else f"{name}.{at}", *learned)
            for at, inside in enumerate(result.copies)
        ]

    def given(self, node: NodeId) -> Reaching:
        """What reaches it."""
        given = self.evaluation[node].given
        assert given is not None, "a graph with problems is not laid out"
        return given

    def feeders(self, node: NodeId) -> dict[str, TensorPlace]:
        """The places that feed a node with one link per port."""
        links = self.graph.entering(node)
        return {link.input: self.place(link.source, link.output) for link in links}


class _Layout:
    """Slots and steps while they are being found."""

    def __init__(self, evaluation: EvaluatedGraph) -> None:
        self._main = Instance(evaluation)
        self._outputs = output_layers()
        self._names = {node: self._main.name(node) for node in self._main.order}
        self._slots: dict[TensorPlace, int] = {}
        self._targets: dict[FieldName, int] = {}
        self._lengths: dict[FieldName, int] = {}
        self._modules: dict[str, tuple[Path, Call]] = {}
        self._shared: dict[str, str] = {}
        self._borrowed: dict[str, str] = {}
        self._frozen: set[str] = set()
        self._rates: dict[str, float] = {}
        self._size = 0

    def wiring(self) -> Wiring:
        brings, order, graph = input_layers(), self._main.order, self._main.graph
        entering = {self._names[n]: n for n in order if self._layer(n) in brings}
        leaving = {self._names[n]: n for n in order if self._layer(n) in self._outputs}
        slots = {
            name: self._slot(self._main.place(entering[name], "output"))
            for name in sorted(entering)
        }
        steps = self._steps(self._main)
        shown = set(reached(leaving.values(), graph.sources))
        losses = [self._loss_place(n) for n in order if self._loss(n)]
        shown_inputs = tuple(name for name in slots if entering[name] in shown)
        read = {slot for step in steps if step.path[0] in shown for slot in step.reads}
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
                place: (
                    self._slots[self._main.place(place.node, "loss")],
                    self._slots[self._scored(place.node)],
                )
                for place in losses
            },
            steps=tuple(steps),
            modules=self._modules,
            shared=self._shared,
            borrowed=self._borrowed,
            slots=self._slots,
            size=self._size,
            frozen=frozenset(self._frozen),
            rates=self._rates,
        )

    def _steps(self, at: Instance) -> list[WiredNode]:
        """The steps of one graph, those of its blocks in their places."""
        known = {n: self._described(at, n) for n in at.made if not self._is_passed_on(at, n)}
        steps: list[WiredNode] = []
        for drawn in at.drawn():
            if at.home(drawn.id) is not drawn:
                self._borrowed[at.own_name(drawn)] = at.name(drawn.id)
            if copies := at.copies(drawn):
                steps += self._block_steps(at, drawn.id, copies)
                continue
            if drawn.id in known:
                steps.append(self._step(at, drawn.id, known[drawn.id]))
            if (name := at.name(drawn.id)) not in self._modules or at.home(drawn.id) is not drawn:
                continue
            if at.is_frozen(drawn):
                self._frozen.add(name)
            if at.rate(drawn) != 1.0:
                self._rates[name] = at.rate(drawn)
        return steps

    def _is_passed_on(self, at: Instance, node: NodeId) -> bool:
        """Whether nothing is computed at a node itself."""
        layer = at.evaluation[node].layer
        assert layer is not None, "a graph with problems is not laid out"
        is_end = layer.is_input or layer.is_output or layer.is_block_input or layer.is_block_output
        return is_end or at.evaluation[node].inside is not None

    def _block_steps(self, at: Instance, node: NodeId, copies: list[Instance]) -> list[WiredNode]:
        """What enters a block is what its graph begins with, and what leaves that leaves it.

        What leaves one copy enters the next, by the order of the ports.
        """
        inputs, outputs = block_ends(copies[0].graph)
        entering = {port: self._slots[place] for port, place in at.feeders(node).items()}
        steps: list[WiredNode] = []
        leaving: list[int] = []
        for copy in copies:
            entering |= zip(inputs, leaving, strict=False)
            for port, slot in entering.items():
                self._slots[copy.place(inputs[port], "output")] = slot
            steps += self._steps(copy)
            places = (place for end in outputs.values() for place in copy.feeders(end).values())
            leaving = [self._slots[place] for place in places]
        for port, slot in zip(outputs, leaving, strict=True):
            self._slots[at.place(node, port)] = slot
        return steps

    def _described(self, at: Instance, node: NodeId) -> Torch:
        """What a node is in torch; its module is laid out."""
        layer, drawn = at.evaluation[node].layer, at.graph.nodes[node]
        assert layer is not None, "a graph with problems is not laid out"
        described, name = layer.torch(at.given(node)), at.name(node)
        if described.module is not None:
            self._modules.setdefault(name, (at.path(node), described.module))
        if at.home(node) is drawn:
            for parameter, (lender, theirs) in self._lent(at, drawn, described).items():
                key = f"{at.name(lender)}.{theirs}"
                self._shared[f"{name}.{parameter}"] = self._shared.get(key, key)
        return described

    def _lent(self, at: Instance, node: Node, described: Torch) -> dict[str, tuple[NodeId, str]]:
        """By parameter of its module, the node and the parameter that stand in its place."""
        layer = at.evaluation[node.id].layer
        if WEIGHTS_OF in node.references and layer is not None:
            lender = node.references[WEIGHTS_OF]
            return {name: (lender, name) for name in layer.weights(at.given(node.id))}
        shared = described.shared.items()
        return {name: (node.references[one.setting], one.name) for name, one in shared}

    def _step(self, at: Instance, node: NodeId, described: Torch) -> WiredNode:
        links = at.graph.entering(node)
        ports = [link.input for link in links]
        reads = [self._slots[at.place(link.source, link.output)] for link in links]
        layer = at.evaluation[node].layer
        if isinstance(layer, TargetLoss | TargetInput):
            ports.append(TARGET)
            reads.append(self._target(layer.target))
        loss = layer if isinstance(layer, TargetLoss) else None
        for port in described.use.lengths_asked():
            if (field := _padding(at.given(node), port, loss)) is not None:
                ports.append(calls.lengths_port(port))
                reads.append(self._length(field))
        outputs = calls.names(described.use.outputs)
        writes = [self._slot(at.place(node, output)) for output in outputs]
        target = _target_of(layer, at.given(node)) if isinstance(layer, Loss) else None
        return WiredNode(
            at.path(node),
            at.name(node),
            described.use,
            tuple(ports),
            tuple(reads),
            tuple(writes),
            target,
        )

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
            while name in self._main.graph.names:
                name += "_"
            found[name] = field
        return found

    def _layer(self, node: NodeId) -> str:
        return self._main.graph.nodes[node].layer

    def _field(self, node: NodeId) -> FieldName:
        return FieldName(self._main.graph.nodes[node].settings["field"])

    def _loss(self, node: NodeId) -> Loss | None:
        layer = self._main.evaluation[node].layer
        return layer if isinstance(layer, Loss) else None

    def _feeder(self, node: NodeId) -> TensorPlace:
        """The place that feeds a node with one input."""
        link = self._main.graph.entering(node)[0]
        return self._main.place(link.source, link.output)

    def _scored(self, node: NodeId) -> TensorPlace:
        """The place of what a loss scores."""
        loss = self._loss(node)
        assert loss is not None, "asked for losses only"
        return self._main.feeders(node)[loss.scored]

    def _loss_place(self, node: NodeId) -> LossPlace:
        loss, given = self._loss(node), self._main.given(node)
        assert loss is not None, "asked for losses only"
        scores = given[loss.scored]
        if isinstance(loss, ValueLoss):
            return LossPlace(
                node,
                self._names[node],
                FieldName(""),
                loss.weight,
                loss.task,
                loss.reading,
                None,
                lengths=lengths_of(scores.padded) if scores.padded else None,
                per_sample=scores.padded is None,
            )
        assert isinstance(loss, TargetLoss), "a loss has a target or has none"
        target = given.fields[loss.target]
        task = loss.learned(target)
        place = self._scored(node)
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
            min(shown, default=None) if task != "nothing" else None,
            loss.axis(scores, target),
            task == "classes" and target.rank > 1,
            loss.is_likelihood and target.rank == 2,
            lengths_of(target.padded) if target.padded else None,
            loss.shares,
            loss.per_sample,
            loss.blank_place,
            lengths_of(scores.padded) if task == "sequence" and scores.padded else None,
            loss.ignored,
        )

    def _output_place(self, node: NodeId, losses: list[LossPlace]) -> OutputPlace:
        shows, padded = self._shows(node), self._main.given(node).first().padded
        for loss in losses:
            place = self._scored(loss.node)
            if place in shows and loss.task != "nothing":
                reading = loss.reading if place == shows[0] else "none"
                return OutputPlace(self._names[node], loss.name, reading, padded)
        return OutputPlace(self._names[node], None, "none", padded)

    def _shows(self, output: NodeId) -> list[TensorPlace]:
        """What feeds an Output, and when that is a Softmax or Sigmoid, what feeds this."""
        place = self._feeder(output)
        (before,) = nodes_on(place[0])
        return [place, self._feeder(before)] if is_reading(self._layer(before)) else [place]


def _padding(given: Reaching, port: str, loss: TargetLoss | None) -> FieldName | None:
    """The ragged field whose lengths go with what enters a port."""
    if loss is not None and port == TARGET:
        return given.fields[loss.target].padded
    return next((tensor.padded for tensor in given.all(port) if tensor.padded is not None), None)


def _target_of(loss: Loss, given: Reaching) -> Target:
    if not isinstance(loss, TargetLoss):
        return "nothing"
    if loss.task == "binary":
        return "probability" if loss.reading == "none" else "number"
    return "number" if given.fields[loss.target].kind is Kind.FLOAT else "class"
