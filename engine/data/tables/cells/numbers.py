"""Numbers as people write them: decimal and thousands signs, money, percents, signs behind.

A number can be read with a decimal point or with a decimal comma. Which one a column means is
decided on all of its values, and only where they leave no doubt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal as DecimalNumber
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    import polars

Decimal: TypeAlias = Literal[".", ","]

_CODES = "USD|EUR|GBP|JPY|CNY|RMB|CHF|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|INR|BRL|MXN|RUB|TRY|KRW"
_MONEY = rf"(?:US|A|C|R|NZ|HK|S)?\p{{Sc}}|(?i:{_CODES})|kr\.?|zł|Kč|Ft|Fr\.|Rs\.?|руб\.?|元|円"
_EXPONENT = r"(?:[eE][+-]?\d+)?"
_GROUPED: Final = {
    ".": r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d?(?:,\d{2})+,\d{3}",
    ",": r"[1-9]\d{0,2}(?:\.\d{3})+",
}
_OPEN_GROUPS = r"[1-9]\d{0,2}(?: \d{3})+|[1-9]\d{0,2}(?:'\d{3})+"
_SPACES = "[\u00a0\u2002-\u200a\u202f]"
_MINUSES = "[\u2212\u2012\u2013]"
_BARE: Final = r"^[+-]?[0-9.,]*$"
"""What has neither money nor spaces, and its sign in front."""
EXACT = 2**53
"""Whole numbers beyond this are not exact as floats."""
LONGEST = 50
"""Characters of a number with its money and signs."""
FEW_ODD = 20
"""One cell that shows a sign, beside more than so many that read by it alone, may be a mistake."""
FEW_SIGNED = 3
"""So many values with the sign show, beside plain ones below a thousand, that it groups digits."""


def _form(decimal: Decimal) -> str:
    """The whole of a number without money and spaces around it."""
    point = rf"\{decimal}"
    whole = rf"(?:\d+|{_GROUPED[decimal]}|{_OPEN_GROUPS})"
    return rf"^[+-]?(?:{whole}(?:{point}\d*)?|{point}\d+){_EXPONENT}$"


FORMS: Final[dict[Decimal, str]] = {".": _form("."), ",": _form(",")}
DECIMALS: Final[tuple[Decimal, ...]] = (".", ",")


@dataclass(frozen=True, slots=True)
class Signs:
    """What the values of a column say about its decimal sign."""

    point: str = ""
    """A value that can only have a decimal point; empty where there is none."""
    comma: str = ""
    """A value that can only have a decimal comma."""
    either: str = ""
    """A value that would be another number with the other sign."""
    grouping: str = ""
    """The sign that groups digits, where the plain values beside show it."""
    points: int = 0
    """How many values can only have a decimal point."""
    commas: int = 0
    """How many can only have a decimal comma."""
    eithers: int = 0
    """How many would be another number with the other sign."""
    doubtful: Decimal | None = None
    """The sign that a few values show while very many more would be grouped without them."""

    def decided(self) -> Decimal | None:
        """The decimal sign, where the column alone settles it."""
        if self.points and self.commas:
            if self.commas * FEW_ODD < self.points:
                return "."
            return "," if self.points * FEW_ODD < self.commas else None
        if self.grouping and (self.doubtful or not (self.points or self.commas)):
            return "." if self.grouping == "," else ","
        if self.doubtful:
            return None
        return "." if self.points else "," if self.commas else None

    @property
    def is_open(self) -> bool:
        """Whether it makes a difference and the column does not settle it."""
        return bool(self.either) and self.decided() is None


NO_SIGNS: Final = Signs()


def bare(texts: polars.Series) -> polars.Series:
    """The digits and signs of numbers: no money or percent, the minus in front, plain spaces."""
    if texts.str.contains(_BARE).all():
        return texts
    plain = texts.str.replace_all(_SPACES, " ").str.replace_all("[’ʼ‘]", "'")
    plain = plain.str.replace_all(_MINUSES, "-").str.strip_chars()
    plain = plain.str.replace(r"(\d)[.,]-+$", "${1}")  # prices without cents: 5.-
    plain = plain.str.replace(r"^\(\s*([^()+-]*\d[^()+-]*?)\s*\)$", "-${1}")
    plain = plain.str.replace(rf"^([+-]?)\s*(?:{_MONEY})\s*([+-]?)\s*([\d.,])", "${1}${2}${3}")
    plain = plain.str.replace(rf"([\d.,])\s*(?:%|{_MONEY})\s*(-?)$", "${1}${2}")
    plain = plain.str.replace(r"^([\d.,' ]*\d[.,]?)-$", "-${1}")
    return plain.str.replace(r"^([+-])\s+", "${1}")


def parsed(texts: polars.Series, decimal: Decimal) -> polars.Series:
    """Texts as Float64, read with one decimal sign; null where they are no numbers."""
    import polars

    quick = texts.cast(polars.Float64, strict=False)
    if decimal == "." and quick.null_count() == texts.null_count():
        return quick.fill_nan(None)
    read = _plainly(texts, decimal).cast(polars.Float64, strict=False)
    # What Python writes for numbers that are none, such as “inf”, is told from texts by its kind.
    return read.zip_with(read.is_not_null(), quick.set(~quick.is_infinite(), None))


def exactly(texts: polars.Series, decimal: Decimal) -> polars.Series:
    """The numbers with all their digits, as texts: 9007199254740993 for “$9,007,199,254,740,993”.

    Null where they are none. What is not whole stays as it is written.
    """
    import polars

    different = texts.unique()
    plain = _plainly(different, decimal).to_list()
    exact = [digits and _all_digits(digits) for digits in plain]
    return texts.replace_strict(different, exact, return_dtype=polars.String)


def _plainly(texts: polars.Series, decimal: Decimal) -> polars.Series:
    """Numbers as programs write them; null where they are none."""
    digits = bare(texts)
    fits = digits.str.contains(FORMS[decimal]).fill_null(value=False)
    digits = digits.str.replace_all("[ ']", "").str.replace_all(
        "," if decimal == "." else ".", "", literal=True
    )
    if decimal == ",":
        digits = digits.str.replace(",", ".", literal=True)
    return digits.set(~fits, None)


def _all_digits(number: str) -> str:
    exact = DecimalNumber(number)
    is_whole = exact.adjusted() < LONGEST and exact == exact.to_integral_value()
    return str(int(exact)) if is_whole else number


def unusual_minus(texts: polars.Series) -> polars.Series:
    """Whether each text is less than nothing without the usual minus in front: (5), 5-, −5."""
    form = rf"^\s*\(.*\d.*\)\s*$|\d\s*-$|{_MINUSES}"
    return texts.str.contains(form).fill_null(value=False)


def is_nothing(texts: polars.Series) -> polars.Series:
    """Whether each text is what programs write for a number that is none: ``nan``."""
    return texts.str.to_lowercase().is_in(["nan", "-nan", "+nan"]).fill_null(value=False)


def is_number(texts: polars.Series) -> polars.Series:
    """Whether each text is a number with either decimal sign; null stays null."""
    # What has no digit or is long is none, and need not be looked at closely.
    short = (texts.str.contains(r"\d") & (texts.str.len_chars() <= LONGEST)).fill_null(value=False)
    endless = texts.str.to_lowercase().str.contains(r"^[+-]?inf(inity)?$")
    if not short.any():
        return endless
    digits = bare(texts.set(~short, ""))
    fits = digits.str.contains(FORMS["."]) | digits.str.contains(FORMS[","]) | endless
    return fits.set(texts.is_null(), None)


def code_in(texts: polars.Series) -> str:
    """A whole number written with zeros in front, where all that are numbers are plain digits.

    Zeros are written in front of codes, such as 01234 for a place. Beside one number with a sign,
    decimals or money they say nothing; then, and where there are none, this is empty.
    """
    padded = texts.filter(texts.str.starts_with("0") & ~texts.str.starts_with("0."))
    padded = padded.filter(padded.str.contains(r"^0\d+$"))
    if not padded.len():
        return ""
    others = texts.filter(~texts.str.contains(r"^\d+$"))
    return "" if is_number(others).any() else str(padded[0])


def signs_of(texts: polars.Series) -> Signs:
    """What texts say about the decimal sign; those that are no numbers say nothing."""
    signed = texts.filter(texts.str.contains("[.,]"))
    if not signed.len():
        return Signs()
    digits = bare(signed)
    with_point, with_comma = (digits.str.contains(FORMS[decimal]) for decimal in DECIMALS)
    both = with_point & with_comma
    if both.any():  # of some no sign is left, such as of “5.-”
        both &= digits.str.contains("[.,]")
    points, commas = signed.filter(with_point & ~both), signed.filter(with_comma & ~both)
    either, doubtful = digits.filter(both), _doubtful(digits.filter(both), points, commas)
    example = signed.filter(both)
    if doubtful:
        example = example.filter(either.str.contains(doubtful, literal=True))
    return Signs(
        _first(points),
        _first(commas),
        _first(example),
        _grouping(either, texts) if either.len() >= FEW_SIGNED else "",
        points.len(),
        commas.len(),
        either.len(),
        doubtful,
    )


def _doubtful(
    either: polars.Series, points: polars.Series, commas: polars.Series
) -> Decimal | None:
    """The sign that only very few show, beside many in which it would group digits as well."""
    if not either.len() or bool(points.len()) == bool(commas.len()):
        return None
    sign: Decimal = "." if points.len() else ","
    many = int(either.str.contains(sign, literal=True).sum())
    return sign if (points.len() + commas.len()) * FEW_ODD < many else None


def showing(texts: polars.Series, decimal: Decimal) -> polars.Series:
    """Which texts are numbers with this decimal sign alone."""
    digits = bare(texts)
    other: Decimal = "," if decimal == "." else "."
    fits = digits.str.contains(FORMS[decimal]) & ~digits.str.contains(FORMS[other])
    return fits.fill_null(value=False)


def _grouping(either: polars.Series, texts: polars.Series) -> str:
    """The sign of numbers such as “4,098” where all plain ones lie from 100 to 999.

    Decimals would not leave out the thousands just there; and a plain number from 1,000 on says
    that digits are not grouped everywhere, which settles nothing.
    """
    import polars

    plain = bare(texts.filter(~texts.str.contains("[.,]"))).cast(polars.Float64, strict=False)
    sizes = plain.abs().drop_nulls()
    sizes = sizes.filter(sizes != 0)
    if not sizes.len() or not sizes.is_between(100, 999).all():
        return ""
    sign = "," if either.str.contains(",", literal=True).all() else "."
    return sign if either.str.contains(sign, literal=True).all() else ""


def plain(texts: polars.Series) -> polars.Series | None:
    """The texts as Float64, where all are numbers as programs write them; ``nan`` is null then."""
    import polars

    quick = texts.cast(polars.Float64, strict=False)
    return without_nan(quick) if quick.null_count() == texts.null_count() else None


def without_nan(numbers: polars.Series) -> polars.Series:
    """The numbers with null for those that are none."""
    return numbers.fill_nan(None) if numbers.is_nan().any() else numbers


def are_plain(texts: polars.Series) -> bool:
    """Whether all that are not null are numbers as programs write them; found by casting them."""
    import polars

    return texts.cast(polars.Float64, strict=False).null_count() == texts.null_count()


def thousands_in(texts: polars.Series, decimal: Decimal) -> str:
    """The signs that stand between groups of digits in numbers, in a fixed order."""
    if decimal == "." and are_plain(texts):
        return ""
    digits = bare(texts).str.replace(_EXPONENT + "$", "")
    other = "," if decimal == "." else "."
    return "".join(
        sign for sign in (other, " ", "'") if digits.str.contains(sign, literal=True).any()
    )


def units_in(texts: polars.Series) -> tuple[str, ...]:
    """The money and percent signs that stand at numbers, in the order of the alphabet."""
    if are_plain(texts):
        return ()
    return tuple(sorted(sign_at(texts).drop_nulls().unique().to_list()))


def sign_at(texts: polars.Series) -> polars.Series:
    """The money or percent sign at each number; null where there is none."""
    return texts.str.extract(rf"(%|{_MONEY})")


def without_percent(texts: polars.Series) -> str:
    """The first number but 0 without a percent sign; empty where there is none."""
    plain = texts.filter(~texts.str.contains("%") & is_number(texts) & texts.str.contains("[1-9]"))
    return _first(plain.drop_nulls())


def shown(text: str, decimals: Iterable[Decimal] = DECIMALS) -> dict[Decimal, str]:
    """What a text is with each decimal sign, written plainly."""
    import polars

    column = polars.Series([text])
    read = {decimal: parsed(column, decimal)[0] for decimal in decimals}
    return {decimal: f"{value:.15g}" for decimal, value in read.items() if value is not None}


def _first(texts: polars.Series) -> str:
    return str(texts[0]) if texts.len() else ""
