"""The base of activations that change each value by itself."""

from dataclasses import replace
from typing import ClassVar

from graphs.layers.checks import not_floats
from graphs.layers.spec import Call, Layer, Outputs, Reaching, Torch
from graphs.problems import Problem
from graphs.types import Scale


class Elementwise(Layer):
    """Base of activations that change each value by itself."""

    scale: ClassVar[Scale] = Scale.ANY

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        return not_floats(tensor) or (tensor.scaled(self.scale),)

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call(f"torch.nn.{type(self).__name__}", self.own_settings))


def with_before(outputs: Outputs | Problem, given: Reaching) -> Outputs | Problem:
    """The output, knowing what it was before: a loss may want that instead."""
    if isinstance(outputs, Problem):
        return outputs
    return (replace(outputs[0], before=given["input"]),)
