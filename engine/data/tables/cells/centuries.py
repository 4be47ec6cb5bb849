"""Which century the years of two digits of a column are of, found on the whole column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.data.array import Array
from engine.data.tables.cells import dates
from graphs.notation import DateOrder

if TYPE_CHECKING:
    import polars

LATEST: Final = 2040
"""Years beyond are hardly meant."""
WIDEST: Final = 60
"""Years further apart than so many may as well be of several centuries."""
_FOUR_DIGITS: Final = r"\d{4}"
_CLOCK: Final = r"\d{1,2}[:hH]\d{2}.*$"
"""The time of day with what follows, whose digits are no years."""


@dataclass(frozen=True, slots=True)
class Years:
    """The years of two digits of a column."""

    since: int | None
    """The first of the hundred years in which they lie; None for what is usual."""
    ways: tuple[int, ...]
    """Where it is open: from which year on they may lie."""
    example: str
    """A cell with the first of them."""


def of(texts: polars.Series, order: DateOrder, *, is_settled: bool = False) -> Years | None:
    """What a column of dates shows about them; None where all years are written in full.

    What a column that is settled leaves open is found as it was when it was settled, where years
    beside a zone such as +0100 were not looked at; the others say them in full.
    """
    import polars

    if texts.dtype != polars.String or order in dates.UNITS:
        return None
    present = texts.drop_nulls()
    with_digits = present.str.contains(_FOUR_DIGITS)
    days = present if is_settled else present.str.replace(_CLOCK, "")
    present = present.filter(~days.str.contains(_FOUR_DIGITS))
    if not present.len():
        return None
    old, new = (dates.parsed(present, order, since) for since in (1900, 2000))
    short = new.is_not_null() & (old.is_null() | (old != new).fill_null(value=True))
    years = np.unique(new.filter(short).dt.year().to_numpy()) - 2000
    if not len(years):
        return None
    first = _arc(years)[0]
    shown = present.filter(short & (new.dt.year() == first + 2000).fill_null(value=False))
    since, ways = of_years(years)
    if since is None and not ways and present.len() > int((~with_digits).sum()):
        since = dates.SINCE
    return Years(since, ways, str(shown[0]))


def of_years(years: Array) -> tuple[int | None, tuple[int, ...]]:
    """From which year on those of two digits lie, None for what is usual; or the ways, if open."""
    first, span, is_sure = _arc(years)
    before, after = 1900 + first, 2000 + first
    chosen = before if after > LATEST else after
    if not is_sure or after <= LATEST < after + span or chosen + span > LATEST:
        return None, _ways(years, (1900, before, dates.SINCE, 2000))
    since = chosen - (99 - span) // 2
    same = np.array_equal(dates.with_century(years, dates.SINCE), dates.with_century(years, since))
    return None if same else since, ()


def _ways(years: Array, starts: tuple[int, ...]) -> tuple[int, ...]:
    """The first of the starts that read the years in each way."""
    ways = {tuple(dates.with_century(years, since).tolist()): since for since in reversed(starts)}
    return tuple(sorted(ways.values()))


def _arc(years: Array) -> tuple[int, int, bool]:
    """The first year after the longest gap, how far the last lies, and whether that is sure.

    It is where the years, as they go round, lie together only so.
    """
    if len(years) == 1:
        return int(years[0]), 0, True
    gaps = (years - np.roll(years, 1)) % 100
    at = int(gaps.argmax())
    longest, next_one = np.sort(gaps)[::-1][:2].tolist()
    is_sure = longest >= 100 - WIDEST and next_one < 100 - WIDEST
    return int(years[at]), 100 - longest, is_sure
