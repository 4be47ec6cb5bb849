"""Where the series of a new file end: which are long enough, and what is predicted first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from engine.data.array import Array
from engine.data.series.lines import MONTH, SAME, Arranged, Moments, named_series
from engine.data.tables.cells.dates import plain
from engine.data.tables.columns import number_name
from graphs.wording.phrases import counted

_MICROSECONDS = "datetime64[us]"


@dataclass(frozen=True, slots=True)
class SeriesEnd:
    """The last line of one series in a file, after which something is to be predicted."""

    name: Mapping[str, str] = field(default_factory=dict)
    """What names the series, by column; nothing for a file with a single one."""
    after: str = ""
    """When the last line is; empty where no time is known."""
    first: str = ""
    """The first moment that is predicted; empty where the lines of the series do not tell it."""
    problem: str = ""
    """Why nothing can be predicted, as a sentence."""


def ends_of(
    keys: Sequence[str],
    lines: Arranged,
    moments: Moments | None,
    step: float | None,
    window: int,
    zone: str = "",
) -> tuple[SeriesEnd, ...]:
    """The end of each series, in order; ``step`` is the usual one, ``zone`` is told with times."""
    found = []
    for name, (first, end) in zip(lines.keys, pairwise(lines.several.starts.tolist()), strict=True):
        named, after, ahead = dict(zip(keys, name, strict=True)), "", None
        if moments is not None and end > first:
            last = moments.values[lines.order[max(first, end - max(window, 2)) : end]]
            after = spelled_moment(float(last[-1]), moments.are_dates, zone)
            ahead = following(last, moments.are_dates, step)
        problem = _too_short(end - first, window) if end - first < window else ""
        told = "" if ahead is None or moments is None or problem else spelled_moment(
            ahead, moments.are_dates, zone)  # fmt: skip
        found.append(SeriesEnd(named, after, told, problem))
    return tuple(found)


def following(times: Array, are_dates: bool, step: float | None) -> float | None:
    """The moment after the last of ``times``, which are of one series, in their order.

    None where these are not all a usual ``step`` apart, or as many months.
    """
    steps = np.diff(times)
    if step is None or not len(steps):
        return None
    are_long = are_dates and step >= MONTH
    if are_long and (ways := _in_months(times)):
        return ways[0] if len(ways) == 1 else None
    low, high = (1, 1) if are_long else SAME
    if (steps < low * step).any() or (steps > high * step).any():
        return None
    return float(times[-1]) + step


def _in_months(times: Array) -> list[float]:
    """The same day of a later month, and as far from its end, where the times are so.

    There are two ways where years end with the same day of February.
    """
    moments = times.astype(np.int64).astype(_MICROSECONDS)
    months = moments.astype("datetime64[M]")
    apart = np.diff(months.astype(np.int64))
    if apart[0] < 1 or (apart != apart[0]).any():
        return []
    into = moments - months.astype(_MICROSECONDS)  # since the beginning of the month
    left = (months + 1).astype(_MICROSECONDS) - moments
    ahead = months[-1] + apart[0]
    found: set[np.datetime64] = set()
    if (into == into[0]).all() and (ahead.astype(_MICROSECONDS) + into[0]).astype(
        "datetime64[M]"
    ) == ahead:
        found.add(ahead.astype(_MICROSECONDS) + into[0])
    if (left == left[0]).all():
        found.add((ahead + 1).astype(_MICROSECONDS) - left[0])
    return [float(one.astype(np.int64)) for one in found]


def spelled_moment(value: float, are_dates: bool, zone: str = "") -> str:
    """A moment as it is told to users."""
    if not are_dates:
        return number_name(value)
    moment = np.datetime64(round(value), "us").astype(object)
    return f"{plain(moment)} {zone}".rstrip()


def about_ends(
    file: str, ends: Sequence[SeriesEnd], lines: Arranged, moments: Moments | None, window: int
) -> list[str]:
    """What to say of several series in a new file: the short ones, and those that end early."""
    said = []
    if short := [tuple(one.name.values()) for one in ends if one.problem]:
        said.append(
            counted(
                len(short),
                "One series of {file} has fewer lines than the {window:,} that are needed to "
                "predict what comes next, and has no prediction: {named}.",
                "{count:,} series of {file} have fewer lines than the {window:,} that are needed "
                "to predict what comes next, and have no prediction: {named}.",
                file=file,
                window=window,
                named=named_series(short),
            )
        )
    return [*said, *_early(file, ends, lines, moments)]


def _early(
    file: str, ends: Sequence[SeriesEnd], lines: Arranged, moments: Moments | None
) -> list[str]:
    """A sentence where series end at different times."""
    if moments is None:
        return []
    last = moments.values[lines.order[lines.several.starts[1:] - 1]]
    known = [(at, one) for at, one in zip(last.tolist(), ends, strict=True) if not one.problem]
    latest = max((at for at, _ in known), default=0)
    early = [one for at, one in known if at < latest]
    if not early:
        return []
    return [
        counted(
            len(early),
            "The series of {file} end at different times: one ends before {latest}, “{name}” at "
            "{at}. What is predicted follows the end of each series.",
            "The series of {file} end at different times: {count:,} end before {latest}, such as "
            "“{name}” at {at}. What is predicted follows the end of each series.",
            file=file,
            latest=next(one.after for at, one in known if at == latest),
            name=", ".join(early[0].name.values()),
            at=early[0].after,
        )
    ]


def _too_short(count: int, window: int) -> str:
    return counted(
        count,
        "The series has {count} line, but {window:,} are needed to predict what comes next.",
        "The series has {count:,} lines, but {window:,} are needed to predict what comes next.",
        window=window,
    )
