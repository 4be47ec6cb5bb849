"""Long series as samples for forecasts: a window of the past, and what comes after it."""

from dataclasses import dataclass

import numpy as np

from engine.data.memory import check_memory
from engine.data.samples import Array, Samples, Spans
from engine.errors import DataError
from graphs.data import Content, Field, Normalize

PAST, FUTURE = "past", "future"
"""The fields of a forecast."""
BYTES_PER_NUMBER = 24
"""As it is read, split and trained on, and some to spare."""


@dataclass(frozen=True, slots=True)
class Windows:
    """How a series is cut into samples; all counted in steps."""

    window: int
    horizon: int
    stride: int


def forecast_samples(past: Array, future: Array, cut: Windows) -> Samples:
    """Windows of ``past`` and what ``future`` is behind them; both are steps × values, in time.

    A future of one value per step has one axis only, as a network gives it. The samples lie on one
    line, so that the split keeps the order of time. Raises DataError for too short a series.
    """
    steps, whole = len(past), cut.window + cut.horizon
    if steps < whole:
        raise DataError(
            f"The series has {steps:,} steps, but a window of {cut.window} and {cut.horizon} to "
            "predict take more. Choose a longer series, or smaller windows."
        )
    starts = np.arange(0, steps - whole + 1, cut.stride)
    numbers = cut.window * past.shape[1] + cut.horizon * future.shape[1]
    check_memory(
        len(starts) * numbers * BYTES_PER_NUMBER,
        f"{len(starts):,} windows of {numbers} numbers",
        "Let the windows begin further apart, or make them shorter.",
    )
    ahead = _cut(future[cut.window :], starts, cut.horizon)
    if future.shape[1] == 1:
        ahead = ahead[..., 0]
    return Samples(
        fields={
            FUTURE: Field(
                Content.SERIES,
                ahead.shape[1:],
                normalize=Normalize.STANDARD,
                target=True,
            ),
            PAST: Field(Content.SERIES, (cut.window, past.shape[1]), normalize=Normalize.STANDARD),
        },
        domains={},
        values={
            FUTURE: ahead,
            PAST: _cut(past, starts, cut.window),
        },
        spans=Spans(starts, starts + whole),
    )


def _cut(values: Array, starts: Array, length: int) -> Array:
    """Samples × steps × values."""
    views = np.lib.stride_tricks.sliding_window_view(values, length, axis=0)
    return np.moveaxis(views[starts], -1, 1)
