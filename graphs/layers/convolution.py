"""Convolutions."""

from collections.abc import Mapping
from math import prod

from graphs.describe import Pair, pair, param
from graphs.layers.checks import not_fixed, not_floats, not_rank, too_small
from graphs.layers.spec import Call, Given, Layer, Outputs, Torch
from graphs.problems import Problem, Set, problem
from graphs.sizes import Size, product


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
    padding: Pair = param(default=0, low=0, unit="px", help="Empty pixels added around the image.")
    dilation: Pair = param(default=1, low=1, help="Spacing between the pixels of one pattern.")
    groups: int = param(default=1, low=1, help="Blocks of channels that do not see each other.")
    bias: bool = param(default=True, help="Add a learned offset to each filter's map.")

    def infer(self, given: Given) -> Outputs | Problem:
        image = given["input"]
        wrong = (
            not_floats(image)
            or not_rank(image, (4,), "channels × height × width")
            or not_fixed(image.sizes[1], "in_channels")
            or self._groups_fault(_channels(given))
        )
        if wrong:
            return wrong
        out = sides(image.sizes[2:], self.kernel_size, self.stride, self.padding, self.dilation)
        for axis, size in zip(("height", "width"), out, strict=True):
            if wrong := too_small(size, axis, "kernel_size"):
                return wrong
        return (image.of(image.sizes[0], self.out_channels, *out),)

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

    def weights(self, given: Given) -> Mapping[str, tuple[int, ...]]:
        kernel = (self.out_channels, _channels(given) // self.groups, *pair(self.kernel_size))
        return {"weight": kernel, **({"bias": (self.out_channels,)} if self.bias else {})}

    def flops(self, given: Given, outputs: Outputs) -> Size:
        each = _channels(given) // self.groups * prod(pair(self.kernel_size))
        return product(outputs[0].features) * each

    def torch(self, given: Given) -> Torch:
        return Torch(Call("torch.nn.Conv2d", {"in_channels": _channels(given), **self.settings}))

    def brief(self) -> str:
        height, width = pair(self.kernel_size)
        return f"{self.out_channels} · {height}×{width}"


def sides(
    lengths: tuple[Size, ...], kernel: Pair, stride: Pair, padding: Pair, dilation: Pair
) -> tuple[Size, ...]:
    """Height and width after sliding a window, as torch's convolutions and pools round them."""
    settings = (pair(kernel), pair(stride), pair(padding), pair(dilation))
    return tuple(
        (length + (2 * p - d * (k - 1) - 1)) // s + 1
        for length, k, s, p, d in zip(lengths, *settings, strict=True)
    )


def _channels(given: Given) -> int:
    size = given["input"].sizes[1]
    return size if isinstance(size, int) else 1
