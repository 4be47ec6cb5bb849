"""The layers proposed for series: convolutions where all have one length, otherwise a GRU."""

from __future__ import annotations

from graphs.data import SeriesKind
from graphs.proposing.readers import Reader
from graphs.proposing.sketch import Features, Sketch, Spot, fixed

UNITS = 64
"""Of a GRU; of each direction half of it where it reads in both."""
CHANNELS = (32, 64, 128, 128)
LEAST_STEPS = 16
"""A shorter series is not halved, and a GRU reads it."""


class Series(Reader, of=SeriesKind):
    """Reads values one after the other."""

    def features(self, sketch: Sketch, name: str) -> Features:
        """Convolutions and an average; for series of other lengths the average over a GRU."""
        spot = _series(sketch, name)
        length = sketch.type(spot).sizes[1]
        if not isinstance(length, int) or length < LEAST_STEPS:
            return Features(averaged(sketch, spot), learned=True)
        spot = sketch.add("permute", spot)
        for stage, channels in enumerate(CHANNELS):
            maps = sketch.add(
                "conv1d", spot, out_channels=channels, kernel_size=5, padding=2, bias=False
            )
            spot = sketch.add("relu", sketch.add("batch_norm1d", maps))
            length = sketch.type(spot).sizes[2]
            if stage + 1 == len(CHANNELS) or not isinstance(length, int) or length < LEAST_STEPS:
                break
            spot = sketch.add("max_pool1d", spot)
        return Features(sketch.add("global_avg_pool", spot), learned=True)

    def steps(self, sketch: Sketch, name: str, causal: bool) -> Spot:
        """What a GRU remembers at each step."""
        return remembered(sketch, _series(sketch, name), causal)


def remembered(sketch: Sketch, spot: Spot, causal: bool) -> Spot:
    """A GRU over the steps, in both directions where later steps may be known."""
    units = UNITS if causal else UNITS // 2
    return sketch.add("gru", spot, hidden_size=units, bidirectional=not causal)


def averaged(sketch: Sketch, spot: Spot) -> Spot:
    """The average over all steps of a GRU that reads in both directions."""
    return sketch.add("mean", remembered(sketch, spot, causal=False), dim=1)


def _series(sketch: Sketch, name: str) -> Spot:
    """Steps × values, whatever is missing or too many."""
    spot = sketch.input(name)
    tensor = sketch.type(spot)
    if tensor.rank == 2:
        return sketch.add("unsqueeze", spot, dim=2)
    if tensor.rank > 3 and fixed(tensor.sizes[2:]) is not None:
        return sketch.add("flatten", spot, start_dim=2)
    return spot
