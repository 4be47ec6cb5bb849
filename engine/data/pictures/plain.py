"""Pictures in 8 bits: as they are read here, and by files that are taken home."""

from __future__ import annotations

from typing import Any

import numpy as np

FULL_WHITE = 65535
"""White in a deep grey picture, as its kind of file has it."""


def plain_picture(image: Any, mode: str, white: int = FULL_WHITE) -> Any:
    """A picture of Pillow in 8 bits, grey or in colour, without transparency.

    Of deep grey ``white`` becomes 255, of small floats 1, and of other numbers 255.
    """
    from PIL import Image

    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        values = np.asarray(image).astype(np.float64)
        greatest = float(values.max(initial=0.0))
        full = 1.0 if image.mode == "F" and greatest <= 1 else 255.0
        if image.mode.startswith("I;16") or greatest > 255:
            full = float(white)
        image = Image.fromarray((values.clip(0, full) * (255.0 / full)).round().astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert(mode)
