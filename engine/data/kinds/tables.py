"""Rows of tables: frames, of which each column is filled and scaled, or becomes 0 or 1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.kinds.fitted_numbers import FittedNumbers, spread_of
from engine.data.kinds.spec import RawValues, Shown
from engine.data.samples import Values
from engine.data.tables.encoded_rows import (
    encoded_rows,
    filled_columns,
    refuse_beyond,
    scaled_names,
)
from graphs.data import Field, TableKind

if TYPE_CHECKING:
    import polars


class RawTables(RawValues, of=TableKind):
    """Frames as readers of tables give them."""

    def fitted(
        self, field: Field, values: Values, rows: Array, poll: Poll = go_on
    ) -> FittedNumbers:
        """Also what stands for missing numbers."""
        frame = cast("polars.DataFrame", values)[rows]
        names, filled, medians = filled_columns(field, frame)
        if not names:
            return FittedNumbers()
        spread = spread_of(field.normalize, lambda: [filled])
        refuse_beyond(names, spread.scale)
        shift, scale = tuple(spread.shift.tolist()), tuple(spread.scale.tolist())
        return FittedNumbers(shift, scale, medians)

    def fits(self, field: Field, numbers: FittedNumbers) -> bool:
        """As many of each as there are columns to scale."""
        count = len(scaled_names(field))
        return numbers.counts() == (count, count, count)

    def encoded(self, name: str, field: Field, numbers: FittedNumbers, values: Values) -> Array:
        """Each row as all numbers that its columns become."""
        return encoded_rows(field, numbers, cast("polars.DataFrame", values))

    def scales(self, field: Field, numbers: FittedNumbers) -> tuple[Array, Array]:
        """One for each value of a row: those of categories were left as they are."""
        return _per_value(field, numbers.scale, 1.0), _per_value(field, numbers.shift, 0.0)

    def shown(self, field: Field, values: Values, fields: Iterable[Field]) -> Shown:
        """Rows by column."""
        return tuple(cast("polars.DataFrame", values).to_dicts())


def _per_value(field: Field, values: tuple[float, ...], rest: float) -> Array:
    known = iter(values)
    columns = (
        [rest] * column.width if column.categories else [next(known)] for column in field.columns
    )
    return np.array([number for column in columns for number in column])
