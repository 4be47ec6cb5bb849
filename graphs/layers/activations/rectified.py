"""Activations of straight pieces: rectified, cut off or shrunk."""

from collections.abc import Mapping
from typing import Any

from graphs.describe import param
from graphs.layers.activations.elementwise import Elementwise
from graphs.layers.checks import not_floats
from graphs.layers.spec import Outputs, Reaching
from graphs.layers.weighted import Weighted
from graphs.problems import Problem, Set, problem
from graphs.sizes import Size, same
from graphs.types import TensorType
from graphs.wording.phrases import phrase


class ReLU(
    Elementwise,
    id="relu",
    group="Activation",
    search=(
        "rectified linear activation nonlinearity nonlinear negative zero positive ramp "
        "rectify keep only"
    ),
):
    """Sets what is below zero to zero.

    y = max(0, x).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html
    """


class LeakyReLU(
    Elementwise,
    id="leaky_relu",
    group="Activation",
    search="rectified leak negative slope dead dying small some through gradient",
):
    """Shrinks what is below zero instead of setting it to zero.

    y = x where x > 0, else negative_slope · x.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
    """

    negative_slope: float = param(default=0.01, help="What negative values are multiplied by.")


class RReLU(
    Elementwise,
    id="rrelu",
    group="Activation",
    search="randomized random leaky negative slope noise rectified",
):
    """Shrinks what is below zero by a factor that is drawn at random.

    y = x where x > 0, else a · x, where a is drawn between lower and upper for each value. After
    training it is their mean.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.RReLU.html
    """

    lower: float = param(default=1 / 8, help="The least factor.")
    upper: float = param(default=1 / 3, help="The largest factor.")

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        usual = cls.defaults()
        lower, upper = (settings.get(name, usual[name]) for name in ("lower", "upper"))
        if lower <= upper:
            return {}
        return {"lower": phrase("must be at most upper ({upper})", upper=f"{upper:.12g}")}


class PReLU(
    Elementwise,
    Weighted,
    id="prelu",
    group="Activation",
    search="parametric leaky learned slope negative dead",
):
    """Shrinks what is below zero by a learned factor.

    y = x where x > 0, else weight · x. From https://arxiv.org/abs/1502.01852.
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


class ReLU6(
    Elementwise,
    id="relu6",
    group="Activation",
    search="rectified linear clipped capped mobilenet at most",
):
    """Sets what is below zero to zero, and what is above six to six.

    y = min(max(0, x), 6).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU6.html
    """


class Threshold(
    Elementwise,
    id="threshold",
    group="Activation",
    search="cut off step negative remove binarize small values below replace",
):
    """Replaces what is not above a threshold by another number.

    y = x where x > threshold, else value.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Threshold.html
    """

    threshold: float = param(default=0.0, help="What is not above this is replaced.")
    value: float = param(default=0.0, help="What stands in its place.")


class Hardtanh(
    Elementwise,
    id="hardtanh",
    group="Activation",
    search="clamp clip limit range hard tanh interval bounded",
):
    """Cuts values off below one limit and above another.

    y = min(max(x, min_val), max_val).
    Between the limits they pass unchanged.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html
    """

    min_val: float = param(default=-1.0, help="The lower limit.")
    max_val: float = param(default=1.0, help="The upper limit, which must lie above the lower one.")

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        if settings.get("min_val", -1.0) >= settings.get("max_val", 1.0):
            return {"max_val": phrase("must be above min_val")}
        return {}


class Hardsigmoid(
    Elementwise, id="hardsigmoid", group="Activation", search="hard sigmoid mobilenet squash"
):
    """Approximates a sigmoid by a straight line between 0 and 1.

    y = min(max(x / 6 + 1 / 2, 0), 1).
    The line goes from 0 at -3 to 1 at 3.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardsigmoid.html
    """


class Hardswish(Elementwise, id="hardswish", group="Activation", search="hard silu mobilenet"):
    """Approximates SiLU without an exponential: x times Hardsigmoid of x.

    y = x · min(max(x + 3, 0), 6) / 6.
    From MobileNetV3 (https://arxiv.org/abs/1905.02244).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardswish.html
    """


class Hardshrink(Elementwise, id="hardshrink", group="Activation", search="sparse hard threshold"):
    """Sets what lies near zero to zero, and lets the rest pass unchanged.

    y = x where |x| > lambd, else 0.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardshrink.html
    """

    lambd: float = param(default=0.5, low=0, help="How far from zero a value must be to pass.")


class Softshrink(
    Elementwise, id="softshrink", group="Activation", search="sparse soft threshold lasso"
):
    """Moves each value towards zero, and sets what lies near it to zero.

    y = x - min(max(x, -lambd), lambd).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softshrink.html
    """

    lambd: float = param(default=0.5, low=0, help="How far values move towards zero.")


def _channels(tensor: TensorType) -> Size:
    """The size of the second axis; one value per sample counts as one channel."""
    return tensor.sizes[1] if tensor.rank > 1 else 1
