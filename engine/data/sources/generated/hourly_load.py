"""Computes a town’s hourly load with noise."""

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.samples import Samples
from engine.data.series.windows import SeriesWindows, forecast_samples
from engine.data.sources.spec import SourceReader
from graphs.data.sources.generated.hourly_load import HOURS, WEEK, HourlyLoad

MEAN = 100.0
DAY, HALF_DAY = 20.0, 8.0
"""How high the waves of a day and of half a day go."""
WEEKEND = -25.0
"""What two days of the week add, blurred at their ends."""


class HourlyLoadReader(SourceReader[HourlyLoad], of=HourlyLoad):
    """Windows of the pattern with random noise."""

    def read(self, poll: Poll = go_on) -> Samples:
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.source.seed)
        hours = np.arange(self.source.days * HOURS)
        load = (pattern(hours) + random.normal(0, self.source.noise, len(hours)))[:, None]
        return forecast_samples(
            load, load, SeriesWindows(self.source.window, self.source.horizon, self.source.stride)
        )


def pattern(hours: Array) -> Array:
    """The load without noise."""
    turns = 2 * np.pi * hours / HOURS
    day = hours % WEEK / HOURS
    weekend = 1 / (1 + np.exp(-8 * (day - 5))) - 1 / (1 + np.exp(-8 * (day - 6.9)))
    daily = DAY * np.sin(turns - 2) + HALF_DAY * np.sin(2 * turns)
    return MEAN + daily + WEEKEND * weekend
