"""How values and lists of them are shown in sentences about columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from graphs.wording.phrases import enumerated, phrase

MOST_SPELLINGS: Final = 5
"""So many different spellings are named, and can be said to be missing with one choice."""
LONGEST: Final = 30
"""Characters of a value that are shown."""
SIGN_WORDS: Final = {",": "a comma", ".": "a point", " ": "a space", "'": "an apostrophe"}
PAIR_WORDS: Final = {
    "": "hours, minutes and seconds",
    "hours": "hours and minutes",
    "minutes": "minutes and seconds",
}


def short(text: str) -> str:
    """A value, cut when it is long."""
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


def quoted(text: str) -> str:
    """A value as sentences show it."""
    return f"“{short(text)}”"


def listed(texts: Sequence[str]) -> str:
    """``“a”, “b” and “c”``; what is more than a few is counted."""
    named = [quoted(text) for text in texts[:MOST_SPELLINGS]]
    if more := len(texts) - len(named):
        return phrase("{named} and {more} more", named=", ".join(named), more=more)
    return enumerated(named) if named else ""


def number_word(number: int) -> str:
    """A small number as a word."""
    return {2: phrase("two"), 3: phrase("three")}.get(number, str(number))
