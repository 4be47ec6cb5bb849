"""What one column of a file shows by itself: numbers, dates or texts, and how they are written."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from engine.data.tables.cells import (
    dates,
    doubtful,
    durations,
    limits,
    missing,
    numbers,
    spellings,
    units,
)
from graphs.notation import Notation

if TYPE_CHECKING:
    import polars

Held: TypeAlias = Literal["number", "date", "text"]

HEAD = 1000
"""Rows that are looked at first; mostly they settle it."""
FEW = 10
"""So many different numbers make one text among them a spelling of missing; a K beside grades 1 to
4 is a grade."""
MOST_EXTRA = 20
"""No more than one in so many cells can be such a spelling."""
_TIME_NAME: Final = re.compile(
    r"(?i:(^|[^a-z])(time|date|datetime|timestamp|epoch|unix|ts)([^a-z]|$)|_at$)"
    r"|[a-z](Time|Date|At)$"
)
"""Names of columns in which large whole numbers count the time since 1970."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a column shows."""

    values: polars.Series
    """As they stand, null for what is empty or said to be missing."""
    given: Notation
    """What is settled about it."""
    holds: Held
    missing: tuple[str, ...] = ()
    """What stands for no value in it."""
    wrong: polars.Series | None = None
    """Which cells are neither what the others are nor missing, where there are some."""
    plain: polars.Series | None = None
    """The numbers, where every cell is one as programs write it, so that little is looked at."""
    signs: numbers.Signs = numbers.NO_SIGNS
    orders: dates.Orders = dates.NO_ORDERS
    units: tuple[str, ...] = ()
    """What stands behind its numbers, such as “kg”."""
    code: str = ""
    """A whole number that begins with 0, which shows that they are codes and no amounts."""
    pairs: tuple[durations.PairReading, ...] = ()
    """What times such as 3:45 may be, where that is open."""
    season: str = ""
    """A season such as “2003/04”, where all cells may be months as well."""
    other_digits: bool = False
    """Whether some are written in the digits of another script, which are plain in ``values``."""
    other_thousands: bool = False
    """Whether thousands are parted by the sign of that script, which is “'” in ``values``."""
    duration: str = ""
    """One of its durations as it is written, where it holds some; ``values`` are seconds then."""
    dashes: tuple[str, ...] = ()
    """Dashes among its numbers, such as “$ -”, which may be 0 or no value."""
    exponent: str = ""
    """A number such as “3E2”, where all cells may be codes as well."""
    based: str = ""
    """A number such as “0x1F”, where all cells may be codes as well."""

    @property
    def is_time_by_name(self) -> bool:
        """Whether the column is called as one that counts the time since 1970."""
        return _TIME_NAME.search(self.values.name) is not None


def seen(column: polars.Series, given: Notation, plain: polars.Series | None = None) -> Evidence:
    """What a column shows, as far as it is not settled.

    ``plain`` are its numbers, where it ``may_be_plain`` and holds no others.
    """
    import polars

    if column.dtype != polars.String:
        values = missing.emptied(column, given.missing or ())
        return Evidence(values, given, _kind_of_values(values, given))
    texts = missing.emptied(column, given.missing or ())
    if plain is not None and texts is column:
        return _seen_plain(texts, given, plain)
    digits = spellings.plain_digits(texts)
    if digits is texts:
        return _seen(texts, given)
    has_point = texts.str.contains(spellings.ARABIC_POINT, literal=True).any()
    decided = replace(given, decimal=".") if has_point and given.decimal == "auto" else given
    found = _seen(missing.emptied(digits, given.missing or ()), decided)
    if found.holds == "text":
        return replace(found, values=texts, given=given)
    parted = bool(texts.str.contains(spellings.ARABIC_THOUSANDS, literal=True).any())
    return replace(found, other_digits=True, other_thousands=parted)


def may_be_plain(given: Notation) -> bool:
    """Whether numbers as programs write them are read as they stand, where a column has no others.

    What is said of its cells may make other numbers of them, or none.
    """
    said = (given.missing, given.units, given.zeros, given.limits, given.based, given.clock)
    return given.holds in {"auto", "number"} and not any(said)


def _seen_plain(texts: polars.Series, given: Notation, plain: polars.Series) -> Evidence:
    """What a column shows that holds numbers alone, so that it has no pairs, units or limits."""
    present = texts.drop_nulls()
    found = Evidence(texts, given, "number")
    if not present.len():
        return found
    code = numbers.code_in(present) if given.holds == "auto" else ""
    if code:
        return replace(_as_codes(replace(found, holds="text")), code=code)
    return _exponents(found, present) or _as_numbers(replace(found, plain=plain))


