"""Finds the time column of a table by its contents, and reads it as numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.data.array import Array
from engine.data.series.lines import Moments
from engine.data.series.time_parts import is_clock, part_of
from engine.data.tables import judging
from engine.data.tables.cells import centuries, dates
from engine.data.tables.cells.periods import Periods, periods, resembles
from engine.data.tables.evidence import seen
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged
from engine.data.tables.open_columns import Judgement
from engine.errors import DataError
from graphs.notation import OPEN, DateOrder, Notation
from graphs.wording.phrases import phrase, with_or

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
EXAMPLES: Final[Mapping[DateOrder, str]] = {
    "year first": "2024-05-31",
    "day first": "31.05.2024",
    "month first": "05/31/2024",
}
"""A date in each order."""
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


def moments_of(sheet: Sheet, name: str, given: Notation) -> tuple[Moments, Notation]:
    """When each line is, and how its dates are written, as far as it is not ``given``.

    Raises DataError for what is no time, and where the order of day and month stays open.
    """
    import polars

    if name in sheet.moments:
        return _checked(sheet, name, sheet.moments[name], sheet.moments[name], True), OPEN
    column = sheet.column(name)
    if (found := _spans(column, given)) is not None:
        return Moments(name, found.values, found.are_dates), replace(OPEN, century=given.century)
    notation = _settled(sheet, name, given)
    times = judging.read(column, notation)
    are_dates = times.dtype.is_temporal()
    if are_dates:
        times = times.cast(polars.Int64)
    return _checked(sheet, name, column, times, are_dates, notation), notation


def as_in_file(sheet: Sheet, name: str, trained: Notation) -> tuple[Notation, tuple[str, ...]]:
    """How the dates of a new file are written, and what to say where it is another order.

    Another than that of the training is taken only where no date can be read in that one, and all
    can in a single other; what is left open stays as in the training, and is refused by its line.
    """
    import polars

    orders = EXAMPLES.keys()
    if trained.order not in orders or name not in sheet.frame.columns:
        return trained, ()
    texts = judging.read(sheet.column(name), Notation("text", missing=trained.missing))
    if texts.dtype != polars.String or texts.null_count():
        return trained, ()
    found = dates.orders_of(texts)
    other = found.possible[0] if len(found.possible) == 1 else trained.order
    is_open = other == trained.order or bool(found.torn) or other not in orders
    if is_open or not texts.str.contains(r"\d{4}").all():
        return trained, ()
    now = replace(trained, order=other)
    is_other = judging.read(texts, trained).is_null().all()
    if not is_other or judging.read(texts, now).null_count():
        return trained, ()
    told = phrase(
        "The times of “{name}” in {file} are written with the {now}, and those of the training "
        "with the {trained}. They are read as they are written.",
        name=name,
        file=sheet.path.name,
        now=other,
        trained=trained.order,
    )
    return now, (told,)


def century_of(sheet: Sheet, name: str, given: Notation) -> int | None:
    """From which year on the years of two digits of spans lie, found on the whole column.

    None for what is usual, and for no spans. Raises DataError where it matters and is open.
    """
    if given.century is not None or name in sheet.moments:
        return given.century
    column = sheet.column(name)
    found = _spans(column, given)
    if found is None or not found.short:
        return None
    since, ways = centuries.of_years(np.array(found.short))
    if not ways:
        return since
    read = [(way, _spans(column, replace(given, century=way))) for way in ways]
    times = [(way, spans.values) for way, spans in read if spans is not None]
    if _is_one_order([values for _, values in times]):
        return times[0][0]
    spread = sorted((_unevenness(values), way) for way, values in times)
    if _is_much_less(spread[0][0], spread[1][0]):
        return spread[0][1]
    told = with_or(phrase("from {way} to {last}", way=way, last=way + 99) for way in ways)
    raise DataError(
        "The years of two digits of the column “{name}” can lie {told}. Set the first "
        "year of the century.",
        name=name,
        told=told,
    )


def _spans(column: polars.Series, given: Notation) -> Periods | None:
    """The column as spans of time, where nothing else is given and it holds no dates."""
    if given.order != "auto" or given.holds != "auto":
        return None
    found = periods(column, is_named=True, since=given.century)
    return None if found is None or _is_plain_date(column) else found


def _settled(sheet: Sheet, name: str, given: Notation) -> Notation:
    """How a time is written that is no span. Raises DataError where it stays open."""
    judgement = judged(sheet, [name], {name: given})[name]
    notation = judgement.notation
    if judgement.ways and all(way.notation.holds == "date" for way in judgement.ways):
        best = _evenest(sheet.column(name), judgement, given)
        is_whole = best.century is not None or given.order != "auto"
        return best if is_whole else _settled(sheet, name, best)
    if notation.holds == "text":  # a time counted with zeros in front, such as 007, is a number
        return Notation("number", ".")
    return notation


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


def _evenest(column: polars.Series, judgement: Judgement, given: Notation) -> Notation:
    """The way to read dates whose steps are much more alike than in any other. Raises DataError."""
    are_centuries = given.order != "auto" or judgement.ways[0].notation.century is not None
    ways = [
        way.notation if are_centuries else replace(way.notation, century=given.century)
        for way in judgement.ways
    ]
    times = [_as_floats(judging.read(column, way)) for way in ways]
    if are_centuries and _is_one_order(times):
        return ways[0]
    spread = [(_unevenness(one), way) for one, way in zip(times, ways, strict=True)]
    (least, best), (next_least, _) = sorted(spread, key=lambda one: one[0])[:2]
    if _is_much_less(least, next_least):
        return best
    told = with_or(way.told for way in judgement.ways)
    set_ = phrase("first year of the century") if are_centuries else phrase("order of dates")
    raise DataError(
        "The column “{name}” can be read in several ways: {told}. Set the {set_}.",
        name=column.name,
        told=told,
        set_=set_,
    )


def _as_floats(times: polars.Series) -> Array:
    """Dates as microseconds, NaN where there are none."""
    import polars

    floats: Array = times.cast(polars.Int64).cast(polars.Float64).to_numpy()
    return floats


def _is_one_order(ways: Sequence[Array]) -> bool:
    """Whether the lines follow each other alike in all ways to read their times."""
    orders = [np.unique(times, return_inverse=True)[1] for times in ways]
    return all(np.array_equal(orders[0], order) for order in orders)


def _is_much_less(least: float, next_least: float) -> bool:
    return bool(np.isfinite(least)) and MUCH_MORE_EVEN * least <= next_least


def _unevenness(times: Array) -> float:
    """How many times the shortest step the longest is; endless when there are too few steps."""
    moments = np.unique(times)
    if np.isnan(times).any() or len(moments) < FEW_TIMES:
        return float("inf")
    steps = np.diff(moments)
    return float(steps.max() / steps.min())


def _checked(
    sheet: Sheet,
    name: str,
    column: polars.Series,
    times: polars.Series,
    are_dates: bool,
    notation: Notation = OPEN,
) -> Moments:
    import polars

    wrong = (~times.cast(polars.Float64).is_finite().fill_null(value=False)).arg_true()
    if wrong.len():
        row = int(wrong[0])
        _refuse_other_order(sheet, row, column, notation)
        told = (
            phrase("is empty")
            if column[row] is None
            else phrase("holds “{column}”, which is no time", column=column[row])
        )
        raise DataError(
            "{place}: the column “{name}” {told}. Write times like 2024-05-31 17:00, or as "
            "numbers.",
            place=sheet.place(row),
            name=name,
            told=told,
        )
    return Moments(name, times.cast(polars.Float64).to_numpy(), are_dates)


def _refuse_other_order(sheet: Sheet, row: int, column: polars.Series, notation: Notation) -> None:
    """Raise DataError for a cell that is a date, but not in the order of all."""
    cell = column[row : row + 1]
    if notation.holds != "date" or notation.order not in EXAMPLES or cell.null_count():
        return
    others = (order for order in EXAMPLES if order != notation.order)
    if all(judging.read(cell, replace(notation, order=order)).null_count() for order in others):
        return
    raise DataError(
        "{place}: the column “{name}” holds “{cell}”, but the dates of this data come with the "
        "{order}. Write all of them so, such as {example}.",
        place=sheet.place(row),
        name=column.name,
        cell=cell[0],
        order=notation.order,
        example=EXAMPLES[notation.order],
    )
