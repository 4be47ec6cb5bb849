"""Functions of each value by itself: powers, logarithms, waves and limits."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graphs.describe import param
from graphs.layers.checks import not_floats
from graphs.layers.spec import Function, In, Layer, LengthsOf, Outputs, Reaching, Torch, Use
from graphs.problems import Problem
from graphs.types import Scale
from graphs.wording.phrases import phrase

MOST_POWER = 8
"""Up to here a power of what is usual in networks stays far from the limits of float32."""


class OfEachValue(Layer):
    """Base of functions that torch offers under a name."""

    function: ClassVar[str]

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        return not_floats(tensor) or (tensor.scaled(Scale.ANY),)

    def torch(self, given: Reaching) -> Torch:
        settings = self.settings.values()
        if given["input"].padded and self.domain():
            sound = f"engine.modules.sound_steps.{self.id}_of_steps"
            return Torch(use=Use(Function(sound, (In(), LengthsOf(), *settings))))
        return Torch(use=Use(Function(self.function, (In(), *settings))))


class Exp(
    OfEachValue,
    id="exp",
    group="Arithmetic",
    search="exponential e power positive undo log above zero grow",
):
    """Raises e to each value.

    y = exp(x), where e = 2.71828...
    https://docs.pytorch.org/docs/stable/generated/torch.exp.html
    """

    function = "torch.exp"

    def domain(self) -> str:
        return phrase(
            "It raises e to numbers above 88, which gives more than float32 holds. Put a Clamp or "
            "a Tanh before it."
        )


class Log(
    OfEachValue,
    id="log",
    group="Arithmetic",
    search="logarithm natural ln undo exp orders of magnitude",
):
    """Takes the natural logarithm of each value.

    y = log(x).
    What is negative has none and becomes no number; a Softplus or Exp before it keeps values above
    zero.
    https://docs.pytorch.org/docs/stable/generated/torch.log.html
    """

    function = "torch.log"

    def domain(self) -> str:
        return phrase(
            "It takes the logarithm of numbers that are not above 0. Put a Softplus before it, or "
            "a Clamp whose min is a small number such as 0.001."
        )


class Sqrt(OfEachValue, id="sqrt", group="Arithmetic", search="square root undo"):
    """Takes the square root of each value.

    y = √(x).
    What is negative has none and becomes no number; at zero the slope is infinite.
    https://docs.pytorch.org/docs/stable/generated/torch.sqrt.html
    """

    function = "torch.sqrt"

    def domain(self) -> str:
        return phrase(
            "It takes the root of numbers that are not above 0, where there is none, or no slope. "
            "Put a Softplus before it, or a Clamp whose min is a small number such as 0.001."
        )


class Reciprocal(
    OfEachValue, id="reciprocal", group="Arithmetic", search="divided invert 1 inverse one over"
):
    """Divides one by each value.

    y = 1 / x.
    https://docs.pytorch.org/docs/stable/generated/torch.reciprocal.html
    """

    function = "torch.reciprocal"

    def domain(self) -> str:
        return phrase(
            "It divides by numbers that are 0 or nearly so. Put a Softplus before it, or add a "
            "small number to what is never below 0."
        )


class Pow(
    OfEachValue,
    id="pow",
    group="Arithmetic",
    search="power exponent square squared cube raise second third",
):
    """Raises each value to a power.

    y = x ** exponent.
    Where the exponent is not a whole number, what is negative becomes no number.
    https://docs.pytorch.org/docs/stable/generated/torch.pow.html
    """

    function = "torch.pow"

    exponent: float = param(default=2.0, help="The power: 2 squares, 0.5 takes the square root.")

    def domain(self) -> str:
        """Small whole powers take all numbers; others have no value, or none that is held."""
        if self.exponent in range(MOST_POWER + 1):
            return ""
        if self.exponent > MOST_POWER:
            return phrase(
                "It raises numbers to the power of {exponent:g}, which may give more than float32 "
                "holds. Lower the exponent, or put a Tanh before it.",
                exponent=self.exponent,
            )
        return phrase(
            "It raises numbers that are not above 0 to the power of {exponent:g}, which gives no "
            "number there, or no slope. Put a Softplus before it, or a Clamp whose min is a small "
            "number such as 0.001.",
            exponent=self.exponent,
        )


class Abs(
    OfEachValue,
    id="abs",
    group="Arithmetic",
    search="absolute magnitude sign positive size modulus ignore without",
):
    """Takes the sign away from each value.

    y = |x|.
    https://docs.pytorch.org/docs/stable/generated/torch.abs.html
    """

    function = "torch.abs"


class Neg(
    OfEachValue,
    id="neg",
    group="Arithmetic",
    search="negative minus negate sign invert opposite times flip",
):
    """Turns the sign of each value.

    y = -x.
    https://docs.pytorch.org/docs/stable/generated/torch.neg.html
    """

    function = "torch.neg"


class Sin(
    OfEachValue,
    id="sin",
    group="Arithmetic",
    search="sine wave periodic trigonometric fourier features coordinates nerf siren",
):
    """Takes the sine of each value, in radians.

    y = sin(x).
    https://docs.pytorch.org/docs/stable/generated/torch.sin.html
    """

    function = "torch.sin"


class Cos(
    OfEachValue,
    id="cos",
    group="Arithmetic",
    search="cosine wave periodic trigonometric fourier features coordinates nerf",
):
    """Takes the cosine of each value, in radians.

    y = cos(x).
    https://docs.pytorch.org/docs/stable/generated/torch.cos.html
    """

    function = "torch.cos"


class Detach(
    OfEachValue,
    id="detach",
    group="Arithmetic",
    search=(
        "stop gradient gradients stopgradient straight through estimator quantize teacher target "
        "momentum siamese vq constant cut backpropagation no learning"
    ),
):
    """Passes values on, but lets no gradient come back.

    y = x.
    What lies before it learns nothing by what lies behind. So a target that is computed stays
    where it is, as in SimSiam, and x + Detach(q - x) is q whose gradient goes to x: the
    straight-through estimator of vector quantization, https://arxiv.org/abs/1711.00937.
    https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html
    """

    function = "torch.detach"
    stops_gradients = True

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        return not_floats(tensor) or (tensor,)


class Clamp(
    OfEachValue,
    id="clamp",
    group="Arithmetic",
    search=(
        "too large small extreme cut clip limit range bound cap min max restrict exceed "
        "saturate bounded interval explode overflow exponential"
    ),
):
    """Cuts values off below one limit and above another.

    y = x between min and max; what is below becomes min, what is above max.
    https://docs.pytorch.org/docs/stable/generated/torch.clamp.html
    """

    function = "torch.clamp"

    min: float | None = param(default=0.0, help="The lower limit; none leaves it open.")
    max: float | None = param(
        default=1.0, help="The upper limit, at least the lower one; none leaves it open."
    )

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        low, high = settings.get("min", 0.0), settings.get("max", 1.0)
        if low is None and high is None:
            return {"max": phrase("must be set where min is not")}
        if low is not None and high is not None and low > high:
            return {"max": phrase("must be at least min")}
        return {}

    def infer(self, given: Reaching) -> Outputs | Problem:
        """Values between 0 and 1 stay so where nothing below is raised above 1."""
        tensor = given["input"]
        within = self.min is not None and self.max is not None and 0 <= self.min <= self.max <= 1
        scale = Scale.PROBABILITIES if within else Scale.ANY
        return not_floats(tensor) or (tensor.scaled(scale),)
