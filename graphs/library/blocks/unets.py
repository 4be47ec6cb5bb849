"""The two halves of a U-Net: one makes maps smaller, the other larger again."""

from graphs.library.drawing import Drawing, DrawnGraph, computing, conv, laid
from graphs.library.spec import block
from graphs.setting_kinds import Promoted
from graphs.wording.phrases import phrase


@block(
    "unet_down",
    "U-Net, way down",
    "Two convolutions, then maps of half the sides; the large ones leave it beside them.",
    search="unet encoder contracting path segmentation downsample double convolution skip",
)
def down(drawing: Drawing) -> DrawnGraph:
    """Wire ``skip`` to the block of the way up whose maps are as large.

    With batch normalisation and padding, so that sides stay whole. From
    https://arxiv.org/abs/1505.04597.
    """
    double = double_convolution(drawing)
    inside = drawing.block("unet_down", phrase("U-Net, way down"), width=64)
    looked = inside.row((1, 0), "input", computing(double, "looks", width=Promoted("width")))
    inside.leave((3, 0), inside.row((2, 0), looked, laid("max_pool2d", "pool")))
    inside.leave((3, 1), looked, "skip")
    return inside


@block(
    "unet_up",
    "U-Net, way up",
    "Maps of twice the sides beside those of the way down, then two convolutions.",
    search="unet decoder expanding path segmentation upsample double convolution skip concatenate",
)
def up(drawing: Drawing) -> DrawnGraph:
    """``skip`` takes what the block of the way down gave whose maps are as large.

    With batch normalisation and padding, so that sides stay whole. From
    https://arxiv.org/abs/1505.04597.
    """
    double = double_convolution(drawing)
    inside = drawing.block("unet_up", phrase("U-Net, way up"), width=64)
    width = Promoted("width")
    larger = laid("conv_transpose2d", "larger", out_channels=width, kernel_size=2, stride=2)
    enlarged = inside.row((1, 0), "input", larger)
    skip = inside.enter((0, 1), "skip")
    beside = inside.merge("concatenate", "beside", (2, 0), skip, enlarged)
    inside.leave((4, 0), inside.row((3, 0), beside, computing(double, "looks", width=width)))
    return inside


def double_convolution(drawing: Drawing) -> DrawnGraph:
    """Two convolutions of 3 × 3 that keep the sides."""
    inside = drawing.block("double_convolution", phrase("Double convolution"), width=16)
    last = inside.row(
        (1, 0),
        "input",
        conv("conv1", Promoted("width"), 3, padding=1, bias=False),
        laid("batch_norm2d", "norm1"),
        laid("relu", "relu1"),
        conv("conv2", Promoted("width"), 3, padding=1, bias=False),
        laid("batch_norm2d", "norm2"),
        laid("relu", "relu2"),
    )
    inside.leave((7, 0), last)
    return inside
