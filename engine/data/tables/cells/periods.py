"""Spans of time as people write them, such as quarters and weeks, read as the time they begin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.data.array import Array
from engine.data.tables.cells.dates import SINCE, with_century
from engine.data.tables.cells.months import MONTHS

if TYPE_CHECKING:
    import polars

_YEAR = r"(?P<year>(?:1[5-9]|2[01])\d\d)"
_SHORT = r"'?(?P<year>(?:1[5-9]|2[01])?\d\d)"
_SIGN = r"[\s\-/.,_:']{0,2}"
_QUARTER = r"(?i:q|t|qtr\.?|quarter|quartal|trimestre)\s?(?P<quarter>[1-4])"
_HALF = r"(?i:h|s|half)\s?(?P<half>[12])"
_WEEK = r"(?i:w|wk|kw|week|woche|semaine)\.?\s?(?P<week>\d\d?)"
_NAME = r"(?P<name>\p{L}[\p{L}\p{M}]{2,12})\.?"
_COUNTED = (
    r"(?i:days?|weeks?|months?|years?|quarters?|periods?|steps?|hours?|fy|t|tag|woche|monat|jahr)"
)
_FORMS: Final = (
    f"^{_YEAR}{_SIGN}{_QUARTER}$",
    rf"^{_YEAR}{_SIGN}(?P<quarter>[1-4])(?:\.\s?)?(?i:q|quarter|quartal)$",
    f"^{_QUARTER}{_SIGN}{_SHORT}$",
    rf"^(?P<quarter>[1-4])(?:\.\s?)?(?i:q|quarter|quartal){_SIGN}{_SHORT}$",
    f"^{_YEAR}{_SIGN}{_HALF}$",
    f"^{_HALF}{_SIGN}{_YEAR}$",
    rf"^{_YEAR}{_SIGN}{_WEEK}(?:-?(?P<weekday>[1-7]))?$",
    f"^{_WEEK}{_SIGN}{_YEAR}$",
    rf"^{_YEAR}{_SIGN}[Mm](?P<month>\d\d?)$",
    rf"^(?P<month>\d\d?)\s?[-/]\s?{_YEAR}$",
    f"^{_YEAR}{_SIGN}{_NAME}$",
    f"^{_NAME}{_SIGN}{_YEAR}$",
    rf"^{_YEAR}\s?[-/]\s?(?P<next>\d\d|\d{{4}})$",
    rf"^{_YEAR}-(?P<week>\d\d)$",
    rf"^{_COUNTED}[\s#.:_\-]*(?P<count>\d+)$",
)
"""Each with the year, or a count; all cells of a column are written in one of them."""
_LIKE_NUMBERS: Final = (
    r"^(?P<year>(?:19|20)\d\d)(?P<month>\d\d)$",
    rf"^{_YEAR}[\s.:](?P<month>\d\d)$",
    rf"^(?P<month>\d\d)\.{_YEAR}$",
)
"""Forms that numbers can have, too, which therefore need more evidence."""
_SHORT_MONTHS: Final = (
    rf"^{_NAME}{_SIGN}(?P<year>\d\d)$",
    rf"^(?P<year>\d\d){_SIGN}{_NAME}$",
)
_DIGIT: Final = r"\d"
"""Every form has one; what has none need not be held against all of them."""
FEW = 8
"""So many different numbers that are all months, such as 200608, are no chance."""
FEW_PARTS = 6
"""They lie in so many months of the year."""
HEAD = 1000
"""Cells that are looked at to see what a column resembles."""
MUCH_MORE_EVEN = 4
"""Steps that are so much less alike are those of a wrong reading."""
_PART = {"quarter": (4, 3), "half": (2, 6), "month": (12, 1), "name": (12, 1)}
"""How many each year has, and how many months each has."""


@dataclass(frozen=True, slots=True)
class Periods:
    """When the cells of a column begin."""

    values: Array
    """Microseconds since 1970 where they are dates, otherwise counts."""
    are_dates: bool = True
    short: tuple[int, ...] = ()
    """The years of two digits among them, in order."""


def periods(
    column: polars.Series, *, is_named: bool = False, since: int | None = None
) -> Periods | None:
    """A column of spans of time; None where it holds another thing, or cells are empty.

    Numbers such as 200608 need many that are months, or a name that says so (``is_named``). Years
    of two digits lie in the hundred years that begin with ``since``.
    """
    import polars

    if not len(column) or column.null_count():
        return None
    texts = column
    if column.dtype.is_numeric():
        if not (column == column.round()).all():
            return None
        texts = column.cast(polars.Int64, strict=False).cast(polars.String)
    elif column.dtype != polars.String:
        return None
    texts = texts.str.strip_chars()
    if not texts.head(FEW).str.contains(_DIGIT).all():
        return None
    first = SINCE if since is None else since
    for form in _FORMS:
        found = _read(texts, form, first)
        if found is not None:
            return found
    for form in _LIKE_NUMBERS:
        found = _read(texts, form, first)
        if found is not None and (is_named or _many_months(found)):
            return found
    read = (_short(texts, form, first, is_named=is_named) for form in _SHORT_MONTHS)
    return next((one for one in read if one is not None), None)


def resembles(column: polars.Series) -> bool:
    """Whether at least half of the cells are spans of time, in one form or several."""
    import polars

    present = column.drop_nulls().head(HEAD)
    if column.dtype != polars.String or not len(present):
        return False
    if 2 * int(present.str.contains(_DIGIT).sum()) < len(present):
        return False
    forms = "|".join(_bare(form) for form in (*_FORMS, *_SHORT_MONTHS))
    return 2 * int(present.str.strip_chars().str.contains(forms).sum()) >= len(present)


def _bare(form: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", form)


def _many_months(found: Periods) -> bool:
    """Whether so many different months occur, and in so many parts of a year, as is no chance."""
    months = np.unique(found.values).astype(np.int64).astype("datetime64[us]")
    parts = months.astype("datetime64[M]").astype(np.int64) % 12
    return len(months) >= FEW and len(np.unique(parts)) >= FEW_PARTS


def _read(texts: polars.Series, form: str, since: int) -> Periods | None:
    """The cells of one form; None unless all are."""
    if not (texts.head(FEW).str.contains(form).all() and texts.str.contains(form).all()):
        return None
    groups = _groups(texts, form)
    if "count" in groups:
        return Periods(groups["count"].astype(np.float64), are_dates=False)
    short = tuple(np.unique(groups["year"][groups["year"] < 100]).tolist())
    years = with_century(groups["year"], since)
    if "next" in groups:
        follows = (groups["next"] % 100 == (years + 1) % 100).all()
        return Periods(_from_months(years, 1 + 0 * years)) if follows else None
    if "week" in groups:
        day = np.maximum(groups.get("weekday", 1 + 0 * years), 1)
        fits = ((groups["week"] >= 1) & (groups["week"] <= 53)).all()
        return Periods(from_weeks(years, groups["week"], day)) if fits else None
    kind = next(one for one in _PART if one in groups)
    most, months = _PART[kind]
    if not ((groups[kind] >= 1) & (groups[kind] <= most)).all():
        return None
    return Periods(_from_months(years, (groups[kind] - 1) * months + 1), short=short)


def _short(texts: polars.Series, form: str, since: int, *, is_named: bool) -> Periods | None:
    """Names of months with two digits, where these are years and no days of the month."""
    found = _read(texts, form, since)
    if found is None:
        return None
    groups = _groups(texts, form)
    days = groups["year"]
    if (days < 1).any() or (days > 31).any():
        return found
    of_year = _from_months(2000 + 0 * days, groups["name"]) + (days - 1) * 86_400e6
    times = 1 if is_named else MUCH_MORE_EVEN
    return found if times * _spread(found.values) <= _spread(of_year) else None


def _spread(times: Array) -> float:
    """How many times the shortest step the longest is."""
    steps = np.diff(np.unique(times))
    return float(steps.max() / steps.min()) if len(steps) > 1 else float("inf")


def _from_months(years: Array, months: Array) -> Array:
    counted = ((years - 1970) * 12 + months - 1).astype("datetime64[M]")
    micros: Array = counted.astype("datetime64[us]").astype(np.int64).astype(np.float64)
    return micros


def from_weeks(years: Array, weeks: Array, days: Array) -> Array:
    """When the days of ISO weeks begin; the first week is the one with the fourth of January."""
    fourth = (years - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64) + 3
    monday = fourth - (fourth + 3) % 7  # the first of January 1970 was a Thursday
    micros: Array = (monday + 7 * (weeks - 1) + days - 1) * 86_400e6
    return micros


def _groups(texts: polars.Series, form: str) -> dict[str, Array]:
    import polars

    found = {}
    for column in texts.str.extract_groups(form).struct.unnest().iter_columns():
        if column.name == "name":
            lower = column.str.to_lowercase()
            read = lower.replace_strict(MONTHS, default=-1, return_dtype=polars.Int64)
        else:
            read = column.cast(polars.Int64, strict=False)
        found[column.name] = read.fill_null(-1).to_numpy()
    return found
