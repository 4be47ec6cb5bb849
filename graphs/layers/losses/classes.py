"""Losses on one score per class, for each sample or for each step or pixel of one."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Literal

from graphs.describe import param
from graphs.layers.losses.losses import TARGET, Reading, TargetLoss, not_classes
from graphs.layers.spec import Call, In, LengthsOf, Module, Outputs, Reaching, Torch, Use
from graphs.problems import Problem, Recipe, Replace, Set, problem
from graphs.sizes import Size, alike, at_least, same
from graphs.types import TensorType

Axis = Literal["auto", "second", "last"]
LAID_OUT = ("class_weights", "class_axis")
"""Settings that torch is told of otherwise."""


class ClassLoss(TargetLoss):
    """Base of losses that take N × classes, or with a class for each of T steps N × classes × T.

    The classes may also lie in the last axis, as Linear, LSTM and attention give them.
    """

    task = "classes"
    reading: ClassVar[Reading] = "softmax"
    for_steps: ClassVar[str]
    """What computes it, also with the classes in another axis than the second, and padding."""
    is_torchs: ClassVar[bool] = False
    """Whether torch has it, where the classes are in the second axis and nothing is padded."""

    class_weights: tuple[float, ...] = param(
        default=(),
        above=0,
        help="How much each class counts, in the order of the classes; empty: all alike.",
    )
    class_axis: Axis = param(
        default="auto",
        help="The axis of the classes when each step has one: the second, as torch has it, or the "
        "last; auto takes the one that fits.",
    )

    def infer(self, given: Reaching) -> Outputs | Problem:
        answer = super().infer(given)
        if isinstance(answer, Problem) or not self.class_weights:
            return answer
        scores = given["input"]
        classes = scores.sizes[self.axis(scores, given.fields[self.target])]
        if same(classes, len(self.class_weights)):
            return answer
        return problem(
            "class_weights has {count} weights, but there are {classes} classes.",
            setting="class_weights",
            fix=Set("class_weights", ()),
            count=len(self.class_weights),
            classes=classes,
        )

    @property
    def shares(self) -> tuple[float, ...]:
        return self.class_weights

    def axis(self, scores: TensorType, target: TensorType) -> int:
        found = self._axes(scores, target)
        fitting = [a for a in found if _counts(scores, a, target)]
        usual = -1 if self.class_axis == "last" and scores.rank > 2 else 1
        return (fitting or found or [usual])[0]

    def _axes(self, scores: TensorType, target: TensorType) -> list[int]:
        """Where the classes can lie by the sizes of all other axes, the likeliest first."""
        if scores.rank != target.rank + 1:
            return []
        ways = {"auto": (-1, 1), "second": (1,), "last": (-1,)}[self.class_axis]
        ways = ways if scores.rank > 2 else (1,)
        return [axis for axis in ways if alike(_places(scores, axis), target.sizes)]

    def arguments(self) -> dict[str, object]:
        weights = Call.of("torch.tensor", data=self.class_weights)
        others = {k: v for k, v in super().arguments().items() if k not in LAID_OUT}
        return {"weight": weights if self.class_weights else None, **others}

    def torch(self, given: Reaching) -> Torch:
        target = given.fields[self.target]
        axis = self.axis(given["input"], target)
        if axis == 1 and self.is_as_torch_has_it(target):
            return super().torch(given)
        call = Call(self.for_steps, {"axis": axis, **self.arguments()})
        return Torch(
            call, Use(Module((In(), In(TARGET)), {"lengths": LengthsOf(TARGET)}), outputs="loss")
        )

    def is_as_torch_has_it(self, target: TensorType) -> bool:
        """Whether torch's own loss takes such a target, with the classes in the second axis."""
        return self.is_torchs and target.padded is None and self.ignored is None

    def wanted(self, target: TensorType) -> Size | None:
        return target.values

    def compare(self, scores: TensorType, target: TensorType) -> Problem | None:
        if wrong := not_classes(self.target, target):
            return wrong
        axes = self._axes(scores, target)
        if not axes:
            return problem("Needs one score per class, but gets {got}.", port="input", got=scores)
        if not any(at_least(scores.sizes[axis], 1) for axis in axes):
            return problem(
                "Needs a score for each class, but there may be none: {got} of them come.",
                port="input",
                got=scores.sizes[axes[0]],
            )
        if not any(_counts(scores, axis, target) for axis in axes):
            return problem(
                "The target “{field}” has {wanted} classes; this gives {got} scores.",
                port="input",
                field=self.target,
                wanted=target.values,
                got=scores.sizes[axes[0]],
            )
        if self._is_either(scores, target):
            return problem(
                "There are as many steps as classes, so it cannot be seen which axis is which. "
                "Set class_axis.",
                setting="class_axis",
            )
        return self.scale_fault(scores)

    def scale_fault(self, scores: TensorType) -> Problem | None:
        """What is wrong with the range of the scores."""
        if not scores.scale.is_shares:
            return None
        return problem(
            "Gets probabilities, but applies the softmax itself; training would be slow and worse.",
            port="input",
        )

    def _is_either(self, scores: TensorType, target: TensorType) -> bool:
        return len([a for a in self._axes(scores, target) if _counts(scores, a, target)]) > 1

    def _mends(self, scores: TensorType, target: TensorType) -> Iterator[Recipe]:
        way: Axis = "last" if self._is_either(scores, target) else "auto"
        if replace(self, class_axis=way).compare(scores, target) is None:
            yield Set("class_axis", way)
        yield from super()._mends(scores, target)
        unaligned = TargetLoss.get("ctc_loss").made({"target": self.target})
        if unaligned.compare(scores, target) is None:
            yield Replace("ctc_loss")


def _counts(scores: TensorType, axis: int, target: TensorType) -> bool:
    """Whether there are as many scores along ``axis`` as the target has classes."""
    return target.values is None or same(scores.sizes[axis], target.values)


def _places(scores: TensorType, axis: int) -> tuple[Size, ...]:
    """All sizes but that of the classes."""
    return scores.sizes[:axis] + (scores.sizes[axis + 1 :] if axis != -1 else ())
