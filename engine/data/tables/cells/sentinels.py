"""Numbers that stand for no value: one such as -999 that recurs, far from all others."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from engine.data.tables.files.table_file import Sheet
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars

USUAL: Final = (-1, *(sign * (10**digits - 1) for digits in range(2, 7) for sign in (-1, 1)))
"""What people and programs write where they have no number."""
FEW: Final = 2
"""So often it must occur."""
FEW_OTHERS: Final = 3
"""So many different other numbers must there be."""
NEAR: Final = 0.25
"""-1 is a neighbour of many numbers: the others lie so much of their range away from it."""


def remarks(sheet: Sheet, values: polars.Series) -> list[str]:
    """A sentence for the number that seems to stand for no value in a column of a sheet."""
    if not values.dtype.is_float():
        return []
    ends = (values.min(), values.max())  # what lies between others is not far from them
    for usual in (one for one in USUAL if one in ends):
        there = (values == usual).fill_null(value=False)
        count = int(there.sum())
        if count >= FEW and _is_far(values.filter(~there).drop_nulls(), usual):
            setting = shlex.quote(f"notations.{values.name}.missing={usual}")
            return [
                phrase(
                    "The column “{name}” holds {usual} in {count:,} rows, first in {place}, far "
                    "from all others. If it stands for no value, say that it means a missing one "
                    "(--set {setting}), or empty the cells.",
                    name=values.name,
                    usual=usual,
                    count=count,
                    place=sheet.place(int(there.arg_true()[0])),
                    setting=setting,
                )
            ]
    return []


def _is_far(others: polars.Series, usual: int) -> bool:
    """Whether all others lie on one side, farther away than they lie from each other."""
    if others.n_unique() < FEW_OTHERS:
        return False
    low, high = float(others.min()), float(others.max())  # type: ignore[arg-type]  # they are floats
    gap = low - usual if usual < low else usual - high
    return gap > (high - low) * (NEAR if usual == -1 else 1)
