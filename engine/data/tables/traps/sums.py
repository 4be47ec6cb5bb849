"""Rows that are no samples, but sums or means of others: they say so, and their numbers agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.data.array import Array
from engine.data.tables.cells import numbers
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.telling.words import quoted
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars

HEAD: Final = 100
"""Cells that show whether a column holds texts."""
MOST: Final = 1000
"""So many rows called so are looked at."""
FEW: Final = 2
"""So many rows at least are added up, and so many columns leave no doubt."""
NEAR, ROUNDED = 1e-6, 1e-3
"""So far apart numbers may be in proportion; and so far at most by the rounding of their digits."""
_SUMS: Final = (
    "(?:grand |sub[- ]?|over)?totals?",
    "(?:sub)?sums?",
    "(?:gesamt|zwischen|end|teil)?summen?",
    "(?:ins)?gesamt",
    "(?:sous-?)?total(?: g[eé]n[eé]ral)?",
    "total general",
    "somme",
    "suma",
    "totale",
    "overall",
)
_MEANS: Final = (
    "means?",
    "averages?",
    "avg",
    "mittelwerte?",
    "mittel",
    "durchschnitt",
    "moyenne",
    "media",
    "promedio",
)
_MEDIANS: Final = ("median", "m[eé]diane", "mediana")
_SPREADS: Final = (
    r"st(?:andar)?d\.? ?(?:dev(?:iation)?)?\.?",
    "standardabweichung",
    "[eé]cart[- ]type",
    "desviaci[oó]n est[aá]ndar",
)
_ENDS: Final = ("min(?:imum)?", "max(?:imum)?")
_ROUND: Final = r"[\s:=.]*"


def _form(*words: str) -> str:
    """What a cell is that names a sum, alone or beside the group that is added up."""
    one = "|".join(words)
    return rf"(?i)^{_ROUND}(?:(?:{one})(?:[\s:=.].*)?|.*\s(?:{one})){_ROUND}$"


_Measure = Callable[[Array], Array]
_MEASURES: Final[Mapping[str, tuple[_Measure, ...]]] = {
    _form(*_SUMS): (lambda rows: np.nansum(rows, axis=0),),
    _form(*_MEANS): (lambda rows: np.nanmean(rows, axis=0),),
    _form(*_MEDIANS): (lambda rows: np.nanmedian(rows, axis=0),),
    _form(*_SPREADS): (
        lambda rows: np.nanstd(rows, axis=0),
        lambda rows: np.nanstd(rows, axis=0, ddof=1),
    ),
    _form(*_ENDS): (lambda rows: np.nanmin(rows, axis=0), lambda rows: np.nanmax(rows, axis=0)),
}
"""What a row is called, and what its numbers are then."""
_NAMED: Final = _form(*_SUMS, *_MEANS, *_MEDIANS, *_SPREADS, *_ENDS)
_SUM: Final = _form(*_SUMS, *_MEANS)


def is_sum(text: str) -> bool:
    """Whether a cell names a sum or a mean."""
    return re.match(_SUM, text) is not None


def remarks(sheet: Sheet, columns: Sequence[polars.Series]) -> list[str]:
    """A sentence about the rows that sum up others; ``columns`` are numbers of all the rows."""
    called = _called(sheet)
    if not called or not columns:
        return []
    found = _found(called, np.column_stack([column.to_numpy() for column in columns]))
    if not found:
        return []
    place, label = sheet.place(found[0]), quoted(called[found[0]])
    if len(found) == 1:
        return [
            phrase(
                "{place}: {label} is a sum or mean of other rows, as its numbers show, and no "
                "sample of its own, but it is learned from as one; delete the line.",
                place=place,
                label=label,
            )
        ]
    return [
        phrase(
            "{count:,} lines are sums or means of other rows, as their numbers show, and no "
            "samples of their own, but they are learned from as such, first {place} ({label}); "
            "delete the lines.",
            count=len(found),
            place=place,
            label=label,
        )
    ]


def _called(sheet: Sheet) -> dict[int, str]:
    """The rows of which a cell names a sum, in their order, with that cell."""
    import polars

    found: dict[int, str] = {}
    for column in sheet.frame:
        if column.dtype != polars.String or numbers.are_plain(column.head(HEAD)):
            continue
        there = column.str.contains(_NAMED).fill_null(value=False)
        if there.any():
            rows = there.arg_true().to_list()[:MOST]
            found |= {row: str(column[row]) for row in rows if row not in found}
    return dict(sorted(found.items()))


def _found(called: Mapping[int, str], values: Array) -> list[int]:
    """Those of the rows whose numbers agree with the others."""
    places = np.array(list(called))
    usual = np.ones(len(values), dtype=bool)
    usual[places] = False
    others = np.flatnonzero(usual)
    if len(others) < FEW:
        return []
    found = []
    group = others[:0]
    last = -1
    for row in called:
        between = others[np.searchsorted(others, last) : np.searchsorted(others, row)]
        group, last = (between if len(between) else group), row
        at_end = row > others[-1] or row < others[0]
        scopes = [group, *([others] if at_end and len(group) < len(others) else [])]
        if any(_agrees(called[row], values[row], values[scope]) for scope in scopes):
            found.append(row)
    return found


def _agrees(label: str, row: Array, rows: Array) -> bool:
    """Whether the numbers of a row are what it is called, of some rows."""
    varied = ((~np.isnan(rows)).sum(axis=0) >= FEW) & ~np.isnan(row)
    varied &= ((rows != 0) & ~np.isnan(rows)).sum(axis=0) >= FEW
    if len(rows) < FEW or not varied.any():
        return False
    row, rows = row[varied], rows[:, varied]
    is_constant = np.nanmin(rows, axis=0) == np.nanmax(rows, axis=0)
    for form, measures in _MEASURES.items():
        if not re.match(form, label):
            continue
        is_sum = measures is next(iter(_MEASURES.values()))
        for measure in measures:
            told = measure(rows)
            slack = np.minimum(_last_digits(row) / 2, ROUNDED * np.abs(told))
            agree = np.abs(row - told) <= NEAR * np.abs(told) + slack
            agree &= (told != 0) & (is_sum | ~is_constant)
            if agree.sum() >= min(FEW, len(row)):
                return True
    return False


def _last_digits(row: Array) -> Array:
    """What the last digit of each number is worth."""
    decimals = [len(f"{value:.9f}".rstrip("0").partition(".")[2]) for value in row.tolist()]
    return np.asarray(np.power(10.0, -np.array(decimals)))
