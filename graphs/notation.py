"""How the cells of one column of a file are written: what stands in a document about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, TypeAlias

Holds: TypeAlias = Literal["auto", "number", "date", "text"]
DecimalSign: TypeAlias = Literal["auto", ".", ","]
DateOrder: TypeAlias = Literal[
    "auto",
    "year first",
    "day first",
    "month first",
    "seconds",
    "milliseconds",
    "microseconds",
]
"""Which part of a date comes first, or in which unit it is counted since 1970."""
Zones: TypeAlias = Literal["", "with", "without"]
ClockPair: TypeAlias = Literal["", "hours", "minutes"]
PARTS: Final[Mapping[str, int]] = {
    "elapsed": 1,
    "year": 1,
    "month": 2,
    "day": 2,
    "weekday": 2,
    "hour": 2,
}
"""What a date can become, and how many numbers: a round of time is a sine and a cosine."""
SCALED_PARTS: Final = frozenset({"elapsed", "year"})
"""Those that are brought to a common scale as any number is."""


@dataclass(frozen=True, slots=True)
class Notation:
    """How the cells of one column of a file are written.

    As a setting, what is “auto” or None is found out from the whole column.
    """

    holds: Holds = "auto"
    decimal: DecimalSign = "auto"
    """The sign before the decimals."""
    thousands: str | None = None
    """The signs that may stand between groups of three digits; empty for none."""
    missing: tuple[str, ...] | None = None
    """What stands for no value, beside an empty cell."""
    zeros: tuple[str, ...] | None = None
    """What stands for 0, such as “$ -” in accounts."""
    order: DateOrder = "auto"
    parts: tuple[str, ...] | None = None
    """What a date becomes, of ``PARTS``."""
    century: int | None = None
    """The first of the hundred years in which years of two digits lie."""
    merge: bool = False
    """Whether texts that differ only in capitals or composed letters are the same."""
    units: tuple[str, ...] | None = None
    """What may stand behind the numbers, such as “kg”, beside money and percent signs."""
    beside: tuple[str, ...] | None = None
    """The money and percent signs that stood beside the numbers, with "" where some had none; None
    where none did or that is not known."""
    zones: Zones = ""
    """Whether all its times of day have a time zone or none has; empty where neither is known."""
    step: float | None = None
    """The usual step between the times of a series: microseconds of dates, or as numbers stand."""
    limits: bool = False
    """Whether a number that is said to be a limit, such as “<0.05”, counts as this number."""
    based: bool = False
    """Whether whole numbers with their base in front, such as “0x1F”, count as this number."""
    clock: bool = False
    """Whether it holds durations such as “26:10:05”, which count as their seconds."""
    pair: ClockPair = ""
    """What the first number of a duration of two, such as “3:45”, counts; empty for none such."""

    def plain(self) -> dict[str, Any]:
        """What is settled, as plain values for a file."""
        named = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in named.items() if value != getattr(OPEN, name)}


OPEN: Final = Notation()
"""All of it is to be found out."""
NOTATION_NAMES: Final = frozenset(one.name for one in fields(Notation))
Notations: TypeAlias = dict[str, Notation] | None
"""By the name of the column; None, and what is not named, is found out."""
