"""The execution plan of a graph as plain values, without weights: calls from slot to slot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from engine.network import calls
from graphs.document.edits import NodeId, Path
from graphs.layers.losses.losses import Reading, Task
from graphs.layers.spec import Call, Use
from graphs.setting_kinds import FieldName

TensorPlace: TypeAlias = tuple[Path, str]
"""Where a value comes from: the path of a node, and one of its outputs."""

Target: TypeAlias = Literal["class", "number", "probability", "nothing"]
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
    """The field that it compares with; empty where it compares with none."""
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
    per_sample: bool = False
    """Whether it is a mean over samples, and not over all values of its target."""
    blank: int | None = None
    """The place among the scores of a step that stands for no class."""
    score_lengths: str | None = None
    """What of a batch says how many steps of the scores are real, where their number differs from
    that of the target and they are padded."""
    ignored: int | None = None
    """The class whose samples, or steps, count for nothing."""


class WiredNode(NamedTuple):
    """One node at work: how it is called, which slots it reads and writes."""

    path: Path
    name: str
    """The names along the path, with points between: the key of its module, if it has one."""
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
    modules: Mapping[str, tuple[Path, Call]]
    """By name: where it is and what makes its module. A node comes after those it shares with."""
    shared: Mapping[str, str]
    """By state-dict key, the key of the parameter that stands in its place."""
    borrowed: Mapping[str, str]
    """By the name of a node whose module is that of another, the name of the other."""
    slots: Mapping[TensorPlace, int]
    size: int
    frozen: frozenset[str]
    """The names of nodes whose weights are not trained."""
    rates: Mapping[str, float]
    """What multiplies the learning rate of a node, by its name, where it is not 1."""

    def lenders(self) -> dict[str, str]:
        """By name of a node or a parameter of its, the name by which its numbers are kept."""
        return {**self.borrowed, **self.shared}

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
        results = {slot for slots in self.losses.values() for slot in slots}
        return tuple(
            (step.path, port)
            for step, _ in self.schedule(results)
            for port in calls.names(step.use.outputs)
        )

    def owner(self, key: str) -> str:
        """The name of the node to which a key of the state dict belongs."""
        name, *rest = key.split(".")
        while name not in self.modules and rest:
            name = f"{name}.{rest.pop(0)}"
        return name
