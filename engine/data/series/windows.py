"""Cuts long series into samples for forecasts: a window of the past and what follows it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from engine.data.array import Array
from engine.data.memory import check_memory
from engine.data.samples import Samples, Spans
from engine.data.splitting.split import split_in_order
from engine.errors import DataError
from graphs.data import Field, Normalize, SeriesKind
from graphs.wording.phrases import by_count, phrase

PAST, FUTURE = "past", "future"
"""The fields of a forecast."""
BYTES_PER_NUMBER = 24
"""As it is read, split and trained on, and some to spare."""


@dataclass(frozen=True, slots=True)
class SeriesWindows:
    """How a series is cut into samples; all counted in steps."""

    window: int
    horizon: int
    stride: int


@dataclass(frozen=True, slots=True)
class Several:
    """Which lines belong to which of several series, and when they are."""

    starts: Array
    """The first line of each series, and how many lines there are as the last; in rising order."""
    moments: Array
    """For each line its place among all times that occur, so that series share one time."""

    @classmethod
    def one(cls, steps: int) -> Several:
        """A single series, whose lines follow each other."""
        return cls(np.array([0, steps]), np.arange(steps))


def forecast_samples(
    past: Array,
    future: Array,
    cut: SeriesWindows,
    several: Several | None = None,
    taken: str = "",
    names: tuple[str, ...] = (),
) -> Samples:
    """Windows of ``past`` and what ``future`` is behind them; both are steps × values, in time.

    ``names`` are those of the past's values; the first ones are the future's, too.
    No window reaches from one series into the next. A future of one value per step has one axis
    only, as a network gives it. The samples lie on one line of time, so that the split keeps its
    order for all series alike. Raises DataError for too short a series, with what was ``taken`` as
    series.
    """
    steps, whole = len(past), cut.window + cut.horizon
    several = several or Several.one(steps)
    lengths = np.diff(several.starts)
    if (lengths < whole).all():
        raise DataError(
            by_count(
                len(lengths),
                "The series has {most:,} steps, but a window of {window} and {horizon} to "
                "predict take more. Choose a longer series, or smaller windows.{taken}",
                "The longest series has {most:,} steps, but a window of {window} and {horizon} to "
                "predict take more. Choose a longer series, or smaller windows.{taken}",
            ),
            most=int(lengths.max()),
            window=cut.window,
            horizon=cut.horizon,
            taken=taken,
        )
    starts = _starts(cut, several)
    numbers = cut.window * past.shape[1] + cut.horizon * future.shape[1]
    check_memory(
        len(starts) * numbers * BYTES_PER_NUMBER,
        phrase("{count:,} windows of {numbers} numbers", count=len(starts), numbers=numbers),
        phrase("Let the windows begin further apart, or make them shorter."),
    )
    ahead = _cut(future[cut.window :], starts, cut.horizon)
    if future.shape[1] == 1:
        ahead = ahead[..., 0]
    return Samples(
        fields={
            FUTURE: Field(
                SeriesKind.id,
                ahead.shape[1:],
                normalize=Normalize.STANDARD,
                target=True,
                names=names[: future.shape[1]] if future.shape[1] > 1 else (),
            ),
            PAST: Field(
                SeriesKind.id,
                (cut.window, past.shape[1]),
                normalize=Normalize.STANDARD,
                names=names if past.shape[1] > 1 else (),
            ),
        },
        domains={},
        values={
            FUTURE: ahead,
            PAST: _cut(past, starts, cut.window),
        },
        spans=_spans(cut, several, starts),
    )


def fitting_window(cut: SeriesWindows, several: Several, validation: float, test: float) -> int:
    """The window, or the longest of its halves that leaves samples of each part, most for training.

    The window itself where no shorter one helps, and where it gives no sample at all.
    """
    window = cut.window if len(_starts(cut, several)) else 0
    while window:
        tried = replace(cut, window=window)
        with suppress(DataError):
            spans = _spans(tried, several, _starts(tried, several))
            parts = split_in_order(spans, validation, test)
            if len(parts.train) >= max(len(parts.valid), len(parts.test)):
                return window
        window //= 2
    return cut.window


def _starts(cut: SeriesWindows, several: Several) -> Array:
    """The line at which each sample begins."""
    whole = cut.window + cut.horizon
    return np.concatenate(
        [
            np.arange(first, end - whole + 1, cut.stride)
            for first, end in zip(several.starts, several.starts[1:], strict=False)
        ]
    )


def _spans(cut: SeriesWindows, several: Several, starts: Array) -> Spans:
    moments = several.moments
    return Spans(moments[starts], moments[starts + cut.window + cut.horizon - 1] + 1)


def _cut(values: Array, starts: Array, length: int) -> Array:
    """Samples × steps × values."""
    views = np.lib.stride_tricks.sliding_window_view(values, length, axis=0)
    return np.moveaxis(views[starts], -1, 1)
