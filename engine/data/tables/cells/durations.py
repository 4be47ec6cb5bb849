"""How long something took, as H:MM:SS or M:SS: told from times of day, and read as seconds.

Their parts may have words, too: 1h 5m, PT1H5M (ISO 8601), 1 day 01:05:00.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from graphs.notation import ClockPair

if TYPE_CHECKING:
    import polars

PairReading: TypeAlias = Literal["day", "minutes", "hours"]
"""What two numbers such as 3:45 say: when in a day, or how long in minutes or hours first."""
_FORM: Final = r"^(-?)(\d{1,5}):([0-5]\d):([0-5]\d(?:\.\d{1,9})?)$"
_SHORT: Final = r"^(-?)(\d{1,5})[:hH]([0-5]\d(?:\.\d{1,9})?)$"
_EITHER: Final = rf"{_FORM}|{_SHORT}"
_DAY: Final = 24
_SHOWN_OF: Final = 100
"""Cells among which one is found to be shown."""
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

_PART: Final = r"(\d+(?:[.,]\d+)?)"
_WORD_SIZES: Final = {
    "w|wks?|weeks?": 604_800.0,
    "d|days?": 86_400.0,
    "h|hrs?|hours?|std": 3600.0,
    "m|mins?|minutes?": 60.0,
    "s|secs?|seconds?": 1.0,
    "ms|msecs?|milliseconds?": 1e-3,
    "us|µs|μs|microseconds?": 1e-6,
    "ns|nanoseconds?": 1e-9,
}
"""What the parts are called, the largest first, and how many seconds each is."""
_THEN: Final = r"\s*,?\s*(?i:and\s+)?"
_WORDS: Final = (
    r"^(-?)\s*" + "".join(rf"(?:{_PART}\s*(?i:{names})\.?{_THEN})?" for names in _WORD_SIZES) + "$"
)
_ISO: Final = (
    rf"^([+-]?)P(?:{_PART}W)?(?:{_PART}D)?"
    rf"(?:T(?:{_PART}H)?(?:{_PART}M)?(?:{_PART}S)?)?$"
)
_DAYS: Final = r"^(-?)(\d+)\s*(?i:days?),?\s+([+-]?)(\d{1,2}):([0-5]\d):([0-5]\d(?:[.,]\d{1,9})?)$"
_SOME: Final = r"^[+-]?\s*(?:\d.*\p{L}|P[\dT])"
"""What may be one of them; nothing else need be looked at closely."""
_TENOR: Final = r"\p{Lu}"
_METRES: Final = r"\dm$"
"""Where a part alone may be no duration: 3M is three months of a loan, and 5m may be metres, ..."""
_BESIDE_MINUTES: Final = r"\d\s?(?:h|hrs?|hours?)$"
"""... but not beside hours."""


def among(texts: polars.Series) -> bool:
    """Whether some are written as durations, or times of day."""
    return bool(texts.str.contains(_EITHER).any()) or _among_worded(texts)


def fit(texts: polars.Series) -> bool:
    """Whether all cells may be durations, though they may be times of day as well."""
    present = texts.drop_nulls()
    return present.len() > 0 and bool(present.str.contains(_EITHER).all())


def are(texts: polars.Series) -> bool:
    """Whether all cells say how long: one goes beyond a day, or the name of the column says so."""
    present = texts.drop_nulls()
    for some in (present.head(3), present):  # the first mostly settle it
        others = some.filter(~some.str.contains(_FORM))
        if not some.len() or (others.len() and not _fit_worded(others)):
            return False
    return _are_worded(others) if others.len() else _is_long(present)


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
    found = _pairs_of(present, short)
    if short.str.contains("[hH]").any():  # which names the first of the two
        found = tuple(pair for pair in found if pair != "minutes") or ("hours",)
    return found


def _pairs_of(present: polars.Series, short: polars.Series) -> tuple[PairReading, ...]:
    in_full = short.len() < present.len()
    if short.str.contains(r"\.").any() or _OF_MINUTES.search(present.name):
        return ("minutes",)
    if _is_long(present):
        return ("minutes",) if in_full else ("minutes", "hours")
    if _OF_DAY.search(present.name) or present.str.contains(r"^\d\d[:hH]").all():
        return ("day",)
    return ("day", "minutes") if in_full else ("day", "minutes", "hours")


def _is_long(present: polars.Series) -> bool:
    first = present.str.extract(r"^-?(\d+)", 1).str.to_integer()
    is_beyond = bool((first >= _DAY).any()) or bool(present.str.starts_with("-").any())
    return is_beyond or _NAME.search(present.name) is not None


def sample(texts: polars.Series, pair: ClockPair = "") -> str:
    """One of the durations, which is not nothing; empty where there is none."""
    head = texts.drop_nulls().head(_SHOWN_OF)
    seconds = as_seconds(head, pair)
    there = head.filter((seconds != head) & head.str.contains("[1-9]"))
    return max(there.to_list(), key=len) if there.len() else ""


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
    if seconds.null_count() > texts.null_count():
        seconds = seconds.zip_with(seconds.is_not_null(), _worded_seconds(texts))
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


# ---- parts with words ----


def _among_worded(texts: polars.Series) -> bool:
    """Whether some may be such durations."""
    some = texts.filter(texts.str.contains(_SOME))
    return bool(len(some)) and bool(_parts_of(some).is_not_null().any())


def _fit_worded(texts: polars.Series) -> bool:
    """Whether all are such durations, or numbers with a unit of time at least."""
    return len(texts) > 0 and bool((_parts_of(texts) > 0).fill_null(value=False).all())


def _are_worded(texts: polars.Series) -> bool:
    """Whether all cells say how long, which one with several parts shows, or several units do."""
    if not _fit_worded(texts):
        return False
    iso = texts.filter(texts.str.contains(_ISO))
    if len(iso):
        return bool(iso.str.contains("T").any())
    if bool((_parts_of(texts) > 1).any()):
        return True
    if len(_words_in(texts)) == 1 or texts.str.contains(_TENOR).any():
        return False
    are_metres = bool(texts.str.contains(_METRES).any())
    return not are_metres or bool(texts.str.contains(_BESIDE_MINUTES).any())


def _worded_seconds(texts: polars.Series) -> polars.Series:
    """The seconds of each; null for what is written in another way."""
    import polars

    sizes = list(_WORD_SIZES.values())
    found = polars.Series(texts.name, [None] * len(texts), polars.Float64)
    for form, of_parts in ((_WORDS, sizes), (_ISO, sizes[:5])):
        parts = _parts(texts, form, range(2, len(of_parts) + 2))
        total = polars.Series(texts.name, [0.0] * len(texts))
        for part, size in zip(parts, of_parts, strict=True):
            total = total + part.fill_null(0) * size
        there = _any(parts)
        total = total.zip_with(~texts.str.starts_with("-").fill_null(value=False), -total)
        found = total.zip_with(there, found)
    days, hours, minutes, seconds = _parts(texts, _DAYS, (2, 4, 5, 6))
    clock = hours * 3600 + minutes * 60 + seconds
    for at, part in ((1, days), (3, clock)):
        is_below = (texts.str.extract(_DAYS, at) == "-").fill_null(value=False)
        turned = part.zip_with(~is_below, -part)
        days, clock = (turned, clock) if at == 1 else (days, turned)
    total = days * 86_400 + clock
    return total.zip_with(total.is_not_null(), found).round(9)


def _parts_of(texts: polars.Series) -> polars.Series:
    """How many parts each has; null for what is no duration."""
    import polars

    found = polars.Series(texts.name, [None] * len(texts), polars.Int64)
    for form, ends in ((_WORDS, len(_WORD_SIZES) + 2), (_ISO, 7)):
        parts = _parts(texts, form, range(2, ends))
        count = polars.Series(texts.name, [0] * len(texts), polars.Int64)
        for part in parts:
            count = count + part.is_not_null().cast(polars.Int64)
        found = count.zip_with(count > 0, found)
    days = texts.str.contains(_DAYS).fill_null(value=False)
    return found.set(days, 2)


def _words_in(texts: polars.Series) -> set[int]:
    parts = _parts(texts, _WORDS, range(2, len(_WORD_SIZES) + 2))
    return {at for at, part in enumerate(parts) if part.is_not_null().any()}


def _parts(texts: polars.Series, form: str, groups: Iterable[int]) -> list[polars.Series]:
    import polars

    taken = texts.str.extract_groups(form).struct.unnest()
    return [
        taken.to_series(at - 1).str.replace(",", ".", literal=True).cast(polars.Float64)
        for at in groups
    ]


def _any(parts: Iterable[polars.Series]) -> polars.Series:
    first, *rest = (part.is_not_null() for part in parts)
    for one in rest:
        first = first | one
    return first
