"""Lines of a file that do not say which series they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.data.array import Array
from engine.data.series.lines import SHOWN, are_few
from engine.data.tables.files.table_file import Sheet
from engine.errors import DataError
from graphs.wording.phrases import counted, phrase, with_and


def with_names(sheet: Sheet, keys: Sequence[str]) -> tuple[Sheet, tuple[str, ...]]:
    """The lines of a file that belong to a series, and what to say of the others, by their lines.

    A few without a name are left out, so that no series is mixed with others; where there are
    many, no name may be a name, and they are a series of their own. Raises DataError where none
    has a name.
    """
    unnamed = np.zeros(len(sheet.frame), dtype=bool)
    for key in keys:
        unnamed |= sheet.column(key).is_null().to_numpy()
    rows = np.flatnonzero(unnamed)
    if not len(rows):
        return sheet, ()
    columns = with_and(f"“{key}”" for key in keys)
    if len(rows) == len(sheet.frame):
        raise DataError(
            "No line of {name} has a name in {columns}, which tells the series apart. Fill it "
            "in, or leave the series columns empty.",
            name=sheet.path.name,
            columns=columns,
        )
    where = _where(sheet, rows)
    if not are_few(len(rows), len(sheet.frame)):
        told = phrase(
            "{count:,} lines have no name in {columns}, and are taken as if that were one: "
            "{where}. If they belong to other series, fill it in.",
            count=len(rows),
            columns=columns,
            where=where,
        )
        return sheet, (told,)
    told = counted(
        len(rows),
        "One line has no name in {columns}, so that its series is not known, and is left out: "
        "{where}. Fill it in.",
        "{count:,} lines have no name in {columns}, so that their series are not known, and are "
        "left out: {where}. Fill them in.",
        columns=columns,
        where=where,
    )
    kept = np.flatnonzero(~unnamed)
    moments = {name: one[kept] for name, one in sheet.moments.items()}
    return replace(sheet.taken(kept), moments=moments), (told,)


def _where(sheet: Sheet, rows: Array) -> str:
    """The first of some lines, and how many more there are."""
    shown = "; ".join(sheet.place(row) for row in rows[:SHOWN].tolist())
    if more := max(len(rows) - SHOWN, 0):
        return phrase("{shown} and {count:,} more", shown=shown, count=more)
    return shown
