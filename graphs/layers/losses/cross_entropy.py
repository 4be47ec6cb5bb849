"""Cross entropy: one score per class, for each sample or for each step of one."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from graphs.describe import param
from graphs.layers.losses.losses import TARGET, Loss, not_a_class
from graphs.layers.spec import Call, In, LengthsOf, Module, Outputs, Reaching, Torch, Use
from graphs.problems import Problem, Recipe, Set, problem
from graphs.sizes import Size, alike, same
from graphs.types import Kind, Scale, TensorType

Axis = Literal["auto", "second", "last"]


class CrossEntropyLoss(
    Loss, id="cross_entropy_loss", group="Loss", search="classification softmax categorical"
):
    """Compares one score per class with the right class.

    Takes raw scores (logits) of N × classes, not probabilities: it applies the softmax itself.
    With a class for each of T steps it takes N × T × classes, as Linear, LSTM and attention give
    them, and N × classes × T, as torch has it and Conv1d gives them.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """

    task = "classes"
    reading = "softmax"

    label_smoothing: float = param(
        default=0.0, low=0, high=1, help="The share of certainty that is spread over all classes."
    )
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
    def is_likelihood(self) -> bool:
        return not self.label_smoothing and not self.class_weights

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
        weight = weights if self.class_weights else None
        return {"weight": weight, "label_smoothing": self.label_smoothing}

    def torch(self, given: Reaching) -> Torch:
        target = given.fields[self.target]
        axis = self.axis(given["input"], target)
        if axis == 1 and target.padded is None:
            return super().torch(given)
        arguments = {"axis": axis, **self.arguments()}
        call = Call("engine.modules.losses.StepsCrossEntropyLoss", arguments)
        return Torch(
            call, Use(Module((In(), In(TARGET)), {"lengths": LengthsOf(TARGET)}), outputs="loss")
        )

    def wanted(self, target: TensorType) -> Size | None:
        return target.values

    def compare(self, scores: TensorType, target: TensorType) -> Problem | None:
        if target.kind is Kind.MASK:
            return problem(
                "The target “{field}” may have several labels at once; BCEWithLogitsLoss learns "
                "them.",
                setting="target",
                field=self.target,
            )
        if target.kind not in {Kind.INDEX, Kind.TOKENS}:
            return not_a_class(self.target)
        axes = self._axes(scores, target)
        if not axes:
            return problem("Needs one score per class, but gets {got}.", port="input", got=scores)
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
        if scores.scale is not Scale.ANY:
            return problem(
                "Gets probabilities, but applies the softmax itself; "
                "training would be slow and worse.",
                port="input",
            )
        return None

    def _is_either(self, scores: TensorType, target: TensorType) -> bool:
        return len([a for a in self._axes(scores, target) if _counts(scores, a, target)]) > 1

    def _mends(self, scores: TensorType, target: TensorType) -> Iterator[Recipe]:
        if self._is_either(scores, target):
            yield Set("class_axis", "last")
        elif replace(self, class_axis="auto").compare(scores, target) is None:
            yield Set("class_axis", "auto")
        yield from super()._mends(scores, target)


def _counts(scores: TensorType, axis: int, target: TensorType) -> bool:
    """Whether there are as many scores along ``axis`` as the target has classes."""
    return target.values is None or same(scores.sizes[axis], target.values)


def _places(scores: TensorType, axis: int) -> tuple[Size, ...]:
    """All sizes but that of the classes."""
    return scores.sizes[:axis] + (scores.sizes[axis + 1 :] if axis != -1 else ())
