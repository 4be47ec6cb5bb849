"""Losses: what training makes small. Most compare what reaches them with a target of the data."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar, Literal

from graphs.describe import param
from graphs.layers.checks import no_target, not_floats
from graphs.layers.spec import (
    Call,
    In,
    Layer,
    LengthsOf,
    Module,
    Outputs,
    Ports,
    Reaching,
    Torch,
    Use,
)
from graphs.problems import Bypass, Insert, Problem, Recipe, Replace, Set, problem
from graphs.setting_kinds import FieldName
from graphs.sizes import Size, alike, at_least, product, same
from graphs.types import Kind, Scale, TensorType
from graphs.wording.phrases import phrase

Task = Literal["classes", "binary", "labels", "number", "sequence", "nothing"]
"""What is learned; a sequence is a series of classes without their places in the input."""
Reading = Literal["softmax", "sigmoid", "none", "scores"]
"""What makes probabilities of scores; ``none`` where they are such already, and ``scores`` where
nothing does: the largest score decides, or of one its sign."""

TARGET = "target"
"""The port name under which a loss finds its target field."""


def _share() -> Any:
    """The setting by which losses are added up, which stands behind what each is about."""
    return param(default=1.0, low=0, help="Its share when several losses are added up.")


class Loss(Layer):
    """Base of every loss. Its output is one number; it is no part of what the model returns.

    What enters its first port is what it scores, one or more values for each sample.
    """

    runs_in_training_only = True
    task: ClassVar[Task] = "nothing"
    """What is usually learned, which decides the metrics: ``nothing`` has none but the loss."""
    reading: ClassVar[Reading] = "none"
    """What turns what reaches the loss into what a user wants to read."""
    is_usual: ClassVar[bool] = False
    """Whether it is offered where another loss does not fit."""
    per_sample: ClassVar[bool] = True
    """Whether it is a mean over samples, and not over all values of its target."""

    def ports(self) -> Ports:
        return Ports(outputs=())

    @property
    def scored(self) -> str:
        """The port of what it scores."""
        return self.ports().inputs[0].name

    def arguments(self) -> dict[str, object]:
        """The settings that torch's class takes."""
        return {k: v for k, v in self.settings.items() if k not in {"target", "weight"}}


class ValueLoss(Loss):
    """Base of losses on computed values alone, without a target of the data."""

    weight: float = _share()


class TargetLoss(Loss):
    """Base of losses that compare what reaches them with a field of the data."""

    is_usual = True
    per_sample = False

    target: FieldName = param(
        default=FieldName(""), help="The field of the data that is to be predicted."
    )
    weight: float = _share()

    def infer(self, given: Reaching) -> Outputs | Problem:
        if (unknown := no_target(self.target, given)) is not None:
            return unknown
        scores, target = given["input"], given.fields[self.target]
        wrong = not_floats(scores)
        if wrong or (wrong := self.compare(scores, target)) is None:
            return wrong or ()
        if (fix := next(self._mends(scores, target), None)) is not None:
            return replace(wrong, fix=fix)
        return replace(wrong, towards=next(self._begins(scores, target, wrong), None))

    def compare(self, scores: TensorType, target: TensorType) -> Problem | None:
        """What is wrong between the scores and the target; ``infer`` finds the fix."""
        raise NotImplementedError

    def learned(self, target: TensorType) -> Task:
        """What is learned of ``target``."""
        return self.task

    def axis(self, scores: TensorType, target: TensorType) -> int:
        """The axis of the classes in scores that fit: 1 as torch has it, or -1 for the last."""
        return 1

    @property
    def is_likelihood(self) -> bool:
        """Whether it is the plain mean of what the right classes cost, of which perplexity is."""
        return False

    @property
    def shares(self) -> tuple[float, ...]:
        """How much each class counts in the mean that the loss is; empty when all count alike."""
        return ()

    @property
    def ignored(self) -> int | None:
        """The number of the class whose answers count for nothing; None where all count."""
        return None

    @property
    def blank_place(self) -> int | None:
        """The place among the scores that stands for no class; None where each is of a class."""
        return None

    def wanted(self, target: TensorType) -> Size | None:
        """How many values the last axis of the scores must have for ``target``."""
        return target.sizes[-1] if target.rank > 1 else 1

    def _mends(self, scores: TensorType, target: TensorType) -> Iterator[Recipe]:
        """Single steps after which nothing would be wrong, the likeliest first."""

        def fits(tensor: TensorType) -> bool:
            return self.compare(tensor, target) is None

        if scores.before is not None and fits(scores.before):
            yield Bypass()
        if fits(scores.scaled(Scale.PROBABILITIES)):
            yield Insert("sigmoid")
        batch, features, wanted = scores.sizes[:1], scores.features, self.wanted(target)
        if scores.rank > 2 and fits(scores.rearranged(*batch, product(features))):
            yield Insert("flatten")
        steps = scores.rank == 3 and at_least(scores.sizes[1], 1)  # of none there is no last one
        if steps and fits(scores.rearranged(*batch, features[1])):
            yield Insert("select", settings={"dim": 1, "index": -1})
        known = isinstance(wanted, int) and wanted > 0 and scores.rank > 1
        if known and fits(scores.rearranged(*scores.sizes[:-1], wanted or 0)):
            yield Set("out_features", wanted, port="input")
        yield from self._others(scores, target)
        if known and scores.sizes[-1] == wanted and fits(scores.rearranged(*batch, wanted or 0)):
            yield Insert("flatten", ahead=True)

    def _begins(self, scores: TensorType, target: TensorType, wrong: Problem) -> Iterator[Recipe]:
        """Single steps after which something else is wrong, where several mistakes have met."""

        def differs(found: Problem | None) -> bool:
            return found is not None and found.template != wrong.template

        wanted = self.wanted(target)
        yield from self._kinds(scores, target, wrong)
        most = max(2, target.rank + (self.task == "classes"))
        if scores.rank > most and self.task != "sequence":  # which needs steps
            yield _fewer_axes(scores)
        if isinstance(wanted, int) and wanted > 0 and scores.rank > 1:
            counted = replace(scores, sizes=(*scores.sizes[:-1], wanted))
            if differs(self.compare(counted, target)):
                yield Set("out_features", wanted, port="input")
        if scores.before is not None and differs(self.compare(scores.before, target)):
            yield Bypass()

    def _kinds(self, scores: TensorType, target: TensorType, wrong: Problem) -> Iterator[Recipe]:
        """The usual loss for a target that this one cannot learn, whatever the scores are."""
        if wrong.setting != "target":
            return
        for kind in self._usual_others():
            found = kind.made({"target": self.target}).compare(scores, target)
            if found is None or found.setting != "target":
                yield Replace(kind.id)

    def _others(self, scores: TensorType, target: TensorType) -> Iterator[Recipe]:
        """Other losses that have nothing against the same scores and target."""
        for kind in self._usual_others():
            shared = kind.defaults().keys() & self.settings.keys()
            other = kind.made({name: self.settings[name] for name in shared})
            if other.compare(scores, target) is None:
                yield Replace(kind.id)

    def _usual_others(self) -> "list[type[TargetLoss]]":
        """By group and title; of all layers that there are, only these few are sorted."""
        offered = map(Layer.get, Layer.ids(lambda kind: issubclass(kind, TargetLoss)))
        losses = (kind for kind in offered if issubclass(kind, TargetLoss))
        usual = (kind for kind in losses if kind.is_usual and kind.id != self.id)
        return sorted(usual, key=lambda kind: (kind.group, kind.title))

    def each(self) -> str:
        """The class that computes it."""
        return f"torch.nn.{type(self).__name__}"

    def torch(self, given: Reaching) -> Torch:
        entering = [In(port.name) for port in self.ports().inputs]
        call = Call(self.each(), self.arguments())
        return Torch(call, Use(Module((*entering, In(TARGET))), outputs="loss"))

    def brief(self) -> str:
        return self.target and phrase("target {target}", target=self.target)


