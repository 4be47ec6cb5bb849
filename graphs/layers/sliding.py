"""What convolutions and pools share: windows that slide over a series or an image."""

from graphs.setting_kinds import Pair
from graphs.sizes import Size


def each(value: Pair, axes: int) -> tuple[int, ...]:
    """One number for every axis: 3 becomes 3 × 3 on an image."""
    return value if isinstance(value, tuple) else (value,) * axes


def alike(values: tuple[int, ...]) -> Pair:
    """One number where all are the same, as people would write it."""
    return values[0] if len(set(values)) == 1 else (values[0], values[-1])


def spelled(value: Pair, axes: int) -> str:
    """A window as people say it: ``3×3``."""
    return "×".join(map(str, each(value, axes)))


def sides(
    lengths: tuple[Size, ...], kernel: Pair, stride: Pair, padding: Pair, dilation: Pair
) -> tuple[Size, ...]:
    """The sides after sliding a window, as torch's convolutions round them."""
    settings = [each(value, len(lengths)) for value in (kernel, stride, padding, dilation)]
    sliding = zip(lengths, *settings, strict=True)
    return tuple([(one + (2 * p - d * (k - 1) - 1)) // s + 1 for one, k, s, p, d in sliding])
