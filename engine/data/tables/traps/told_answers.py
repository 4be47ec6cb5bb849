"""Columns to learn from that say what is to be predicted, so that nothing else is learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.data.array import Array
from engine.data.tables.telling.words import listed
from graphs.wording.phrases import counted

if TYPE_CHECKING:
    import polars

HEAD: Final = 1000
"""Rows that are looked at first; mostly they settle it."""
LEAST: Final = 20
"""So many rows show it."""
SHARE: Final = 0.9
"""So many of the rows must have both values."""
REPEATED: Final = 5
"""So many rows there must be for each value that stands for a class."""
STEPS: Final = 1000
"""A line of rounded numbers is shown by values so many times as far apart as they are exact."""
EXACT: Final = 1e-9
"""So near in proportion numbers lie on a line that are not rounded."""


def remarks(inputs: Sequence[polars.Series], answer: polars.Series) -> list[str]:
    """A sentence about the columns that say the same as the column to predict."""
    head = answer.head(HEAD)
    found = [
        column.name
        for column in inputs
        if _tells(column.head(HEAD), head, alone=len(inputs) == 1)
        and _tells(column, answer, alone=len(inputs) == 1)
    ]
    if not found:
        found = _one_hot(inputs, answer)
    if not found:
        return []
    return [
        counted(
            len(found),
            "The column {named} says the same as “{answer}”, which is to be predicted, line "
            "by line; unless it is known beforehand, name it among the columns to ignore.",
            "The columns {named} say the same as “{answer}”, which is to be predicted, line "
            "by line; unless they are known beforehand, name them among the columns to ignore.",
            named=listed(found),
            answer=answer.name,
        )
    ]


def _tells(column: polars.Series, answer: polars.Series, *, alone: bool) -> bool:
    """Whether one is the other, by another scale or in another code; ``alone`` it may well be."""
    both = column.is_not_null() & answer.is_not_null()
    count = int(both.sum())
    if count < max(LEAST, SHARE * len(answer)):
        return False
    if count < len(answer):
        column, answer = column.filter(both), answer.filter(both)
    if column.dtype.is_float() and answer.dtype.is_float():
        one, other = column.to_numpy(), answer.to_numpy()
        if _is_same(one, other) or (not alone and _is_line(one, other)):
            return True
    return not alone and _is_code(column, answer)


def _is_same(one: Array, other: Array) -> bool:
    return bool((one == other).all()) and len(np.unique(one)) > 1


def _is_line(one: Array, other: Array) -> bool:
    """Whether the numbers lie on a line, as exactly as their digits say it of many steps."""
    middles = float(one.mean()), float(other.mean())
    apart, apart_too = one - middles[0], other - middles[1]
    spread = float((apart * apart).sum())
    if not spread or not np.isfinite(spread):
        return False
    slope = float((apart * apart_too).sum()) / spread
    wrong = float(np.abs(apart_too - slope * apart).max())
    reach = float(np.ptp(other))
    if wrong <= EXACT * reach:
        return True
    exact = _last_digit(other) + abs(slope) * _last_digit(one)
    return reach > STEPS * exact and wrong <= exact


def _last_digit(values: Array) -> float:
    """What the last digit of the numbers is worth, by some of them."""
    some = values[:: max(len(values) // LEAST, 1)].tolist()
    return float(10.0 ** -max(len(f"{value:.9f}".rstrip("0").partition(".")[2]) for value in some))


def _is_code(column: polars.Series, answer: polars.Series) -> bool:
    """Whether each value stands for one value of the answer, many times over."""
    import polars

    different = answer.n_unique()
    if different < 2 or different * REPEATED > len(answer) or column.n_unique() != different:
        return False
    return polars.DataFrame([column.rename("a"), answer.rename("b")]).n_unique() == different


def _one_hot(inputs: Sequence[polars.Series], answer: polars.Series) -> list[str]:
    """The columns that each say of one class whether it is the answer, where they say it of all.

    One class may have none, as the others leave no choice.
    """
    classes = answer.drop_nulls().unique()
    count = len(answer)
    if answer.null_count() or len(classes) < 3 or len(classes) * REPEATED > count or count < LEAST:
        return []
    of: dict[str, str] = {}
    for column in inputs:
        if column.null_count() or column.head(HEAD).n_unique() > 2 or column.n_unique() != 2:
            continue
        ends = column == column.max(), column == column.min()
        there = [(end, answer.filter(end)) for end in ends]
        for end, named in there:
            one = named[0]
            if named.n_unique() == 1 and int((answer == one).sum()) == int(end.sum()):
                of[column.name] = str(one)
    return list(of) if len(set(of.values())) >= len(classes) - 1 else []
