"""Signs without width at the ends of cells, which nobody sees: taken off, as spaces are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from engine.data.tables.files.table_file import Sheet
from graphs.wording.phrases import counted

if TYPE_CHECKING:
    import polars

SIGNS: Final = "\ufeff\u200b\u2060"
"""The mark that files begin with, and two that part or join words without a space."""
_FIRST_BYTES: Final = tuple(sorted({sign.encode()[0] for sign in SIGNS}))
"""Single bytes are looked for much faster."""
_AT_ENDS: Final = rf"^\s*[{SIGNS}]|[{SIGNS}]\s*$"
_TAKEN_OFF: Final = rf"^[\s{SIGNS}]+|[\s{SIGNS}]+$"


def bare(text: str) -> str:
    """A text without such signs and spaces at its ends."""
    before = ""
    while before != text:
        before, text = text, text.strip().strip(SIGNS)
    return text


def among(data: bytes) -> bool:
    """Whether a text holds such signs anywhere."""
    if data.isascii() or all(data.find(first) < 0 for first in _FIRST_BYTES):
        return False
    return any(sign.encode() in data for sign in SIGNS)


def without(sheet: Sheet) -> Sheet:
    """The sheet with no such signs at the ends of its cells, which is told once."""
    import polars

    texts = polars.col(polars.String)
    wide = sheet.frame.select(texts.str.len_bytes().sum() > texts.str.len_chars().sum())
    found: dict[str, polars.Series] = {}
    count, first = 0, len(sheet.frame)
    for name in (one.name for one in wide if one[0]):
        column = sheet.frame.get_column(name)
        there = column.str.contains(_AT_ENDS).fill_null(value=False)
        if not there.any():
            continue
        plain = column.str.replace_all(_TAKEN_OFF, "")
        found[column.name] = plain.set((plain == "").fill_null(value=False), None)
        count += int(there.sum())
        first = min(first, int(there.arg_true()[0]))
    if not found:
        return sheet
    told = counted(
        count,
        "{place}: a sign without width, such as programs put at the beginnings of files, stands at "
        "the end of a cell; it is read without it.",
        "{count:,} cells, first in {place}, have signs without width at their ends, such as "
        "programs put at the beginnings of files; they are read without them.",
        place=sheet.place(first),
    )
    frame = sheet.frame.with_columns(list(found.values()))
    return replace(sheet, frame=frame, notices=(*sheet.notices, told))
