"""Columns with a label each: 1 in the rows to which it applies, and 0 in the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.data.array import Array
from engine.data.arrays.kinds import is_one_hot
from engine.data.tables.columns import as_held
from engine.data.tables.files.table_file import Sheet
from engine.errors import DataError
from graphs.data import ClassKind, Field, LabelsKind
from graphs.wording.phrases import phrase

_HELD = {"0": 0, "0.0": 0, "false": 0, "1": 1, "1.0": 1, "true": 1}
"""What says in a cell whether a label applies."""


def label_columns(sheet: Sheet, names: Sequence[str]) -> tuple[str, ...]:
    """Of some columns those that hold labels, where all do; those that never change are dropped."""
    held = {name: {_held(cell) for cell in sheet.column(name).drop_nulls()} for name in names}
    if any(None in values for values in held.values()):
        return ()
    found = tuple(name for name, values in held.items() if len(values) > 1)
    return found if len(found) > 1 else ()


def rows_with_labels(sheet: Sheet, names: Sequence[str]) -> list[int]:
    """The rows that say it for every label. Raises DataError where one says something else."""
    there = np.ones(len(sheet.frame), dtype=bool)
    for name in names:
        column = sheet.column(name)
        for row, cell in enumerate(column):
            if cell is not None and _held(cell) is None:
                raise DataError(
                    "The column “{name}” holds “{cell}” in {place}, and one with a label takes 0 "
                    "and 1 only. Choose other label columns, or one to predict.",
                    name=name,
                    cell=as_held(cell)[:40],
                    place=sheet.place(row),
                )
        there &= column.is_not_null().to_numpy()
    if not there.any():
        raise DataError(
            "No row of {name} says it for every label. Fill them in.", name=sheet.path.name
        )
    return np.flatnonzero(there).tolist()


def labels_of(sheet: Sheet, names: Sequence[str], rows: Sequence[int]) -> tuple[Field, Array]:
    """Labels by the names of their columns, or classes where every row has a single one."""
    chosen = [sheet.column(name).gather(list(rows)) for name in names]
    held = np.array([[_held(cell) for cell in column] for column in chosen], dtype=np.uint8).T
    if is_one_hot(held):
        labels = held.argmax(axis=1).astype(np.int64)
        return Field(ClassKind.id, classes=tuple(names), target=True), labels
    return Field(LabelsKind.id, classes=tuple(names), target=True), held


def told(names: Sequence[str], field: Field) -> str:
    """What to say of columns that are predicted together."""
    shown = ", ".join(f"“{name}”" for name in names[:5])
    more = phrase(" and {count} more", count=len(names) - 5) if len(names) > 5 else ""
    what = phrase("classes, of which each row has one") if field.is_one_class else "labels"
    return phrase(
        "The columns {shown}{more} hold 0 and 1, and are predicted together as {count} "
        "{what}. To predict another column, set the target.",
        shown=shown,
        more=more,
        count=len(names),
        what=what,
    )


def _held(cell: Any) -> int | None:
    return _HELD.get(str(cell).strip().casefold())
