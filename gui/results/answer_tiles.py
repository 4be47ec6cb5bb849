"""Pictures and curves of what a network is given and of what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage

from graphs.data import Field
from gui.samples.preview import tile_of
from gui.samples.tiles import DrawnTile

FEWEST_STEPS = 3
"""As many numbers of one output are drawn as a curve."""


def picture_of(path: Path) -> DrawnTile | None:
    """What is in a file, to look at; None for what is no picture."""
    image = QImage(str(path))
    return None if image.isNull() else DrawnTile(image=image)


def continued(
    past: Any, field: Field, names: tuple[str, ...], numbers: tuple[float, ...], true: Any
) -> tuple[DrawnTile, ...]:
    """A series, steps × values, with what comes after it.

    Values that have ``names`` are the first ones of the past, each a curve; without, it is the
    first.
    """
    import numpy as np

    steps = int(field.sizes[0]) if isinstance(field.sizes[0], int) else len(numbers)
    before = np.asarray(past, dtype=float)
    before = before.reshape(len(before), -1)
    said = np.array(numbers).reshape(steps, -1)
    right = None if true is None else np.asarray(true).reshape(steps, -1)
    return tuple(
        DrawnTile(
            caption=name,
            curve=_floats(before[:, at]),
            forecast=_floats(said[:, at]),
            ahead=() if right is None else _floats(right[:, at]),
        )
        for at, name in enumerate(names or ("",))
    )


def _floats(values: Any) -> tuple[float, ...]:
    return tuple(map(float, values))


def tile_of_numbers(field: Field | None, numbers: tuple[float, ...]) -> DrawnTile | None:
    """What an output with many numbers says, to look at; None for too few to see anything."""
    import numpy as np

    if field is not None and field.kind.is_picture and numbers:
        sizes = tuple(int(size) for size in field.sizes)
        return tile_of(field, np.array(numbers, dtype=np.float32).reshape(sizes))
    return DrawnTile(curve=numbers) if len(numbers) >= FEWEST_STEPS else None


def true_tile(field: Field, value: Any) -> DrawnTile | None:
    """What is right, beside ``tile_of_numbers``: as samples of the field are drawn, or alike."""
    if (tile := tile_of(field, value)) is not None or not hasattr(value, "reshape"):
        return tile
    return tile_of_numbers(field, tuple(map(float, value.reshape(-1))))
