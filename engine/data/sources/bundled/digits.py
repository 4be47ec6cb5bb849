"""Handwritten digits, the data for a first model."""

from typing import Literal

import numpy as np
from PIL import Image

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.samples import Samples
from engine.data.sources.bundled.files import bundled
from engine.data.sources.spec import Source
from graphs.data import ClassKind, Field, ImageKind
from graphs.describe import param

GREATEST = 16.0
"""The darkest ink in the original 8 × 8 pictures."""


class Digits(Source, id="digits", title="Handwritten digits", group="Ready-made", search="mnist"):
    """1,797 handwritten digits from 0 to 9, as grey pictures.

    From the UCI repository (Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, 1998),
    as scikit-learn ships it.
    """

    size: Literal["8", "28"] = param(
        default="28", help="Side of the pictures: as they are (8), or enlarged smoothly (28)."
    )

    def read(self, poll: Poll = go_on) -> Samples:
        pixels, digits, _ = bundled("digits.csv.gz")
        images = (pixels / GREATEST).astype(np.float32).reshape(-1, 8, 8)
        side = int(self.size)
        if side != 8:
            images = np.stack([_enlarged(image, side) for image in images])
        return Samples(
            fields={
                "image": Field(ImageKind.id, sizes=(1, side, side)),
                "digit": Field(
                    ClassKind.id, classes=tuple(str(digit) for digit in range(10)), target=True
                ),
            },
            domains={},
            values={"image": images[:, None], "digit": digits},
        )


def _enlarged(image: Array, side: int) -> Array:
    """The picture with smooth edges; what bicubic interpolation overshoots is cut off."""
    large = Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC)
    return np.asarray(large).clip(0.0, 1.0)
