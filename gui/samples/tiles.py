"""One sample to look at: a picture or a curve, and how arrays become one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from engine.data.array import Array


@dataclass(frozen=True, slots=True)
class DrawnTile:
    """One sample to look at: a picture or a curve, and what it is called."""

    caption: str = ""
    image: QImage | None = None
    curve: tuple[float, ...] = ()
    forecast: tuple[float, ...] = ()
    """What is said to come after the curve."""
    ahead: tuple[float, ...] = ()
    """What really came."""


def image_of(pixels: Array) -> QImage:
    """A picture of height × width × channels of bytes; one channel is grey."""
    import numpy as np

    color = pixels.shape[2] >= 3
    packed = np.ascontiguousarray(pixels[..., :3] if color else pixels[..., 0])
    form = QImage.Format.Format_RGB888 if color else QImage.Format.Format_Grayscale8
    height, width = packed.shape[:2]
    return QImage(packed.data, width, height, packed.strides[0], form).copy()


def first_values(steps: Array) -> tuple[float, ...]:
    """A series as one curve: of several values per step, the first."""
    return tuple(float(step) for step in steps.reshape(len(steps), -1)[:, 0])
