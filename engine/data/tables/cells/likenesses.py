"""Texts that look like numbers, dates or times in a form that is not read: what they look like."""

from __future__ import annotations

import re
from collections import Counter
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
_QUARTER: Final = r"(?i:q|h|quarter|quartal|kw|w)"
_SHORT_YEAR: Final = r"'?[0-9]{2}"
_CENTURY: Final = "(?:1[5-9]|2[01])"
_FRACTION_SIGNS: Final = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅑⅒⅛⅜⅝⅞"
_YEAR_AND_NEXT: Final = "|".join(
    rf"{_CENTURY}{year:02}\s?[/\-–—]\s?{_CENTURY}?{(year + 1) % 100:02}"
    f"|{year:02}/{(year + 1) % 100:02}"
    for year in range(100)
)
"""Without the century only with a stroke: 10-11 may be any range."""
_DAY_OF_YEAR: Final = r"(?:0[0-9][1-9]|0[1-9]0|[12][0-9]{2}|3[0-5][0-9]|36[0-6])"
_ABOUT: Final = (
    r"(?:[~≈∼≃]\s?|(?i:ca|approx|env)\.\s?|(?i:c\.|ca|circa|approx|about|around|etwa)\s)"
)
_BARE_BASE_16: Final = (
    "^[0-9]+[{0}][0-9{0}]{{2,}}$|^[0-9]{{2,}}[{0}][0-9{0}]+$"
    "|^[{0}]{{2,}}[0-9][0-9{0}]*$|^[{0}][0-9]+[{0}][0-9{0}]*$"
).format
"""Digits and letters in a way that codes such as 12A are not written."""
_AS_DATES: Final = "write them as days such as 2024-01-31 to have them read as dates"
_AS_NUMBERS: Final = "write them as plain numbers such as 1500 to have them read as numbers"
_AS_SECONDS: Final = "write them as seconds, or as hours:minutes:seconds, to have them read so"
_AS_YEARS: Final = "write them as their first year, such as 2024, to have them read as numbers"
_AS_OFFSETS: Final = "write the zone as an offset such as +01:00 to have them read as times"
_AS_PARTS: Final = (
    "write them as plain numbers such as 1.5, or pairs as two columns, to have them read as numbers"
)
_IN_COLUMNS: Final = "write each number into a column of its own to have them read as numbers"
_WITHOUT_MARKS: Final = "take the marks off to have them read as numbers"
_BY_PARTS: Final = "write the parts that matter into columns of their own"
_LABELS: Final = (
    "several labels in one cell",
    "as what is predicted, set the target kind to “labels” and the label separator to the sign "
    "between them; to learn from them, write a column of 0 and 1 for each",
)
LABEL_SIGNS: Final = ";|,/"
"""What may stand between several labels in one cell."""
FEW_TEXTS, SEVERAL, KNOWN_PARTS = 4, 0.05, 0.9
"""So many different cells show it; so many cells have another count of labels than most; and so
many labels occur in different company."""
LONGEST_LABEL: Final = 40
"""Characters; longer parts are sentences."""
_ONE: Final = r"[+\-−]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?"
_BEHIND: Final = (
    *(
        (rf"^[0-9]+(?:[.,][0-9]+)?\s*[{pair}]$", pair, "degrees", _AS_NUMBERS)
        for pair in ("NS", "EW", "EO", "OW", "ns", "ew", "eo", "ow")
    ),
    (r"^[0-9][0-9.,' ]*[.,][0-9]{2}\s?[SH]$", "SH", "debits and credits", _AS_NUMBERS),
    (r"^[0-9]+\s?[SH]$", "SH", "debits and credits, or durations", _AS_NUMBERS),
)
"""Letters behind numbers that mean something only where both of a pair are there."""
_PLAIN: Final = r"^[+-]?[0-9]+(?:[.,][0-9]+)*$"
_FORMS: Final = (
    (
        rf"^(?:'{_ONE}'|\"{_ONE}\"|“{_ONE}”|‘{_ONE}’|'[+\-−]?[0-9]+[.,][0-9]+|'[+\-−]?[0-9]{{3,}})$",
        "numbers with an apostrophe or quotation marks",
        _WITHOUT_MARKS,
    ),
    (
        rf"^[(\[{{]\s*{_ONE}(?:[,;\s]\s*{_ONE})+\s*[)\]}}]$|^{_ONE}(?:[,;]\s+{_ONE}|;{_ONE})+$",
        "several numbers",
        _IN_COLUMNS,
    ),
    (r"^(?i:(?:SRID=[0-9]+;)?(?:multi)?point)\s*(?i:z|m|zm)?\s*\(.*\)$", "places", _IN_COLUMNS),
    (
        r"^[1-9][0-9]{1,2}(?:\.(?:[01]?[0-9]{1,2}|2[0-5][0-9])){3}(?:[:/][0-9]+)?$",
        "addresses of computers",
        _BY_PARTS,
    ),
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
    (rf"^(?:{_YEAR_AND_NEXT})$", "spans of years", _AS_YEARS),
    (rf"^{_PART}[\s\-/.,']{{0,2}}{_YEAR}$|^{_YEAR}[\s\-/.,']{{0,2}}{_PART}$", "dates", _AS_DATES),
    (
        rf"^{_MONTH}[\s\-/.,]{{0,2}}{_SHORT_YEAR}$|^{_SHORT_YEAR}[\s\-/.,]{{0,2}}{_MONTH}$"
        rf"|^{_QUARTER}\s?[0-9]{{1,2}}[\s\-/.,']{{1,2}}[0-9]{{2}}$"
        rf"|^{_SHORT_YEAR}[\s\-/.,]{{1,2}}{_QUARTER}\s?[0-9]{{1,2}}$|^{_SHORT_YEAR}(?i:q)[1-4]$"
        rf"|^[1-4]\.?\s?(?i:q)[\s\-/.,]{{0,2}}{_SHORT_YEAR}$|^{_YEAR}[\-/.]?{_DAY_OF_YEAR}$",
        "dates",
        _AS_DATES,
    ),
    (rf"^{_ABOUT}{_NUMBER}$", "numbers that are about right", _AS_NUMBERS),
    (r"^[+-]?[0-9]{1,5}(?::[0-9]{1,2}){1,2}(?:[.,][0-9]+)?$", "times", _AS_SECONDS),
    (r"^[+-]?[0-9]*\.?[0-9]+[dD][+-]?[0-9]+$", "numbers with exponents", _AS_NUMBERS),
    (r"^[+-]?0[bB][01]+$", "numbers in base 2", _AS_NUMBERS),
    (r"^[+-]?0[oO][0-7]+$", "numbers in base 8", _AS_NUMBERS),
    (
        r"^[+-]?(?:0[xX]|&[hH])[0-9a-fA-F]+$|^(?:0|[0-9]+[a-fA-F])[0-9a-fA-F]*[hH]$"
        rf"|{_BARE_BASE_16('a-f')}|{_BARE_BASE_16('A-F')}",
        "numbers in base 16",
        _AS_NUMBERS,
    ),
    (
        r"^[0-9]+\s?(?:'|′|’|(?i:ft|feet)\.?)\s?[0-9]+(?:[.,][0-9]+)?\s?"
        "(?:\"|″|”|''|(?i:in|inch|inches)\\.?)?$",
        "lengths in feet and inches",
        _AS_NUMBERS,
    ),
    (
        r"^[+-]?(?:[0-9]+[\s\-]+)?(?:0|[1-9][0-9]*)\s*[/⁄]\s*[0-9]+$"
        rf"|^(?:[0-9]+\s)?[0-9]*[{_FRACTION_SIGNS}]$",
        "fractions, or pairs of numbers",
        _AS_PARTS,
    ),
    (
        rf"^{_NUMBER}\s*(?i:cr|dr)\.?$|^[0-9][0-9.,' ]*[.,][0-9]{{2}}\s?[CDcd]$",
        "debits and credits",
        _AS_NUMBERS,
    ),
    (rf"^\p{{Sc}}?\s*{_NUMBER}\s*(?i:k|m|b|t|mn|bn|mio|mrd)$", "shortened numbers", _AS_NUMBERS),
    (r"^[+-]?[0-9]+\p{Sc}[0-9][0-9]$", "amounts of money", _AS_NUMBERS),
    (rf"^{_NUMBER}\s?(?:-|–|—|to|\.\.)\s?{_NUMBER}$", "ranges of numbers", _AS_NUMBERS),
    (
        r"^[NSEWO]?\s*[0-9]+(?:[.,][0-9]+)?\s*°.*$|^[NSEWO]\s?[0-9]{1,3}[.,][0-9]{3,}$"
        r"|^[0-9]{1,3}[.,][0-9]{4,}\s?[NSEWO]$|^[0-9]+d\s?[0-9]+m.*$",
        "degrees",
        _AS_NUMBERS,
    ),
    (
        rf"^{_NUMBER}\s*(?:[kmcdµμn]?g|[kmcdµμn]?m|[mcdµμ]?[lL]|lbs?|oz|ft|in|mi|km/h|mph|°[CFK])$",
        "numbers with units",
        _AS_NUMBERS,
    ),
    (r"^[+-]?(?:\p{Nd}[.,٫٬]?)*[\p{Nd}--[0-9]](?:\p{Nd}|[.,٫٬])*$", "numbers", _AS_NUMBERS),
    (r"^[+-]?P(?:[0-9.,]+[YMWDHS]|T)+$", "durations", _AS_SECONDS),
    (
        r"^-?(?:[0-9.,]+\s?(?i:y|yrs?|years?|mo|months?|w|weeks?|d|days?|h|hrs?|hours?|m|mins?|minutes?"
        r"|s|secs?|seconds?|ms|us|µs|ns)\.?,?\s?)+$",
        "durations",
        _AS_SECONDS,
    ),
)
"""How at least half of the cells are written, what they are called, and the way out."""


