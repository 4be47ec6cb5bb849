"""Money and percent signs beside the numbers of a column, and whether those of new cells differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from engine.data.tables.cells import numbers

if TYPE_CHECKING:
    import polars

PERCENT: Final = "%"
_CODES: Final = {
    "$": "USD", "US$": "USD", "A$": "AUD", "C$": "CAD", "NZ$": "NZD", "R$": "BRL", "€": "EUR",
    "£": "GBP", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW", "RMB": "CNY", "元": "CNY",
    "円": "JPY", "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF", "FR": "CHF", "РУБ": "RUB",
}  # fmt: skip
"""What money is called in other ways, where that is plain; other signs stand for themselves."""


def of(texts: polars.Series) -> tuple[str, ...]:
    """The signs at numbers in the order of the alphabet; "" where one but 0 has none."""
    found = set(numbers.units_in(texts))
    if found and (numbers.sign_at(texts).is_null() & _amounts(texts)).any():
        found.add("")
    return tuple(sorted(found))


def are_shares(values: polars.Series) -> bool:
    """Whether numbers may be shares of one, such as 0.54, which percents may be meant by."""
    present = values.drop_nulls()
    inside = len(present) > 0 and present.is_between(-1, 1).all()
    return bool(inside and (present != present.round()).any())


def other_money(texts: polars.Series, known: Iterable[str]) -> polars.Series:
    """Which numbers have the sign of money that is not among those ``known``."""
    same = {_money(name) for name in known}
    signs = numbers.sign_at(texts)
    foreign = [
        name for name in signs.unique().drop_nulls() if name != PERCENT and _money(name) not in same
    ]
    return signs.is_in(foreign).fill_null(value=False)


def several(texts: polars.Series) -> tuple[str, ...]:
    """The signs at numbers, where they are not all of one kind of money or percents."""
    found = numbers.units_in(texts)
    return found if len({_money(name) for name in found}) > 1 else ()


def among(texts: polars.Series, signs: Iterable[str]) -> polars.Series:
    """Which numbers have one of these signs."""
    return numbers.sign_at(texts).is_in(list(signs)).fill_null(value=False)


def percents(texts: polars.Series) -> polars.Series:
    """Which numbers have a percent sign."""
    return (numbers.sign_at(texts) == PERCENT).fill_null(value=False)


def without_percent(texts: polars.Series) -> polars.Series:
    """Which numbers but 0 have no percent sign."""
    return ~percents(texts) & _amounts(texts)


def _amounts(texts: polars.Series) -> polars.Series:
    there = numbers.is_number(texts) & texts.str.contains("[1-9]")
    return there.fill_null(value=False)


def _money(name: str) -> str:
    upper = name.upper().rstrip(".")
    return _CODES.get(upper, upper)
