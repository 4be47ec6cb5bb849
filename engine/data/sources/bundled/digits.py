"""Reads the handwritten digits as pictures."""

import numpy as np
from PIL import Image

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.samples import Samples
from engine.data.sources.bundled.files import bundled
from engine.data.sources.spec import SourceReader
from graphs.data import ClassKind, Field, ImageKind
from graphs.data.sources.bundled.digits import Digits

GREATEST = 16.0
"""The darkest ink in the original 8 × 8 pictures."""


class DigitsReader(SourceReader[Digits], of=Digits):
    """Its file of ink per pixel, as pictures."""

    def read(self, poll: Poll = go_on) -> Samples:
        pixels, digits, _ = bundled("digits.csv.gz")
        images = (pixels / GREATEST).astype(np.float32).reshape(-1, 8, 8)
        side = int(self.source.size)
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
