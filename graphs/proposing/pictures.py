"""The layers proposed for pictures: convolutions as the size allows, then a global average."""

from __future__ import annotations

from graphs.data import ImageKind
from graphs.proposing.readers import Reader
from graphs.proposing.series import remembered
from graphs.proposing.sketch import Features, Sketch, Spot
from graphs.sizes import Size, bounds

CHANNELS = (32, 64, 128, 256, 256)
"""Maps of one stage after the other."""
LEAST_SIDE = 8
"""A shorter side is not halved any more."""
LARGE, HUGE = 128, 512
"""Longer sides than these are first looked at in steps of 2 and of 4 pixels."""
DILATIONS = (1, 2, 4, 1)
"""Of convolutions that keep every pixel and yet look far."""


class PictureReader(Reader, of=ImageKind):
    """Reads pictures by convolutions with batch normalisation."""

    def features(self, sketch: Sketch, name: str) -> Features:
        """Pools between stages while both sides can be halved, then an average over the rest."""
        spot = sketch.input(name)
        _, _, height, width = sketch.type(spot).sizes
        if bounds(height)[1] * bounds(width)[1] < 4:
            return Features(sketch.add("flatten", spot), learned=False)
        stride = _first_stride(height, width)
        for stage, channels in enumerate(CHANNELS):
            if stage:
                spot = sketch.add("max_pool2d", spot, kernel_size=_window(sketch, spot))
            spot = convolution(sketch, spot, channels, stride=1 if stage else stride)
            if _window(sketch, spot) == (1, 1):
                break
        return Features(sketch.add("global_avg_pool", spot), learned=True)

    def maps(self, sketch: Sketch, name: str) -> Spot:
        """Convolutions that keep every pixel."""
        spot = sketch.input(name)
        for dilation in DILATIONS:
            spot = convolution(sketch, spot, CHANNELS[0], dilation=dilation)
        return spot

    def in_its_steps(self, sketch: Sketch, name: str, least: int) -> Spot | None:
        """Each column of what convolutions see is a step, and a GRU reads them in both directions.

        None where there are too few columns, or too many rows.
        """
        _, height, width = sketch.section.types()[name].features
        if bounds(width)[1] < least or not isinstance(height, int) or height > LARGE:
            return None
        spot = convolution(sketch, sketch.input(name), CHANNELS[0])
        halves = bounds(width)[1] // 2 >= least and bounds(width)[0] >= LEAST_SIDE
        for channels in CHANNELS[1:3]:
            spot = sketch.add("max_pool2d", spot, kernel_size=(_halved(height), 1 + halves))
            spot = convolution(sketch, spot, channels)
            height, halves = height // _halved(height), False
        columns = sketch.add("permute", spot, dims=(0, 3, 1, 2))
        return remembered(sketch, sketch.add("flatten", columns, start_dim=2), causal=False)


def convolution(
    sketch: Sketch, spot: Spot, channels: int, stride: int = 1, dilation: int = 1
) -> Spot:
    """A convolution, batch norm and activation; sides are divided by the stride."""
    maps = sketch.add(
        "conv2d",
        spot,
        out_channels=channels,
        kernel_size=3,
        stride=stride,
        dilation=dilation,
        padding=dilation,
        bias=False,
    )
    return sketch.add("relu", sketch.add("batch_norm2d", maps))


def _first_stride(height: Size, width: Size) -> int:
    longest = max(bounds(height)[1], bounds(width)[1])
    shortest = min(bounds(height)[0], bounds(width)[0])
    stride = 4 if longest > HUGE else 2 if longest > LARGE else 1
    return stride if shortest >= LEAST_SIDE * stride else 1


def _window(sketch: Sketch, spot: Spot) -> tuple[int, int]:
    """The pool that halves each side that can be halved."""
    _, _, height, width = sketch.type(spot).sizes
    return _halved(height), _halved(width)


def _halved(side: Size) -> int:
    return 2 if bounds(side)[0] >= LEAST_SIDE else 1
