"""Makes noisy digits with measures of the clean pictures beside them."""

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.samples import Samples
from engine.data.sources.bundled.digits import GREATEST
from engine.data.sources.bundled.files import bundled
from engine.data.sources.bundled.tables import table_of_numbers
from engine.data.sources.spec import SourceReader
from graphs.data import ClassKind, Field, ImageKind, Normalize, NumberKind
from graphs.data.sources.bundled.digits_and_measures import DigitsAndMeasures

SIDE = 8
MEASURES = ("ink", "width", "height", "centre", "top ink", "left ink", "middle ink")


class DigitsAndMeasuresReader(SourceReader[DigitsAndMeasures], of=DigitsAndMeasures):
    """The pictures, measured before noise is added."""

    def read(self, poll: Poll = go_on) -> Samples:
        pixels, digits, _ = bundled("digits.csv.gz")
        clean = (pixels / GREATEST).reshape(-1, SIDE, SIDE)
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.source.seed)
        noisy = clean + random.normal(0, self.source.noise, clean.shape)
        measures = _measures(clean)
        measures += random.normal(0, self.source.error, measures.shape) * measures.std(axis=0)
        table, frame = table_of_numbers(MEASURES, measures)
        return Samples(
            fields={
                "digit": Field(
                    ClassKind.id, classes=tuple(str(digit) for digit in range(10)), target=True
                ),
                "image": Field(ImageKind.id, sizes=(1, SIDE, SIDE)),
                "measures": table,
                "slant": Field(NumberKind.id, (1,), normalize=Normalize.STANDARD, target=True),
            },
            domains={},
            values={
                "digit": digits,
                "image": noisy.clip(0, 1).astype(np.float32)[:, None],
                "measures": frame,
                "slant": slant(clean).reshape(-1, 1),
            },
        )


def _moments(images: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Of each picture: ink, mean row, and how its ink varies by row, by column, and by both."""
    ink = images.sum(axis=(1, 2))
    rows, columns = np.mgrid[:SIDE, :SIDE]
    row = (images * rows).sum(axis=(1, 2)) / ink
    column = (images * columns).sum(axis=(1, 2)) / ink
    down, right = rows - row[:, None, None], columns - column[:, None, None]
    return (
        ink,
        row,
        (images * down**2).sum(axis=(1, 2)) / ink,
        (images * right**2).sum(axis=(1, 2)) / ink,
        (images * down * right).sum(axis=(1, 2)) / ink,
    )


def _measures(images: Array) -> Array:
    ink, row, tall, wide, _ = _moments(images)
    half = SIDE // 2
    parts = (
        images[:, :half].sum(axis=(1, 2)) / ink,
        images[:, :, :half].sum(axis=(1, 2)) / ink,
        images[:, 2:-2, 2:-2].sum(axis=(1, 2)) / ink,
    )
    return np.stack([ink, np.sqrt(wide), np.sqrt(tall), row, *parts], axis=1)


def slant(images: Array) -> Array:
    """How far the ink of pictures (samples × 8 × 8) leans to the right, in degrees.

    Rows count downwards, so ink that moves left on its way down leans to the right.
    """
    _, _, tall, _, both = _moments(images)
    return np.degrees(np.arctan2(-both, tall))
