"""What a date becomes for learning: time elapsed, the year, and the rounds of year, week and day.

A round is a sine and a cosine, so that December lies beside January and 23:00 beside 0:00.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.data.array import Array
from graphs.notation import PARTS, SCALED_PARTS

if TYPE_CHECKING:
    import polars

DAY = 86_400_000_000
"""Microseconds."""
_ROUNDS: Final = {"month": 12, "day": 31, "weekday": 7, "hour": 24}
"""After how many steps each begins again."""


def varying(dates: polars.Series) -> tuple[str, ...]:
    """The parts that differ between the dates of a column, in the order of ``PARTS``."""
    values = {name: _values(name, _micros(dates.drop_nulls())) for name in PARTS}
    if len(np.unique(np.floor(values["elapsed"]))) < 2:  # times of one day
        values.pop("elapsed")
    found = tuple(name for name, numbers in values.items() if len(np.unique(numbers)) > 1)
    return found or ("elapsed",)


def scaled_parts(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Those that are brought to a common scale, in order."""
    return tuple(part for part in parts if part in SCALED_PARTS)


def scaled(dates: polars.Series, part: str) -> polars.Series:
    """The part as a plain number: days, or years; null where there is no date."""
    import polars

    numbers = polars.Series(dates.name, _values(part, _micros(dates)), polars.Float64)
    return numbers.set(dates.is_null(), None)


def round_of(dates: polars.Series, part: str) -> Array:
    """Rows × 2: sine and cosine of where a date lies in its round; 0 where there is no date."""
    angle = _values(part, _micros(dates)) * (2 * np.pi / _ROUNDS[part])
    pair = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    pair[dates.is_null().to_numpy()] = 0.0
    return pair


def _micros(dates: polars.Series) -> Array:
    import polars

    micros: Array = dates.cast(polars.Datetime("us")).cast(polars.Int64).fill_null(0).to_numpy()
    return micros


def _values(part: str, micros: Array) -> Array:
    """Days since 1970, the year, or how far the round has come, as floats."""
    moments = micros.astype("datetime64[us]")
    days = moments.astype("datetime64[D]")
    months = moments.astype("datetime64[M]")
    match part:
        case "elapsed":
            numbers: Array = micros / DAY
        case "year":
            numbers = moments.astype("datetime64[Y]").astype(np.int64) + 1970.0
        case "month":
            numbers = months.astype(np.int64) % 12 * 1.0
        case "day":
            numbers = (days - months).astype(np.int64) * 1.0
        case "weekday":  # 1970 began on a Thursday
            numbers = (days.astype(np.int64) + 3) % 7 * 1.0
        case _:
            numbers = micros % DAY / (DAY / 24)
    return numbers
