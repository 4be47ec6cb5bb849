"""Losses: what training makes small. Each compares what reaches it with a target of the data."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Literal

from graphs.describe import FieldName, param
from graphs.layers.checks import not_floats
from graphs.layers.spec import Call, Given, In, Layer, Module, Outputs, Ports, Torch, Use
from graphs.problems import Bypass, Insert, Problem, Recipe, Replace, Set, problem
from graphs.sizes import Size, alike, product, same
from graphs.types import Kind, Scale, TensorType

Task = Literal["classes", "binary", "number"]
Reading = Literal["softmax", "sigmoid", "none"]
READINGS = frozenset({"softmax", "sigmoid"})
"""Layers that turn what a loss takes into what a user reads; readings are called after them."""

TARGET = "target"
"""The port name under which a loss finds its target field."""


class Loss(Layer):
    """Base of every loss. Its output is one number; it is no part of what the model returns."""

    runs_in_training_only = True
    task: ClassVar[Task]
    """What is learned, which decides the metrics."""
    reading: ClassVar[Reading]
    """What turns what reaches the loss into what a user wants to read."""
    is_usual: ClassVar[bool] = True
    """Whether it is offered where another loss does not fit."""

    target: FieldName = param(
        default=FieldName(""), help="The field of the data that is to be predicted."
    )
    weight: float = param(default=1.0, low=0, help="Its share when several losses are added up.")

    def ports(self) -> Ports:
        return Ports(outputs=())

    def infer(self, given: Given) -> Outputs | Problem:
        if not self.target:
            return problem("Choose which field of the data is to be predicted.", setting="target")
        if self.target not in given.fields:
            return problem(
                "The data has no field “{field}”. Choose one of: {known}.",
                setting="target",
                field=self.target,
                known=", ".join(sorted(given.fields)) or "(no data chosen)",
            )
        scores, target = given["input"], given.fields[self.target]
        wrong = not_floats(scores)
        if wrong or (wrong := self.compare(scores, target)) is None:
            return wrong or ()
        return replace(wrong, fix=next(self._mends(scores, target), None))

    def compare(self, scores: TensorType, target: TensorType) -> Problem | None:
        """What is wrong between the scores and the target; ``infer`` finds the fix."""
        raise NotImplementedError

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
        if fits(scores.rearranged(*batch, product(features))):
            yield Insert("flatten")
        if scores.rank == 3 and fits(scores.rearranged(*batch, features[1])):
            yield Insert("select", settings={"dim": 1, "index": -1})
        known = isinstance(wanted, int) and wanted > 0 and scores.rank > 1
        if known and fits(scores.rearranged(*scores.sizes[:-1], wanted or 0)):
            yield Set("out_features", wanted, port="input")
        yield from self._others(scores, target)
        if known and scores.sizes[-1] == wanted and fits(scores.rearranged(*batch, wanted or 0)):
            yield Insert("flatten", ahead=True)

    def _others(self, scores: TensorType, target: TensorType) -> Iterator[Recipe]:
        """Other losses that have nothing against the same scores and target."""
        for kind in Layer.members():
            if issubclass(kind, Loss) and kind.is_usual:
                other = kind.made({"target": self.target})
                if other.compare(scores, target) is None:
                    yield Replace(kind.id)

    def torch(self, given: Given) -> Torch:
        call = Call(f"torch.nn.{type(self).__name__}", self.arguments())
        return Torch(call, Use(Module((In(), In(TARGET))), outputs="loss"))

    def arguments(self) -> dict[str, object]:
        """The settings that torch's class takes."""
        return {k: v for k, v in self.settings.items() if k not in {"target", "weight"}}

    def brief(self) -> str:
        return self.target and f"target {self.target}"


