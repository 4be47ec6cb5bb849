"""A generated series for forecasts: what a town draws from the grid in each hour."""

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.samples import Samples
from engine.data.series.windows import SeriesWindows, forecast_samples
from engine.data.sources.spec import Source
from graphs.describe import param

MEAN = 100.0
DAY, HALF_DAY = 20.0, 8.0
"""How high the waves of a day and of half a day go."""
WEEKEND = -25.0
"""What two days of the week add, blurred at their ends."""
HOURS = 24
WEEK = 7 * HOURS


class HourlyLoad(
    Source, id="hourly_load", title="Hourly load", group="Generated", search="forecast time series"
):
    """What a town draws from the grid: a daily and a weekly pattern, and noise, hour by hour.

    To be told are the next hours. Because the noise is known, so is the least error: nobody can be
    off by less than the noise on average (root mean square).
    """

    days: int = param(default=182, low=7, high=20_000, unit="days", help="How long the series is.")
    window: int = param(
        default=WEEK, low=1, high=10_000, unit="hours", help="How much of the past is seen."
    )
    horizon: int = param(
        default=HOURS, low=1, high=1000, unit="hours", help="How much of the future is predicted."
    )
    stride: int = param(
        default=1, low=1, high=10_000, unit="hours", help="How far apart windows begin."
    )
    noise: float = param(
        default=3.0, low=0, high=1000, help="Standard deviation of what is added to each hour."
    )
    seed: int = param(default=0, low=0, high=2**31 - 1, help="Another seed gives other noise.")

    def read(self, poll: Poll = go_on) -> Samples:
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.seed)
        hours = np.arange(self.days * HOURS)
        load = (pattern(hours) + random.normal(0, self.noise, len(hours)))[:, None]
        return forecast_samples(load, load, SeriesWindows(self.window, self.horizon, self.stride))


def pattern(hours: Array) -> Array:
    """The load without noise."""
    turns = 2 * np.pi * hours / HOURS
    day = hours % WEEK / HOURS
    weekend = 1 / (1 + np.exp(-8 * (day - 5))) - 1 / (1 + np.exp(-8 * (day - 6.9)))
    daily = DAY * np.sin(turns - 2) + HALF_DAY * np.sin(2 * turns)
    return MEAN + daily + WEEKEND * weekend
