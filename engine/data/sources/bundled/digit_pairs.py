"""Makes pairs of digits, and says of each whether both are the same digit."""

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.samples import Samples
from engine.data.sources.bundled.digits import GREATEST
from engine.data.sources.bundled.files import bundled
from engine.data.sources.spec import SourceReader
from engine.data.splitting.given_split import TEST, TRAIN, VALID
from graphs.data import ClassKind, Field, ImageKind
from graphs.data.sources.bundled.digit_pairs import DigitPairs

SIDE = 8
SHARES = {TRAIN: 0.7, VALID: 0.15, TEST: 0.15}
"""Of the pictures, and of the pairs that are made of them."""


class DigitPairsReader(SourceReader[DigitPairs], of=DigitPairs):
    """Pictures are dealt out to the parts first, and pairs are made inside of each."""

    def read(self, poll: Poll = go_on) -> Samples:
        pixels, digits, _ = bundled("digits.csv.gz")
        pictures = (pixels / GREATEST).astype(np.float32).reshape(-1, 1, SIDE, SIDE)
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.source.seed)
        cuts = np.cumsum(list(SHARES.values()))[:-1]
        dealt = np.split(random.permutation(len(digits)), (cuts * len(digits)).astype(int))
        counts = np.diff([0, *(cuts * self.source.pairs).astype(int), self.source.pairs])
        first, second = np.concatenate(
            [
                _paired(random, own, digits, count)
                for own, count in zip(dealt, counts.tolist(), strict=True)
            ],
            axis=1,
        )
        picture = Field(ImageKind.id, sizes=(1, SIDE, SIDE))
        return Samples(
            fields={
                "alike": Field(ClassKind.id, classes=("different", "same"), target=True),
                "first": picture,
                "second": picture,
            },
            domains={},
            values={
                "alike": (digits[first] == digits[second]).astype(np.int64),
                "first": pictures[first],
                "second": pictures[second],
            },
            parts=np.repeat(list(SHARES), counts),
        )


def _paired(random: np.random.RandomState, own: Array, digits: Array, count: int) -> Array:
    """Two rows of pictures out of those of one part: every other pair shows one digit twice."""
    first = random.choice(own, count)
    second = np.empty_like(first)
    for at, picture in enumerate(first):
        same = digits[own] == digits[picture]
        wanted = own[same & (own != picture)] if at % 2 else own[~same]
        second[at] = random.choice(wanted)
    return np.stack([first, second])
