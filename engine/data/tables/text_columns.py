"""Columns of texts that are read word by word, as a field of tokens each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from engine.controls import Poll, go_on
from engine.data.tables.columns import Read
from engine.data.texts.passages import TokenizedTexts, TokenReading, tokens_of
from engine.data.texts.tokens import JOINTS, pieces
from graphs.data.sources.choices import Unit
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars

PROSE_WORDS = 4
"""A column whose texts have so many words on average, and seldom repeat, is taken for prose."""
MANY_SENTENCES = 20
"""Fewer sentences that repeat are answers to choose from."""
LETTERS_PER_WORD = 2
"""So many letters of a script without spaces count as a word."""
LOOKED_AT = 1000
"""Rows that are looked at for this."""
_SPACELESS = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff]"
)
"""Letters of scripts that put no spaces between words: Chinese, Japanese, Thai, Lao, Tibetan,
Burmese and Khmer."""


def is_prose(read: Read) -> bool:
    """Whether a column holds sentences rather than categories or ids."""
    if not read.is_text:
        return False
    present = read.values.drop_nulls().head(LOOKED_AT)
    return 2 * present.n_unique() >= present.len() > 0 and _in_sentences(present)


def repeated_prose(read: Read) -> str:
    """What is said of sentences that stand in many rows each; empty where there are none.

    They may be answers to choose from, or notes of which some are the same.
    """
    different = read.values.drop_nulls().unique() if read.is_text else read.values.head(0)
    if different.len() < MANY_SENTENCES or not _in_sentences(different.sort().head(LOOKED_AT)):
        return ""
    return phrase(
        "The column “{name}” holds {count} sentences that repeat, so each of them is taken as a "
        "category, and its words are not read. Name the column among the texts to learn from "
        "the words.",
        name=read.values.name,
        count=different.len(),
    )


def _in_sentences(texts: polars.Series) -> bool:
    """Whether texts have many words on average."""
    return sum(map(_words, texts)) >= PROSE_WORDS * texts.len()


def _words(text: str) -> float:
    """About how many words a text has, in any script."""
    spaced = _SPACELESS.sub(" ", text)
    letters = len(_SPACELESS.findall(text))
    return len(pieces(spaced, JOINTS["words"])) + letters / LETTERS_PER_WORD


def unit_of(column: polars.Series) -> Unit:
    """What a token of a column's texts is: where words are not set apart, a character."""
    looked_at = "".join(column.drop_nulls().head(LOOKED_AT).to_list())
    letters = sum(map(str.isalpha, looked_at))
    return "characters" if 2 * len(_SPACELESS.findall(looked_at)) > letters else "words"


def text_fields(
    columns: Sequence[polars.Series],
    reading_of: Callable[[polars.Series], TokenReading],
    poll: Poll = go_on,
) -> dict[str, TokenizedTexts]:
    """Each column as tokens of its own, by name; the sizes are T, T2, T3 and so on."""
    found = {}
    for number, column in enumerate(columns, 1):
        texts = column.fill_null("").to_list()
        symbol = "T" if number == 1 else f"T{number}"
        found[column.name] = tokens_of(texts, reading_of(column), symbol, poll)
    return found