def _seen(texts: polars.Series, given: Notation) -> Evidence:
    """What a column of texts shows."""
    pairs = _pairs(texts, given)
    if len(pairs) > 1:
        return Evidence(texts, given, "date" if "day" in pairs else "number", pairs=pairs)
    if pairs in {("minutes",), ("hours",)}:
        given = replace(given, holds="number", clock=True, pair=pairs[0])
    written = texts
    texts, given = _plainer(texts, given)
    present = texts.drop_nulls()
    duration = durations.sample(written, given.pair) if given.clock else ""
    found = Evidence(texts, given, "text", duration=duration)
    if given.holds == "text" or not present.len():
        return replace(found, holds="number" if given.holds == "auto" else given.holds)
    if given.holds in {"auto", "number"}:
        code = numbers.code_in(present) if given.holds == "auto" else ""
        if code:
            return replace(_as_codes(found), code=code)
        if (codes := _exponents(found, present) or _based(found, present)) is not None:
            return codes
        if (as_numbers := _in_numbers(found, present)) is not None:
            return as_numbers
    if given.holds in {"auto", "date"}:
        meant = texts.filter(~missing.is_missing(texts))
        return _as_seasons(found, meant) or _as_dates(found, meant) or found
    return replace(found, holds="number")


def _in_numbers(found: Evidence, present: polars.Series) -> Evidence | None:
    if (plain := numbers.plain(found.values)) is not None:
        return _as_numbers(replace(found, holds="number", plain=plain))
    if found.given.zeros is None and (dashed := _dashed(found, present)) is not None:
        return dashed
    if (as_numbers := _limited(found) or _measured(found) or _numeric(found)) is not None:
        return _as_numbers(replace(as_numbers, holds="number"))
    return None


def _dashed(found: Evidence, present: polars.Series) -> Evidence | None:
    """As numbers with dashes among them, such as “$ -”, which may be 0; None where none are."""
    if not present.head(HEAD).str.contains(r"\d").any():
        return None
    if not (dashes := doubtful.dashes_in(present)):
        return None
    others = found.values.set(found.values.is_in(list(dashes)).fill_null(value=False), None)
    without = _in_numbers(replace(found, values=others), others.drop_nulls())
    return without and replace(without, values=found.values, dashes=dashes)


def _exponents(found: Evidence, present: polars.Series) -> Evidence | None:
    """As numbers such as 3E2, which may be codes; None where they are something else."""
    if _is_set(found) or not (example := doubtful.exponent_in(present)):
        return None
    spelled = missing.spellings_in(present)
    return replace(found, holds="number", exponent=example, missing=spelled)


def _based(found: Evidence, present: polars.Series) -> Evidence | None:
    """As numbers such as 0x1F, which may be codes; None where they are something else."""
    if _is_set(found) or not doubtful.has_base(present.head(HEAD)):
        return None
    if not (example := doubtful.based_in(present.filter(~missing.is_missing(present)))):
        return None
    spelled = missing.spellings_in(present)
    return replace(found, holds="number", based=example, missing=spelled)


def _pairs(texts: polars.Series, given: Notation) -> tuple[durations.PairReading, ...]:
    if given.holds != "auto" or given.clock or not durations.among(texts.head(HEAD)):
        return ()
    return durations.pairs(missing.emptied(texts, missing.spellings_in(texts)))


def _plainer(texts: polars.Series, given: Notation) -> tuple[polars.Series, Notation]:
    """Durations and limits as numbers, where they are said or seen to be such."""
    if given.holds == "auto" and durations.among(texts.head(HEAD)):
        present = missing.emptied(texts, missing.spellings_in(texts))
        if durations.are(present):
            given = replace(given, holds="number", clock=True)
    texts = durations.as_seconds(texts, given.pair) if given.clock else texts
    texts = doubtful.with_zeros(texts, given.zeros) if given.zeros else texts
    texts = doubtful.without_bases(texts) if given.based else texts
    return (limits.without(texts) if given.limits else texts), given


def _kind_of_values(column: polars.Series, given: Notation) -> Held:
    """What a column of a file with kinds of its own holds."""
    if given.holds == "text":
        return "text"
    if column.dtype.is_temporal():
        return "date"
    if given.holds != "auto":
        return given.holds
    if not column.dtype.is_numeric():
        return "number"
    is_named = _TIME_NAME.search(column.name) is not None
    is_counted = is_named and dates.counted_in(column)
    return "date" if is_counted or dates.are_compact(column, is_named) else "number"


