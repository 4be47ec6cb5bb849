"""Reads text tables, such as CSV: decides how one lies in its file, and tells what it decided."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.controls import Poll, go_on
from engine.data.paths import without_end_marks
from engine.data.tables.files import unseen_signs
from engine.data.tables.files.content import LONGEST_LINE
from engine.data.tables.files.table_file import Sheet, checked_names
from engine.data.tables.files.text import beginnings, careful, headers, quick
from engine.data.tables.files.text.encodings import decoded, line_at
from engine.errors import DataError
from graphs.data.sources.table_layout import AUTO, SIGNS, HeaderChoice, TableLayout
from graphs.files.opener import amount
from graphs.wording.phrases import counted, phrase

if TYPE_CHECKING:
    import polars

NAMED: Final = (
    "{name}, line {line}, has {values}, but the first line names {columns}. Correct the line: a "
    "value that holds a {sign} needs quotation marks. Or set bad lines to “skip”, and lines to "
    "skip where a title stands above the table.{also}"
)
UNNAMED: Final = (
    "{name}, line {line}, has {values}, but the first line has {columns}. Correct the line: a "
    "value that holds a {sign} needs quotation marks. Or set bad lines to “skip”, and lines to "
    "skip where a title stands above the table.{also}"
)
MOST_COLUMNS: Final = 100_000
HEAD: Final = 8 * 2**20
"""Bytes of a file, below the lines that are skipped, that are looked at for how it is made."""
SHOWN_LINES: Final = 3
"""Lines that are named when many are left out."""
_LINE_ENDS: Final = re.compile(rb"\r\n?|\n")
_SEPARATORS: Final = {
    "comma": "comma",
    "semicolon": "semicolon",
    "tab": "tab",
    "bar": "bar",
    "colon": "colon",
    "spaces": "space",
}


@dataclass(slots=True)
class _Found:
    """All lines of a table as columns of texts, before it is known what the first line is."""

    frame: polars.DataFrame
    lines: Sequence[int]
    bad: dict[int, int] = field(default_factory=dict)
    bad_count: int = 0
    blank: Sequence[int] = ()
    is_trimmed: bool = False
    """Whether no value has spaces around it, and empty ones are null."""


def read_delimited(
    path: Path, data: bytes, layout: TableLayout = AUTO, poll: Poll = go_on
) -> Sheet:
    """The table in the bytes of a text file, all columns as texts.

    Raises DataError that names the line, and whatever ``poll`` raises.
    """
    text = decoded(data, path.name, layout.encoding)
    notices = [text.notice] if text.notice else []
    data = _with_line_ends(path, without_end_marks(text.data))
    skipped = layout.skipped or 0
    head = beginnings.looked_at(_beginning(data, _start(data, skipped)), skipped)
    _refuse_wide(path, head[skipped:])
    begun = beginnings.beginning(head, replace(layout, encoding=text.encoding))
    notices += begun.notices
    if layout.separator == "auto" and begun.layout.separator != "comma":
        notices.append(
            phrase(
                "Between its columns stands a {separators}.",
                separators=_SEPARATORS[begun.layout.separator],
            )
        )
    try:
        found = _lines(path, data, head, begun.layout, poll)
        left_out = _judge_bad_lines(path, found, begun.layout)
    except DataError:
        _refuse_other_separator(path, head, layout)
        raise
    if found.frame.width == 1:
        _refuse_other_separator(path, head, layout)
    header = _header(path, found, begun.layout, notices)
    settled = replace(begun.layout, header=header)
    frame, lines = _named(path, found, settled)
    notices = [f"{path.name}: {one}" if not one.startswith(path.name) else one for one in notices]
    sheet = Sheet(
        path,
        frame,
        lines,
        notices=tuple(notices),
        skipped=left_out,
        blank=tuple(found.blank),
        layout=settled,
    )
    return unseen_signs.without(sheet) if unseen_signs.among(data) else sheet


class OtherSeparatorError(DataError):
    """The lines of a file agree on another separator than the one that is set."""


def _with_line_ends(path: Path, data: bytes) -> bytes:
    if (at := data.find(0)) >= 0:
        raise DataError(
            "{name}, line {line_at}, holds a zero byte, so it is no text. Choose a file "
            "with a table: CSV, Parquet or a workbook.",
            name=path.name,
            line_at=line_at(data, at),
        )
    for at in range(0, len(data) - LONGEST_LINE, LONGEST_LINE):
        end = at + LONGEST_LINE
        if data.find(b"\n", at, end) < 0 and data.find(b"\r", at, end) < 0:
            raise DataError(
                "{name}, line {line_at}, has more than {amount}, so it is no row of a table. "
                "Choose a file with a line for each row.",
                name=path.name,
                line_at=line_at(data, at),
                amount=amount(LONGEST_LINE),
            )
    if b"\r" in data[:HEAD] and b"\n" not in data:  # as old programs of the Macintosh write
        return data.replace(b"\r", b"\n")
    return data


def _refuse_other_separator(path: Path, head: Sequence[str], layout: TableLayout) -> None:
    """Raise DataError where the lines agree on another separator than the one that is set."""
    if layout.separator == "auto":
        return
    shown = beginnings.beginning(head, replace(layout, separator="auto")).layout
    rows = beginnings.records(head, shown)
    widths = {len(row.cells) for row in rows}
    if shown.separator == layout.separator or len(widths) != 1 or min(widths) < 2:
        return
    if SIGNS[layout.separator] in "".join(rows[0].cells):
        return
    raise OtherSeparatorError(
        "{name} has a {found} between its columns, but a {wanted} is expected there, as it is set. "
        "Save the file with a {wanted} between its columns, or set the column separator to "
        "{found}.",
        name=path.name,
        separator=shown.separator,
        found=_SEPARATORS[shown.separator],
        wanted=_SEPARATORS[layout.separator],
    )


def _start(data: bytes, skipped: int) -> int:
    """Where the line begins that follows so many others, or the end."""
    if not skipped:
        return 0
    last = next(islice(_LINE_ENDS.finditer(data), skipped - 1, None), None)
    return len(data) if last is None else last.end()


def _beginning(data: bytes, start: int) -> Iterable[str]:
    """The lines up to ``start`` and some after, with no part of a line but a very long one."""
    cut = data[: start + HEAD]
    if len(cut) < len(data):
        cut = cut[: cut.rfind(b"\n") + 1] or cut
    # Decoded as it is iterated over, of which mostly a small part is looked at.
    return io.TextIOWrapper(io.BytesIO(cut), "utf-8", errors="ignore", newline="")


def _refuse_wide(path: Path, head: Sequence[str]) -> None:
    for line in head:
        if (most := max(line.count(sign) for sign in ",;\t|")) >= MOST_COLUMNS and '"' not in line:
            raise DataError(
                "{name} has {most:,} columns, more than the {most_columns:,} that can be read. "
                "Choose a file with fewer.",
                name=path.name,
                most=most + 1,
                most_columns=MOST_COLUMNS,
            )
        if line.strip():
            return


def _lines(path: Path, data: bytes, head: Sequence[str], layout: TableLayout, poll: Poll) -> _Found:
    first = next(
        (
            number
            for number, line in enumerate(head)
            if number >= (layout.skipped or 0)
            and line.strip()
            and not beginnings.is_comment(line, layout.comment, layout.separator)
        ),
        None,
    )
    start = _start(data, layout.skipped or 0)
    if first is not None:
        plain_start = sum(len(line.encode()) for line in head[:first])
        sign = SIGNS[layout.separator]
        frame = quick.read_plain(data, plain_start, sign, layout.comment, poll)
        if frame is not None:
            lines = range(first + 1, first + 1 + frame.height)
            return _Found(frame, lines, is_trimmed=quick.is_trimmed(data, plain_start, sign))
    rows = careful.read_rows(path.name, data, start, layout, poll)
    return _Found(rows.frame, rows.lines, rows.bad, rows.bad_count, rows.blank)


# ---- lines that do not fit ----


def _judge_bad_lines(path: Path, found: _Found, layout: TableLayout) -> tuple[str, ...]:
    """What is left out. Raises DataError when nothing is to be, and by whom it is to be mended."""
    if not found.bad:
        return ()
    width = found.frame.width
    told = [
        phrase("line {line} has {values}", line=line, values=_values(count))
        for line, count in found.bad.items()
    ]
    more = found.bad_count - len(told)
    if layout.bad_lines == "skip":
        return (_told_left_out(path, told, width, found.bad_count),)
    line, count = next(iter(found.bad.items()))
    rest = [*told[1:], *([phrase("{count} more", count=more)] if more > 0 else [])]
    also = phrase(" The same is wrong elsewhere: {rest}.", rest=", ".join(rest)) if rest else ""
    sign = _SEPARATORS[layout.separator]
    raise DataError(
        UNNAMED if layout.header == "no" else NAMED,
        name=path.name,
        line=line,
        values=_values(count),
        columns=counted(width, "{count} column", "{count} columns"),
        sign=sign,
        also=also,
    )


def _told_left_out(path: Path, told: Sequence[str], width: int, count: int) -> str:
    """One sentence for all lines that do not fit."""
    if count == 1:
        return phrase("{name}, {one} instead of {width}", name=path.name, one=told[0], width=width)
    listed = ", ".join(told[:SHOWN_LINES])
    if (more := count - SHOWN_LINES) <= 0:
        return phrase(
            "{count:,} lines of {name} do not have {width} values: {listed}",
            count=count,
            name=path.name,
            width=width,
            listed=listed,
        )
    return phrase(
        "{count:,} lines of {name} do not have {width} values: {listed} and {more:,} more",
        count=count,
        name=path.name,
        width=width,
        listed=listed,
        more=more,
    )


def _values(count: int) -> str:
    return counted(count, "{count} value", "{count} values")


# ---- names ----


def _header(path: Path, found: _Found, layout: TableLayout, notices: list[str]) -> HeaderChoice:
    if layout.header != "auto":
        return layout.header
    first = _first(found)
    shown = ", ".join((cell or "").strip() for cell in first)
    shown = shown if len(shown) <= 60 else f"{shown[:60]}..."
    match headers.votes(first, found.frame.slice(1)).verdict():
        case "row" if found.frame.height > 1:
            notices.append(
                phrase(
                    "The first line (“{shown}”) is a row like the others, so the file has no names "
                    "of columns: they are called “column 1” and so on. If it holds names, set the "
                    "header to “yes”.",
                    shown=shown,
                )
            )
            return "no"
        case "unclear" if found.frame.height > 1:
            notices.append(
                phrase(
                    "It is not clear what the first line is. It is taken for the names of the "
                    "columns: “{shown}”. If it is a row of values, set the header to “no”.",
                    shown=shown,
                )
            )
    return "yes"


def _first(found: _Found) -> list[str | None]:
    row = found.frame.row(0)
    return [cell if cell is None else str(cell) for cell in row]


def _named(
    path: Path, found: _Found, layout: TableLayout
) -> tuple[polars.DataFrame, Sequence[int]]:
    """The rows with the names of their columns, trimmed, and null for what is empty."""
    import polars

    frame, lines = found.frame, found.lines
    first = _first(found)
    if layout.header == "yes":
        frame, lines = frame.slice(1), lines[1:]
        if not frame.height:
            raise DataError(
                "{name} has column names but no rows. Choose a file with samples.", name=path.name
            )
    else:
        first = [None] * frame.width
    if not found.is_trimmed:
        every = polars.all().str.strip_chars()
        frame = frame.select(polars.when(every != "").then(every).name.keep())
    last = frame.to_series(frame.width - 1)
    if not (first[-1] or "").strip() and frame.width > 1 and last.null_count() == len(last):
        frame, first = frame[:, :-1], first[:-1]  # each line ends in a separator
    frame.columns = _names(path, first)
    return frame, lines


def _names(path: Path, row: Sequence[str | None]) -> list[str]:
    cells = [unseen_signs.bare(name or "") for name in row]
    if cells and cells[0][1:].strip() and cells[0][0] in "#%":  # as programs mark a line of names
        cells[0] = cells[0].lstrip("#% ")
    way_out = phrase(
        "Give each its own name in the first line, or set the header to “no” when that "
        "is a row of values."
    )
    return checked_names(path, cells, way_out)
