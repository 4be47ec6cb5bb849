"""Rows that stand in a table several times, so that a random split tests what it trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars

LEAST: Final = 10
"""So many different rows there must be, and so many copies."""
SHARE: Final = 0.05
"""Of all rows, copies are at least so many."""
VARIED: Final = 0.5
"""Columns that differ in so many of the different rows are hardly alike by chance."""
VARIED_COLUMNS: Final = 2
"""So many of them never are: one alone that is rounded repeats itself."""
LONG: Final = 50
"""Characters of a text that nobody writes twice."""


def remarks(
    inputs: Sequence[polars.Series],
    texts: Sequence[polars.Series],
    answers: Sequence[polars.Series],
) -> list[str]:
    """A sentence when rows are the same in all columns that are used, and that is no chance."""
    import polars

    total = len(answers[0])
    hashes = polars.DataFrame([*inputs, *texts, *answers]).hash_rows()
    different = hashes.n_unique()
    copies = total - different
    if different < LEAST or copies < max(LEAST, SHARE * total):
        return []
    varied = sum(column.n_unique() >= VARIED * different for column in inputs)
    if varied < VARIED_COLUMNS and not any(_are_long(text, hashes) for text in texts):
        return []
    return [
        phrase(
            "{copies:,} of {total:,} rows are the same as an earlier one in all columns that are "
            "used, so a split by chance tests rows that were learned from; delete the copies, "
            "unless each is a sample of its own.",
            copies=copies,
            total=total,
        )
    ]


def _are_long(texts: polars.Series, hashes: polars.Series) -> bool:
    """Whether most of the texts that come again are too long for it to be by chance."""
    again = texts.filter(hashes.is_duplicated()).str.len_chars().median()
    return isinstance(again, float) and again >= LONG