def of(texts: polars.Series) -> tuple[str, str] | None:
    """What texts look like, such as “dates”, and how to have them; None for mere texts."""
    cells = texts.drop_nulls().head(HEAD).str.strip_chars()
    others = cells.filter(~cells.str.contains(_PLAIN))  # plain numbers beside them hide nothing
    present = others if others.len() else cells
    if present.len() and 2 * int(present.str.contains(r"\p{N}").sum()) >= present.len():
        for form, pair, called, way in _BEHIND:
            found = present.filter(present.str.contains(form))
            are_both = all(found.str.ends_with(letter).any() for letter in pair)
            if are_both and 2 * len(found) >= len(present):
                return called, way
        for form, called, way in _FORMS:
            if 2 * int(present.str.contains(form).sum()) >= present.len():
                return called, way
    if any(_are_labels(cells, sign) for sign in LABEL_SIGNS):
        return _LABELS
    return None


def _are_labels(cells: polars.Series, sign: str) -> bool:
    """Whether cells hold now one, now several of the same few words, in changing company."""
    if int(cells.str.contains(sign, literal=True).sum()) < max(SEVERAL * len(cells), 1):
        return False
    rows = [[part.strip(" ()[]{}'\"") for part in cell.split(sign)] for cell in cells]
    sizes = Counter(map(len, rows))
    most = sizes.most_common(1)[0][1]
    if len(rows) - most < max(SEVERAL * len(rows), FEW_TEXTS):
        return False
    different = {tuple(row) for row in rows}
    several = [row for row in different if len(row) > 1]
    if any(len(set(row)) < len(row) or not all(row) for row in several):
        return False
    known = Counter(part for row in different for part in row)
    beside = {part for row in several for part in row}
    shared = sum(known[part] > 1 for part in beside)
    return (
        len(several) >= FEW_TEXTS - 1
        and len(known) < len(different)
        and shared >= KNOWN_PARTS * len(beside)
        and max(map(len, known)) <= LONGEST_LABEL
    )
