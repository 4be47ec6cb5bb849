"""Functions of each value by itself: powers, logarithms, waves and limits."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graphs.describe import param
from graphs.layers.checks import not_floats
from graphs.layers.spec import Function, In, Layer, Outputs, Reaching, Torch, Use
from graphs.problems import Problem
from graphs.types import Scale
from graphs.wording.phrases import phrase


class OfEachValue(Layer):
    """Base of functions that torch offers under a name."""

    function: ClassVar[str]

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        return not_floats(tensor) or (tensor.scaled(Scale.ANY),)

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Function(self.function, (In(), *self.settings.values()))))


class Exp(OfEachValue, id="exp", group="Arithmetic", search="exponential e power"):
    """Raises e to each value.

    https://docs.pytorch.org/docs/stable/generated/torch.exp.html
    """

    function = "torch.exp"


class Log(OfEachValue, id="log", group="Arithmetic", search="logarithm natural ln"):
    """Takes the natural logarithm of each value.

    What is negative has none and becomes no number; a Softplus or Exp before it keeps values above
    zero.
    https://docs.pytorch.org/docs/stable/generated/torch.log.html
    """

    function = "torch.log"


class Sqrt(OfEachValue, id="sqrt", group="Arithmetic", search="square root"):
    """Takes the square root of each value.

    What is negative has none and becomes no number; at zero the slope is infinite.
    https://docs.pytorch.org/docs/stable/generated/torch.sqrt.html
    """

    function = "torch.sqrt"


class Reciprocal(OfEachValue, id="reciprocal", group="Arithmetic", search="inverse one over"):
    """Divides one by each value.

    https://docs.pytorch.org/docs/stable/generated/torch.reciprocal.html
    """

    function = "torch.reciprocal"


class Pow(OfEachValue, id="pow", group="Arithmetic", search="power exponent square cube"):
    """Raises each value to a power.

    Where the exponent is not a whole number, what is negative becomes no number.
    https://docs.pytorch.org/docs/stable/generated/torch.pow.html
    """

    function = "torch.pow"

    exponent: float = param(default=2.0, help="The power: 2 squares, 0.5 takes the square root.")


class Abs(OfEachValue, id="abs", group="Arithmetic", search="absolute magnitude"):
    """Takes the sign away from each value.

    https://docs.pytorch.org/docs/stable/generated/torch.abs.html
    """

    function = "torch.abs"


class Neg(OfEachValue, id="neg", group="Arithmetic", search="negative minus sign invert"):
    """Turns the sign of each value.

    https://docs.pytorch.org/docs/stable/generated/torch.neg.html
    """

    function = "torch.neg"


class Sin(OfEachValue, id="sin", group="Arithmetic", search="sine wave periodic"):
    """Takes the sine of each value, in radians.

    https://docs.pytorch.org/docs/stable/generated/torch.sin.html
    """

    function = "torch.sin"


class Cos(OfEachValue, id="cos", group="Arithmetic", search="cosine wave periodic"):
    """Takes the cosine of each value, in radians.

    https://docs.pytorch.org/docs/stable/generated/torch.cos.html
    """

    function = "torch.cos"


class Clamp(OfEachValue, id="clamp", group="Arithmetic", search="clip limit min max"):
    """Cuts values off below one limit and above another.

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
