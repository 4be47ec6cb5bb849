"""Puts handwritten digits side by side, with chance between them."""

from collections.abc import Sequence

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.memory import check_memory
from engine.data.ragged import Ragged
from engine.data.samples import Samples
from engine.data.sources.bundled.digits import GREATEST
from engine.data.sources.bundled.files import bundled
from engine.data.sources.spec import SourceReader
from engine.data.splitting.given_split import TEST, TRAIN, VALID
from graphs.data import ClassKind, Domain, Field, ImageKind
from graphs.data.sources.bundled.digit_strips import DigitStrips
from graphs.wording.phrases import phrase

SIDE, HEIGHT = 8, 12
"""Of a digit, and how high a strip is."""
BYTES_PER_PIXEL = 8
"""As it is made, and as it is trained on."""
SHARES = {TRAIN: 0.7, VALID: 0.15, TEST: 0.15}
"""Of the pictures, and of the strips that are made of them."""


class DigitStripsReader(SourceReader[DigitStrips], of=DigitStrips):
    """Pictures are dealt out to the parts first, and strips are made inside of each."""

    def read(self, poll: Poll = go_on) -> Samples:
        pixels, digits, _ = bundled("digits.csv.gz")
        ink = (pixels / GREATEST).astype(np.float32).reshape(-1, SIDE, SIDE)
        pictures = [picture[:, picture.any(axis=0)] for picture in ink]
        fewest, most, strips = self.source.fewest, self.source.most, self.source.strips
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.source.seed)
        cuts = np.cumsum(list(SHARES.values()))[:-1]
        dealt = np.split(random.permutation(len(digits)), (cuts * len(digits)).astype(int))
        counts = np.diff([0, *(cuts * strips).astype(int), strips])
        width = most * (SIDE + self.source.room)
        check_memory(
            strips * HEIGHT * width * BYTES_PER_PIXEL,
            phrase("{strips:,} strips of {width:,} columns", strips=strips, width=width),
            phrase("Make fewer of them, or shorter ones."),
        )
        images = np.zeros((strips, 1, HEIGHT, width), dtype=np.float32)
        chosen: list[Array] = []
        for own, count in zip(dealt, counts.tolist(), strict=True):
            for _ in range(count):
                poll()
                rows = random.choice(own, random.randint(fewest, most + 1))
                _draw(images[len(chosen), 0], [pictures[row] for row in rows], random)
                chosen.append(digits[rows])
        return Samples(
            fields={
                "digits": Field(
                    ClassKind.id,
                    ("L",),
                    classes=tuple(str(digit) for digit in range(10)),
                    target=True,
                    ragged=True,
                ),
                "strip": Field(ImageKind.id, sizes=images.shape[1:]),
            },
            domains={"L": Domain(fewest, most)},
            values={"digits": Ragged.of(chosen), "strip": images},
            parts=np.repeat(list(SHARES), counts),
        )


def _draw(strip: Array, pictures: Sequence[Array], random: np.random.RandomState) -> None:
    """Draw digits one behind the other, dealing out at random the columns that are left."""
    free = strip.shape[1] - sum(picture.shape[1] for picture in pictures)
    before = np.sort(random.randint(0, free + 1, len(pictures)))
    left = 0
    for picture, space in zip(pictures, before.tolist(), strict=True):
        top, width = random.randint(0, HEIGHT - SIDE + 1), picture.shape[1]
        strip[top : top + SIDE, left + space : left + space + width] = picture
        left += width
