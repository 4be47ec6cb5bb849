"""What convolutions and pools share: windows that slide over a series or an image."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from graphs.sizes import Size
from graphs.wording.phrases import phrase

Sides: TypeAlias = int | tuple[int, ...]
"""One number for all sides of a window, or one for each."""


MOST_PLACES = 16_384
"""How far a window may reach or move along a side. From twice that on torch ends the process."""
_REACHING = ("kernel_size", "stride", "padding", "dilation", "output_padding")


def too_far(settings: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with settings that reach or move further than any side is long."""
    numbers = {name: settings.get(name) or 0 for name in _REACHING}
    return {
        name: phrase("must be at most {limit} along each side", limit=MOST_PLACES)
        for name, number in numbers.items()
        if not isinstance(number, str) and max(each(number, 1)) > MOST_PLACES
    }


def each(value: Sides, axes: int) -> tuple[int, ...]:
    """One number for every axis: 3 becomes 3 × 3 on an image."""
    return value if isinstance(value, tuple) else (value,) * axes


def alike(values: tuple[int, ...]) -> Sides:
    """One number where all are the same, as people would write it."""
    return values[0] if len(set(values)) == 1 else values


def spelled(value: Sides, axes: int) -> str:
    """A window as people say it: ``3×3``."""
    return "×".join(map(str, each(value, axes)))


def sides(
    lengths: tuple[Size, ...], kernel: Sides, stride: Sides, padding: Sides, dilation: Sides
) -> tuple[Size, ...]:
    """The sides after sliding a window, as torch's convolutions round them."""
    settings = [each(value, len(lengths)) for value in (kernel, stride, padding, dilation)]
    sliding = zip(lengths, *settings, strict=True)
    return tuple([(one + (2 * p - d * (k - 1) - 1)) // s + 1 for one, k, s, p, d in sliding])
