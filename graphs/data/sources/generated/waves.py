"""Generated waves: series of values, to be told apart by their form."""

from graphs.data.sources.spec import Source
from graphs.describe import param

LEAST_LENGTH = 16
"""Below this many steps the kinds can hardly be told apart."""


class SineSeries(Source, id="sine_series", title="Kinds of waves", group="Generated"):
    """Waves of four kinds with noise: sine, square, sawtooth, and a sine that grows faster.

    Each has its own phase, height and frequency, so that no single value gives the kind away.
    """

    samples: int = param(default=1200, low=4, high=200_000, help="How many series.")
    length: int = param(default=64, low=LEAST_LENGTH, high=8192, help="Steps of each series.")
    noise: float = param(
        default=0.1, low=0, high=10, help="Standard deviation of what is added to each value."
    )
    seed: int = param(default=0, low=0, high=2**31 - 1, help="Another seed gives other series.")
