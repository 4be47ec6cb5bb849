"""Smooth activations: exponential units, sigmoids, tanh and softplus."""

from typing import Literal

from graphs.describe import param
from graphs.layers.activations.elementwise import Elementwise, with_before
from graphs.layers.spec import Outputs, Reaching
from graphs.problems import Problem
from graphs.types import Scale


class ELU(
    Elementwise,
    id="elu",
    group="Activation",
    search="exponential linear unit negative dead",
):
    """Lets what is below zero level off smoothly.

    y = x where x > 0, else alpha · (exp(x) - 1). From https://arxiv.org/abs/1511.07289.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ELU.html
    """

    alpha: float = param(default=1.0, help="Far below zero, minus this value is left.")


class SELU(
    Elementwise,
    id="selu",
    group="Activation",
    search="scaled exponential linear unit self normalizing dead",
):
    """As ELU, scaled so that deep plain networks keep mean 0 and spread 1.

    y = 1.0507 · (max(0, x) + min(0, 1.6733 · (exp(x) - 1))), both numbers rounded. From
    https://arxiv.org/abs/1706.02515.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.SELU.html
    """


class CELU(
    Elementwise,
    id="celu",
    group="Activation",
    search="continuously differentiable exponential linear unit",
):
    """As ELU, but smooth at zero for every alpha.

    y = max(0, x) + min(0, alpha · (exp(x / alpha) - 1)).
    From https://arxiv.org/abs/1704.07483.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CELU.html
    """

    alpha: float = param(
        default=1.0,
        above=0,
        high=1000,  # beyond it the exponential minus 1, which float32 rounds, is told by chance
        help="Far below zero, minus this value is left.",
    )


class SiLU(
    Elementwise,
    id="silu",
    group="Activation",
    search="swish sigmoid linear unit smooth relu modern self gated",
):
    """Multiplies each value by its own sigmoid, which is a smooth ReLU.

    y = x / (1 + exp(-x)).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.SiLU.html
    """


class Softplus(
    Elementwise,
    id="softplus",
    group="Activation",
    search="smooth relu positive nonnegative variance above zero",
):
    """Makes each value positive: a ReLU with a rounded corner.

    y = log(1 + exp(beta · x)) / beta; where beta · x is above the threshold, y = x.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softplus.html
    """

    beta: float = param(default=1.0, above=0, help="How sharp the corner is.")
    threshold: float = param(
        default=20.0, help="Where beta times the value is above this, the value passes unchanged."
    )


class GELU(
    Elementwise,
    id="gelu",
    group="Activation",
    search=(
        "nonlinear gaussian error linear smooth relu activation nonlinearity transformer "
        "bert modern gpt"
    ),
):
    """Lets each value through in proportion to how large it is, smoothly.

    y = x · Φ(x), where Φ is the share of the standard normal distribution that lies below x. With
    approximate tanh, y = x / 2 · (1 + tanh(√(2 / π) · (x + 0.044715 · x ** 3))). From
    https://arxiv.org/abs/1606.08415.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.GELU.html
    """

    approximate: Literal["none", "tanh"] = param(
        default="none", help="The exact function, or a faster approximation through tanh."
    )


class Mish(Elementwise, id="mish", group="Activation", search="self regularized smooth relu yolo"):
    """Multiplies each value by the tanh of its Softplus, a smooth ReLU.

    y = x · tanh(log(1 + exp(x))).
    From https://arxiv.org/abs/1908.08681.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Mish.html
    """


class Sigmoid(
    Elementwise,
    id="sigmoid",
    group="Activation",
    search=(
        "between zero one logistic probability probabilities squash binary gate 0 1 curve "
        "soft logits decide"
    ),
):
    """Squeezes each value between 0 and 1.

    y = 1 / (1 + exp(-x)).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html
    """

    is_reading = True
    scale = Scale.PROBABILITIES

    def infer(self, given: Reaching) -> Outputs | Problem:
        return with_before(super().infer(given), given)


class LogSigmoid(
    Elementwise,
    id="log_sigmoid",
    group="Activation",
    search="logistic logarithm numerically stable",
):
    """Gives the logarithm of the sigmoid of each value.

    y = -log(1 + exp(-x)).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html
    """


class Tanh(
    Elementwise,
    id="tanh",
    group="Activation",
    search=(
        "between minus one hyperbolic tangent squash activation nonlinearity -1 1 centered interval"
    ),
):
    """Squeezes each value between -1 and 1.

    y = (exp(x) - exp(-x)) / (exp(x) + exp(-x)).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanh.html
    """


class Tanhshrink(Elementwise, id="tanhshrink", group="Activation", search="residual of tanh"):
    """Takes the tanh of each value away from it, so that small values nearly vanish.

    y = x - tanh(x).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html
    """


class Softsign(Elementwise, id="softsign", group="Activation", search="squash ratio"):
    """Squeezes each value between -1 and 1, more slowly than Tanh: x / (1 + |x|).

    y = x / (1 + |x|).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softsign.html
    """
