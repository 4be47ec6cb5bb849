"""What the beginning of a text file shows: separator, comments, and lines above the table."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from engine.data.tables.files.text.headers import VALUE, votes
from graphs.data.sources.table_layout import (
    COMMENTS,
    SIGNS,
    ColumnSeparator,
    CommentSign,
    TableLayout,
)
from graphs.wording.phrases import phrase, with_or

if TYPE_CHECKING:
    import polars

LOOKED_AT = 200
"""Lines that are looked at, from the first that is neither blank nor a comment on."""
MOST_ABOVE: Final = 10_000
"""Blank lines and comments above it that are looked at."""
MOST_TITLES = 20
"""Lines above a table that are taken for its title."""
_EXCEL: Final = re.compile(r'^\s*"?sep=(?P<sign>.)"?\s*$', re.IGNORECASE)
_DECIMAL: Final = re.compile(r"^\s*[^\d,]{0,4}\d*,\d+[^\d,]{0,4}\s*$")
_NAMES: Final[dict[str, ColumnSeparator]] = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "bar",
    ":": "colon",
}
_GUESSED: Final[tuple[ColumnSeparator, ...]] = ("tab", "semicolon", "bar", "comma")
"""Colons stand in times, too, so they part columns only where that is said."""
_VALUE: Final = re.compile(VALUE.replace(r"\p{Sc}", "[$€£¥]").replace(r"\x{A0}", "\u00a0"))


@dataclass(frozen=True, slots=True)
class BeginningRow:
    """A row of the beginning, with the line that it begins in."""

    line: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> int:
        """How many of its cells are not empty."""
        return sum(bool(cell.strip()) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Beginning:
    """The layout with all settled but the header, and what was decided, as sentences."""

    layout: TableLayout
    notices: tuple[str, ...] = ()


def looked_at(lines: Iterable[str], skipped: int) -> list[str]:
    """The lines that show how a table lies below those that are skipped, with all above."""
    left = iter(lines)
    head, count = list(islice(left, skipped)), 0
    for line in islice(left, MOST_ABOVE):
        head.append(line)
        count += bool(count or (line.strip() and not any(is_comment(line, c) for c in COMMENTS)))
        if count == LOOKED_AT:
            break
    return head


def beginning(lines: Sequence[str], layout: TableLayout) -> Beginning:
    """What the first lines of a file show, as far as the layout does not say it."""
    told: list[str] = []
    separator, skipped = layout.separator, layout.skipped
    if lines and (marked := _EXCEL.match(lines[0])):
        own = _NAMES.get(marked["sign"])
        separator = own if separator == "auto" and own else separator
        skipped = 1 if skipped is None else skipped
    settled = replace(layout, separator=separator, skipped=skipped)
    if settled.separator == "auto":
        first = replace(settled, comment=_leading_comment(lines, settled, "comma")[0])
        separator = _separator(_plain(lines, first), told)
        settled = replace(settled, separator=separator)
    if settled.comment == "auto":
        comment, named = _leading_comment(lines, settled, settled.separator)
        settled = replace(settled, comment=comment)
        if comment != "none":
            told.append(
                phrase(
                    "Lines that begin with “{comment}” are comments, and no rows.", comment=comment
                )
            )
        if named is not None:
            settled = replace(settled, skipped=named if layout.skipped is None else skipped)
    if settled.skipped is None:
        count = _titles(records(lines, settled))
        settled = replace(settled, skipped=count)
        if count:
            title = next(line.strip() for line in lines if line.strip())
            many = (
                phrase("The first line is")
                if count == 1
                else phrase("The first {count} lines are", count=count)
            )
            told.append(
                phrase(
                    "{many} skipped as a title above the table (“{short}”); the lines to skip are "
                    "a setting.",
                    many=many,
                    short=_short(title),
                )
            )
    return Beginning(settled, tuple(told))


def records(lines: Sequence[str], layout: TableLayout) -> list[BeginningRow]:
    """The rows among the lines as a settled layout reads them; what breaks ends them."""
    skipped = layout.skipped or 0
    numbered = [
        (number, line)
        for number, line in enumerate(lines[skipped:], skipped + 1)
        if not is_comment(line, layout.comment, layout.separator)
    ]
    texts = (line for _, line in numbered)
    numbers = [number for number, _ in numbered]
    spaces = layout.separator == "spaces"
    reader = csv.reader(
        (line.strip(" ") if spaces else line for line in texts),
        delimiter=SIGNS[layout.separator],
        skipinitialspace=True,
    )
    found, before = [], 0
    try:
        for row in reader:
            if row and any(cell.strip() for cell in row):
                found.append(BeginningRow(numbers[before], tuple(row)))
            before = reader.line_num
    except csv.Error:
        pass
    return found


def is_comment(line: str, sign: str, separator: str = "auto") -> bool:
    """Whether a line is one that ``sign`` begins, behind spaces and tabs that part no columns."""
    if sign in {"none", "auto"} or sign not in line:
        return False
    return line.lstrip("\ufeff " if separator == "tab" else "\ufeff \t").startswith(sign)


def _plain(lines: Sequence[str], layout: TableLayout) -> list[str]:
    kept = lines[layout.skipped or 0 :]
    sign, separator = layout.comment, layout.separator
    return [line for line in kept if line.strip() and not is_comment(line, sign, separator)]


# ---- separators ----


@dataclass(frozen=True, slots=True, order=True)
class _Fit:
    """How well a separator cuts the lines into columns; the greatest is the best."""

    alike: float = 0.0
    """The share of lines with the usual number of columns, and more where the first is one."""
    clean: float = 0.0
    """The share of values that no other separator cuts."""


def _separator(lines: Sequence[str], told: list[str]) -> ColumnSeparator:
    """The separator that cuts the most lines into as many columns."""
    fits = {name: _fit(lines, name) for name in _GUESSED}
    best = max(_GUESSED, key=lambda name: fits[name])
    if fits[best].alike < 1 and _is_spaced(lines):
        return "spaces"
    if not fits[best].alike:
        return "comma"
    alike = [name for name in _GUESSED if fits[name] == fits[best]]
    if len(alike) > 1:
        others = with_or(name for name in alike if name != best)
        told.append(
            phrase(
                "The columns can be parted by {best} or by {others} alike; {best} is taken. If "
                "that is wrong, set the column separator.",
                best=best,
                others=others,
            )
        )
    return best


def _fit(lines: Sequence[str], name: ColumnSeparator) -> _Fit:
    if sum(SIGNS[name] in line for line in lines) * 2 < len(lines):
        return _Fit()
    found = records(lines, TableLayout(separator=name, skipped=0, comment="none"))
    counts = Counter(len(record.cells) for record in found)
    wide = [(count, width) for width, count in counts.items() if width > 1]
    if not wide:
        return _Fit()
    count, width = max(wide)
    if count * 2 < len(found):
        return _Fit()
    others = {SIGNS[other] for other in _GUESSED if other != name}
    cells = [cell for record in found for cell in record.cells]
    clean = sum(others.isdisjoint(cell) or bool(_DECIMAL.match(cell)) for cell in cells)
    first = 0.2 * (len(found[0].cells) == width)
    return _Fit(count / len(found) + first, clean / len(cells))


def _is_spaced(lines: Sequence[str]) -> bool:
    """Whether spaces cut all lines into as many columns, most of them numbers."""
    rows = [line.split() for line in lines]
    widths = {len(row) for row in rows}
    if len(rows) < 3 or len(widths) != 1 or widths == {1}:
        return False
    cells = [cell for row in rows[1:] for cell in row]
    return sum(bool(_VALUE.match(cell)) for cell in cells) * 2 >= len(cells)


# ---- what is no row ----


def _leading_comment(
    lines: Sequence[str], layout: TableLayout, separator: ColumnSeparator
) -> tuple[CommentSign, int | None]:
    """The sign that begins comments, or “none”; and the lines above names behind such a sign."""
    if layout.comment != "auto":
        return layout.comment, None
    skipped = layout.skipped or 0
    for sign in COMMENTS:
        leading = [n for n, _ in enumerate(lines, 1) if n > skipped]
        head: list[int] = []
        for number in leading:
            if not lines[number - 1].strip():
                continue
            if not is_comment(lines[number - 1], sign, separator):
                break
            head.append(number)
        else:
            continue  # all lines begin so
        if head:
            return _names_or_comments(lines, replace(layout, separator=separator), sign, head)
        is_there = any(is_comment(line, sign, separator) for line in lines)
        if is_there and _ragged_comments(
            lines, replace(layout, separator=separator, comment="none"), sign
        ):
            return sign, None
    return "none", None


def _names_or_comments(
    lines: Sequence[str], layout: TableLayout, sign: CommentSign, head: Sequence[int]
) -> tuple[CommentSign, int | None]:
    """Whether the last of the leading lines names the columns, behind the sign."""
    rest = records(lines[head[-1] :], replace(layout, skipped=0, comment="none"))
    last = records([lines[head[-1] - 1]], replace(layout, skipped=0, comment="none"))
    widths = {len(record.cells) for record in rest}
    if not rest or not last or widths != {len(last[0].cells)}:
        return sign, None
    if last[0].cells[0].strip() == sign:
        return "none", head[-1] - 1
    table = _frame(rest)
    following = votes(rest[0].cells, table.slice(1)).verdict()
    above = votes(last[0].cells, table).verdict()
    return ("none", head[-1] - 1) if following == "row" and above == "names" else (sign, None)


def _ragged_comments(lines: Sequence[str], layout: TableLayout, sign: str) -> bool:
    """Whether the lines that begin with the sign, and only they, have another number of values."""
    found = records(lines, layout)
    width = Counter(len(record.cells) for record in found).most_common(1)
    marked = [record for record in found if is_comment(record.cells[0], sign)]
    others = {len(record.cells) for record in found if not is_comment(record.cells[0], sign)}
    return bool(marked) and len(others) == 1 and all(len(r.cells) != width[0][0] for r in marked)


def _titles(found: Sequence[BeginningRow]) -> int:
    """How many lines stand above the table."""
    counts = Counter(len(record.cells) for record in found)
    if len(found) < 3 or not counts:
        return 0
    width = counts.most_common(1)[0][0]
    count = 0
    for record in found[:MOST_TITLES]:
        lonely = record.filled <= 1 < width and not _VALUE.match(record.cells[0].strip())
        if len(record.cells) == width and not lonely:
            break
        count += 1
    rest = found[count:]
    if not count or len(rest) < 2 or any(len(r.cells) != width for r in rest[:2]):
        return 0
    verdict = votes(rest[0].cells, _frame(rest[1:])).verdict()
    named = rest[0].filled >= width - 1
    return rest[0].line - 1 if verdict == "names" and named else 0


def _frame(found: Sequence[BeginningRow]) -> polars.DataFrame:
    import polars

    width = Counter(len(record.cells) for record in found).most_common(1)[0][0]
    rows = [record.cells for record in found if len(record.cells) == width]
    columns = [[cell.strip() or None for cell in column] for column in zip(*rows, strict=True)]
    return polars.DataFrame(
        [polars.Series(str(at), column, polars.String) for at, column in enumerate(columns)]
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "..."
