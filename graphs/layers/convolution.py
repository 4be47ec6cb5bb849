"""Convolutions."""

from collections.abc import Mapping
from math import prod
from typing import Literal

from graphs.describe import Pair, pair, param
from graphs.layers.checks import not_fixed, not_floats, not_image, vanishing
from graphs.layers.spec import Call, Given, Layer, Outputs, Torch
from graphs.problems import Problem, Recipe, Set, problem
from graphs.sizes import Size, at_least
from graphs.types import TensorType


class Conv2d(Layer, id="conv2d", group="Convolution", search="convolution image filter kernel"):
    """Slides learned filters over an image.

    N × in_channels × H × W becomes N × out_channels × H' × W'.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """

    out_channels: int = param(
        default=32, low=1, help="How many filters, each looking for one pattern."
    )
    kernel_size: Pair = param(default=3, low=1, unit="px", help="Height and width of each pattern.")
    stride: Pair = param(default=1, low=1, unit="px", help="Pixels to move between two looks.")
    padding: Pair = param(default=0, low=0, unit="px", help="Pixels added on each side.")
    dilation: Pair = param(default=1, low=1, help="Spacing between the pixels of one pattern.")
    groups: int = param(default=1, low=1, help="Blocks of channels that do not see each other.")
    bias: bool = param(default=True, help="Add a learned offset to each filter's map.")
    padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = param(
        default="zeros", help="What the added pixels hold."
    )

    def infer(self, given: Given) -> Outputs | Problem:
        image = given["input"]
        wrong = (
            not_floats(image)
            or not_image(self, image)
            or not_fixed(image.sizes[1], "in_channels")
            or self._groups_fault(_channels(given))
            or self._mode_fault(image.sizes[2:])
        )
        if wrong:
            return wrong
        out = self._sides(image, self.padding)
        return vanishing(out, self._wider(image)) or (
            image.of(image.sizes[0], self.out_channels, *out),
        )

    def _sides(self, image: TensorType, padding: Pair) -> tuple[Size, ...]:
        return sides(image.sizes[2:], self.kernel_size, self.stride, padding, self.dilation)

    def _wider(self, image: TensorType) -> Recipe | None:
        """Padding that makes up for what the kernel takes away, if the image is too small."""
        height, width = (side // 2 for side in pair(self.kernel_size))
        padding = height if height == width else (height, width)
        enough = all(at_least(side, 1) for side in self._sides(image, padding))
        return Set("padding", padding) if enough else None

    def _groups_fault(self, channels: int) -> Problem | None:
        if channels % self.groups == 0 and self.out_channels % self.groups == 0:
            return None
        return problem(
            "groups = {groups} must divide both in_channels ({into}) and out_channels ({out}).",
            setting="groups",
            fix=Set("groups", 1),
            groups=self.groups,
            into=channels,
            out=self.out_channels,
        )

    def _mode_fault(self, lengths: tuple[Size, ...]) -> Problem | None:
        """Mirrored pixels must be there to be mirrored; those from the other side, too."""
        more = {"zeros": None, "reflect": 1, "replicate": None, "circular": 0}[self.padding_mode]
        for length, padding in zip(lengths, pair(self.padding), strict=True):
            least = 1 if more is None else max(padding + more, 1)
            if self.padding_mode != "zeros" and not at_least(length, least):
                return problem(
                    "padding = {padding} with padding_mode = {mode} needs sides of at least "
                    "{least} pixels, but one is {size}.",
                    setting="padding",
                    fix=Set("padding_mode", "zeros"),
                    padding=padding,
                    mode=self.padding_mode,
                    least=least,
                    size=length,
                )
        return None

    def weights(self, given: Given) -> Mapping[str, tuple[int, ...]]:
        kernel = (self.out_channels, _channels(given) // self.groups, *pair(self.kernel_size))
        return {"weight": kernel, **({"bias": (self.out_channels,)} if self.bias else {})}

    def flops(self, given: Given, outputs: Outputs) -> Size:
        each = _channels(given) // self.groups * prod(pair(self.kernel_size))
        return outputs[0].elements() * each

    def torch(self, given: Given) -> Torch:
        return Torch(Call("torch.nn.Conv2d", {"in_channels": _channels(given), **self.settings}))

    def brief(self) -> str:
        height, width = pair(self.kernel_size)
        return f"{self.out_channels} · {height}×{width}"


def sides(
    lengths: tuple[Size, ...], kernel: Pair, stride: Pair, padding: Pair, dilation: Pair
) -> tuple[Size, ...]:
    """Height and width after sliding a window, as torch's convolutions round them."""
    settings = (pair(kernel), pair(stride), pair(padding), pair(dilation))
    return tuple(
        (length + (2 * p - d * (k - 1) - 1)) // s + 1
        for length, k, s, p, d in zip(lengths, *settings, strict=True)
    )


def _channels(given: Given) -> int:
    size = given["input"].sizes[1]
    assert isinstance(size, int)  # infer has refused anything else
    return size
