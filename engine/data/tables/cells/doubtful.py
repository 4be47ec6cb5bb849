"""Texts that may be something else than they look like: seasons as months, codes as exponents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import polars

_SEASON: Final = r"^(?P<year>\d{4})[-/](?P<next>\d{2})$"
_EXPONENT: Final = r"^\d+[eE]\d+$"
_CODE: Final = r"^\d+(?:[eE]\d+)?$"
FEW: Final = 2
"""So many different seasons show that the second part follows the first."""
MONTHS: Final = 12


def season_in(texts: polars.Series) -> str:
    """A cell such as “2003/04”, where the second part of all is the year after; else empty."""
    import polars

    if not texts.len() or not texts.head(FEW).str.contains(_SEASON).all():
        return ""
    if not texts.str.contains(_SEASON).all() or texts.n_unique() < FEW:
        return ""
    parts = texts.str.extract_groups(_SEASON).struct.unnest().cast(polars.Int64).to_numpy()
    follows = bool(np.all((parts[:, 0] + 1) % 100 == parts[:, 1]))
    return str(texts[0]) if follows else ""


def are_months(texts: polars.Series) -> bool:
    """Whether all seasons may be months as well."""
    import polars

    last = texts.str.slice(-2).cast(polars.Int64, strict=False)
    return bool(last.is_between(1, MONTHS).all())


def exponent_in(texts: polars.Series) -> str:
    """A cell such as “3E2” where all are digits without a sign or point; else empty.

    Programs write exponents with a sign, or with a point before; so this may be a code.
    """
    written = texts.filter(texts.str.contains(_EXPONENT))
    return str(written[0]) if written.len() and texts.str.contains(_CODE).all() else ""
