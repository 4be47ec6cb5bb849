"""Activations: functions of each value by itself, and shares of all values along an axis."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Literal

from graphs.describe import param
from graphs.layers.checks import no_axis, not_floats
from graphs.layers.spec import (
    Call,
    Function,
    In,
    Layer,
    LengthsOf,
    Outputs,
    Reaching,
    Torch,
    Use,
)
from graphs.problems import Problem, Set, problem
from graphs.sizes import Size, same
from graphs.types import Scale, TensorType


class Elementwise(Layer):
    """Base of activations that change each value by itself."""

    scale: ClassVar[Scale] = Scale.ANY

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        return not_floats(tensor) or (tensor.scaled(self.scale),)

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call(f"torch.nn.{type(self).__name__}", self.settings))


class ReLU(Elementwise, id="relu", group="Activation", search="rectified linear"):
    """Sets what is below zero to zero.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html
    """


class LeakyReLU(Elementwise, id="leaky_relu", group="Activation", search="rectified leak"):
    """Shrinks what is below zero instead of setting it to zero.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
    """

    negative_slope: float = param(default=0.01, help="What negative values are multiplied by.")


class PReLU(Elementwise, id="prelu", group="Activation", search="parametric leaky learned slope"):
    """Shrinks what is below zero by a learned factor.

    The channels are the second axis, N × channels × ...; each has a factor, or all share one.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.PReLU.html
    """

    num_parameters: int = param(
        default=1, low=1, help="How many factors are learned: 1, or one for each channel."
    )
    init: float = param(default=0.25, help="The factor before training.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        channels = _channels(given["input"])
        if self.num_parameters == 1 or same(channels, self.num_parameters):
            return super().infer(given)
        return not_floats(given["input"]) or problem(
            "num_parameters = {count} must be 1 or the number of channels, {channels}.",
            setting="num_parameters",
            fix=Set("num_parameters", channels if isinstance(channels, int) and channels else 1),
            count=self.num_parameters,
            channels=channels,
        )

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        return {"weight": (self.num_parameters,)}


class ELU(Elementwise, id="elu", group="Activation", search="exponential linear unit"):
    """Lets what is below zero level off smoothly.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.ELU.html
    """

    alpha: float = param(default=1.0, help="Far below zero, minus this value is left.")


class SELU(Elementwise, id="selu", group="Activation", search="scaled exponential linear unit"):
    """As ELU, scaled so that deep plain networks keep mean 0 and spread 1.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.SELU.html
    """


class SiLU(Elementwise, id="silu", group="Activation", search="swish sigmoid linear unit"):
    """Multiplies each value by its own sigmoid, which is a smooth ReLU.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.SiLU.html
    """


class Softplus(Elementwise, id="softplus", group="Activation", search="smooth relu positive"):
    """Makes each value positive: a ReLU with a rounded corner.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softplus.html
    """

    beta: float = param(default=1.0, above=0, help="How sharp the corner is.")
    threshold: float = param(
        default=20.0, help="Where beta times the value is above this, the value passes unchanged."
    )


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

    def infer(self, given: Reaching) -> Outputs | Problem:
        return _with_before(super().infer(given), given)


class Tanh(Elementwise, id="tanh", group="Activation", search="hyperbolic tangent"):
    """Squeezes each value between -1 and 1.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanh.html
    """


class Normalized(Layer):
    """Base of activations that weigh the values along one axis against each other."""

    over_steps: ClassVar[str]
    """What computes it along the real steps of a padded series; padding becomes 0."""

    dim: int = param(default=-1, help="The axis of the classes; 0 is the batch, -1 is the last.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := not_floats(tensor) or no_axis(self.dim, tensor.rank, "dim"):
            return wrong
        shares = tensor.scaled(self.scale(tensor))
        if self.dim % tensor.rank == 0:  # another sample's padding counts too
            shares = replace(shares, padded=None)
        return _with_before((shares,), given)

    def scale(self, tensor: TensorType) -> Scale:
        """What is known about the values afterwards."""
        return Scale.ANY

    def torch(self, given: Reaching) -> Torch:
        tensor = given["input"]
        if tensor.padded and self.dim % tensor.rank == 1:
            return Torch(use=Use(Function(self.over_steps, (In(), LengthsOf()))))
        return Torch(Call(f"torch.nn.{type(self).__name__}", self.settings))


class Softmax(
    Normalized, id="softmax", group="Activation", search="probabilities classes normalize"
):
    """Turns the values along one axis into shares that add up to 1.

    Along the steps of a series, padding has no share.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html
    """

    over_steps = "engine.modules.steps.softmax_over_steps"

    def scale(self, tensor: TensorType) -> Scale:
        over_batch = self.dim % tensor.rank == 0
        return Scale.PROBABILITIES if over_batch else Scale.DISTRIBUTION


class LogSoftmax(
    Normalized, id="log_softmax", group="Activation", search="log probabilities likelihood"
):
    """Gives the logarithms of the shares that a Softmax would give.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
    """

    over_steps = "engine.modules.steps.log_softmax_over_steps"


def _channels(tensor: TensorType) -> Size:
    """The size of the second axis; one value per sample counts as one channel."""
    return tensor.sizes[1] if tensor.rank > 1 else 1


def _with_before(outputs: Outputs | Problem, given: Reaching) -> Outputs | Problem:
    """The output, knowing what it was before: a loss may want that instead."""
    if isinstance(outputs, Problem):
        return outputs
    return (replace(outputs[0], before=given["input"]),)
