"""Picture files, as what a network takes in their place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.pictures.plain import plain_picture
from engine.export.python.training.taken_along.plain_files import require_file


def read_picture(
    file: Path, channels: int, height: int, width: int, white: int = 65535
) -> NDArray[Any]:
    """A picture as bytes, 1 × channels × height × width: upright, on white, stretched to size."""
    try:
        from PIL import Image, ImageOps
    except ImportError:
        raise ValueError("pictures are read by Pillow. Install it: pip install pillow.") from None

    require_file(file)
    try:
        with Image.open(file) as image:
            side = 2 * max(width, height)
            image.draft(None, (side, side))  # a large JPEG need not be decoded in full
            upright = ImageOps.exif_transpose(image)
            plain = plain_picture(upright, "RGB" if channels == 3 else "L", white)
            small = plain.resize((width, height), Image.Resampling.BILINEAR)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise ValueError(f"{file.name} is no picture that can be read.") from None
    return np.moveaxis(np.asarray(small).reshape(height, width, channels), -1, 0)[None]


def bytes_on_scale(
    picture: NDArray[Any], black: float = 0.0, white: float = 1.0
) -> NDArray[np.float32]:
    """Bytes between the numbers that are black and white in the training samples."""
    unit = picture.astype(np.float32) / 255
    return (black + (white - black) * unit).astype(np.float32)
