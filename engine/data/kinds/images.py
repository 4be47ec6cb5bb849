"""Pictures: bytes or numbers, of which each channel may be scaled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import cast

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.kinds.fitted_numbers import FittedNumbers, spread_of
from engine.data.kinds.spec import RawValues, Shown, is_left_alone
from engine.data.pictures.value_range import Span, span_of
from engine.data.samples import Values
from graphs.data import Field, ImageKind, Normalize


class RawPictures(RawValues, of=ImageKind):
    """Samples × channels × height × width of bytes or floats."""

    def fitted(
        self, field: Field, values: Values, rows: Array, poll: Poll = go_on
    ) -> FittedNumbers:
        """Also what black and white are, where the numbers say it."""
        if is_left_alone(field):
            return FittedNumbers()
        blocks = partial(self.blocks, field, values, rows, poll)
        spread = spread_of(field.normalize, blocks)
        fitted = self.scaled_by(spread)
        whole = field.normalize is Normalize.RANGE or all(
            (block == np.round(block)).all() for block in blocks()
        )
        known = span_of(float(spread.low.min()), float(spread.high.max()), whole=whole)
        return fitted if known is None else replace(fitted, span=(known.black, known.white))

    def fits(self, field: Field, numbers: FittedNumbers) -> bool:
        """With a span or without."""
        return len(numbers.span) in (0, 2) and super().fits(field, replace(numbers, span=()))

    def floats(self, values: Array) -> Array:
        """Bytes as floats from 0 to 1."""
        if values.dtype == np.uint8:
            unit: Array = np.divide(values, np.float32(255), dtype=np.float32)
            return unit
        return super().floats(values)

    def shown(self, field: Field, values: Values, fields: Iterable[Field]) -> Shown:
        """As bytes, with the channels last."""
        return pictures(cast("Array", values))


def pictures(images: Array, span: Span | None = None) -> Array:
    """Images of bytes or numbers as bytes with the channels last.

    Where no span is known, their own least and greatest numbers are black and white.
    """
    last = np.moveaxis(images, 1, -1)
    if last.dtype == np.uint8:
        return last
    low, high = float(last.min(initial=0)), float(last.max(initial=1))
    span = span or span_of(low, high, whole=True) or Span(low, high)
    return (span.unit(last) * 255).round().astype(np.uint8)
