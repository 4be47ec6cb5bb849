"""How sentences on a column of new rows begin, and what they list."""

from __future__ import annotations

from collections.abc import Sequence

from graphs.notation import Notation
from graphs.wording.phrases import phrase

SHOWN = 5
"""So many values are listed in a sentence."""
PLAIN = Notation("number", ".", "", ())
"""Of runs of before, and of columns about which nothing need be said."""


def begun(where: str, column: str) -> str:
    """The beginning of a sentence on a column, with the place where there is one."""
    if where:
        return phrase("{place}: the column “{name}”", place=where, name=column)
    return phrase("The column “{name}”", name=column)


def listed(values: Sequence[str]) -> str:
    """The first values, in quotation marks."""
    return ", ".join(f"“{value}”" for value in values[:SHOWN])
