"""Blocks whose windows look at each map by itself, such as those of MobileNetV2 and ConvNeXt."""

from typing import Any

from graphs.library.drawing import Drawing, DrawnGraph, conv, laid
from graphs.library.spec import block
from graphs.setting_kinds import Promoted
from graphs.wording.phrases import phrase


@block(
    "separable_convolution",
    "Separable convolution",
    "A window over each map by itself, then new maps of each pixel.",
    search="separableconv2d depthwise pointwise xception mobilenet efficient light",
)
def separable(drawing: Drawing) -> DrawnGraph:
    """What a convolution does in one go, with far fewer weights and multiplications.

    ``entering`` are the channels of what enters. From https://arxiv.org/abs/1610.02357.
    """
    usual = {"entering": 64, "channels": 64, "kernel_size": 3, "stride": 1, "padding": 1}
    inside = drawing.block("separable_convolution", phrase("Separable convolution"), **usual)
    entering = Promoted("entering")
    said = {name: Promoted(name) for name in ("stride", "padding")}
    size = Promoted("kernel_size")
    last = inside.row(
        (1, 0),
        "input",
        conv("depthwise", entering, size, groups=entering, bias=False, **said),
        conv("pointwise", Promoted("channels"), 1),
    )
    inside.leave((3, 0), last)
    return inside


@block(
    "inverted_residual",
    "Inverted residual",
    "Widens maps, looks at each by itself, and narrows them again.",
    search="mobilenet mobilenetv2 mbconv depthwise separable linear bottleneck efficient light",
)
def inverted_residual(drawing: Drawing) -> DrawnGraph:
    """What enters is added to what is learned; no ReLU stands behind the narrow maps.

    ``channels`` are those of what enters; usually six times as many are looked at. From
    https://arxiv.org/abs/1801.04381.
    """
    title = phrase("Inverted residual")
    inside = drawing.block("inverted_residual", title, channels=24, expanded=144)
    expanded = Promoted("expanded")
    inside.row(
        (1, 0),
        "input",
        conv("expand", expanded, 1, bias=False),
        laid("batch_norm2d", "expand_bn"),
        laid("relu6", "expand_relu"),
        conv("depthwise", expanded, 3, padding=1, groups=expanded, bias=False),
        laid("batch_norm2d", "depthwise_bn"),
        laid("relu6", "depthwise_relu"),
    )
    narrowed = inside.row(
        (1, 1),
        "depthwise_relu",
        conv("project", Promoted("channels"), 1, bias=False),
        laid("batch_norm2d", "project_bn"),
    )
    inside.merge("add", "add", (3, 1), narrowed, "input")
    inside.leave((4, 1), "add")
    return inside


@block(
    "convnext",
    "ConvNeXt block",
    "Looks at each map through a large window, then computes each pixel by itself.",
    search="convnext depthwise 7x7 modern layer scale inverted bottleneck",
)
def convnext(drawing: Drawing) -> DrawnGraph:
    """What is learned is scaled, by factors that begin near 0, and added to what enters.

    ``channels`` and ``scales``, the number of factors, are the channels of what enters. Samples
    pass by the block at random while training. From https://arxiv.org/abs/2201.03545.
    """
    usual: dict[str, Any] = {"channels": 96, "hidden": 384, "scales": (96,), "skipped": 0.1}
    inside = drawing.block("convnext", phrase("ConvNeXt block"), **usual)
    channels = Promoted("channels")
    inside.row(
        (1, 0),
        "input",
        conv("depthwise", channels, 7, padding=3, groups=channels),
        laid("permute", "channels_last", dims=(0, 2, 3, 1)),
        laid("layer_norm", "norm", eps=1e-6),
        laid("linear", "widen", out_features=Promoted("hidden")),
        laid("gelu", "gelu"),
        laid("linear", "narrow", out_features=channels),
    )
    inside.node("parameter", "scale", (1, 2), sizes=Promoted("scales"), std=1e-6)
    inside.merge("multiply", "scaled", (2, 1), "narrow", "scale")
    learned = inside.row(
        (3, 1),
        "scaled",
        laid("permute", "channels_first", dims=(0, 3, 1, 2)),
        laid("stochastic_depth", "depth", p=Promoted("skipped")),
    )
    inside.merge("add", "add", (5, 1), learned, "input")
    inside.leave((6, 1), "add")
    return inside
