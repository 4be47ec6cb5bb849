"""Layers of Transformers that look at pictures window by window."""

from typing import Any

from graphs.library.drawing import Drawing, DrawnGraph, computing, laid
from graphs.library.spec import block
from graphs.setting_kinds import Promoted
from graphs.wording.phrases import phrase

SIZES: dict[str, Any] = {"width": 96, "heads": 3, "hidden": 384, "window": 7, "skipped": 0.1}
"""The usual ones: those of the first stage of Swin-T."""


@block(
    "swin",
    "Swin pair",
    "Lets places look at each other within windows, then within windows that are shifted.",
    search="swin shifted window transformer hierarchical vision attention picture",
)
def swin_pair(drawing: Drawing) -> DrawnGraph:
    """Two layers of attention and linear maps, each behind a norm and beside what goes past it.

    ``width`` are the channels of what enters, and ``shift`` is half a window, or 0 where one window
    fills the picture. Samples pass by a layer at random while training. From
    https://arxiv.org/abs/2103.14030.
    """
    layer = _layer(drawing)
    inside = drawing.block("swin_pair", phrase("Swin pair"), **SIZES, shift=3)
    handed = {name: Promoted(name) for name in SIZES}
    last = inside.row(
        (1, 0),
        "input",
        laid("permute", "channels_last", dims=(0, 2, 3, 1)),
        computing(layer, "plain", **handed, shift=0),
        computing(layer, "shifted", **handed, shift=Promoted("shift")),
        laid("permute", "channels_first", dims=(0, 3, 1, 2)),
    )
    inside.leave((5, 0), last)
    return inside


def _layer(drawing: Drawing) -> DrawnGraph:
    """One layer; channels come last."""
    inside = drawing.block("swin_layer", phrase("Swin layer"), **SIZES, shift=0)
    looked = inside.row(
        (1, 0),
        "input",
        laid("layer_norm", "norm1"),
        laid(
            "window_attention",
            "attn",
            num_heads=Promoted("heads"),
            window_size=Promoted("window"),
            shift_size=Promoted("shift"),
        ),
        laid("stochastic_depth", "depth1", p=Promoted("skipped")),
    )
    inside.merge("add", "add1", (4, 0), looked, "input")
    thought = inside.row(
        (1, 1),
        "add1",
        laid("layer_norm", "norm2"),
        laid("linear", "widen", out_features=Promoted("hidden")),
        laid("gelu", "gelu"),
        laid("linear", "narrow", out_features=Promoted("width")),
        laid("stochastic_depth", "depth2", p=Promoted("skipped")),
    )
    inside.merge("add", "add2", (6, 1), thought, "add1")
    inside.leave((7, 1), "add2")
    return inside
