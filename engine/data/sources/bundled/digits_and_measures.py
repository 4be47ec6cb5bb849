"""Handwritten digits once more, with a table beside the picture and a number beside the class."""

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.samples import Samples
from engine.data.sources.bundled.digits import GREATEST
from engine.data.sources.bundled.files import bundled
from engine.data.sources.bundled.tables import table_of_numbers
from engine.data.sources.spec import Source
from graphs.data import ClassKind, Field, ImageKind, Normalize, NumberKind
from graphs.describe import param

SIDE = 8
MEASURES = ("ink", "width", "height", "centre", "top ink", "left ink", "middle ink")


class DigitsAndMeasures(
    Source,
    id="digits_and_measures",
    title="Digits with measures",
    group="Ready-made",
    search="two inputs outputs multimodal regression slant",
):
    """1,797 noisy pictures of digits, each with measures of the clean picture as a table.

    Picture and table together say more than each alone. To be told are the digit, and how far the
    writing slants (in degrees from upright, to the right). The pictures are scikit-learn's.
    """

    noise: float = param(
        default=0.3, low=0, high=10, help="Standard deviation of what is added to each pixel."
    )
    error: float = param(
        default=0.2,
        low=0,
        high=10,
        help="How far measures are off, in parts of their standard deviation.",
    )
    seed: int = param(default=0, low=0, high=2**31 - 1, help="Another seed gives other noise.")

    def read(self, poll: Poll = go_on) -> Samples:
        pixels, digits, _ = bundled("digits.csv.gz")
        clean = (pixels / GREATEST).reshape(-1, SIDE, SIDE)
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.seed)
        noisy = clean + random.normal(0, self.noise, clean.shape)
        measures = _measures(clean)
        measures += random.normal(0, self.error, measures.shape) * measures.std(axis=0)
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
