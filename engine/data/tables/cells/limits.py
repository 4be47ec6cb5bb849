"""Numbers that are limits, such as “<0.05”, “>100” and “5+”: which cells are, and their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.data.tables.cells import numbers

if TYPE_CHECKING:
    import polars

_BEFORE: Final = r"^\s*(?:[<>≤≥]=?|[≤≥])\s*([^<>≤≥]*)$"
_BEHIND: Final = r"^(.*\d)\s*\+$"


def without(texts: polars.Series) -> polars.Series:
    """The texts without what says that their numbers are limits."""
    return texts.str.replace(_BEFORE, "${1}").str.replace(_BEHIND, "${1}")


def are(texts: polars.Series) -> polars.Series:
    """Whether each text is a number with a sign of a limit."""
    signed = texts.str.contains(_BEFORE) | texts.str.contains(_BEHIND)
    signed = signed.fill_null(value=False)
    if not signed.any():
        return signed
    return signed & numbers.is_number(without(texts)).fill_null(value=False)
