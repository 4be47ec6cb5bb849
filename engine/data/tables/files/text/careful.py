"""Reads text tables row by row, quotation marks and all: what is not a clean row is told by line.

polars' own reader fills short rows in silence and makes an empty table of two odd bytes; Python's
csv module reads the rows here, and polars holds them.
"""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from engine.controls import Poll
from engine.data.tables.files.content import LONGEST_LINE
from engine.data.tables.files.text.beginnings import is_comment
from engine.errors import DataError
from graphs.data.sources.table_layout import SIGNS, TableLayout
from graphs.files.opener import amount
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars

CHUNK = 20_000
"""Rows turned into columns at a time, which bounds the memory that they take as Python objects."""
SHOWN = 20
"""Lines that are named when many are wrong."""
_CHARACTERS: Final = 8 * 2**20
"""Of rows that are turned into columns at a time, no more than about so many."""

# The limit is the process's own. It is raised once and never lowered, as 131,072 is too short.
csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))


@dataclass(slots=True)
class TextRows:
    """The rows of a text as columns of texts, the first row among them."""

    frame: polars.DataFrame
    lines: array[int]
    bad: dict[int, int] = field(default_factory=dict)
    """Lines with another number of values, by line, and that number."""
    bad_count: int = 0
    """How many there are; not all of them are in ``bad``."""
    blank: list[int] = field(default_factory=list)
    """Some of the lines between rows that hold nothing."""


class _Reader:
    """Every row that is not blank, with the line that it begins in."""

    def __init__(self, name: str, data: bytes, start: int, layout: TableLayout) -> None:
        self._name, self._layout = name, layout
        self._line = (layout.skipped or 0) + 1
        self._at_start = True
        self.blank: list[int] = []
        text = io.TextIOWrapper(io.BytesIO(memoryview(data)[start:]), "utf-8", newline="")
        self._reader = csv.reader(
            self._lines(text),
            delimiter=SIGNS[layout.separator],
            strict=True,
            skipinitialspace=True,
        )

    def _lines(self, text: io.TextIOWrapper) -> Iterator[str]:
        """The lines that are no comments; a comment can only begin where a row does."""
        spaces = self._layout.separator == "spaces"
        blank = " \r\n" if self._layout.separator == "tab" else " \t\r\n"
        while line := text.readline(LONGEST_LINE):
            if len(line) >= LONGEST_LINE:
                raise DataError(
                    "{name}, line {line}, has more than {amount}, so it is no row of a table. "
                    "Choose a file with a line for each row.",
                    name=self._name,
                    line=self._line,
                    amount=amount(LONGEST_LINE),
                )
            self._line += 1
            if self._at_start and is_comment(line, self._layout.comment, self._layout.separator):
                continue
            if self._at_start and not line.strip(blank):
                if len(self.blank) < SHOWN:
                    self.blank.append(self._line - 1)
                continue
            if self._at_start:
                self._begun = self._line - 1
            self._at_start = False
            yield f"{line.strip(' ')}" if spaces else line

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        self._begun = self._line
        try:
            for row in self._reader:
                yield self._begun, row
                self._at_start = True
        except csv.Error as error:
            raise DataError(
                "{name}, line {begun}, cannot be read: {reason}. Correct the line, or set the "
                "column separator if another sign parts the columns.",
                name=self._name,
                begun=self._begun,
                reason=_reason(error),
            ) from None


def _reason(error: csv.Error) -> str:
    reason = str(error)
    if "unexpected end" in reason:
        return phrase("a quotation mark is opened and never closed")
    if "expected after" in reason:
        return phrase("something follows a closing quotation mark")
    if "field limit" in reason:
        return phrase(
            "a value has more than {amount}; perhaps a quotation mark is opened and never closed",
            amount=amount(LONGEST_LINE),
        )
    return phrase("its quotation marks do not fit together")


def read_rows(name: str, data: bytes, start: int, layout: TableLayout, poll: Poll) -> TextRows:
    """The rows of a table in UTF-8, from byte ``start`` on. Raises DataError, and what poll raises.

    The first row says how many values a row has. An empty value after the last separator of every
    row counts for nothing.
    """
    import polars

    reader = _Reader(name, data, start, layout)
    rows = iter(reader)
    first = next(rows, None)
    if first is None:
        raise DataError(
            "{name} has nothing but blank lines. Choose a file with a table.", name=name
        )
    width = len(first[1])
    columns = [str(at) for at in range(width)]
    found = TextRows(polars.DataFrame(), array("q"))
    trailing = array("q")
    parts = []
    for chunk in _chunks([first], rows):
        poll()
        kept = []
        for line, row in chunk:
            if len(row) == width + 1 and not row[-1].strip():
                trailing.append(line)
                row = row[:-1]
            elif len(row) == width - 1 and not first[1][-1].strip():
                row = [*row, ""]
            if len(row) == width:
                kept.append((line, row))
                continue
            found.bad_count += 1
            if len(found.bad) < SHOWN:
                found.bad[line] = len(row)
        found.lines.extend(line for line, _ in kept)
        if kept:
            values = zip(*(row for _, row in kept), strict=True)
            series = zip(columns, values, strict=True)
            parts.append(polars.DataFrame([polars.Series(n, c, polars.String) for n, c in series]))
    found.frame = polars.concat(parts)
    found.blank = reader.blank
    # A value with a separator in it looks like that, too: it is trusted only where all rows agree.
    if trailing and len(trailing) < found.frame.height - 1:
        _count_as_bad(found, trailing, width)
    return found


def _count_as_bad(found: TextRows, lines: array[int], width: int) -> None:
    import polars

    wrong = set(lines)
    keep = polars.Series([line not in wrong for line in found.lines], dtype=polars.Boolean)
    found.frame = found.frame.filter(keep)
    found.lines = array("q", (line for line in found.lines if line not in wrong))
    found.bad_count += len(lines)
    found.bad |= dict.fromkeys(lines[:SHOWN], width + 1)
    found.bad = dict(sorted(found.bad.items())[:SHOWN])


def _chunks(
    first: list[tuple[int, list[str]]], rows: Iterator[tuple[int, list[str]]]
) -> Iterator[list[tuple[int, list[str]]]]:
    """Rows, as many at a time as memory holds well."""
    chunk = first
    while chunk:
        yield chunk
        width = max(sum(map(len, row)) + 16 * len(row) for _, row in chunk[-100:])
        chunk = list(islice(rows, max(1, min(CHUNK, _CHARACTERS // max(width, 1)))))
