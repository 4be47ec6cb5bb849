"""Sorts the lines of one or several series by time, and says what was odd about them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.data.array import Array
from engine.data.series.windows import Several
from engine.errors import DataError
from graphs.wording.phrases import counted, phrase, with_and

if TYPE_CHECKING:
    import polars

SAME = (0.99, 1.01)
"""The usual steps of two files are the same between so many times each other."""
SAME_MONTHS = (0.85, 1.15)
"""The same of steps as long as months, which have 28 to 31 days."""
_DAY: Final = 86_400_000_000
MONTH: Final = 27 * _DAY
"""Shorter steps than this are no months."""
EVEN = (0.5, 1.5)
"""Steps are alike when they are between so many times the usual one; months are."""
MOST_KEYS = 3
"""So many columns at most name a series together."""
MOST_TRIED = 8
"""Columns that are tried together."""
SPARE_KEYS = 2
"""Numbers name series when there are no more than so many times the lines of one time."""
_KEY_NAME = re.compile(
    r"(?i)(^|[ _\-.])(id|key|nbr|nr|code|store|shop|item|sku|product|branch|station|sensor|device|"
    r"meter|region|department|dept|customer|client|site|filiale|artikel|standort)([ _\-.]|$)"
    r"|[a-z](I[Dd]|Nr|No|Nbr|Code|Key)$"
)
"""Names of columns whose whole numbers name things."""
FORGOTTEN = 0.1
"""A column names series although such a share of its cells is empty."""
SHOWN = 5
_UNITS = ((_DAY, "{count} day", "{count} days"),
          (3_600_000_000, "{count} hour", "{count} hours"),
          (60_000_000, "{count} minute", "{count} minutes"),
          (1_000_000, "{count} second", "{count} seconds"),
          (1, "{count} microsecond", "{count} microseconds"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moments:
    """When each line of a file is."""

    name: str
    values: Array
    """Microseconds where they are dates, otherwise numbers as they stand."""
    are_dates: bool = False


@dataclass(frozen=True, slots=True)
class Arranged:
    """An order of the lines of a file: series by series, and in each by time."""

    order: Array
    several: Several
    keys: tuple[tuple[str, ...], ...]
    """What names each series, by the columns that do; one empty name for a single series."""
    notices: tuple[str, ...]


def arranged(rows: int, moments: Moments | None, keys: Sequence[polars.Series]) -> Arranged:
    """The lines in order; without a time they stay as they come."""
    codes, names = _codes(rows, keys)
    times = np.arange(rows) if moments is None else moments.values
    turned = _is_turned(times, codes)
    lines = np.arange(rows)
    order = np.lexsort((-lines if turned else lines, times, codes))
    starts = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=len(names)))])
    several = Several(starts, np.zeros(rows, dtype=np.int64))
    if moments is None:
        places = np.concatenate([np.arange(n) for n in np.diff(starts)])
        return Arranged(order, Several(starts, places), names, ())
    ranks = np.unique(times, return_inverse=True)[1].astype(np.int64)
    several = Several(starts, ranks[order])
    notices = (*_direction(moments, codes), *_steps(moments, times[order], several, turned))
    return Arranged(order, several, names, notices)


def filled(name: str, values: Array, starts: Array) -> tuple[Array, str]:
    """A column without gaps, each filled with the value before in its own series, and what to say.

    Before the first value of a series stands that one, which is of the future. Raises
    DataError for a series without any value.
    """
    missing = np.isnan(values)
    if not missing.any():
        return values, ""
    found, count, early = values.copy(), int(missing.sum()), 0
    for first, end in pairwise(starts):
        part = found[first:end]
        there = np.flatnonzero(~np.isnan(part))
        if not len(there):
            raise DataError("The column “{name}” has no values in a series. Fill it in.", name=name)
        early += int(there[0])
        last = np.searchsorted(there, np.arange(len(part)), side="right") - 1
        found[first:end] = part[there[np.maximum(last, 0)]]
    rows = counted(count, "{count:,} row", "{count:,} rows")
    said = phrase(
        "The column “{name}” has no value in {rows}; there, the value before is taken.",
        name=name,
        rows=rows,
    )
    if early:
        before = counted(early, "{count:,} row", "{count:,} rows")
        said += phrase(
            " Before the first value of a series, in {before}, none is known, and the "
            "first is taken, which comes later; leave these rows out of the file, or fill "
            "them in.",
            before=before,
        )
    return found, said


def series_columns(columns: Mapping[str, polars.Series], times: Array) -> tuple[str, ...]:
    """The columns that name several series: where a time stands several times, they tell it apart.

    Empty when each time stands once, or nothing tells the lines of one time apart. A few lines may
    be without a name.
    """
    _, counts = np.unique(times, return_counts=True)
    together = int(counts.max(initial=1))
    if together == 1:
        return ()
    possible = [name for name, one in columns.items() if _may_name(one, len(times))]
    possible.sort(key=lambda name: _measures(columns[name]))
    for many in range(1, MOST_KEYS + 1):
        for chosen in combinations(possible[:MOST_TRIED], many):
            named = ~np.any([columns[name].is_null().to_numpy() for name in chosen], axis=0)
            codes, names = _codes(int(named.sum()), [columns[n].filter(named) for n in chosen])
            if len(names) > SPARE_KEYS * together and any(_measures(columns[n]) for n in chosen):
                continue
            pairs = np.stack([times[named], codes.astype(times.dtype)])
            if len(np.unique(pairs, axis=1).T) == len(codes):
                return chosen
    return ()


def are_few(empty: int, rows: int) -> bool:
    """Whether so few cells of a column are empty that they were forgotten, and mean nothing."""
    return empty <= max(1, FORGOTTEN * rows)


def is_key(column: polars.Series) -> bool:
    """Whether whole numbers that come again name things, as the name of their column says."""
    return _KEY_NAME.search(column.name) is not None and _may_name(column, len(column))


def _measures(column: polars.Series) -> bool:
    """Whether a column holds numbers that may be values as well as names."""
    return column.dtype.is_numeric() and _KEY_NAME.search(column.name) is None


def _may_name(column: polars.Series, rows: int) -> bool:
    """Whether a column may name series: texts or whole numbers that come again."""
    if not are_few(column.null_count(), rows):
        return False
    column = column.drop_nulls()
    distinct = column.n_unique()
    if not 2 <= distinct <= rows // 2:
        return False
    if not column.dtype.is_numeric():
        return True
    return bool((column == column.round()).all()) if column.dtype.is_float() else True


def _codes(rows: int, keys: Sequence[polars.Series]) -> tuple[Array, tuple[tuple[str, ...], ...]]:
    """For each line which series it belongs to, and what these are called, in order."""
    if not keys:
        return np.zeros(rows, dtype=np.int64), ((),)
    texts = [["" if one is None else _text(one) for one in key.to_list()] for key in keys]
    names = list(zip(*texts, strict=True))
    known = sorted(set(names))
    place = {name: at for at, name in enumerate(known)}
    return np.array([place[name] for name in names], dtype=np.int64), tuple(known)


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _is_turned(times: Array, codes: Array) -> bool:
    """Whether the lines of a single series come with the newest first."""
    steps = np.diff(times)
    single = len(times) > 0 and bool((codes == codes[0]).all())
    return single and bool((steps <= 0).all() and (steps < 0).any())


def _direction(moments: Moments, codes: Array) -> tuple[str, ...]:
    """A sentence when the lines do not come in the order of time."""
    steps = np.diff(moments.values)[np.diff(codes) == 0] if len(np.unique(codes)) == 1 else None
    if steps is None or not (steps < 0).any():
        return ()
    how = (
        phrase("begin with the newest")
        if (steps <= 0).all()
        else phrase("are not in the order of time")
    )
    return (phrase("The lines {how}; they are sorted by “{name}”.", how=how, name=moments.name),)


def _steps(moments: Moments, times: Array, several: Several, turned: bool) -> tuple[str, ...]:
    """Sentences on lines of the same time, and on steps that are longer or shorter than usual."""
    steps, said = _between(times, several), []
    if same := int((steps == 0).sum()):
        kept = (
            phrase("are taken from the last to the first")
            if turned
            else phrase("stay in the order of the file")
        )
        said.append(
            counted(
                same,
                "The column “{name}” has the same time as the line before in {count} line; they "
                "{kept}. If the file holds several series, name the column that tells them apart.",
                "The column “{name}” has the same time as the line before in {count} lines; they "
                "{kept}. If the file holds several series, name the column that tells them apart.",
                name=moments.name,
                kept=kept,
            )
        )
    steps = steps[steps != 0]
    if not len(steps):
        return tuple(said)
    usual = float(np.median(steps))
    off = (steps < EVEN[0] * usual) | (steps > EVEN[1] * usual)
    if uneven := int(off.sum()):
        longest = float(steps.max())
        said.append(
            phrase(
                "The steps of “{name}” are not all alike: {uneven} differ from the usual one "
                "of {spelled}, and the longest is {now}. The model takes them as "
                "alike; fill in what is missing where that is wrong.",
                name=moments.name,
                uneven=uneven,
                spelled=_spelled(usual, moments),
                now=_spelled(longest, moments),
            )
        )
    elif moments.are_dates and usual % _DAY and _DAY % usual:  # neither whole days nor a part
        said.append(
            phrase(
                "The lines are {spelled} apart, as “{name}” tells.",
                name=moments.name,
                spelled=_spelled(usual, moments),
            )
        )
    return tuple(said)


def _between(times: Array, several: Several) -> Array:
    """The steps from line to line in each series."""
    inner = np.ones(len(times), dtype=bool)
    inner[several.starts[:-1]] = False  # the first line of a series follows none
    found: Array = np.diff(times, prepend=times[:1])[inner]
    return found


def usual_step(moments: Moments | None, lines: Arranged) -> float | None:
    """The step between most lines; None where no time is known or all are the same."""
    if moments is None:
        return None
    steps = _between(moments.values[lines.order], lines.several)
    steps = steps[steps != 0]
    return float(np.median(steps)) if len(steps) else None


def other_step(moments: Moments, trained: float | None, now: float | None) -> tuple[str, ...]:
    """A sentence when the lines of a new file are closer or further apart than in the training."""
    if not trained or not now:
        return ()
    are_months = moments.are_dates and min(trained, now) >= MONTH
    low, high = SAME_MONTHS if are_months else SAME
    if low <= now / trained <= high:
        return ()
    return (
        phrase(
            "The usual step of “{name}” is {now}, and in the training it was {trained}. What is "
            "predicted is made for that step; give a file with the same one.",
            name=moments.name,
            now=_spelled(now, moments),
            trained=_spelled(trained, moments),
        ),
    )


def _spelled(step: float, moments: Moments) -> str:
    if not moments.are_dates:
        return f"{step:g}"
    fitting = [at for at, (size, *_) in enumerate(_UNITS) if step >= size] or [-1]
    counts = {at: round(step / _UNITS[at][0], 2) for at in fitting}
    exact = (at for at in fitting if math.isclose(counts[at] * _UNITS[at][0], step))
    at = next(exact, fitting[0])
    count = f"{counts[at]:,.2f}".rstrip("0").rstrip(".")
    return phrase(_UNITS[at][1] if count == "1" else _UNITS[at][2], count=count)


def told_keys(keys: Sequence[str]) -> str:
    """The beginning of a sentence on the columns that name series."""
    columns = with_and(f"“{key}”" for key in keys)
    return (
        phrase("The column {columns} tells", columns=columns)
        if len(keys) == 1
        else phrase("The columns {columns} tell", columns=columns)
    )


def named_series(names: Sequence[tuple[str, ...]]) -> str:
    """Some series by name, and how many more there are."""
    shown = ", ".join(f"“{', '.join(name)}”" for name in names[:SHOWN])
    if more := len(names) - SHOWN if len(names) > SHOWN else 0:
        return phrase("{shown} and {count:,} more", shown=shown, count=more)
    return shown


def about_series(
    keys: Sequence[str], names: Sequence[tuple[str, ...]], short: Sequence[tuple[str, ...]]
) -> list[str]:
    """What to say of several series in one file, of which some are too short for a window."""
    if not keys:
        return []
    shown = ", ".join(f"“{', '.join(name)}”" for name in names[:SHOWN])
    more = ", ..." if len(names) > SHOWN else ""
    said = [
        phrase(
            "{told_keys} {count:,} series apart: {shown}{more}. No window reaches from one "
            "into another, and all are split at the same times.",
            told_keys=told_keys(keys),
            count=len(names),
            shown=shown,
            more=more,
        )
    ]
    if short:
        said.append(
            counted(
                len(short),
                "One of these series is shorter than a window with what is predicted, and is "
                "left out: {named}.",
                "{count:,} of these series are shorter than a window with what is predicted, and "
                "are left out: {named}.",
                named=named_series(short),
            )
        )
    return said
