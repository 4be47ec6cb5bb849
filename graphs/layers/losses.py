"""Losses: what training makes small. Each compares what reaches it with a target field of the data."""

from typing import ClassVar, Literal

from graphs.describe import FieldName, param
from graphs.layers.checks import not_floats
from graphs.layers.spec import Call, Given, In, Layer, Module, Outputs, Ports, Torch, Use
from graphs.problems import Bypass, Problem, Replace, Set, problem
from graphs.types import Kind, Scale, TensorType

Task = Literal["classes", "binary", "number"]
Reading = Literal["softmax", "sigmoid", "none"]

TARGET = "target"
"""The port name under which a loss finds its target field."""


class Loss(Layer):
    """Base of every loss. Its output is one number; it is no part of what the model returns."""

    runs_in_training_only = True
    task: ClassVar[Task]
    """What is learned, which decides the metrics."""
    reading: ClassVar[Reading]
    """What turns what reaches the loss into what a user wants to read."""

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
        return (
            not_floats(given["input"])
            or self.compare(given["input"], given.fields[self.target])
            or ()
        )

    def compare(self, scores: TensorType, target: TensorType) -> Problem | None:
        """What is wrong between the scores and the target."""
        raise NotImplementedError

    def torch(self, given: Given) -> Torch:
        call = Call(f"torch.nn.{type(self).__name__}", self.arguments())
        return Torch(call, Use(Module((In(), In(TARGET))), outputs="loss"))

    def arguments(self) -> dict[str, object]:
        """The settings that torch's class takes."""
        return {k: v for k, v in self.settings.items() if k not in {"target", "weight"}}

    def brief(self) -> str:
        return self.target and f"target {self.target}"


class CrossEntropyLoss(
    Loss, id="cross_entropy_loss", group="Loss", search="classification softmax"
):
    """Compares one score per class with the right class.

    Takes raw scores (logits) of N × classes, not probabilities: it applies the softmax itself.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """

    task = "classes"
    reading = "softmax"

    def compare(self, scores: TensorType, target: TensorType) -> Problem | None:
        if target.kind is not Kind.INDEX:
            return problem(
                "The target “{field}” is a number, not a class; MSELoss learns numbers.",
                setting="target",
                fix=Replace("mse_loss"),
                field=self.target,
            )
        if scores.rank != 2:
            return problem("Needs one score per class, but gets {got}.", port="input", got=scores)
        if scores.scale is not Scale.ANY:
            return problem(
                "Gets probabilities, but applies the softmax itself; training would be slow and worse.",
                port="input",
                fix=Bypass(),
            )
        if scores.sizes[1] != target.values:
            return problem(
                "The target “{field}” has {wanted} classes; this gives {got} scores.",
                port="input",
                fix=Set("out_features", target.values, port="input"),
                field=self.target,
                wanted=target.values,
                got=scores.sizes[1],
            )
        return None


def losses() -> set[str]:
    """The ids of all losses."""
    return {layer.id for layer in Layer.members() if layer.runs_in_training_only}
