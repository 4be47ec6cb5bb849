"""How long something took, as H:MM:SS or M:SS: told from times of day, and read as seconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from graphs.notation import ClockPair

if TYPE_CHECKING:
    import polars

PairReading: TypeAlias = Literal["day", "minutes", "hours"]
"""What two numbers such as 3:45 say: when in a day, or how long in minutes or hours first."""
_FORM: Final = r"^(-?)(\d{1,5}):([0-5]\d):([0-5]\d(?:\.\d{1,9})?)$"
_SHORT: Final = r"^(-?)(\d{1,5}):([0-5]\d(?:\.\d{1,9})?)$"
_EITHER: Final = rf"{_FORM}|{_SHORT}"
_DAY: Final = 24
_NAME: Final = re.compile(
    r"(?i)(^|[^a-z])(dur|durations?|elapsed|runtime|uptime|downtime|lap|split|pace"
    r"|(time|hours)[ _-]?(taken|spent|needed|worked)|(run|lap|chip|net)[ _-]?time)([^a-z]|$)"
)
"""Names of columns that say how long."""
_OF_MINUTES: Final = re.compile(r"(?i)(^|[^a-z])(lap|split|pace)([^a-z]|$)")
"""Those in which two numbers are minutes and seconds."""
_OF_DAY: Final = re.compile(
    r"(?i)(^|[^a-z])(hour|clock|start|begin|end|opens?|opening|closes?|closing|from|until|departure"
    r"|arrival|dep|arr|sunrise|sunset|uhrzeit|hora|heure|time[ _-]?of[ _-]?day)([^a-z]|$)"
)
"""Names of columns that say when in a day."""
_SIZES: Final = {"hours": (3600, 60), "minutes": (60, 1)}


def among(texts: polars.Series) -> bool:
    """Whether some are written as durations, or times of day."""
    return bool(texts.str.contains(_EITHER).any())


def fit(texts: polars.Series) -> bool:
    """Whether all cells may be durations, though they may be times of day as well."""
    present = texts.drop_nulls()
    return present.len() > 0 and bool(present.str.contains(_EITHER).all())


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
    return _is_long(present)


def pairs(texts: polars.Series) -> tuple[PairReading, ...]:
    """What times of two numbers, such as 3:45, may be; nothing where there are none.

    It is one where the numbers or the name of the column settle it.
    """
    present = texts.drop_nulls()
    if not fit(present.head(3)) or not fit(present):
        return ()
    short = present.filter(present.str.contains(_SHORT))
    if not short.len():
        return ()
    in_full = short.len() < present.len()
    if short.str.contains(r"\.").any() or _OF_MINUTES.search(texts.name):
        return ("minutes",)
    if _is_long(present):
        return ("minutes",) if in_full else ("minutes", "hours")
    if _OF_DAY.search(texts.name) or present.str.contains(r"^\d\d:").all():
        return ("day",)
    return ("day", "minutes") if in_full else ("day", "minutes", "hours")


def _is_long(present: polars.Series) -> bool:
    first = present.str.extract(r"^-?(\d+)", 1).str.to_integer()
    is_beyond = bool((first >= _DAY).any()) or bool(present.str.starts_with("-").any())
    return is_beyond or _NAME.search(present.name) is not None


def as_seconds(texts: polars.Series, pair: ClockPair = "") -> polars.Series:
    """The texts with those of the form as the number of their seconds; others as they stand.

    ``pair`` says what the first of two numbers counts; without it, these are none.
    """
    import polars

    seconds = _seconds(texts, _FORM, (3600, 60, 1))
    if pair:
        short = _seconds(texts, _SHORT, _SIZES[pair])
        seconds = seconds.zip_with(seconds.is_not_null(), short)
    seconds = seconds.zip_with(~texts.str.starts_with("-").fill_null(value=False), -seconds)
    return seconds.cast(polars.String).zip_with(seconds.is_not_null(), texts)


def _seconds(texts: polars.Series, form: str, sizes: tuple[int, ...]) -> polars.Series:
    import polars

    parts = [
        texts.str.extract(form, at).cast(polars.Float64, strict=False) * size
        for at, size in enumerate(sizes, 2)
    ]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total.round(9)
