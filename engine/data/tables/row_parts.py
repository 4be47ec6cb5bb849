"""Rows of a table that are given for training, validation and test: by a column, or by files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.data.splitting.given_split import PARTS, TRAIN
from engine.data.tables.files.table_file import Line, Sheet
from engine.errors import DataError

if TYPE_CHECKING:
    import polars


def with_own_files(sheet: Sheet, own: Mapping[int, Path], read: Callable[[Path], Sheet]) -> Sheet:
    """The rows of a table with those of files of their own below, each with its part.

    Raises DataError for a file that lacks a column, and what reading does.
    """
    import polars

    own = {part: path for part, path in own.items() if path != Path()}
    if not own:
        return sheet
    frames, lines = [sheet.frame], list(sheet.lines)
    parts = [np.full(len(sheet.frame), TRAIN)]
    notices, skipped = list(sheet.notices), list(sheet.skipped)
    for part, path in own.items():
        other = read(path)
        columns = [_alike(other, sheet, name, part) for name in sheet.frame.columns]
        frames.append(polars.DataFrame(columns))
        lines += [Line.of(line, path.name) for line in other.lines]
        parts.append(np.full(len(other.frame), part))
        notices += [one for one in other.notices if one not in notices]
        skipped += other.skipped
    return replace(
        sheet,
        frame=polars.concat(frames),
        lines=lines,
        parts=np.concatenate(parts),
        notices=tuple(notices),
        skipped=tuple(skipped),
    )


def _alike(other: Sheet, sheet: Sheet, name: str, part: int) -> polars.Series:
    """The column of a further file, as the main file holds it. Raises DataError."""
    if name not in other.frame.columns:
        raise DataError(
            "{name} has no column “{other_name}”, which {path_name} has. The file for "
            "{parts} needs the same columns.",
            name=other.path.name,
            other_name=name,
            path_name=sheet.path.name,
            parts=PARTS[part],
        )
    column = other.column(name)
    if column.dtype != sheet.column(name).dtype:
        raise DataError(
            "The column “{name}” holds other kinds of values in {path_name} than in "
            "{other_name}. Save both files alike.",
            name=name,
            path_name=other.path.name,
            other_name=sheet.path.name,
        )
    return column
