"""Computes waves of four kinds with noise."""

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.samples import Samples
from engine.data.sources.spec import SourceReader
from graphs.data import ClassKind, Domain, Field, SeriesKind
from graphs.data.sources.generated.waves import LEAST_LENGTH, SineSeries

KINDS = ("sine", "square", "sawtooth", "sweep")


class SineSeriesReader(SourceReader[SineSeries], of=SineSeries):
    """Waves with random phases, heights and frequencies."""

    def read(self, poll: Poll = go_on) -> Samples:
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.source.seed)
        count = self.source.samples
        kind = np.arange(count) % len(KINDS)
        phase = random.uniform(0, 1, (count, 1))
        height = random.uniform(0.7, 1.3, (count, 1))
        cycles = random.uniform(0.04, 0.08, (count, 1))  # per step: 12 to 25 steps per wave
        noise = random.normal(0, self.source.noise, (count, self.source.length))
        waves = height * _waves(kind, phase, cycles, self.source.length) + noise
        return Samples(
            fields={
                "series": Field(SeriesKind.id, sizes=("T", 1)),
                "kind": Field(ClassKind.id, classes=KINDS, target=True),
            },
            domains={"T": Domain(LEAST_LENGTH, 4 * self.source.length)},
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
