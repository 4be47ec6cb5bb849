"""Activations: functions of each value by itself, and Softmax."""

from dataclasses import replace

from graphs.layers.checks import not_floats
from graphs.layers.spec import Call, Given, Layer, Outputs, Torch
from graphs.problems import Problem
from graphs.types import Scale


class Elementwise(Layer):
    """Base of activations that change each value by itself."""

    def infer(self, given: Given) -> Outputs | Problem:
        tensor = given["input"]
        return not_floats(tensor) or (replace(tensor, scale=Scale.ANY),)

    def torch(self, given: Given) -> Torch:
        return Torch(Call(f"torch.nn.{type(self).__name__}", self.settings))


class ReLU(Elementwise, id="relu", group="Activation", search="rectified linear"):
    """Sets what is below zero to zero.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html
    """


class Sigmoid(Elementwise, id="sigmoid", group="Activation", search="logistic probability"):
    """Squeezes each value between 0 and 1.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html
    """

    def infer(self, given: Given) -> Outputs | Problem:
        tensor = given["input"]
        return not_floats(tensor) or (replace(tensor, scale=Scale.PROBABILITIES),)
