"""Several labels in one cell: ``red; old`` as a 0 or 1 for each label that occurs in a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.data.array import Array
from graphs.data.sources.choices import Separator

if TYPE_CHECKING:
    import polars


def labelled(column: polars.Series, separator: Separator) -> tuple[tuple[str, ...], Array]:
    """The labels in the order of the alphabet, and rows × labels: whether each holds.

    An empty cell is a row to which none applies; a label that is written twice counts once.
    """
    cells = [
        {label for part in (text or "").split(separator) if (label := part.strip())}
        for text in column
    ]
    known = sorted(set().union(*cells))
    place = {label: at for at, label in enumerate(known)}
    held = np.zeros((len(cells), len(known)), dtype=np.uint8)
    for row, labels in enumerate(cells):
        held[row, [place[label] for label in labels]] = 1
    return tuple(known), held
