"""Texts that may be something else than they look like: seasons, codes, dashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.data.tables.cells import missing, numbers, units

if TYPE_CHECKING:
    import polars

_SEASON: Final = r"^(\d{4})[-/](\d{1,2})$"
_EXPONENT: Final = r"^\d+[eE]\d+$"
_CODE: Final = r"^\d+(?:[eE]\d+)?$"
_BASES: Final = {
    16: r"^[+-]?0[xX]([01]?[0-9a-fA-F]{1,13})$",
    8: r"^[+-]?0[oO]([0-3]?[0-7]{1,17})$",
    2: r"^[+-]?0[bB]([01]{1,53})$",
}
"""How whole numbers are written that floats hold exactly, by their base."""
_BASED: Final = "|".join(_BASES.values())
_DASH: Final = r"^[^\d]{0,8}[-\x{2010}-\x{2015}\x{2212}][^\d]{0,8}$"
"""What may be a dash with money beside it."""
_DASH_OF_UNIT: Final = r"^\(?[-\x{2010}-\x{2015}\x{2212}]+\s*([^\d\s].{0,11})$"
"""A dash with what may be a unit behind it."""
_BESIDE_MONEY: Final = r"[\s()\-\x{2010}-\x{2015}\x{2212}]"
HEAD: Final = 100
"""Cells that are looked at first."""
_DECIMALS: Final = r"^[+-]?\d*\.\d+$"
"""A number that is no code, and that never stands for no value."""
FEW: Final = 2
"""So many different seasons show that the second part follows the first, ..."""
MOSTLY: Final = 0.75
"""... and this share of all that are different."""
MONTHS: Final = 12


def season_in(texts: polars.Series) -> tuple[str, bool]:
    """A cell such as “2003/04”, and whether all like it may be months as well; else empty.

    They are those whose second part is the year after the first, and most of all are such.
    """
    if not texts.len() or not texts.head(HEAD).str.contains(_SEASON).any():
        return "", False
    different = texts.unique(maintain_order=True)
    found = different.filter(_follow(different))
    if found.len() < max(FEW, MOSTLY * different.len()):
        return "", False
    months = found.str.extract(_SEASON, 2).str.to_integer()
    return str(found[0]), bool(months.is_between(1, MONTHS).all())


def _follow(texts: polars.Series) -> polars.Series:
    """Which say a year and the one after: 2003/04, 2003/4 and 2013/4."""
    years, after = (texts.str.extract(_SEASON, part).str.to_integer() for part in (1, 2))
    is_short = texts.str.contains(r"\D\d$")
    follows = ((years + 1) % 100 == after) | (((years + 1) % 10 == after) & is_short)
    return follows.fill_null(value=False)


def exponent_in(texts: polars.Series) -> str:
    """A cell such as “3E2” where all with a value are digits without a sign or point; else empty.

    Programs write exponents with a sign, or with a point before; so this may be a code.
    """
    if texts.head(HEAD).str.contains(_DECIMALS).any():  # which mostly settles it
        return ""
    written = texts.filter(texts.str.contains(_EXPONENT))
    if not written.len():
        return ""
    meant = texts.filter(~missing.is_missing(texts))
    return str(written[0]) if meant.str.contains(_CODE).all() else ""


def has_base(texts: polars.Series) -> bool:
    """Whether some may have their base in front."""
    return bool(texts.str.contains("^[+-]?0[xXoObB]").any())


def based_in(texts: polars.Series) -> str:
    """A cell such as “0x1F”, where all are whole numbers and some have their base; else empty."""
    written = texts.filter(texts.str.contains(_BASED))
    if not written.len() or not texts.str.contains(rf"{_BASED}|^[+-]?\d{{1,15}}$").all():
        return ""
    differing = written.filter(written.str.contains("[1-9a-fA-F]$"))  # 0x0 is 0 as a text, too
    return str((differing if differing.len() else written)[0])


def without_bases(texts: polars.Series) -> polars.Series:
    """The texts with numbers that have their base in front as decimal numbers."""
    import polars

    below = texts.str.starts_with("-").fill_null(value=False)
    for base, form in _BASES.items():
        found = texts.str.extract(form).str.to_integer(base=base, strict=False)
        found = found.zip_with(~below, -found)
        texts = found.cast(polars.String).zip_with(found.is_not_null(), texts)
    return texts


def dashes_in(texts: polars.Series) -> tuple[str, ...]:
    """Dashes such as “$ -” and “- kg”, which accounts write for 0, as they are written.

    There are none without money or a unit. A dash alone is one of them where other cells have money
    beside them.
    """
    return tuple(sorted({*_of_money(texts), *_of_units(texts)}))


def _of_units(texts: polars.Series) -> list[str]:
    """Dashes with a unit that stands behind the numbers as well."""
    are = texts.str.contains(_DASH_OF_UNIT) & ~missing.is_missing(texts)
    if not are.any():
        return []
    others = texts.filter(~are)
    named = units.of(others.filter(~missing.is_missing(others)), is_set=False)
    found = texts.filter(are).unique()
    known = found.str.extract(_DASH_OF_UNIT).is_in(list(named))
    return list(found.filter(known).to_list())


def _of_money(texts: polars.Series) -> list[str]:
    import polars

    found = texts.filter(texts.str.contains(_DASH)).unique()
    if not found.len():
        return []
    signs = numbers.sign_at(found).fill_null("")
    rest = found.str.replace_all(_BESIDE_MONEY, "")
    dashes = polars.DataFrame({"text": found, "sign": signs}).filter(rest == signs)
    if not set(numbers.units_in(texts)) - {"%"}:
        dashes = dashes.filter(polars.col("sign") != "")
    return list(dashes["text"].to_list())


def with_zeros(texts: polars.Series, zeros: tuple[str, ...]) -> polars.Series:
    """The texts with 0 for what stands for it."""
    return texts.set(texts.is_in(list(zeros)).fill_null(value=False), "0")
