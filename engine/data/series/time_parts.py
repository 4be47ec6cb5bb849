"""Times in several columns: a date beside a time of day, or a year beside a month."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.data.array import Array
from engine.data.series.lines import Moments
from engine.data.tables.cells.months import MONTHS
from engine.data.tables.cells.periods import from_weeks
from engine.data.tables.files.table_file import Sheet
from engine.errors import DataError
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars

_NAMES: Final[Mapping[str, str]] = {
    "year": "year yr yyyy jahr annee année año ano anno jaar rok",
    "month": "month mon mnth monthnumber monthnum monthofyear monthname monat mois mes mese "
    "maand mês mm",
    "quarter": "quarter qtr quartal trimestre kwartaal",
    "week": "week weeknumber weeknum weekofyear isoweek wk kw woche semaine semana settimana",
    "yearday": "dayofyear yearday doy yday julianday",
    "day": "day dayofmonth monthday dom tag jour dia día giorno dag dd",
    "hour": "hour hr hourofday hourending hourbeginning he hh stunde heure hora ora uur time "
    "uhrzeit",
    "minute": "minute minuto minuut",
    "second": "second sekunde seconde segundo secondo",
}
_KINDS: Final = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_RANGES: Final = {
    "year": (1500, 2200),
    "month": (1, 12),
    "quarter": (1, 4),
    "week": (1, 53),
    "yearday": (1, 366),
    "day": (1, 31),
    "hour": (0, 24),
    "minute": (0, 59),
    "second": (0, 60),
}
_BELOW: Final[Mapping[str, tuple[str, ...]]] = {
    "year": ("month", "quarter", "week", "yearday"),
    "month": ("day",),
    "quarter": (),
    "week": (),
    "yearday": ("clock", "hour"),
    "day": ("clock", "hour"),
    "hour": ("minute",),
    "minute": ("second",),
    "clock": (),
    "second": (),
}
"""What can divide each part of a time."""
_CLOCK: Final = (
    r"^(?P<hour>\d{1,2})[:.hH](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?$"
)
_HOUR: Final = r"^(?P<hour>\d{1,2})\s*(?P<half>[AaPp]\.?[Mm]\.?)$"
_NUMBERED: Final = {
    "quarter": r"^(?i:q|qtr|quarter)\s?([1-4])$",
    "week": r"^(?i:w|wk|kw|week)\s?(\d\d?)$",
}
DAY = 86_400_000_000
_SIZES: Final = {"yearday": DAY, "day": DAY, "hour": DAY // 24, "minute": 60_000_000,
                 "second": 1_000_000, "clock": 1}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimePart:
    """What a column says of a time."""

    kind: str
    values: Array


def part_of(column: polars.Series) -> TimePart | None:
    """The part of a time in a column, by its form, or by its name where it holds numbers."""
    import polars

    if not len(column) or column.null_count():
        return None
    if column.dtype == polars.String:
        found = _by_form(column.str.strip_chars())
        if found is not None:
            return found
    elif not column.dtype.is_numeric():
        return None
    kind = _KINDS.get(re.sub(r"[\W\d_]", "", column.name.lower()))
    numbers = column.cast(polars.Float64, strict=False)
    if kind is None or numbers.null_count() or not (numbers == numbers.round()).all():
        return None
    low, high = _RANGES[kind]
    return TimePart(kind, numbers.to_numpy()) if numbers.is_between(low, high).all() else None


def is_clock(column: polars.Series) -> bool:
    """Whether a column holds times of day alone."""
    part = part_of(column)
    return part is not None and part.kind == "clock"


def found_parts(sheet: Sheet, moments: Moments, known: Sequence[str]) -> tuple[str, ...]:
    """The columns that divide the times of ``moments`` further, where these stand several times."""
    parts = {name: part for name in sheet.frame.columns if name not in known
             if (part := part_of(sheet.column(name))) is not None}  # fmt: skip
    found: list[str] = []
    level = _level(moments)
    while parts and (distinct := len(np.unique(moments.values))) < len(moments.values):
        finer: dict[str, Moments] = {}
        for name, part in parts.items():
            if part.kind in _BELOW[level]:
                joined = _joined(moments, level, name, part)
                deeper = any(other.kind in _BELOW[part.kind] for other in parts.values())
                if joined is not None and (deeper or len(np.unique(joined.values)) > distinct):
                    finer[name] = joined
        if not finer:
            break
        best = max(finer, key=lambda name: len(np.unique(finer[name].values)))
        moments, level = finer[best], parts.pop(best).kind
        found.append(best)
    return tuple(found)


def with_parts(sheet: Sheet, moments: Moments, names: Sequence[str]) -> Moments:
    """The times with what further columns say of them. Raises DataError for what is no part."""
    level = _level(moments)
    for name in names:
        part = part_of(sheet.column(name))
        joined = None
        if part is not None and part.kind in _BELOW[level]:
            joined = _joined(moments, level, name, part)
        if part is None or joined is None:
            raise DataError(
                "The column “{name}” of {path_name} does not divide the times of "
                "“{moments_name}” further. Write it like 23:00, or as a month, day or hour in "
                "numbers, or leave it out of the further columns of time.",
                name=name,
                path_name=sheet.path.name,
                moments_name=moments.name,
            )
        moments, level = joined, part.kind
    return moments


def told(sheet: Sheet, time: str, names: Sequence[str], moments: Moments) -> list[str]:
    """What to say of times in several columns."""
    if not names:
        return []
    first = [
        str(sheet.column(name)[0]).removesuffix(".0").removesuffix(" 00:00:00")
        for name in (time, *names)
        if name in sheet.frame.columns
    ]
    stands = " with ".join(f"“{one}”" for one in first)
    is_ = str(np.datetime64(int(moments.values[0]), "us"))[:16].replace("T", " ")
    return [
        phrase(
            "The columns “{name}” are read as one time: {stands} is {is_}. The setting "
            "“Further columns of time” changes it.",
            name=moments.name,
            stands=stands,
            is_=is_,
        )
    ]


def _by_form(texts: polars.Series) -> TimePart | None:
    import polars

    lower = texts.str.to_lowercase().str.strip_chars_end(".")
    if lower.is_in(list(MONTHS)).all():
        return TimePart(
            "month", lower.replace_strict(MONTHS, return_dtype=polars.Float64).to_numpy()
        )
    for form in (_CLOCK, _HOUR):
        if texts.str.contains(form).all() and (clock := _clock(texts, form)) is not None:
            return TimePart("clock", clock)
    for kind, form in _NUMBERED.items():
        if texts.str.contains(form).all():
            return TimePart(kind, texts.str.extract(form).cast(polars.Float64).to_numpy())
    return None


def _clock(texts: polars.Series, form: str) -> Array | None:
    """Microseconds since midnight; None for decimal numbers and what is no time of day."""
    import polars

    if form == _CLOCK and not texts.str.contains(r":|[hH]|\..*\.|[AaPp]\.?[Mm]").all():
        return None
    groups = texts.str.extract_groups(form).struct.unnest()
    read = {one.name: one.cast(polars.Int64, strict=False).fill_null(0).to_numpy()
            for one in groups.iter_columns() if one.name != "half"}  # fmt: skip
    hour, minute = read["hour"], read.get("minute", 0 * read["hour"])
    half = groups["half"].str.to_lowercase()
    late = half.str.starts_with("p").fill_null(value=False).to_numpy()
    hour = np.where(half.is_not_null().to_numpy(), hour % 12 + 12 * late, hour)
    if (hour > 24).any() or (minute > 59).any():
        return None
    seconds = hour * 3600 + minute * 60 + read.get("second", 0)
    clock: Array = seconds.astype(np.float64) * 1e6
    return clock


def _level(moments: Moments) -> str:
    """How far times are divided."""
    if not moments.are_dates:
        low, high = _RANGES["year"]
        values = moments.values
        years = (values >= low).all() and (values <= high).all() and (values % 1 == 0).all()
        return "year" if years else "second"
    if (moments.values % DAY).any():
        return "hour" if not (moments.values % (DAY // 24)).any() else "second"
    days = moments.values.astype(np.int64).astype("datetime64[us]").astype("datetime64[D]")
    begins = (days == days.astype("datetime64[M]")).all()
    return "month" if begins and len(np.unique(days)) > 1 else "day"


def _joined(moments: Moments, level: str, name: str, part: TimePart) -> Moments | None:
    """The times with a further part; None where no such time exists."""
    joint = phrase("” and “")
    both = moments.name.replace(joint, "”, “") + joint + name
    values, added = moments.values, part.values
    if level == "year" and not moments.are_dates:
        years = values.astype(np.int64)
        if part.kind == "week":
            weeks = from_weeks(years, added.astype(np.int64), np.ones(len(years), dtype=np.int64))
            return Moments(both, weeks, are_dates=True)
        step = {"month": 1, "quarter": 3}.get(part.kind)
        months = (years - 1970) * 12
        if step is not None:
            months = months + (added.astype(np.int64) - 1) * step
        begin = months.astype("datetime64[M]").astype("datetime64[us]").astype(np.int64)
        values = begin.astype(np.float64)
        if step is not None:
            return Moments(both, values, are_dates=True)
    first = 1 if part.kind in {"day", "yearday"} else 0
    joined = values + (added - first) * _SIZES[part.kind]
    if part.kind == "day":
        months_of = [one.astype(np.int64).astype("datetime64[us]").astype("datetime64[M]")
                     for one in (values, joined)]  # fmt: skip
        if (months_of[0] != months_of[1]).any():
            return None
    return Moments(both, joined, are_dates=True)
