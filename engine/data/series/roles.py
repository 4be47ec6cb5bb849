"""Decides what the columns of a table are for in a forecast: time, series names, values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.data.array import Array
from engine.data.series.lines import Moments, is_key, series_columns
from engine.data.series.times import found_time, like_time, spans_time
from engine.data.tables.cells import sentinels
from engine.data.tables.columns import ID_NAME, decided, read_as
from engine.data.tables.evidence import seen
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged
from engine.data.tables.new_rows.reading import scaled_column
from engine.data.tables.open_columns import Judgement
from engine.errors import DataError
from graphs.data import Column
from graphs.notation import OPEN, Notation
from graphs.wording.phrases import counted, phrase, with_and

if TYPE_CHECKING:
    import polars

SHOWN = 5
"""Columns that are named in a sentence."""


def found_series(
    sheet: Sheet, moments: Moments, known: Sequence[str], written: Mapping[str, Notation]
) -> tuple[str, ...]:
    """The columns that tell several series apart, among those that are for nothing else."""
    possible: dict[str, polars.Series] = {}
    for name in sheet.frame.columns:
        column = sheet.column(name)
        if name in known or spans_time(column):
            continue
        numbers = _as_numbers(column, written)
        if numbers is not None:
            possible[name] = numbers
        elif seen(column, written.get(name, OPEN)).holds == "text":
            possible[name] = column
    return series_columns(possible, moments.values)


def to_predict(
    sheet: Sheet, used: Sequence[str], keys: Sequence[str], written: Mapping[str, Notation]
) -> tuple[tuple[str, ...], list[str]]:
    """The columns whose future is predicted, and what to say of others with numbers.

    Parts of a time, numbers that name things, and what never changes within a series are no values.
    """
    for key in keys:
        sheet.column(key)
    columns = {
        name: numbers
        for name in sheet.frame.columns
        if name not in used and (numbers := _as_numbers(sheet.column(name), written)) is not None
    }
    if not columns:
        raise DataError(
            "{name} has no column of numbers to predict. Choose another file, or set the "
            "decimal sign.",
            name=sheet.path.name,
        )
    times = [name for name in columns if spans_time(sheet.column(name))]
    named = [name for name in columns if name not in times and _names_things(columns[name])]
    fixed = [name for name in columns if name not in (*times, *named)
             and _never_changes(sheet, name, keys)]  # fmt: skip
    values = [name for name in columns if name not in (*times, *named, *fixed)]
    if not values:
        return tuple(columns), []
    said = []
    for names, why in (
        (times, phrase("part of a time")),
        (named, phrase("numbers that name things")),
        (fixed, phrase("the same value throughout a series")),
    ):
        if names:
            shown = ", ".join(f"“{name}”" for name in names[:SHOWN])
            more = ", ..." if len(names) > SHOWN else ""
            said.append(
                phrase(
                    "Not predicted, as {why}: {shown}{more}. Name what to predict yourself.",
                    why=why,
                    shown=shown,
                    more=more,
                )
            )
    return tuple(values), said


def judgements_of(
    sheet: Sheet, names: Sequence[str], written: Mapping[str, Notation]
) -> dict[str, Judgement]:
    """How columns are read, each judged with all columns of the file, as in a table.

    Raises Undecided where one can be read in several ways.
    """
    for name in names:
        sheet.column(name)
    found = judged(sheet, sheet.frame.columns, written)
    wanted = {name: found[name] for name in names}  # what is not used need not be settled
    decided(wanted)
    return wanted


def numbers_of(sheet: Sheet, name: str, notation: Notation) -> Array:
    """A column in the order of the file, NaN where it has no value. Raises DataError."""
    read = read_as(sheet, name, notation)
    if read.is_text or read.is_date:
        held = "texts" if read.is_text else "dates"
        raise DataError(
            "The column “{name}” of {path_name} holds {held}, and a forecast takes "
            "numbers. Choose another column.",
            name=name,
            path_name=sheet.path.name,
            held=held,
        )
    return _with_values(sheet, read.values)


def new_numbers_of(sheet: Sheet, name: str, notation: Notation) -> Array:
    """The same of a file to predict from, which is read as that of the training was."""
    return _with_values(sheet, scaled_column(sheet, Column(name, notation=notation)))


def like_missing(sheet: Sheet, name: str, values: Array) -> list[str]:
    """What to say of a number that seems to stand for no value."""
    import polars

    return sentinels.remarks(sheet, polars.Series(name, values).fill_nan(None))


def missing_columns(sheet: Sheet, needed: Sequence[str]) -> str:
    """The sentence for a file to predict from that lacks columns; empty when all are there."""
    there = {*sheet.frame.columns, *sheet.moments}
    lacking = [name for name in dict.fromkeys(needed) if name not in there]
    if not lacking:
        return ""
    listed = with_and(f"“{name}”" for name in lacking)
    wanted = ", ".join(f"“{name}”" for name in dict.fromkeys(needed))
    return counted(
        len(lacking),
        "{name} has no column {listed}, which the model was trained with. Add or rename the "
        "column; it takes {wanted}, as in the file it learned from.",
        "{name} has no columns {listed}, which the model was trained with. Add or rename the "
        "columns; it takes {wanted}, as in the file it learned from.",
        name=sheet.path.name,
        listed=listed,
        wanted=wanted,
    )


def about_order(sheet: Sheet) -> str:
    """What to say when lines are taken as they come."""
    told = phrase("The lines are taken in the order of the file, the oldest first")
    if name := found_time(sheet):
        return phrase(
            "{told}, and not sorted by “{name}”. To sort them, name it as the time.",
            told=told,
            name=name,
        )
    if name := like_time(sheet):
        return phrase(
            "The column “{name}” looks like a time, but is not read as one. {told}; if "
            "they come in another order, name the column of time.",
            name=name,
            told=told,
        )
    return phrase(
        "{told}, as no column of time is named; if they come in another order, name it.", told=told
    )


def _as_numbers(column: polars.Series, written: Mapping[str, Notation]) -> polars.Series | None:
    """The column when it holds numbers; only roughly read."""
    import polars

    shown = seen(column, written.get(column.name, OPEN))
    there = column.null_count() < len(column)
    if not there or shown.holds != "number" or shown.wrong is not None:
        return None
    return column.cast(polars.Float64, strict=False)


def _names_things(column: polars.Series) -> bool:
    unique = column.n_unique() == len(column) and bool((column == column.round()).all())
    return is_key(column) or (unique and ID_NAME.search(column.name) is not None)


def _never_changes(sheet: Sheet, name: str, keys: Sequence[str]) -> bool:
    frame = sheet.frame
    if not keys:
        return len(frame) > 1 and frame[name].n_unique() == 1
    return frame.select([*keys, name]).n_unique() == frame.select(keys).n_unique()


def _with_values(sheet: Sheet, values: polars.Series) -> Array:
    if values.null_count() == len(values):
        raise DataError(
            "The column “{name}” of {path_name} has no values. Fill it in.",
            name=values.name,
            path_name=sheet.path.name,
        )
    numbers: Array = values.to_numpy().astype(np.float64)
    return numbers
