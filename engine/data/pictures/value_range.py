"""Between which numbers pictures of numbers lie: what black and white are in them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.data.array import Array
from graphs.wording.phrases import phrase


@dataclass(frozen=True, slots=True)
class Span:
    """What black and white are in the numbers of pictures."""

    black: float
    white: float

    @property
    def is_deep(self) -> bool:
        """Whether no byte holds it, as in pictures of 12 or 16 bits."""
        return self.white > 255

    def of_bytes(self, picture: Array) -> Array:
        """A picture of bytes on this scale."""
        unit = picture.astype(np.float32) / 255
        scaled: Array = (self.black + (self.white - self.black) * unit).astype(np.float32)
        return scaled

    def unit(self, numbers: Array) -> Array:
        """Numbers on this scale from 0 to 1; what lies outside is cut off."""
        width = self.white - self.black or 1.0
        scaled: Array = ((numbers.astype(np.float64) - self.black) / width).clip(0, 1)
        return scaled


def span_of(low: float, high: float, *, whole: bool = False) -> Span | None:
    """What black and white are in pictures whose numbers lie so; None where nothing says it.

    Wide ranges are taken as they are used where all numbers are ``whole``, as in deep pictures.
    """
    if low >= 0 and high <= 1:
        return Span(0, 1)
    if low >= 0 and high <= 255:
        return Span(0, 255)
    if low >= -1 and high <= 1:
        return Span(-1, 1)
    return Span(low, high) if whole and low >= 0 else None


def white_of_bits(greatest: float) -> int:
    """White in deep pictures that use numbers up to this: the end of the fewest bits that hold it.

    Bits, not the greatest number itself, so that one brighter picture more changes nothing.
    """
    bits = min(max(math.ceil(min(greatest, 65535)).bit_length(), 8), 16)
    return int(2**bits - 1)


def told(name: str, low: float, high: float, span: Span | None) -> str:
    """What to say about the numbers of pictures, as a sentence."""
    lie = phrase(
        "The pictures of “{name}” hold numbers from {low:g} to {high:g}",
        name=name,
        low=low,
        high=high,
    )
    if span is None:
        return phrase(
            "{lie}, which no picture file has; they are brought to mean 0 and deviation 1, "
            "and new pictures have to be given as arrays on the same scale.",
            lie=lie,
        )
    if span.is_deep:
        return phrase(
            "{lie}; they are scaled by what the training pictures use, and new ones alike.", lie=lie
        )
    how = (
        phrase("stay as they are")
        if span == Span(0, 1)
        else phrase("are brought to mean 0 and deviation 1")
    )
    return phrase(
        "{lie}, taken as {black:g} for black and {white:g} for white; they {how}.",
        lie=lie,
        black=span.black,
        white=span.white,
        how=how,
    )