def _with_holes(found: Evidence, fits: polars.Series) -> Evidence | None:
    """The column as what ``fits``, the other cells being missing or wrong; None if it is not so."""
    count = int(fits.sum())
    if not count:
        return replace(found, wrong=found.values.is_not_null()) if _is_set(found) else None
    others = found.values.set(fits, None)
    known = missing.spellings_in(others.drop_nulls())
    rest = missing.emptied(others, known).drop_nulls()
    if not rest.len():
        return replace(found, missing=known)
    once_more = rest.n_unique() == 1 and rest.len() > 1 and found.given.missing is None
    once_more = once_more and rest[0] != found.values.name  # its line repeats the names
    if once_more and rest.len() * MOST_EXTRA <= count and _many(found.values.filter(fits)):
        return replace(found, missing=tuple(sorted({*known, str(rest[0])})))
    if rest.len() > count and not _is_set(found):
        return None
    wrong = missing.emptied(others, known).is_not_null()
    return replace(found, missing=known, wrong=wrong)


def _numeric(found: Evidence) -> Evidence | None:
    return _with_holes(found, numbers.is_number(found.values).fill_null(value=False))


def _limited(found: Evidence) -> Evidence | None:
    """As numbers of which some are limits, which are left to the user; None when none are."""
    told = limits.are(found.values)
    if not told.any():
        return None
    others = found.values.set(told, None)
    rest = others.filter(~numbers.is_number(others).fill_null(value=False)).drop_nulls()
    if not _is_set(found) and not missing.is_missing(rest).all():
        return None
    return replace(found, missing=missing.spellings_in(rest), wrong=told)


def _measured(found: Evidence) -> Evidence | None:
    """As numbers with units behind them; None when they are not."""
    named = found.given.units
    if named is None:
        present = found.values.filter(~missing.is_missing(found.values))
        named = units.of(present, _is_set(found))
    if not named:
        return None
    fits = numbers.is_number(units.without(found.values, named)).fill_null(value=False)
    as_numbers = _with_holes(found, fits)
    return None if as_numbers is None else replace(as_numbers, units=named)


def _as_codes(found: Evidence) -> Evidence:
    """As texts, of which the signs for no number stand for no value."""
    others = found.values.filter(~numbers.is_number(found.values).fill_null(value=False))
    given = found.given.missing
    return replace(
        found, missing=missing.spellings_in(others.drop_nulls()) if given is None else ()
    )


def _many(numbers_: polars.Series) -> bool:
    return numbers_.n_unique() >= FEW


def _is_set(found: Evidence) -> bool:
    return found.given.holds != "auto"


def _as_numbers(found: Evidence) -> Evidence:
    """With what they say about the decimal sign; as times where they count them."""
    texts = found.values
    if found.plain is None:
        texts = units.without(missing.emptied(texts, found.missing), found.units)
        texts = texts if found.wrong is None else limits.without(texts)
    signs = numbers.signs_of(texts.head(HEAD).drop_nulls())
    settled = signs.point and signs.points >= signs.eithers
    if not settled or (found.plain is None and texts.str.contains(",", literal=True).any()):
        signs = numbers.signs_of(texts.drop_nulls())
    found = replace(found, signs=signs)
    is_open = found.given.holds == "auto" and found.wrong is None
    if not is_open or signs != numbers.NO_SIGNS or found.units:
        return found
    is_named = _TIME_NAME.search(found.values.name) is not None
    if dates.are_compact(texts, is_named):
        return replace(found, holds="date", orders=dates.Orders(("year first",)))
    if not is_named:
        return found
    return found if dates.counted_in(numbers.parsed(texts, ".")) is None else _counted(found)


def _counted(found: Evidence) -> Evidence:
    unit = dates.counted_in(numbers.parsed(missing.emptied(found.values, found.missing), "."))
    assert unit is not None
    return replace(found, holds="date", orders=dates.Orders((unit,)))


def _as_seasons(found: Evidence, meant: polars.Series) -> Evidence | None:
    """As seasons such as 2003/04, which are texts where they cannot be months; None if not so."""
    if _is_set(found):
        return None
    example, may_be_months = doubtful.season_in(meant)
    if not example:
        return None
    if not may_be_months:
        return found
    spelled = missing.spellings_in(found.values.drop_nulls())
    return replace(found, season=example, missing=spelled)


def _as_dates(found: Evidence, meant: polars.Series) -> Evidence | None:
    """As dates when most cells are that stand for a value; None when they are not."""
    if found.given.order in dates.UNITS:
        return replace(found, holds="date", orders=dates.Orders((found.given.order,)))
    head = meant.head(HEAD)
    if not _is_set(found) and not (head.len() and dates.are_mostly(head)):
        return None
    orders = dates.orders_of(meant)
    if found.given.order != "auto":
        orders = dates.Orders((found.given.order,))
    fits = dates.parsed(found.values, orders.possible[0]).is_not_null()
    as_dates = _with_holes(found, fits)
    return None if as_dates is None else replace(as_dates, holds="date", orders=orders)
