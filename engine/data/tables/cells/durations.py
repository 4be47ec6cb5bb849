"""How long something took, as H:MM:SS: told from times of day, and read as seconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars

_FORM: Final = r"^(-?)(\d{1,5}):([0-5]\d):([0-5]\d(?:\.\d{1,9})?)$"
_DAY: Final = 24
_NAME: Final = re.compile(
    r"(?i)(^|[^a-z])(dur|durations?|elapsed|runtime|uptime|downtime|lap|split|pace"
    r"|(time|hours)[ _-]?(taken|spent|needed|worked)|(run|lap|chip|net)[ _-]?time)([^a-z]|$)"
)
"""Names of columns that say how long."""


def among(texts: polars.Series) -> bool:
    """Whether some are written as durations, or times of day."""
    return bool(texts.str.contains(_FORM).any())


def are(texts: polars.Series) -> bool:
    """Whether all cells say how long: one goes beyond a day, or the name of the column says so."""
    present = texts.drop_nulls()
    head = present.head(3)
    if (
        not head.len()
        or not head.str.contains(_FORM).all()
        or not present.str.contains(_FORM).all()
    ):
        return False
    hours = present.str.extract(_FORM, 2).str.to_integer()
    is_beyond = bool((hours >= _DAY).any()) or present.str.starts_with("-").any()
    return is_beyond or _NAME.search(texts.name) is not None


def as_seconds(texts: polars.Series) -> polars.Series:
    """The texts with those of the form as the number of their seconds; others as they stand."""
    import polars

    parts = [
        texts.str.extract(_FORM, part).cast(polars.Float64, strict=False) for part in (2, 3, 4)
    ]
    seconds = (parts[0] * 3600 + parts[1] * 60 + parts[2]).round(9)
    seconds = seconds.zip_with(~texts.str.starts_with("-").fill_null(value=False), -seconds)
    return seconds.cast(polars.String).zip_with(seconds.is_not_null(), texts)
