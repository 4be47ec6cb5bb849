"""Generated waves: series of values, to be told apart by their form."""

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.samples import Samples
from engine.data.sources.spec import Source
from graphs.data import ClassKind, Domain, Field, SeriesKind
from graphs.describe import param

KINDS = ("sine", "square", "sawtooth", "sweep")
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

    def read(self, poll: Poll = go_on) -> Samples:
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.seed)
        count = self.samples
        kind = np.arange(count) % len(KINDS)
        phase = random.uniform(0, 1, (count, 1))
        height = random.uniform(0.7, 1.3, (count, 1))
        cycles = random.uniform(0.04, 0.08, (count, 1))  # per step: 12 to 25 steps per wave
        noise = random.normal(0, self.noise, (count, self.length))
        waves = height * _waves(kind, phase, cycles, self.length) + noise
        return Samples(
            fields={
                "series": Field(SeriesKind.id, sizes=("T", 1)),
                "kind": Field(ClassKind.id, classes=KINDS, target=True),
            },
            domains={"T": Domain(LEAST_LENGTH, 4 * self.length)},
            values={"series": waves[..., None].astype(np.float32), "kind": kind.astype(np.int64)},
        )


def _waves(kind: Array, phase: Array, cycles: Array, length: int) -> Array:
    """Series × steps, between -1 and 1."""
    step = np.arange(length)
    turns = phase + cycles * step
    # From 0.6 to 1.8 times the frequency: the mean over the series is about that of the others.
    swept = phase + cycles * (0.6 * step + 1.2 * step**2 / (2 * length))
    position = turns % 1
    forms = [
        np.sin(2 * np.pi * turns),
        np.where(position < 0.5, 1.0, -1.0),
        2 * position - 1,
        np.sin(2 * np.pi * swept),
    ]
    return np.select([kind[:, None] == n for n in range(len(KINDS))], forms)
