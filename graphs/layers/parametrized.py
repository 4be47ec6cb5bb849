"""Layers whose weight may be computed from other numbers each time: weight and spectral norm."""

from typing import Literal, TypeAlias

from graphs.describe import param
from graphs.layers.spec import Call
from graphs.layers.weighted import PARAMETRIZATION, Weighted

Parametrization: TypeAlias = Literal["none", "weight_norm", "spectral_norm"]

_LEARNED = "parametrizations.weight.original"


class Parametrized(Weighted):
    """Base of what has one weight, which may be computed from what is learned in its place.

    The choices are those of torch.nn.utils.parametrizations. weight_norm learns w = g · v / ‖v‖ as
    a length g and a direction v for each index of the first axis (Salimans and Kingma 2016).
    spectral_norm divides the weight, taken as a matrix, by its largest singular value, to which
    each training step comes nearer (Miyato et al. 2018).
    """

    parametrization: Parametrization = param(
        default="none",
        comes_last=True,
        help="What the weight is computed from each time: with weight_norm a length and a "
        "direction; with spectral_norm it is divided by its largest singular value, as in the "
        "discriminators of GANs.",
    )

    @property
    def own_settings(self) -> dict[str, object]:
        """Its settings as the module inside takes them."""
        return {name: v for name, v in super().own_settings.items() if name != PARAMETRIZATION}

    def learned(self, weight: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
        """What is learned for a weight of that shape, by its names in torch's state dict."""
        match self.parametrization:
            case "none":
                return {"weight": weight}
            case "weight_norm":
                lengths = (weight[0], *[1] * (len(weight) - 1))
                return {f"{_LEARNED}0": lengths, f"{_LEARNED}1": weight}
            case "spectral_norm":
                return {_LEARNED: weight}

    def wrapped(self, module: Call) -> Call:
        """What makes the module, whose weight is then computed."""
        if self.parametrization == "none":
            return module
        return Call.of(f"torch.nn.utils.parametrizations.{self.parametrization}", module=module)

    def told(self, *settings: str) -> str:
        """These settings as the second line of a node shows them, and the one of here."""
        own = () if self.parametrization == "none" else (self.parametrization,)
        return " · ".join((*settings, *own))
