"""Rows of a table as the numbers that a network takes: scaled, in rounds, or 0 or 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from engine.data.array import Array
from engine.data.tables.cells.date_parts import round_of, scaled, scaled_parts
from engine.data.tables.cells.dates import plain
from engine.data.tables.remarks import Remark
from engine.errors import DataError
from graphs.data import Column, Field, Normalize
from graphs.notation import SCALED_PARTS
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars

GREATEST = float(np.finfo(np.float32).max)
FAR, FAR_DAYS = 10, 3652
"""Times are far from those of training that are so many deviations and days away from them."""


class Scales(Protocol):
    """What was fitted for the columns that are scaled, in their order."""

    @property
    def shift(self) -> tuple[float, ...]:
        """What is taken off each column before it is scaled."""

    @property
    def fill(self) -> tuple[float, ...]:
        """What stands in each column where a value is missing: its median."""

    def factor(self) -> Array:
        """One over the scale of each."""


def scaled_names(field: Field) -> list[str]:
    """What is brought to a common scale, in order: each number, and of dates some parts."""
    found = []
    for column in field.columns:
        if column.is_date:
            found += [column.name] * len(scaled_parts(column.parts))
        elif not column.categories:
            found.append(column.name)
    return found


def filled_columns(
    field: Field, frame: polars.DataFrame
) -> tuple[list[str], Array, tuple[float, ...]]:
    """What is scaled: names, rows × columns without gaps, and the medians that fill them."""
    columns = [
        numbers
        for column in field.columns
        if not column.categories
        for numbers in _scaled_columns(column, frame[column.name])
    ]
    medians = tuple(_median(column) for column in columns)
    filled = [column.fill_null(m).to_numpy() for column, m in zip(columns, medians, strict=True)]
    return scaled_names(field), np.stack(filled, axis=1) if filled else np.empty((0, 0)), medians


def refuse_beyond(names: Sequence[str], scale: Array) -> None:
    """Raise DataError for a column whose values are too large to be scaled."""
    if len(beyond := np.flatnonzero(~np.isfinite(scale))):
        raise DataError(
            "The column “{names}” has values too large to compute with. Correct them, or "
            "ignore the column.",
            names=names[beyond[0]],
        )


def encoded_rows(field: Field, numbers: Scales, frame: polars.DataFrame) -> Array:
    """Rows × width: numbers scaled, rounds as sine and cosine, each category as 0 or 1 columns.

    Raises DataError for a number that is too far from those of the training.
    """
    table = np.zeros((len(frame), sum(c.width for c in field.columns)), dtype=np.float32)
    factor, at, number = numbers.factor(), 0, 0
    for column in field.columns:
        values = frame[column.name]
        if column.categories:
            codes = _codes(values, column.categories)
            known = np.flatnonzero(codes >= 0)
            table[known, at + codes[known]] = 1.0
            at += column.width
            continue
        for part in column.parts or ("",):
            if part and part not in SCALED_PARTS:
                table[:, at : at + 2] = round_of(values, part)
                at += 2
                continue
            raw = scaled(values, part) if part else values
            filled = raw.fill_null(numbers.fill[number]).to_numpy()
            table[:, at] = _within(column, filled, numbers.shift[number], factor[number])
            at, number = at + 1, number + 1
    return table


def far_times(field: Field, numbers: Scales, frame: polars.DataFrame) -> list[Remark]:
    """What is told of times that lie far from those of training, as when counted otherwise."""
    found, factor, at = [], numbers.factor(), 0
    for column in field.columns:
        if column.categories:
            continue
        for part in scaled_parts(column.parts) if column.is_date else ("",):
            if part == "elapsed" and field.normalize is not Normalize.NONE:
                values = frame[column.name]
                off = (scaled(values, part) - numbers.shift[at]).abs()
                far = (off > FAR_DAYS) & ((off * factor[at] > FAR) | (not factor[at]))
                rows = far.fill_null(value=False).arg_true().to_list()
                if rows:
                    times = {row: plain(values[row]) for row in rows}
                    found.append(_far_told(column.name, times))
            at += 1
    return found


def _far_told(name: str, by_row: Mapping[int, str]) -> Remark:
    def told(times: Sequence[str], count: int) -> str:
        more = phrase(" and {count:,} more", count=count - 1) if count > 1 else ""
        return phrase(
            "The column “{name}” holds {time}{more}, years away from the times of training. If it "
            "is counted or written in another way than there, bring it to that.",
            name=name,
            time=times[0],
            more=more,
        )

    notes = {row: told([time], 1) for row, time in by_row.items()}
    return Remark.of(("far", name), told, list(by_row.values())[:1], len(by_row), notes)


def _within(column: Column, raw: Array, shift: float, factor: float) -> Array:
    with np.errstate(over="ignore"):  # what is too large is told below
        found: Array = (raw - shift) * factor
    if len(beyond := np.flatnonzero(~(np.abs(found) <= GREATEST))):
        raise DataError(
            "The column “{name}” has the value {raw:g}, which is too far from the others "
            "to compute with. Correct it, or ignore the column.",
            name=column.name,
            raw=raw[beyond[0]],
        )
    return found


def _scaled_columns(column: Column, values: polars.Series) -> list[polars.Series]:
    if column.is_date:
        return [scaled(values, part) for part in scaled_parts(column.parts)]
    return [values]


def _median(column: polars.Series) -> float:
    """The middle of what is there; 0 when nothing is."""
    found = column.median()
    return float(found) if isinstance(found, int | float) else 0.0


def _codes(column: polars.Series, categories: tuple[str, ...]) -> Array:
    """The position of each value among the categories; -1 for missing and unseen ones."""
    import polars

    known = {category: position for position, category in enumerate(categories)}
    codes = column.replace_strict(known, default=-1, return_dtype=polars.Int64)
    return cast("Array", codes.fill_null(-1).to_numpy())
