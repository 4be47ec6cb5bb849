"""A generated series for forecasts: what a town draws from the grid in each hour."""

from graphs.data.sources.spec import Source
from graphs.describe import param

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
