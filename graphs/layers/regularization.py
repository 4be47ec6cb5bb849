"""Regularization: making it harder for a network to learn its samples by heart."""

from graphs.describe import param
from graphs.layers.checks import not_floats
from graphs.layers.spec import Call, Layer, Outputs, Reaching, Torch
from graphs.problems import Problem
from graphs.types import Scale


class Dropout(Layer, id="dropout", group="Regularization", search="regularize overfitting"):
    """Sets some values to zero at random while training.

    The others are scaled up by 1 / (1 - p); after training, all values pass unchanged.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html
    """

    p: float = param(default=0.5, low=0, high=1, help="The share of values that are set to zero.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        return not_floats(tensor) or (tensor.scaled(Scale.ANY),)

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call("torch.nn.Dropout", self.settings))

    def brief(self) -> str:
        return f"{self.p:g}"
