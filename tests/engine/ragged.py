"""A source of samples that differ in their number of steps, for tests alone."""

import numpy as np

from engine.data.ragged import Ragged
from engine.data.samples import Samples, Values
from graphs.data import ClassKind, DataSection, Domain, Field, SeriesKind, TokensKind

FIELDS = {
    "high": Field(ClassKind.id, classes=("low", "high"), target=True),
    "series": Field(SeriesKind.id, sizes=("T", 2), ragged=True),
    "words": Field(TokensKind.id, sizes=("T",), vocabulary=12, ragged=True),
}
DATA = DataSection("ragged_series", {}, FIELDS, {"T": Domain(3, 40)})


def samples(count: int = 120, seed: int = 0) -> Samples:
    """Series of 1 to 20 steps, whose mean says the class; words that are high where steps are."""
    random = np.random.RandomState(seed)
    kinds = np.arange(count) % 2
    lengths = random.randint(1, 21, count)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    shift = np.repeat(kinds * 1.5 - 0.75, lengths)
    steps = random.normal(0, 1, (offsets[-1], 2)) + shift[:, None]
    words = 1 + np.clip((steps[:, 0] + 3) / 6 * 11, 0, 10).astype(np.int64)
    values: dict[str, Values] = {
        "high": kinds.astype(np.int64),
        "series": Ragged(steps.astype(np.float32), offsets),
        "words": Ragged(words, offsets),
    }
    return Samples(FIELDS, DATA.domains, values)
