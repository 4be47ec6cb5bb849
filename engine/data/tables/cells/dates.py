"""Dates and times as people write them, read as microseconds since 1970.

Whether the day or the month comes first is decided on all values of a column, and only where they
leave no doubt: one part is beyond 12, or the lines follow each other in one order alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.data.array import Array
from engine.data.tables.cells.months import MONTHS
from graphs.notation import DateOrder, Zones
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars

_TIME = (
    r"(?P<hour>\d{1,2})[:hH](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?"
    r"\s?(?P<hours_away>[+-](?:0\d|1[0-4]))?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?:Z|z|UTC|GMT|(?P<zone>[+-]\d{2}:?\d{2}))?"
)
_THEN = rf"(?:(?:T|,?\s+|\s+(?:at|um|à)\s+){_TIME})?$"
_WEEKDAY = r"^(?:\p{L}{2,12}\.?,?\s+)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|\.)?"
_NAME = r"(?P<name>\p{L}[\p{L}\p{M}]{2,12})\.?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_NUMERIC = (
    _WEEKDAY + r"(?P<first>\d{1,4})\s?[-/.]\s?(?P<second_part>\d{1,2})\s?[-/.]\s?(?P<third>\d{1,4})"
    r"\.?" + _THEN
)
_COMPACT = r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
_SHORT = r"^\d{2}[-/.]\d{2}[-/.]\d{2}\b"
_CLOCK = r"\d[:hH]\d{2}"
_ZONED = r"\d[:hH]\d{2}.*(?:Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|\])$|:\d{2}(?:[.,]\d+)?\s?[+-]\d{2}$"
_BRACKETS = r"\s*\[(?P<place>[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*)\]$"
"""The name of a zone behind a time, which is what counts where no offset stands before it."""
_OTHERS = (
    "^" + _COMPACT + _THEN,
    _WEEKDAY + _DAY + r"[\s\-/]*(?:de\s+|of\s+)?" + _NAME + r"[\s\-/,]*(?:de\s+)?" + _YEAR + _THEN,
    _WEEKDAY + _NAME + r"[\s\-/]*" + _DAY + r"[\s\-/,]+" + _YEAR + _THEN,
    r"^(?P<year>\d{4})[-/](?P<month>\d{1,2})$",
    "^" + _NAME + r"[\s\-/,]*(?P<year>\d{4})$",
    f"^{_TIME}$",
)
"""The forms in which only one order is possible."""
UNITS: Final[dict[str, int]] = {"seconds": 10**6, "milliseconds": 1000, "microseconds": 1}
"""How many microseconds each counts."""
COUNTED_YEARS = (1985, 2100)
"""Numbers are taken for times only when all lie between these years."""
SINCE = 1969
"""Years of two digits lie in the hundred years from this one on, where nothing else is said."""
SINCE_ENDS = (1000, 2900)
"""Between these any hundred years can begin."""
FARTHEST = 2500
"""Numbers are no times from this year on, or as far before 1970."""
COMPACT_YEARS = (1900, 2100)
"""Digits such as 20240131 are taken for dates only when all are days between these years, ..."""
FEW_DAYS = 3
FEW_MONTHS = 2
"""... and when so many days of the month and months occur, or the column is named as a time."""
FEW_LINES = 3
"""So many different dates in order show that the order is meant."""
FEW_OTHERS = 10
"""One in more than so many dates that fits the other order alone is a mistake."""
_NOTHING = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Orders:
    """What the values of a column say about the order of day and month."""

    possible: tuple[DateOrder, ...]
    """The orders under which the most values are dates; more than one where it is open."""
    example: str = ""
    """A value that is another date in another order."""
    reason: str = ""
    """What settled it, as the end of a sentence."""
    torn: tuple[str, ...] = ()
    """A value that fits only the first order, and one that fits only the other, where many do."""


NO_ORDERS: Final = Orders(())


def parsed(texts: polars.Series, order: DateOrder, since: int | None = None) -> polars.Series:
    """Texts, or numbers since 1970, as Datetime in microseconds; null where they are no dates.

    Years of two digits lie in the hundred years that begin with ``since``.
    """
    import polars

    if order in UNITS:
        return _counted(texts, UNITS[order])
    if texts.dtype != polars.String:
        texts = _digits(texts)
    if since is None or not SINCE_ENDS[0] <= since <= SINCE_ENDS[1]:
        since = SINCE
    micros = _micros(texts, order, since)
    found = polars.Series(texts.name, micros, polars.Int64)
    return found.set(found == _NOTHING, None).cast(polars.Datetime("us"))


def orders_of(texts: polars.Series) -> Orders:
    """What texts that are dates say about their order; those that are none say nothing."""
    groups = _groups(_plain(texts), _NUMERIC)
    if not groups["there"].any():
        return Orders(("year first",))
    turned = groups["there"] & (groups["first"] < 100)
    if not turned.any():
        return Orders(("year first",))
    candidates: tuple[DateOrder, ...] = ("day first", "month first")
    short = texts.gather(np.flatnonzero(turned)).str.contains(r"^\d\d\D.*\D\d\d\b").all()
    if short and (groups["third"][turned] < 100).all():
        candidates = ("day first", "month first", "year first")
    read = {order: _micros(texts, order) for order in candidates}
    counts = {order: int((micros != _NOTHING).sum()) for order, micros in read.items()}
    best = tuple(order for order in candidates if counts[order] == max(counts.values()))
    if torn := _torn(texts, read["day first"], read["month first"]):
        return Orders(candidates, torn[0], torn=torn)
    if len(best) == 1:
        return Orders(best, reason=phrase("the other order would leave out dates"))
    differing = np.flatnonzero(turned & _differ([read[order] for order in best]))
    if not len(differing):
        return Orders(best[:1])
    example = str(texts[int(differing[0])])
    with_points = texts.gather(np.flatnonzero(turned)).str.contains(r"\d\.\s?\d+\.").all()
    if "day first" in best and with_points:
        return Orders(("day first",), example, phrase("dates with points begin with the day"))
    ordered = tuple(order for order in best if _is_ordered(read[order]))
    if len(ordered) == 1:
        return Orders(ordered, example, phrase("only so the lines follow each other in time"))
    return Orders(best, example)


def _torn(texts: polars.Series, by_day: Array, by_month: Array) -> tuple[str, ...]:
    """Values that fit one order alone, one for each, where neither are a few mistakes."""
    by_day, by_month = by_day != _NOTHING, by_month != _NOTHING
    alone = [np.flatnonzero(by_day & ~by_month), np.flatnonzero(by_month & ~by_day)]
    few, many = sorted(map(len, alone))
    if not few or few * FEW_OTHERS < many:
        return ()
    return tuple(str(texts[int(rows[0])]) for rows in alone)


def are_mostly(texts: polars.Series) -> bool:
    """Whether at least half of some texts are dates in one order or another."""
    some = texts.filter(texts.str.contains(r"\d"))  # without a digit it is none
    if 2 * len(some) < len(texts):
        return False
    orders: list[DateOrder] = ["day first", "month first"]
    if some.str.contains(_SHORT).all():  # as 98-12-31, where the year cannot come last
        orders.append("year first")
    read = [_micros(some, order) != _NOTHING for order in orders]
    return 2 * max(int(fits.sum()) for fits in read) >= len(texts)


def zones_mixed(texts: polars.Series) -> tuple[str, ...]:
    """A time of day with a zone, and one without, where a column holds both."""
    there = texts.drop_nulls()
    there = there.filter(there.str.contains(_CLOCK))
    zoned = there.str.contains(_ZONED)
    if zoned.all() or not zoned.any():
        return ()
    return str(there.filter(zoned)[0]), str(there.filter(~zoned)[0])


def are_days(texts: polars.Series) -> bool:
    """Whether there are texts, and none of them has a time of day."""
    import polars

    there = texts.drop_nulls()
    there = there.filter(there.str.contains(r"\d")) if there.dtype == polars.String else there[:0]
    return len(there) > 0 and not there.str.contains(_CLOCK).any()


def zones_of(column: polars.Series, *, is_zoned: bool = False) -> Zones:
    """Whether all times of day of a column have a zone or none has; empty for neither.

    ``is_zoned`` says it of dates of a file with kinds of its own.
    """
    import polars

    there = column.drop_nulls()
    if is_zoned:
        return "with"
    if there.dtype.is_temporal():
        at_times = (there.cast(polars.Datetime("us")).dt.time() != time(0)).any()
        return "without" if at_times else ""
    if there.dtype != polars.String:
        return ""
    zoned = there.filter(there.str.contains(_CLOCK)).str.contains(_ZONED)
    if not len(zoned):
        return ""
    return "with" if zoned.all() else "" if zoned.any() else "without"


def is_within(numbers: polars.Series, unit: str) -> polars.Series:
    """Which numbers are times that are likely, counted in this unit since 1970."""
    low, high = (np.datetime64(f"{year}-01-01", "us").astype(np.int64) for year in COUNTED_YEARS)
    found = numbers.is_between(int(low) / UNITS[unit], int(high) / UNITS[unit])
    return found.fill_null(value=False)


def in_other_unit(numbers: polars.Series, unit: str) -> polars.Series:
    """Which numbers are no times in this unit, as they lie far off or are likely in another one."""
    own = is_within(numbers, unit)
    far = np.datetime64(f"{FARTHEST}-01-01", "us").astype(np.int64) / UNITS[unit]
    wrong = (numbers.abs() > float(far)).fill_null(value=False)
    for other in UNITS:
        wrong |= is_within(numbers, other)
    return wrong & ~own


def likely_unit(number: float) -> str:
    """The unit in which a number is a likely time; empty where it is in none."""
    import polars

    one = polars.Series([number], dtype=polars.Float64)
    return next((unit for unit in UNITS if is_within(one, unit)[0]), "")


def units_mixed(numbers: polars.Series) -> tuple[tuple[str, float], ...]:
    """Units with a number of each, where all are likely times and not all of one unit."""
    present = numbers.drop_nulls()
    within = {unit: is_within(present, unit) for unit in UNITS}
    rest = present
    for unit in UNITS:
        rest = rest.filter(~is_within(rest, unit))
    found = [(unit, float(present.filter(one)[0])) for unit, one in within.items() if one.any()]
    return tuple(found) if len(found) > 1 and not len(rest) else ()


def counted_in(numbers: polars.Series) -> DateOrder | None:
    """The unit in which whole numbers count the time since 1970; None when they do not."""
    present = numbers.drop_nulls()
    if not present.len() or not (present == present.round()).all():
        return None
    low, high = (np.datetime64(f"{year}-01-01", "us").astype(np.int64) for year in COUNTED_YEARS)
    for unit, micros in UNITS.items():
        if present.is_between(int(low) / micros, int(high) / micros).all():
            return unit  # type: ignore[return-value]  # the names of UNITS are orders
    return None


def are_compact(column: polars.Series, is_named: bool) -> bool:
    """Whether digits without signs, such as 20240131, are days; ``is_named`` as a time or not."""
    import polars

    present = column.drop_nulls()
    low, high = COMPACT_YEARS
    if column.dtype != polars.String:
        if not present.len() or not present.is_between(low * 10_000, high * 10_000).all():
            return False
        if not (present == present.round()).all():
            return False
        present = _digits(present)
    some = present.head(FEW_LINES)  # which settle it mostly, so that the rest is not looked at
    if not some.len() or not all(one.str.contains(r"^\d{8}$").all() for one in (some, present)):
        return False
    days = parsed(present, "year first")
    if days.null_count() or not days.dt.year().is_between(low, high).all():
        return False
    varied = days.dt.day().n_unique() >= FEW_DAYS and days.dt.month().n_unique() >= FEW_MONTHS
    return is_named or varied


def _digits(numbers: polars.Series) -> polars.Series:
    import polars

    return numbers.cast(polars.Int64, strict=False).cast(polars.String)


def _counted(column: polars.Series, micros: int) -> polars.Series:
    import polars

    numbers = column.cast(polars.Float64, strict=False)
    whole = (numbers * micros).round()
    fine = whole.abs() < 2**62
    return (
        whole.set(~fine.fill_null(value=True), None).cast(polars.Int64).cast(polars.Datetime("us"))
    )


def _micros(texts: polars.Series, order: DateOrder, since: int = SINCE) -> Array:
    """Microseconds since 1970, and _NOTHING for what is no date. Each form is tried in turn."""
    texts = _plain(texts)
    if len(places := texts.str.extract(_BRACKETS).drop_nulls().unique()):
        return _in_places(texts, places.to_list(), order, since)
    found = np.full(len(texts), _NOTHING)
    for pattern in (_NUMERIC, *_OTHERS):
        if (found != _NOTHING).all():
            break
        groups = _groups(texts, pattern)
        if not groups["there"].any():
            continue
        if "first" in groups:
            parts = _ordered(groups["first"], groups["second_part"], groups["third"], order)
            groups |= dict(zip(("year", "month", "day"), parts, strict=True))
        found = np.where(found == _NOTHING, _moments(groups, since), found)
    return found


def _in_places(texts: polars.Series, places: list[str], order: DateOrder, since: int) -> Array:
    """Microseconds of times behind which the names of zones stand in brackets."""
    import polars

    bare = texts.str.replace(_BRACKETS, "")
    micros = _micros(bare, order, since)
    named = texts.str.extract(_BRACKETS)
    local = ~bare.str.contains(_ZONED)
    moments = polars.Series(micros, dtype=polars.Int64).cast(polars.Datetime("us"))
    for place in places:
        here = ((named == place) & local).fill_null(value=False).to_numpy() & (micros != _NOTHING)
        try:
            zoned = moments.filter(polars.Series(here)).dt.replace_time_zone(
                place, ambiguous="earliest", non_existent="null"
            )
        except polars.exceptions.PolarsError:  # there is no such zone
            micros[(named == place).fill_null(value=False).to_numpy()] = _NOTHING
            continue
        micros[here] = zoned.dt.epoch("us").fill_null(_NOTHING).to_numpy()
    return micros


def _plain(texts: polars.Series) -> polars.Series:
    if not texts.str.contains("[年月日년월일]").any():
        return texts.str.strip_chars()
    plain = texts.str.replace_all(r"[年月년월]\s*", "-").str.replace("[日일]", "")
    return plain.str.strip_chars().str.replace("-$", "")


def _ordered(first: Array, second: Array, third: Array, order: DateOrder) -> tuple[Array, ...]:
    """Year, month and day of three numbers; the first of four digits is a year in any order."""
    year_first = first >= 100
    if order == "year first":
        year_first = np.ones(len(first), dtype=bool)
    day, month = (first, second) if order != "month first" else (second, first)
    return (
        np.where(year_first, first, third),
        np.where(year_first, second, month),
        np.where(year_first, third, day),
    )


def with_century(years: Array, since: int) -> Array:
    """Years of two digits with their century."""
    full: Array = np.where((years >= 0) & (years < 100), (years - since) % 100 + since, years)
    return full


def _moments(groups: dict[str, Array], since: int) -> Array:
    """Microseconds of what a form captured; a part that it has not is the first there is."""
    there = groups.pop("there")
    ones = np.ones(len(there), dtype=np.int64)
    year = with_century(groups.get("year", 1970 * ones), since)
    month = groups.get("month", groups.get("name", ones))
    day = groups.get("day", ones)
    fine = there & (year >= 1000) & (year < 3000) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(fine, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(fine, day - 1, 0)
    fine &= days.astype("datetime64[M]") == months
    micros = days.astype("datetime64[us]").astype(np.int64)
    if "hour" in groups:
        clock, possible = _clock(groups)
        micros, fine = micros + clock, fine & possible
    return np.where(fine, micros, _NOTHING)


def _clock(groups: dict[str, Array]) -> tuple[Array, Array]:
    """Microseconds of the time of day, 0 where none is said, and whether there is such a time."""
    hour, half = groups["hour"], groups["half"]
    said = hour >= 0
    possible = (groups["minute"] < 60) & (groups["second"] < 61)
    possible &= np.where(half >= 0, (hour >= 1) & (hour <= 12), hour < 24)
    hour = np.where(half >= 0, hour % 12 + 12 * half, hour)
    seconds = hour * 3600 + groups["minute"] * 60 + np.maximum(groups["second"], 0)
    micros = seconds * 10**6 + np.maximum(groups["fraction"], 0)
    micros -= (groups["zone"] + groups["hours_away"]) * 60 * 10**6
    return np.where(said, micros, 0), possible | ~said


def _groups(texts: polars.Series, pattern: str) -> dict[str, Array]:
    """What a pattern captures by name, as numbers; ``there`` alone where it fits no cell.

    Capturing takes much longer than looking whether it fits.
    """
    there = texts.str.contains(pattern).fill_null(value=False).to_numpy()
    if not there.any():
        return {"there": there}
    groups = texts.str.extract_groups(pattern).struct.unnest()
    return {"there": there, **{column.name: _number(column) for column in groups.iter_columns()}}


def _number(column: polars.Series) -> Array:
    """The numbers of one part; -1 where nothing is said, and 0 of what is added to a time."""
    import polars

    if column.null_count() == len(column):
        return np.full(len(column), 0 if column.name in {"hours_away", "zone"} else -1)
    match column.name:
        case "name":
            lower = column.str.to_lowercase()
            read = lower.replace_strict(MONTHS, default=-1, return_dtype=polars.Int64)
        case "half":
            read = column.str.to_lowercase().str.starts_with("p").cast(polars.Int64)
        case "fraction":
            read = column.str.pad_end(6, "0").str.slice(0, 6).cast(polars.Int64, strict=False)
        case "hours_away":
            return _filled(column.cast(polars.Int64, strict=False) * 60, 0)
        case "zone":
            hours = column.str.slice(1, 2).cast(polars.Int64, strict=False)
            minutes = column.str.slice(-2).cast(polars.Int64, strict=False)
            sign = 1 - 2 * column.str.starts_with("-").cast(polars.Int64)
            return _filled(sign * (hours * 60 + minutes), 0)
        case _:
            read = column.cast(polars.Int64, strict=False)
    return _filled(read, -1)


def _filled(column: polars.Series, nothing: int) -> Array:
    import polars

    filled: Array = column.cast(polars.Int64).fill_null(nothing).to_numpy()
    return filled


def _differ(read: list[Array]) -> Array:
    differing: Array = np.any([one != read[0] for one in read[1:]], axis=0)
    return differing


def _is_ordered(micros: Array) -> bool:
    """Whether the dates run forward or backward through all lines."""
    present = micros[micros != _NOTHING]
    steps = np.diff(present)
    enough = len(np.unique(present)) >= FEW_LINES
    return enough and bool((steps >= 0).all() or (steps <= 0).all())


def plain(value: Any) -> str:
    """A date as it is told: without a time of day where it is midnight."""
    text = str(value)[:19]
    return text.removesuffix(" 00:00:00")
