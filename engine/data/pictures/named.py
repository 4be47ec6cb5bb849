"""Pictures that a table names: the column that does, and where each of them lies."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from engine.data.folders.class_folders import files_in, glance
from engine.data.paths import opened
from engine.data.tables.files.reading_tables import read_sheet
from engine.data.tables.files.table_file import Sheet, is_table
from engine.errors import DataError
from graphs.files.saving import lies_in

ENDINGS = frozenset({
    ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm",
})  # fmt: skip
"""How picture files end."""
MOST_FILES = 500_000
"""Files that are looked through."""
BEGINNING = 8192
"""Bytes of a table that are looked at first."""
LINES = 20
"""Lines that are looked at first."""
MOST_FOLDERS = 50
"""Folders beside a table in which its first pictures are looked for."""
LEAST_BARE = 5
"""Rows that name pictures without their ending; fewer may be numbers that happen to be alike."""
MOST_GLANCED = 20_000
"""Files of a folder whose names are looked at for names without their ending."""
_SIGNS = re.compile(r"[,;\t|]")
LOOKED_AT = 1000
"""Texts that are looked at."""
MOSTLY = 0.5
"""A column names pictures when at least such a share of its texts do."""


def is_picture(name: str) -> bool:
    """Whether a name ends as those of pictures do."""
    return os.path.splitext(name)[1].lower() in ENDINGS


def mostly_pictures(texts: Sequence[str]) -> bool:
    """Whether most of some texts end as the names of pictures do."""
    some = texts[:LOOKED_AT]
    return bool(some) and sum(map(is_picture, some)) > MOSTLY * len(some)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The pictures below a folder, by their place in it and by their bare names."""

    folder: Path
    by_name: dict[str, Path | None]
    """By name with and without its ending; None where several files are called so."""

    @classmethod
    def of(cls, folder: Path) -> Shelf:
        """Every picture below a folder."""
        by_name: dict[str, Path | None] = {}
        files = (path for path in files_in(folder, []) if is_picture(path.name))
        for path in islice(files, MOST_FILES):
            for name in (path.name, path.stem):
                by_name[name] = None if name in by_name and by_name[name] != path else path
        return cls(folder, by_name)

    def find(self, written: str) -> Path | None:
        """The file that is named: by its path from the folder, or by its name anywhere in it."""
        parts = [part for part in written.replace("\\", "/").split("/") if part not in {"", "."}]
        if not parts:
            return None
        whole = self.folder.joinpath(*parts)
        if os.path.isfile(whole) and lies_in(whole, self.folder):
            return whole
        return self.by_name.get(parts[-1])

    def knows(self, written: str) -> bool:
        """Whether a picture of this name is there, in whichever folder."""
        return _bare(written) in self.by_name


def naming_column(sheet: Sheet, shelf: Shelf) -> str:
    """The column that names pictures: by their endings, or because they are there; or none."""
    import polars

    best, most = "", 0
    for name in sheet.frame.columns:
        column = sheet.column(name)
        if column.dtype != polars.String or not (texts := column.drop_nulls().to_list()):
            continue
        named = [text for text in texts if is_picture(text) or shelf.knows(text)]
        if len(named) >= MOSTLY * len(texts) and len(set(named)) > most:
            best, most = name, len(set(named))
    return best


def begins_with_pictures(table: Path) -> bool:
    """Whether the first lines of a text file name pictures that lie beside it or right below.

    Names without an ending count where every line has one of its own, in the same column.
    """
    rows = _first_rows(table)
    enough = len(rows) > LEAST_BARE
    return _has_names(rows, table) or (enough and _share_of_bare_names(rows, table) == 1)


def may_name_pictures(table: Path) -> bool:
    """Whether most of the first lines name pictures without their ending, though not all do."""
    return _share_of_bare_names(_first_rows(table), table) > MOSTLY


def _first_rows(table: Path) -> list[list[str]]:
    """The cells of the first lines, with the header."""
    try:
        with opened(table) as file:
            text = file.read(BEGINNING)
    except (DataError, OSError):
        return []
    lines = text.decode("utf-8-sig", "replace").splitlines()
    whole = lines[:-1] if len(text) == BEGINNING else lines  # the last one may be cut off
    return [[cell.strip(" \"'") for cell in _SIGNS.split(line)] for line in whole[:LINES]]


def _has_names(rows: list[list[str]], table: Path) -> bool:
    named = [cell.replace("\\", "/") for row in rows for cell in row if is_picture(cell)]
    places = [table.parent, *glance(table.parent)[0][:MOST_FOLDERS]]
    there = any(
        os.path.isfile(place / Path(name).name) or os.path.isfile(place / name)
        for name in named[:LINES]
        for place in places
    )
    return 2 * len(named) >= len(rows) - 1 and there


def _share_of_bare_names(rows: list[list[str]], table: Path) -> float:
    """Of the rows, how many name a picture each in the column where most do, without its ending."""
    below = rows[1:]
    if len(below) < 2:
        return 0.0
    places = [table.parent, *glance(table.parent)[0][:MOST_FOLDERS]]
    known = {stem for place in places for stem in _stems(place)}
    columns = [[row[at] for row in below if at < len(row)] for at in range(max(map(len, below)))]
    distinct = [column for column in columns if len(set(column)) == len(column)]
    named = [sum(_bare(cell) in known for cell in column) for column in distinct]
    return max(named, default=0) / len(below)


def _bare(written: str) -> str:
    return written.replace("\\", "/").rpartition("/")[2]


def _stems(folder: Path) -> list[str]:
    """The names of the first pictures right in a folder, without their endings."""
    try:
        with os.scandir(folder) as entries:
            return [
                Path(one.name).stem for one in islice(entries, MOST_GLANCED) if is_picture(one.name)
            ]
    except (OSError, ValueError):
        return []


def tables_in(folder: Path) -> list[Path]:
    """The tables that lie right in a folder, by name."""
    try:
        with os.scandir(folder) as entries:
            found = [Path(one.path) for one in entries if one.name[0] != "."]
    except (OSError, ValueError):
        return []
    return sorted(p for p in found if is_table(p) and os.path.isfile(p))


def table_of_pictures(folder: Path) -> Path | None:
    """The one table in a folder that names pictures in it; None where there is none, or several."""
    named = []
    for path in tables_in(folder):
        with suppress(DataError):
            sheet = read_sheet(path)
            if naming_column(sheet, Shelf.of(folder)):
                named.append(path)
    return named[0] if len(named) == 1 else None


def named_files(table: Path) -> list[Path]:
    """The pictures that a table names, each where it lies, or where it would. Raises DataError."""
    sheet = read_sheet(table)
    shelf = Shelf.of(table.absolute().parent)
    column = naming_column(sheet, shelf)
    if not column:
        raise DataError(
            "{name} names no pictures that lie beside it or in folders below. Give the "
            "pictures, or a folder of them.",
            name=table.name,
        )
    named = [text for text in sheet.column(column) if text]
    return [shelf.find(text) or shelf.folder / text for text in named]
