"""Blocks that put maps beside each other: those of DenseNet and GoogLeNet."""

from typing import NamedTuple

from graphs.library.drawing import Drawing, DrawnGraph, computing, conv, laid
from graphs.library.spec import block
from graphs.setting_kinds import Promoted
from graphs.wording.phrases import phrase


class Widths(NamedTuple):
    """How many maps the parts of an Inception block give, by its paper's names."""

    ones: int
    threes_reduced: int
    threes: int
    fives_reduced: int
    fives: int
    pooled: int


@block(
    "dense_layer",
    "Dense layer",
    "Puts new maps beside all that entered it.",
    search="densenet concatenate growth skip",
)
def dense_layer(drawing: Drawing) -> DrawnGraph:
    """Repeated, each copy sees the maps of all before it. From https://arxiv.org/abs/1608.06993."""
    inside = drawing.block("dense_layer", phrase("Dense layer"), growth=32, narrowed=128)
    inside.row(
        (1, 0),
        "input",
        laid("batch_norm2d", "norm1"),
        laid("relu", "relu1"),
        conv("conv1", Promoted("narrowed"), 1, bias=False),
        laid("batch_norm2d", "norm2"),
        laid("relu", "relu2"),
        conv("conv2", Promoted("growth"), 3, padding=1, bias=False),
    )
    inside.merge("concatenate", "joined", (7, 0), "input", "conv2")
    inside.leave((8, 0), "joined")
    return inside


@block(
    "dense_transition",
    "Transition",
    "Brings maps to fewer ones and halves their sides.",
    search="densenet downsample compress pool",
)
def transition(drawing: Drawing) -> DrawnGraph:
    """It stands between dense layers. From https://arxiv.org/abs/1608.06993."""
    inside = drawing.block("transition", phrase("Transition"), channels=128)
    last = inside.row(
        (1, 0),
        "input",
        laid("batch_norm2d", "norm"),
        laid("relu", "relu"),
        conv("conv", Promoted("channels"), 1, bias=False),
        laid("avg_pool2d", "pool", kernel_size=2, stride=2),
    )
    inside.leave((5, 0), last)
    return inside


@block(
    "inception",
    "Inception",
    "Looks through windows of several sizes at once.",
    search="googlenet branches parallel multi scale concatenate",
)
def inception(drawing: Drawing, convolution: DrawnGraph | None = None) -> DrawnGraph:
    """Windows of several sizes, and a maximum, whose maps leave it beside each other.

    With batch normalisation, as in torchvision. From https://arxiv.org/abs/1409.4842.
    """
    if convolution is None:
        convolution = normed(drawing)
    usual = Widths(64, 96, 128, 16, 32, 32)._asdict()
    inside = drawing.block("inception", phrase("Inception"), **usual)
    wide = {"kernel_size": 3, "padding": 1}
    pool = laid("max_pool2d", "branch4_pool", kernel_size=3, stride=1, padding=1)
    ways = (
        (computing(convolution, "branch1", channels=Promoted("ones")),),
        (
            computing(convolution, "branch2_reduce", channels=Promoted("threes_reduced")),
            computing(convolution, "branch2", channels=Promoted("threes"), **wide),
        ),
        (
            computing(convolution, "branch3_reduce", channels=Promoted("fives_reduced")),
            computing(convolution, "branch3", channels=Promoted("fives"), **wide),
        ),
        (pool, computing(convolution, "branch4", channels=Promoted("pooled"))),
    )
    ends = [inside.row((1, row), "input", *way) for row, way in enumerate(ways)]
    inside.merge("concatenate", "joined", (3, 0), *ends)
    inside.leave((4, 0), "joined")
    return inside


def normed(drawing: Drawing) -> DrawnGraph:
    """A convolution, its norm and its ReLU."""
    usual = {"channels": 64, "kernel_size": 1, "stride": 1, "padding": 0}
    inside = drawing.block("convolution", phrase("Convolution"), **usual)
    said = {name: Promoted(name) for name in ("stride", "padding")}
    last = inside.row(
        (1, 0),
        "input",
        conv("conv", Promoted("channels"), Promoted("kernel_size"), bias=False, **said),
        laid("batch_norm2d", "bn", eps=0.001),
        laid("relu", "relu"),
    )
    inside.leave((4, 0), last)
    return inside
