"""Columns of texts that are read word by word, as a field of tokens each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.data.columns import Read
from engine.data.samples import Poll, go_on
from engine.data.texts import Reading, Tokens, tokens_of
from engine.data.tokens import JOINTS, pieces

if TYPE_CHECKING:
    import polars

PROSE_WORDS = 4
"""A column whose texts have so many words on average, and seldom repeat, is taken for prose."""
LOOKED_AT = 1000
"""Rows that are looked at for this."""


def is_prose(read: Read) -> bool:
    """Whether a column holds sentences rather than categories or ids."""
    if not read.is_text:
        return False
    present = read.values.drop_nulls().head(LOOKED_AT)
    if not present.len() or present.n_unique() * 2 < present.len():
        return False
    words = sum(len(pieces(text, JOINTS["words"])) for text in present)
    return words >= PROSE_WORDS * present.len()


def text_fields(
    columns: Sequence[polars.Series], reading: Reading, poll: Poll = go_on
) -> dict[str, Tokens]:
    """Each column as tokens of its own, by name; the sizes are T, T2, T3 and so on."""
    found = {}
    for number, column in enumerate(columns, 1):
        texts = column.fill_null("").to_list()
        symbol = "T" if number == 1 else f"T{number}"
        found[column.name] = tokens_of(texts, reading, symbol, poll)
    return found
