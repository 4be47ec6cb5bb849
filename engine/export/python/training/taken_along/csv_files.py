"""CSV files with a header, and what is said where one cannot be read."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from engine.export.python.training.taken_along.plain_files import require_file


class CsvRow(NamedTuple):
    """A row of a CSV file: the line that it begins in, and its cells by column."""

    line: int
    cells: Mapping[str, str]


def csv_rows(file: Path, names: Sequence[str]) -> list[CsvRow]:
    """The rows of a CSV file, with the cells of these columns."""
    require_file(file)
    rows: list[CsvRow] = []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader, begins = csv.reader(lines), 1
        try:
            header = next(reader, [])
            places = {name: column_place(file, header, name) for name in names}
            begins = reader.line_num + 1
            for cells in reader:
                if cells:  # an empty line is no row
                    require_whole(file, begins, cells, len(header))
                    rows.append(CsvRow(begins, {name: cells[at] for name, at in places.items()}))
                begins = reader.line_num + 1
        except csv.Error:
            raise ValueError(
                f"{file.name} is no CSV file from line {begins} on. "
                "See whether a double quote is not closed there."
            ) from None
    if not rows:
        raise ValueError(f"{file.name} has no rows.")
    return rows


def column_place(file: Path, header: Sequence[str], name: str) -> int:
    """Where a column stands, which the first line has to name once."""
    count = header.count(name)
    if count == 0:
        raise ValueError(
            f"{file.name} has no column “{name}”. "
            "Name the columns in its first line, with commas between them."
        )
    if count > 1:
        raise ValueError(f"{file.name} has {count} columns “{name}”. Keep one of them.")
    return header.index(name)


def require_whole(file: Path, line: int, cells: Sequence[str], count: int) -> None:
    """Refuse a row that does not have a cell for each column."""
    if len(cells) < count or any(cells[count:]):
        amount = "fewer" if len(cells) < count else "more"
        raise ValueError(
            f"line {line} of {file.name} has {amount} cells than its first line. "
            "Put cells with commas in them between double quotes."
        )
