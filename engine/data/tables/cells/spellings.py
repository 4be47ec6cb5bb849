"""Texts that mean the same and are written differently: in capitals, composed letters, spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

_SPACES = re.compile(r"\s+")
_OTHER_DIGIT = r"[\p{Nd}--[0-9]]"
ARABIC_POINT = "\u066b"
ARABIC_THOUSANDS = "\u066c"
_SIGNS = {
    ARABIC_POINT: ".",
    ARABIC_THOUSANDS: "'",  # between thousands, and never a decimal sign
    "\u066a": "%",
    "\uff0e": ".",
    "\uff0c": ",",
    "\uff0d": "-",
    "\uff0b": "+",
    "\uff05": "%",
    "\uff0f": "/",
    "\uff1a": ":",
    "\u200e": "",
    "\u200f": "",
    "\u061c": "",
}
"""The signs that stand beside the digits of other scripts; marks of direction are none."""
MOST = 1000
"""With more different texts than that nobody is told which of them are alike."""


def folded(text: str) -> str:
    """What two spellings of the same have in common."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def variants(texts: polars.Series) -> list[list[str]]:
    """The spellings of each text that is written in several ways, the commonest first."""
    present = texts.drop_nulls()
    if not present.len() or present.n_unique() > MOST:
        return []
    counted = sorted(present.value_counts().iter_rows(), key=lambda row: (-row[1], row[0]))
    groups: dict[str, list[str]] = {}
    for text, _ in counted:
        groups.setdefault(folded(text), []).append(text)
    return [spelled for spelled in groups.values() if len(spelled) > 1]


def alike(texts: polars.Series, known: Iterable[str] = ()) -> polars.Series:
    """The column with one spelling for each text: a known one, or else the commonest."""
    usual = {other: spelled[0] for spelled in variants(texts) for other in spelled[1:]}
    by_fold = {folded(text): text for text in known}
    for text in texts.drop_nulls().unique().to_list() if by_fold else ():
        usual[text] = by_fold.get(folded(text), usual.get(text, text))
    return texts.replace(usual) if usual else texts


def plain_digits(texts: polars.Series) -> polars.Series:
    """The texts with the digits of other scripts and their signs as 0 to 9; itself without any."""
    if texts.str.len_bytes().sum() == texts.str.len_chars().sum():
        return texts
    found = texts.str.extract_all(_OTHER_DIGIT).explode().drop_nulls().unique().to_list()
    if not found:
        return texts
    known = {digit: str(unicodedata.decimal(digit)) for digit in found} | _SIGNS
    return texts.str.replace_many(list(known), list(known.values()))
