"""Activations that weigh the values along one axis against each other, or halve it."""

from dataclasses import replace
from typing import ClassVar

from graphs.describe import param
from graphs.layers.activations.elementwise import with_before
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
from graphs.problems import Problem, problem
from graphs.sizes import Size, divisible
from graphs.types import Scale, TensorType


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
        return with_before((shares,), given)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return (given["input"].sizes[self.dim],)

    def scale(self, tensor: TensorType) -> Scale:
        """What is known about the values afterwards."""
        return Scale.ANY

    def torch(self, given: Reaching) -> Torch:
        tensor = given["input"]
        if tensor.padded and self.dim % tensor.rank == 1:
            return Torch(use=Use(Function(self.over_steps, (In(), LengthsOf()))))
        return Torch(Call(f"torch.nn.{type(self).__name__}", self.settings))


class Softmax(
    Normalized,
    id="softmax",
    group="Activation",
    search=(
        "sum to one add up percentages sure probabilities classes normalize distribution "
        "percent confidence scores classifier choose logits"
    ),
):
    """Turns the values along one axis into shares that add up to 1.

    For the values x along the axis, y[i] = exp(x[i]) / Σ exp(x[j]), a sum over all j.
    Along the steps of a series, padding has no share.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html
    """

    is_reading = True
    over_steps = "engine.modules.steps.softmax_over_steps"

    def scale(self, tensor: TensorType) -> Scale:
        over_batch = self.dim % tensor.rank == 0
        return Scale.PROBABILITIES if over_batch else Scale.DISTRIBUTION


class LogSoftmax(
    Normalized, id="log_softmax", group="Activation", search="log probabilities likelihood classes"
):
    """Gives the logarithms of the shares that a Softmax would give.

    For the values x along the axis, y[i] = x[i] - log Σ exp(x[j]), a sum over all j.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
    """

    over_steps = "engine.modules.steps.log_softmax_over_steps"

    def scale(self, tensor: TensorType) -> Scale:
        return Scale.LOGARITHMS


class Softmin(Normalized, id="softmin", group="Activation", search="inverse softmax distances"):
    """Turns values along one axis into shares: the smallest gets the most.

    For the values x along the axis, y[i] = exp(-x[i]) / Σ exp(-x[j]), a sum over all j.
    As a Softmax of the negative values, such as of distances. Along the steps of a series, padding
    has no share.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmin.html
    """

    over_steps = "engine.modules.steps.softmin_over_steps"

    def scale(self, tensor: TensorType) -> Scale:
        over_batch = self.dim % tensor.rank == 0
        return Scale.PROBABILITIES if over_batch else Scale.DISTRIBUTION


class GLU(
    Layer,
    id="glu",
    group="Activation",
    search="gated linear unit gate half halves sigmoid multiply",
):
    """Multiplies one half of an axis by the sigmoid of the other half.

    y = a · sigmoid(b), where a is the first half and b the second.
    The axis must have an even size, and is half as long afterwards.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.GLU.html
    """

    dim: int = param(default=-1, help="The axis to halve; -1 is the last.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := not_floats(tensor) or no_axis(self.dim, tensor.rank, "dim"):
            return wrong
        axis = self.dim % tensor.rank
        size = tensor.sizes[axis]
        if not divisible(size, 2):
            return problem(
                "Halves the axis {axis}, whose size {size} is not always even. Give it twice as "
                "many features as are to come out.",
                port="input",
                axis=axis,
                size=size,
            )
        sizes = (*tensor.sizes[:axis], size // 2, *tensor.sizes[axis + 1 :])
        half = tensor.of(*sizes)
        return (half.stepwise(tensor) if axis > 1 else half,)

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call("torch.nn.GLU", self.settings))
