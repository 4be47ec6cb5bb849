"""Activations: functions of each value by itself, and Softmax."""

from dataclasses import replace
from typing import ClassVar, Literal

from graphs.describe import param
from graphs.layers.checks import no_axis, not_floats
from graphs.layers.spec import Call, Given, Layer, Outputs, Torch
from graphs.problems import Problem
from graphs.types import Scale


class Elementwise(Layer):
    """Base of activations that change each value by itself."""

    scale: ClassVar[Scale] = Scale.ANY

    def infer(self, given: Given) -> Outputs | Problem:
        tensor = given["input"]
        return not_floats(tensor) or (tensor.scaled(self.scale),)

    def torch(self, given: Given) -> Torch:
        return Torch(Call(f"torch.nn.{type(self).__name__}", self.settings))


class ReLU(Elementwise, id="relu", group="Activation", search="rectified linear"):
    """Sets what is below zero to zero.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html
    """


class GELU(Elementwise, id="gelu", group="Activation", search="gaussian error linear smooth relu"):
    """Lets each value through in proportion to how large it is, smoothly.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.GELU.html
    """

    approximate: Literal["none", "tanh"] = param(
        default="none", help="The exact function, or a faster approximation through tanh."
    )


class Sigmoid(Elementwise, id="sigmoid", group="Activation", search="logistic probability"):
    """Squeezes each value between 0 and 1.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html
    """

    scale = Scale.PROBABILITIES

    def infer(self, given: Given) -> Outputs | Problem:
        return _with_before(super().infer(given), given)


class Tanh(Elementwise, id="tanh", group="Activation", search="hyperbolic tangent"):
    """Squeezes each value between -1 and 1.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanh.html
    """


class Softmax(Layer, id="softmax", group="Activation", search="probabilities classes normalize"):
    """Turns the values along one axis into shares that add up to 1.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html
    """

    dim: int = param(default=-1, help="The axis of the classes; 0 is the batch, -1 is the last.")

    def infer(self, given: Given) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := not_floats(tensor) or no_axis(self.dim, tensor.rank, "dim"):
            return wrong
        over_batch = self.dim % tensor.rank == 0
        scale = Scale.PROBABILITIES if over_batch else Scale.DISTRIBUTION
        return _with_before((tensor.scaled(scale),), given)

    def torch(self, given: Given) -> Torch:
        return Torch(Call("torch.nn.Softmax", self.settings))


def _with_before(outputs: Outputs | Problem, given: Given) -> Outputs | Problem:
    """The output, knowing what it was before: a loss may want that instead."""
    if isinstance(outputs, Problem):
        return outputs
    return (replace(outputs[0], before=given["input"]),)
