"""When each line of a table is: the column of time, found by what it holds, read as numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.data.array import Array
from engine.data.series.lines import Moments
from engine.data.series.time_parts import is_clock, part_of
from engine.data.tables import judging
from engine.data.tables.cells.periods import Periods, periods, resembles
from engine.data.tables.evidence import seen
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import Judgement, judged
from engine.errors import DataError
from graphs.notation import OPEN, DateOrder, DecimalSign, Notation

if TYPE_CHECKING:
    import polars

USUAL_TIMES = ("time", "date", "datetime", "timestamp", "ds")
"""Names under which the column of time is looked for."""
COUNTED_TIMES = (*USUAL_TIMES, "t", "step", "year", "epoch")
"""Names of columns of numbers that are times; what numbers are is not seen in them."""
_SAYS_TIME: Final = re.compile(
    r"(?i)period|month|monat|mois|quarter|week|date|datum|fecha|time|yyyymm|(^|_)ym($|_)"
)
"""Names of columns in which a number such as 200608 is a month."""
MUCH_MORE_EVEN = 4
"""An order of day and month is right when the steps of the others are so much less alike."""
FEW_TIMES = 4
"""Fewer different times do not show whether their steps are alike."""


def usual_time(sheet: Sheet) -> str:
    """The column of time by its name alone; empty when there is none."""
    names = (*sheet.moments, *sheet.frame.columns)
    return next((name for name in names if name.lower() in USUAL_TIMES), "")


def found_time(sheet: Sheet) -> str:
    """The column of time by what it holds: dates, spans of time, or numbers named as a time.

    Of several the one with a usual name, or else with the most different values. Times of day are
    not looked at where there are dates or years.
    """
    dated = dict.fromkeys((*sheet.moments, *(n for n in sheet.frame.columns if _is_date(sheet, n))))
    clocks = [n for n in dated if n not in sheet.moments and is_clock(sheet.column(n))]
    years = [n for n in sheet.frame.columns if _is_year(sheet.column(n))]
    if years or len(clocks) < len(dated):
        dated = {name: None for name in dated if name not in clocks}
    by_name = [name for name in dated if name.lower() in USUAL_TIMES]
    if by_name:
        return by_name[0]
    if dated:
        return max(dated, key=lambda name: _column(sheet, name).n_unique())
    counted = (n for n in sheet.frame.columns if n.lower() in COUNTED_TIMES)
    return next(iter((*years, *counted)), "")


def like_time(sheet: Sheet) -> str:
    """A column that looks like a time without being one in all cells; empty when none does."""
    for name in sheet.frame.columns:
        column = sheet.column(name)
        shown = seen(column, OPEN)
        is_so_called = name.lower() in USUAL_TIMES or _SAYS_TIME.fullmatch(name) is not None
        if shown.holds == "date" or is_so_called or resembles(column):
            return name
    return ""


def spans_time(column: polars.Series) -> bool:
    """Whether a column holds times or a part of them, so that it is no value to predict."""
    return _periods(column) is not None or part_of(column) is not None


def moments_of(
    sheet: Sheet, name: str, decimal: DecimalSign, order: DateOrder
) -> tuple[Moments, DateOrder]:
    """When each line is, and in which order its dates are written.

    Raises DataError for what is no time, and where the order of day and month stays open.
    """
    import polars

    if name in sheet.moments:
        return _checked(sheet, name, sheet.moments[name], sheet.moments[name], True), "auto"
    column = sheet.column(name)
    found = periods(column, is_named=True) if order == "auto" else None
    if found is not None and not _is_plain_date(column):
        return Moments(name, found.values, found.are_dates), "auto"
    given = OPEN if order == "auto" else Notation("date", order=order)
    judgement = judged(sheet, [name], {name: given}, decimal)[name]
    notation = judgement.notation
    if judgement.ways and all(way.notation.holds == "date" for way in judgement.ways):
        notation = _evenest(column, judgement)
    elif notation.holds == "text":  # a time counted with zeros in front, such as 007, is a number
        notation = Notation("number", ".")
    times = judging.read(column, notation)
    are_dates = times.dtype.is_temporal()
    if are_dates:
        times = times.cast(polars.Int64)
    return _checked(sheet, name, column, times, are_dates), notation.order


def _is_date(sheet: Sheet, name: str) -> bool:
    column = sheet.column(name)
    return _is_plain_date(column) or _periods(column) is not None


def _is_plain_date(column: polars.Series) -> bool:
    shown = seen(column, OPEN)
    return shown.holds == "date" and shown.wrong is None


def _is_year(column: polars.Series) -> bool:
    part = part_of(column)
    return part is not None and part.kind == "year"


def _periods(column: polars.Series) -> Periods | None:
    return periods(column, is_named=_SAYS_TIME.search(column.name) is not None)


def _column(sheet: Sheet, name: str) -> polars.Series:
    return sheet.moments[name] if name in sheet.moments else sheet.column(name)


def _evenest(column: polars.Series, judgement: Judgement) -> Notation:
    """The way to read dates whose steps are much more alike than in any other. Raises DataError."""
    spread = [(_unevenness(judging.read(column, way.notation)), way) for way in judgement.ways]
    (least, best), (next_least, _) = sorted(spread, key=lambda one: one[0])[:2]
    if np.isfinite(least) and MUCH_MORE_EVEN * least <= next_least:
        return best.notation
    ways = " or ".join(way.told for way in judgement.ways)
    raise DataError(
        f"The column “{column.name}” can be read in several ways: {ways}. Set the order of dates."
    )


def _unevenness(times: polars.Series) -> float:
    """How many times the shortest step the longest is; endless when there are too few steps."""
    import polars

    moments: Array = np.unique(times.drop_nulls().cast(polars.Int64).to_numpy())
    if times.null_count() or len(moments) < FEW_TIMES:
        return float("inf")
    steps = np.diff(moments)
    return float(steps.max() / steps.min())


def _checked(
    sheet: Sheet, name: str, column: polars.Series, times: polars.Series, are_dates: bool
) -> Moments:
    import polars

    wrong = times.is_null().arg_true()
    if wrong.len():
        row = int(wrong[0])
        told = "is empty" if column[row] is None else f"holds “{column[row]}”, which is no time"
        raise DataError(
            f"{sheet.place(row)}: the column “{name}” {told}. Write times like 2024-05-31 17:00, "
            "or as numbers."
        )
    return Moments(name, times.cast(polars.Float64).to_numpy(), are_dates)
