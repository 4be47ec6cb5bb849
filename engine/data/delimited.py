"""Reads CSV and its relatives without guessing: what is not a clean table is refused by line.

polars' own reader fills short rows in silence and makes an empty table of two odd bytes; Python's
csv module reads the rows here, and polars holds them.
"""

from __future__ import annotations

import csv
import io
from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from engine.data.paths import unreadable
from engine.data.samples import Poll, go_on
from engine.data.sheet import Sheet
from engine.errors import DataError

if TYPE_CHECKING:
    import polars

SEPARATORS = ",;\t|"
SNIFFED = 50
"""Rows that are tried with each separator."""
CHUNK = 20_000
"""Rows turned into columns at a time, which bounds the memory that they take as Python objects."""
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_delimited(path: Path, poll: Poll = go_on) -> Sheet:
    """The table in a text file, all columns as texts. Raises DataError that names the line.

    Raises whatever ``poll`` raises, too.
    """
    import polars

    text = _text(path)
    separator = _separator(text)
    rows = _rows(path, text, separator)
    _, names = next(rows, (0, []))
    names = _checked_names(path, names)
    lines, parts = array("q"), list[polars.DataFrame]()
    while chunk := list(islice(rows, CHUNK)):
        poll()
        _refuse_ragged(path, chunk, len(names), separator)
        lines.extend(line for line, _ in chunk)
        columns = zip(*(row for _, row in chunk), strict=True)
        parts.append(
            polars.DataFrame(
                [polars.Series(n, c, polars.String) for n, c in zip(names, columns, strict=True)]
            )
        )
    if not parts:
        raise DataError(f"{path.name} has column names but no rows. Choose a file with samples.")
    return Sheet(path, _trimmed(polars.concat(parts)), lines)


def _trimmed(frame: polars.DataFrame) -> polars.DataFrame:
    """Without spaces around values, and null for empty cells."""
    import polars

    every = polars.all().str.strip_chars()
    return frame.with_columns(polars.when(every != "").then(every).name.keep())


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(unreadable(path, error)) from None
    halves = data[0:200:2], data[1:200:2]
    if data.startswith(_BYTE_ORDER_MARKS) or any(half.count(0) > 50 for half in halves):
        raise DataError(
            f"{path.name} is written in UTF-16. Save it as UTF-8 (in Excel: “CSV UTF-8”)."
        )
    if (at := data.find(0)) >= 0:
        raise DataError(
            f"{path.name}, line {_line(data, at)}, holds a zero byte, so it is no text. Choose a "
            "CSV or Parquet file."
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path.name}, line {_line(data, error.start)}, is not written in UTF-8. Save the file "
            "as UTF-8 (in Excel: “CSV UTF-8”)."
        ) from None


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def _separator(text: str) -> str:
    """The separator that cuts the first line into columns, and the most rows into as many."""

    def fit(separator: str) -> tuple[bool, float, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            widths = [len(row) for row in islice(reader, SNIFFED) if row]
        except csv.Error:
            return False, 0.0, 0
        if not widths:
            return False, 0.0, 0
        return widths[0] > 1, Counter(widths)[widths[0]] / len(widths), widths[0]

    return max(SEPARATORS, key=fit)  # of equal ones the first


def _rows(path: Path, text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, with the line that it begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        reason = str(error)
        if "unexpected end" in reason:
            reason = "a quotation mark is opened and never closed"
        elif "expected after" in reason:
            reason = "something follows a closing quotation mark"
        raise DataError(
            f"{path.name}, line {line}, cannot be read: {reason}. Correct the line."
        ) from None


def _checked_names(path: Path, row: list[str]) -> list[str]:
    if not row:
        raise DataError(f"{path.name} has nothing but blank lines. Choose a file with a table.")
    names = [name.strip() or f"column {at}" for at, name in enumerate(row, 1)]
    for name, count in Counter(names).items():
        if count > 1:
            raise DataError(
                f"{path.name} has {count} columns called “{name}”. Give each its own name in the "
                "first line."
            )
    if all(_is_number(name) for name in names):
        raise DataError(
            f"The first line of {path.name} holds numbers. Put a line with the names of the "
            "columns above it."
        )
    return names


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _refuse_ragged(
    path: Path, rows: list[tuple[int, list[str]]], width: int, separator: str
) -> None:
    ragged = [(line, row) for line, row in rows if len(row) != width]
    if not ragged:
        return
    line, row = ragged[0]
    told = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[separator]
    more = f" ({len(ragged) - 1} more lines like it follow.)" if ragged[1:] else ""
    raise DataError(
        f"{path.name}, line {line}, has {len(row)} value{'s' * (len(row) != 1)}, but the first "
        f"line names {width} column{'s' * (width != 1)}. Correct the line; a value that holds a "
        f"{told} needs quotation marks.{more}"
    )