class CrossEntropyLoss(
    Loss, id="cross_entropy_loss", group="Loss", search="classification softmax categorical"
):
    """Compares one score per class with the right class.

    Takes raw scores (logits) of N × classes, not probabilities: it applies the softmax itself.
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

    def infer(self, given: Given) -> Outputs | Problem:
        answer = super().infer(given)
        if isinstance(answer, Problem) or not self.class_weights:
            return answer
        classes = given["input"].sizes[1]
        if same(classes, len(self.class_weights)):
            return answer
        return problem(
            "class_weights has {count} weights, but there are {classes} classes.",
            setting="class_weights",
            fix=Set("class_weights", ()),
            count=len(self.class_weights),
            classes=classes,
        )

    def arguments(self) -> dict[str, object]:
        weights = Call.of("torch.tensor", data=self.class_weights)
        weight = weights if self.class_weights else None
        return {"weight": weight, "label_smoothing": self.label_smoothing}

    def wanted(self, target: TensorType) -> Size | None:
        return target.values

    def compare(self, scores: TensorType, target: TensorType) -> Problem | None:
        if target.kind is not Kind.INDEX:
            return _not_a_class(self.target)
        if scores.rank != target.rank + 1 or not alike(_places(scores), target.sizes):
            return problem("Needs one score per class, but gets {got}.", port="input", got=scores)
        if target.values is not None and not same(scores.sizes[1], target.values):
            return problem(
                "The target “{field}” has {wanted} classes; this gives {got} scores.",
                port="input",
                field=self.target,
                wanted=target.values,
                got=scores.sizes[1],
            )
        if scores.scale is not Scale.ANY:
            return problem(
                "Gets probabilities, but applies the softmax itself; "
                "training would be slow and worse.",
                port="input",
            )
        return None


class Paired(Loss):
    """Base of losses that compare each value with one number of the target."""

    def compare(self, scores: TensorType, target: TensorType) -> Problem | None:
        if wrong := self.target_fault(target):
            return wrong
        if not alike(_without_last_one(scores.sizes), _without_last_one(target.sizes)):
            return problem(
                "Needs as many values as the target “{field}” has, {wanted} per sample, "
                "but gets {got}.",
                port="input",
                field=self.target,
                wanted=target.elements(),
                got=scores,
            )
        return self.scale_fault(scores)

    def target_fault(self, target: TensorType) -> Problem | None:
        """What is wrong with the target."""
        raise NotImplementedError

    def scale_fault(self, scores: TensorType) -> Problem | None:
        """What is wrong with the range of the scores."""
        return None


class Binary(Paired):
    """Base of losses that learn to tell two classes apart by one score."""

    task = "binary"

    def target_fault(self, target: TensorType) -> Problem | None:
        if target.kind is not Kind.INDEX:
            return _not_a_class(self.target)
        if target.values != 2:
            return problem(
                "The target “{field}” has {classes} classes; this loss tells two apart.",
                setting="target",
                field=self.target,
                classes="unknown" if target.values is None else target.values,
            )
        return None


class BCEWithLogitsLoss(
    Binary, id="bce_with_logits_loss", group="Loss", search="binary crossentropy sigmoid two"
):
    """Compares one score per sample with which of two classes is right.

    Takes raw scores (logits) of N × 1, not probabilities: it applies the sigmoid itself.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
    """

    reading = "sigmoid"

    def scale_fault(self, scores: TensorType) -> Problem | None:
        if scores.scale is Scale.ANY:
            return None
        return problem(
            "Gets probabilities, but applies the sigmoid itself; training would be slow and worse.",
            port="input",
        )


class BCELoss(Binary, id="bce_loss", group="Loss", search="binary crossentropy two"):
    """Compares one probability per sample with which of two classes is right.

    Takes probabilities of N × 1, as a Sigmoid gives them.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html
    """

    reading = "none"

    def scale_fault(self, scores: TensorType) -> Problem | None:
        if scores.scale is not Scale.ANY:
            return None
        return problem(
            "Needs probabilities between 0 and 1, as a Sigmoid gives them.", port="input"
        )


class Numbers(Paired):
    """Base of losses that learn numbers. Each weighs the differences in its own way."""

    task = "number"
    reading = "none"

    def target_fault(self, target: TensorType) -> Problem | None:
        if target.kind is Kind.FLOAT:
            return None
        return problem(
            "The target “{field}” is a class, not a number.", setting="target", field=self.target
        )


class MSELoss(Numbers, id="mse_loss", group="Loss", search="mean squared error regression l2"):
    """Compares numbers with the right numbers: the mean of the squared differences.

    Takes N × 1, or as many values per sample as the target has.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html
    """


class L1Loss(Numbers, id="l1_loss", group="Loss", search="mean absolute error mae regression"):
    """Compares numbers with the right numbers: the mean of the differences.

    Outliers count less than in MSELoss. Takes N × 1, or as many values as the target has.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.L1Loss.html
    """

    is_usual = False


class SmoothL1Loss(
    Numbers, id="smooth_l1_loss", group="Loss", search="regression robust boxes absolute"
):
    """Compares numbers as L1Loss does, but squares small differences.

    Takes N × 1, or as many values per sample as the target has.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.SmoothL1Loss.html
    """

    is_usual = False

    beta: float = param(default=1.0, low=0, help="Differences below this are squared.")


class HuberLoss(Numbers, id="huber_loss", group="Loss", search="regression robust outliers"):
    """Compares numbers as MSELoss does, but without squaring large differences.

    Takes N × 1, or as many values per sample as the target has.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.HuberLoss.html
    """

    is_usual = False

    delta: float = param(default=1.0, above=0, help="Differences above this are not squared.")


def _not_a_class(field: str) -> Problem:
    return problem(
        "The target “{field}” is not a class; MSELoss learns numbers.",
        setting="target",
        field=field,
    )


def _places(scores: TensorType) -> tuple[Size, ...]:
    """All sizes but that of the classes."""
    return scores.sizes[:1] + scores.sizes[2:]


def _without_last_one(sizes: tuple[Size, ...]) -> tuple[Size, ...]:
    """N × 1 as N: one value per sample can be written either way."""
    return sizes[:-1] if len(sizes) > 1 and same(sizes[-1], 1) else sizes


def losses() -> set[str]:
    """The ids of all losses."""
    return {layer.id for layer in Layer.members() if layer.runs_in_training_only}
