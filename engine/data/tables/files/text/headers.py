"""Whether the first line of a table holds the names of its columns, or is a row like the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    import polars

Verdict: TypeAlias = Literal["names", "row", "unclear"]

LOOKED_AT = 1000
"""Rows of a column that are looked at for its kind, spread over all of it."""
MOSTLY = 0.9
"""Such a share of the values makes the kind of a column."""
FEW_ROWS = 4
_MONEY = r"(?:\p{Sc}|[A-Z]{3})?"
VALUE: Final = (
    rf"^\(?[+\-−]?\s?{_MONEY}\s?[+\-−]?[.,]?\d[\d.,'’\s\x{{A0}}]*(?:[eE][+-]?\d+)?\s?(?:%|{_MONEY})\)?$"
    r"|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ].*)?$|^\d{1,2}:\d{2}(?::\d{2}.*)?$"
    r"|^[+-]?(?i:nan|inf|infinity)$"
)
"""A number, with or without money or percents, a date or a time."""
_MISSING: Final = ("NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "?", "-", "--", "#N/A")
_USUAL: Final = re.compile(
    r"(?i)^(.*[ _])?(id|name|names|label|labels|class|target|text|date|time|day|year|value|price|"
    r"type|kind|category|score|rating|title|review|sentence|question|answer|comment|message|file)$"
)
"""Words that columns are called by."""


@dataclass(frozen=True, slots=True)
class Votes:
    """What the columns say about the first line, each once."""

    names: int = 0
    """Those in which it cannot be a value: a word above numbers."""
    row: int = 0
    """Those in which it is a value like those below."""
    likely_names: int = 0

    def verdict(self) -> Verdict:
        """What the first line is, where all the evidence is on one side."""
        if self.names and self.row:
            return "unclear"
        if self.row:
            return "row"
        return "names" if self.names or self.likely_names else "unclear"


def votes(first: Sequence[str | None], body: polars.DataFrame) -> Votes:
    """What each column says about the cell above it; ``body`` has no other rows than those."""
    cells = [(cell or "").strip() for cell in first]
    if not body.height:
        return Votes()
    found: Counter[str] = Counter()
    counts = _counted(cells)
    for at, (cell, column) in enumerate(zip(cells, body.iter_columns(), strict=False)):
        if cell and cell not in _MISSING:
            vote = _vote(cell, column)
            is_count = vote == "row" and at in counts and not _holds_years(cell, column)
            found["" if is_count else vote] += 1
    if counts and not found["names"] and not found["row"]:
        found["likely_names"] += 1
    if not found["names"] and not found["row"] and not found["likely_names"]:
        found["likely_names"] += _read_like_names(cells, body)
    if not found["names"] and any(n > 1 for c, n in Counter(cells).items() if c):
        found["row"] += 1  # names differ
        found["likely_names"] = 0
    return Votes(found["names"], found["row"], found["likely_names"])


def _vote(cell: str, column: polars.Series) -> str:
    import polars

    seen = _spread(column)
    present = seen.filter(seen.is_not_null() & ~seen.is_in(list(_MISSING)))
    if not present.len():
        return ""
    values = int(present.str.contains(VALUE).sum())
    is_value = bool(polars.Series([cell]).str.contains(VALUE)[0])
    if values >= MOSTLY * present.len():
        return "row" if is_value else "names"
    if is_value and not values:
        return ""
    if bool((column.str.strip_chars() == cell).any()):
        return "row"
    if _USUAL.match(cell):
        return "likely_names"
    repeats = present.len() >= FEW_ROWS and present.n_unique() * 2 <= present.len()
    return "likely_names" if repeats else ""


def _spread(column: polars.Series) -> polars.Series:
    """Some of the values, taken at even distances."""
    step = max(len(column) // LOOKED_AT, 1)
    return column.gather_every(step).str.strip_chars()


def _counted(cells: Sequence[str]) -> set[int]:
    """The places of whole numbers that count up by one: of years, or of all columns from 0 on."""
    found: set[int] = set()
    run: list[int] = []
    for at, cell in enumerate([*cells, ""]):
        whole = len(cell) < 10 and cell.isascii() and cell.isdecimal()
        if whole and run and at == run[-1] + 1 and int(cell) == int(cells[run[-1]]) + 1:
            run.append(at)
            continue
        years = len(run) >= 2 and all(_is_year(int(cells[place])) for place in run)
        if years or (len(run) == len(cells) > 2 and int(cells[0]) == 0):
            found |= set(run)
        run = [at] if whole else []
    return found


def _is_year(number: int) -> bool:
    return 1900 <= number <= 2100


def _holds_years(cell: str, column: polars.Series) -> bool:
    """Whether years stand below a year, so that it is no name of a column."""
    import polars

    values = _spread(column).cast(polars.Float64, strict=False)
    return _is_year(int(cell)) and bool(values.is_between(1900, 2100).all())


def _read_like_names(cells: Sequence[str], body: polars.DataFrame) -> bool:
    """Whether all are short words above longer texts."""
    if not all(re.fullmatch(r"[^\W\d][\w .()/%-]{0,30}", cell) for cell in cells if cell):
        return False
    lengths = [_spread(column).str.len_chars().mean() or 0 for column in body.iter_columns()]
    usual = [len(cell) for cell in cells if cell]
    return bool(usual) and max(float(str(n)) for n in lengths) > 2 * max(usual)
