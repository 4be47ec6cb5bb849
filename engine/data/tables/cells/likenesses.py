"""Texts that look like numbers, dates or times in a form that is not read: what they look like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engine.data.tables.cells.months import MONTHS

if TYPE_CHECKING:
    import polars

HEAD: Final = 1000
"""Cells that are looked at."""
_NUMBER = r"[+-]?[0-9][0-9.,' ]*"
_MONTH = "(?i:" + "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True)) + r")\.?"
_YEAR = r"(?:1[5-9]|2[01])[0-9][0-9]"
_PART = (
    r"(?:(?i:q|t|qtr|quarter|h|w|wk|kw|week|m)\.?\s?[0-9][0-9]?|[0-9][0-9]?|[1-4]\.?\s?(?i:q|quarter|quartal)"
    rf"|{_MONTH})"
)
_AS_DATES: Final = "write them as days such as 2024-01-31 to have them read as dates"
_AS_NUMBERS: Final = "write them as plain numbers such as 1500 to have them read as numbers"
_AS_SECONDS: Final = "write them as seconds, or as hours:minutes:seconds, to have them read so"
_AS_OFFSETS: Final = "write the zone as an offset such as +01:00 to have them read as times"
_FORMS: Final = (
    (
        r"^.*[0-9]:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?\s?\p{Lu}{2,5}$",
        "times with zones",
        _AS_OFFSETS,
    ),
    (r"^.*[0-9]:[0-9]{2}.*\[[^\]]+\]$", "times with zones", _AS_OFFSETS),
    (rf"^{_NUMBER}\s*days?,?\s+[+-]?[0-9]+:[0-9]{{2}}.*$", "durations", _AS_SECONDS),
    (rf"^{_NUMBER}\s*(?:±|\+/-|\+-)\s*{_NUMBER}$", "numbers with errors", _AS_NUMBERS),
    (
        rf"^{_NUMBER}\s*[x×*·]\s*10\s*(?:\^|\*\*)?\s*[+\-−⁺⁻]?\p{{N}}+$",
        "numbers with exponents",
        _AS_NUMBERS,
    ),
    (rf"^{_PART}[\s\-/.,']{{0,2}}{_YEAR}$|^{_YEAR}[\s\-/.,']{{0,2}}{_PART}$", "dates", _AS_DATES),
    (r"^[+-]?[0-9]{1,5}(?::[0-9]{1,2}){1,2}(?:[.,][0-9]+)?$", "times", _AS_SECONDS),
    (r"^[+-]?[0-9]*\.?[0-9]+[dD][+-]?[0-9]+$", "numbers with exponents", _AS_NUMBERS),
    (r"^[+-]?0[xX][0-9a-fA-F]+$", "numbers in base 16", _AS_NUMBERS),
    (
        r"^[+-]?(?:[0-9]+\s+)?[0-9]+\s*[/⁄]\s*[0-9]+$|^(?:[0-9]+\s)?[0-9]*[½⅓⅔¼¾⅛⅜⅝⅞]$",
        "fractions",
        _AS_NUMBERS,
    ),
    (rf"^{_NUMBER}\s*(?i:cr|dr)\.?$", "debits and credits", _AS_NUMBERS),
    (rf"^\p{{Sc}}?\s*{_NUMBER}\s*(?i:k|m|b|t|mn|bn|mio|mrd)$", "shortened numbers", _AS_NUMBERS),
    (r"^[+-]?[0-9]+\p{Sc}[0-9][0-9]$", "amounts of money", _AS_NUMBERS),
    (rf"^{_NUMBER}\s?(?:-|–|—|to|\.\.)\s?{_NUMBER}$", "ranges of numbers", _AS_NUMBERS),
    (
        r"^[NSEWO]?\s*[0-9]+(?:[.,][0-9]+)?\s*°.*$|^[0-9]+[.,][0-9]+\s*[NSEWO]$",
        "degrees",
        _AS_NUMBERS,
    ),
    (
        rf"^{_NUMBER}\s*(?:[kmcdµμn]?g|[kmcdµμn]?m|[mcdµμ]?[lL]|lbs?|oz|ft|in|mi|km/h|mph|°[CFK])$",
        "numbers with units",
        _AS_NUMBERS,
    ),
    (r"^[+-]?(?:\p{Nd}[.,٫٬]?)*[\p{Nd}--[0-9]](?:\p{Nd}|[.,٫٬])*$", "numbers", _AS_NUMBERS),
)
"""How at least half of the cells are written, what they are called, and the way out."""


def of(texts: polars.Series) -> tuple[str, str] | None:
    """What texts look like, such as “dates”, and how to have them; None for mere texts."""
    present = texts.drop_nulls().head(HEAD).str.strip_chars()
    if present.len() and 2 * int(present.str.contains(r"\p{N}").sum()) >= present.len():
        for form, called, way in _FORMS:
            if 2 * int(present.str.contains(form).sum()) >= present.len():
                return called, way
    return None
