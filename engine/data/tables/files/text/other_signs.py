"""Signs between columns that are not read, which make one column of a table."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars

HEAD: Final = 20
"""Lines that are looked at."""
FEW: Final = 2
"""So many lines below the first must agree."""
NAMES: Final = {"\x01": "^A (U+0001)", "\x1f": "U+001F", "\x1e": "U+001E"}
"""What signs are called that have no shape."""
_INSIDE: Final = frozenset(" \t\xa0\"'()[]{}.,:;-+_%/\\@#$€<>=*&?")
"""What stands within values too often to show anything, or is read."""


def parting(column: polars.Series) -> str:
    """The sign that stands equally often in the name of a column and in its cells; empty if none.

    With several such signs, the one that stands there most often.
    """
    cells = [str(cell) for cell in column.drop_nulls().head(HEAD)]
    counts = Counter(sign for sign in column.name if _may_part(sign))
    for sign, count in counts.most_common():
        if len(cells) >= FEW and all(cell.count(sign) == count for cell in cells):
            return NAMES.get(sign, sign)
    return ""


def _may_part(sign: str) -> bool:
    return not (sign.isalnum() or sign in _INSIDE)
