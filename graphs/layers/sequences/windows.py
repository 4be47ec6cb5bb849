"""Attention within windows of a picture, which move from layer to layer."""

from collections.abc import Mapping
from typing import Any

from graphs.describe import param
from graphs.layers.checks import not_fixed, not_floats, not_rank
from graphs.layers.sequences.attention import heads, heads_fault
from graphs.layers.spec import Call, Layer, Outputs, Reaching, Torch
from graphs.layers.weighted import Weighted
from graphs.problems import Problem
from graphs.sizes import Size
from graphs.types import TensorType
from graphs.wording.phrases import phrase

GRID = "height × width × features"


class WindowAttention(
    Weighted,
    Layer,
    id="window_attention",
    title="WindowAttention",
    group="Attention",
    search=(
        "swin shifted windows shift local attention vision transformer picture image relative "
        "position bias self attend multi head patches neighbourhood"
    ),
):
    """Lets each place of a picture look at the others of its window.

    In each head, y = softmax(q kᵀ / √d + b) v, where d is the number of its features; q, k and v
    are linear maps of x, and b is learned for each distance of two places, down and across.
    N × H × W × features stays as it is: channels come last, as Permute with 0, 2, 3, 1 brings them.
    With a shift, windows lie so much further down and right, and what is beyond the picture comes
    in from the other side, where no place looks at it. Sides that windows do not fill are filled up
    with zeros, and a side that one window fills is not shifted. As in Swin,
    https://arxiv.org/abs/2103.14030, which takes turns between no shift and half a window.
    """

    num_heads: int = param(
        default=4, low=1, help="How many times it looks, each in its own way; divides features."
    )
    window_size: int = param(default=7, low=1, high=256, help="How many places a window is wide.")
    shift_size: int = param(
        default=0, low=0, help="How far the windows are moved; usually half a window, or not."
    )
    dropout: float = param(
        default=0.0, low=0, high=1, help="The share of glances left out while training."
    )
    bias: bool = param(default=True, help="Add learned offsets.")

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        usual = {**cls.defaults(), **settings}
        if usual["shift_size"] < usual["window_size"]:
            return {}
        return {
            "shift_size": phrase(
                "must be less than window_size, which is {window}", window=usual["window_size"]
            )
        }

    def infer(self, given: Reaching) -> Outputs | Problem:
        places = given["input"]
        wrong = not_floats(places) or not_rank(places, (4,), GRID)
        named = zip(("height", "width", "features"), places.sizes[1:], strict=False)
        wrong = wrong or next(filter(None, (not_fixed(size, name) for name, size in named)), None)
        wrong = wrong or heads_fault(_series(places), self.num_heads, "num_heads")
        return wrong or (places.of(*places.sizes),)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[1:3]

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        width = _features(given)
        found = {
            "relative_position_bias_table": ((2 * self.window_size - 1) ** 2, self.num_heads),
            "qkv.weight": (3 * width, width),
            "proj.weight": (width, width),
        }
        return {**found, "qkv.bias": (3 * width,), "proj.bias": (width,)} if self.bias else found

    def flops(self, given: Reaching, outputs: Outputs) -> Size:
        """The maps of all places, those included that are filled up, then scores and values."""
        batch, *sides, _ = given["input"].sizes
        filled = [-(-side // self.window_size) * self.window_size for side in sides]
        places, width = TensorType(given["input"].kind, (batch, *filled)), _features(given)
        return places.elements() * (4 * width * width + 2 * self.window_size**2 * width)

    def torch(self, given: Reaching) -> Torch:
        arguments = {"features": _features(given), **self.own_settings}
        return Torch(Call("engine.modules.windows.WindowAttention", arguments))

    def brief(self) -> str:
        side = f"{self.window_size}×{self.window_size}"
        moved = (phrase("shift {size}", size=self.shift_size),) if self.shift_size else ()
        return " · ".join((heads(self.num_heads), side, *moved))


def _features(given: Reaching) -> int:
    width = given["input"].sizes[3]
    assert isinstance(width, int)  # infer has refused anything else
    return width


def _series(places: TensorType) -> TensorType:
    """The places one behind the other, as other attentions take them."""
    batch, height, width, features = places.sizes
    return places.of(batch, height * width, features)
