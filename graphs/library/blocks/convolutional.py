"""Blocks of convolutions one behind the other."""

from graphs.library.drawing import Drawing, DrawnGraph, Laid, conv, laid
from graphs.library.spec import block
from graphs.setting_kinds import Promoted
from graphs.wording.phrases import phrase


@block(
    "network_in_network",
    "Convolution with a small network",
    "A convolution, then two more that look at one pixel each.",
    search="nin mlpconv network in network pointwise",
)
def perceptrons(drawing: Drawing) -> DrawnGraph:
    """Convolutions of 1 × 1 stand for linear layers. From https://arxiv.org/abs/1312.4400."""
    usual = {"channels": 96, "kernel_size": 3, "stride": 1, "padding": 1}
    inside = drawing.block("mlpconv", phrase("Convolution with a small network"), **usual)
    inside.row((1, 0), "input", windows("conv"), laid("relu", "relu1"))
    inside.row(
        (1, 1),
        "relu1",
        conv("cccp1", Promoted("channels"), 1),
        laid("relu", "relu2"),
        conv("cccp2", Promoted("channels"), 1),
        laid("relu", "relu3"),
    )
    inside.leave((5, 1), "relu3")
    return inside


def windows(name: str) -> Laid:
    """A convolution of which the block says all that matters."""
    return conv(
        name,
        Promoted("channels"),
        Promoted("kernel_size"),
        stride=Promoted("stride"),
        padding=Promoted("padding"),
    )