class Paired(TargetLoss):
    """Base of losses that compare each value with one number of the target."""

    def compare(self, scores: TensorType, target: TensorType) -> Problem | None:
        if wrong := self.target_fault(target):
            return wrong
        if not alike(without_last_one(scores.sizes), without_last_one(target.sizes)):
            return problem(
                "Needs as many values as the target “{field}” has, {wanted} per sample, "
                "but gets {got}.",
                port="input",
                field=self.target,
                wanted=target.elements(),
                got=scores,
            )
        return self.scale_fault(scores)

    def torch(self, given: Reaching) -> Torch:
        if given.fields[self.target].padded is None:
            return super().torch(given)
        each = Call(self.each(), {**self.arguments(), "reduction": "none"})
        call = Call.of("engine.modules.losses.RealStepsLoss", loss=each)
        return Torch(
            call, Use(Module((In(), In(TARGET)), {"lengths": LengthsOf(TARGET)}), outputs="loss")
        )

    def target_fault(self, target: TensorType) -> Problem | None:
        """What is wrong with the target."""
        raise NotImplementedError

    def scale_fault(self, scores: TensorType) -> Problem | None:
        """What is wrong with the range of the scores."""
        return None


def padding_counts(given: Reaching) -> Problem | None:
    """That what a loss compares as a whole is filled up with padding."""
    padded = (port for port, types in given.types.items() for one in types if one.padded)
    port = next(padded, None)
    if port is None:
        return None
    return problem(
        "Short samples are filled up with padding here, which this loss cannot leave out. Put a "
        "layer that knows the real steps before it, such as Mean, Max or Last step.",
        port=port,
    )


def _fewer_axes(scores: TensorType) -> Insert:
    """One row per sample: of steps the last, and of anything else all values."""
    if scores.rank == 3 and not isinstance(scores.sizes[1], int):
        if scores.padded is not None:
            return Insert("last_step", ahead=True)
        return Insert("select", settings={"dim": 1, "index": -1}, ahead=True)
    return Insert("flatten", ahead=True)


def not_classes(field: str, target: TensorType) -> Problem | None:
    """That labels or numbers cannot be learned by a loss that compares with one class each."""
    if target.kind is Kind.MASK:
        return problem(
            "The target “{field}” may have several labels at once; BCEWithLogitsLoss learns them.",
            setting="target",
            field=field,
        )
    return None if target.kind in {Kind.INDEX, Kind.TOKENS} else not_a_class(field)


def not_a_class(field: str) -> Problem:
    """That a number cannot be learned by a loss on classes."""
    return problem(
        "The target “{field}” is not a class; MSELoss learns numbers.",
        setting="target",
        field=field,
    )


def without_last_one(sizes: tuple[Size, ...]) -> tuple[Size, ...]:
    """N × 1 as N: one value per sample can be written either way."""
    return sizes[:-1] if len(sizes) > 1 and same(sizes[-1], 1) else sizes


def is_reading(layer: str) -> bool:
    """Whether a layer of this id turns what a loss takes into what a user reads."""
    kind = Layer.find(layer)
    return kind is not None and kind.is_reading


def losses() -> set[str]:
    """The ids of all losses."""
    return Layer.ids(lambda kind: kind.runs_in_training_only)


def target_losses() -> set[str]:
    """The ids of the losses that compare what reaches them with a field of the data."""
    return Layer.ids(lambda kind: issubclass(kind, TargetLoss))
