"""Numbers as people write them, and what a column says about their decimal sign."""

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.tables.cells.numbers import (
    Decimal,
    bare,
    is_number,
    parsed,
    signs_of,
    thousands_in,
    units_in,
)


def texts(*values: str) -> polars.Series:
    return polars.Series("x", values, polars.String)


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("7", 7, 7),
        ("-1.5", -1.5, None),
        ("1,5", None, 1.5),
        ("4,098", 4098, 4.098),
        ("1.780", 1.78, 1780),
        ("0.123", 0.123, None),
        ("0,123", None, 0.123),
        ("1,234,567", 1_234_567, None),
        ("12,34,567", 1_234_567, None),
        ("1.234.567,8", None, 1_234_567.8),
        ("1 234", 1234, 1234),
        ("1\u202f234,5", None, 1234.5),
        ("1'234.50", 1234.5, None),
        ("1’234", 1234, 1234),
        ("$ 70.48", 70.48, None),
        ("-$5", -5, -5),
        ("5 €", 5, 5),
        ("CHF 1'000.-", 1000, 1000),
        ("R$ 3,50", None, 3.5),
        ("(1,234.50)", -1234.5, None),
        ("123-", -123, -123),
        ("\u2212 5", -5, -5),
        ("34%", 34, 34),
        ("1.5E-03", 0.0015, None),
        (".5", 0.5, None),
        ("abc", None, None),
        ("1,2,3", None, None),
        ("2024-01-02", None, None),
        ("1_000", None, None),
        ("$", None, None),
        ("12-05", None, None),
    ],
)
def test_a_number_is_read_with_each_decimal_sign_that_fits_it(
    text: str, point: float | None, comma: float | None
) -> None:
    assert parsed(texts(text), ".").to_list() == [point]
    assert parsed(texts(text), ",").to_list() == [comma]


@given(
    value=st.integers(-(10**9), 10**9),
    cents=st.integers(0, 99),
    decimal=st.sampled_from([".", ","]),
    groups=st.sampled_from(["", " ", "'", "\u00a0", "\u202f", "other"]),
    around=st.sampled_from(["{}", "$ {}", "{} €", "{}%", "CHF {}"]),
)
def test_what_is_written_in_any_style_is_read_back(
    value: int, cents: int, decimal: Decimal, groups: str, around: str
) -> None:
    other = {".": ",", ",": "."}[decimal]
    whole = f"{value:,}".replace(",", other if groups == "other" else groups)
    column = texts(around.format(f"{whole}{decimal}{cents:02}"))
    sign = -1 if value < 0 else 1
    assert parsed(column, decimal)[0] == pytest.approx(value + sign * cents / 100)
    assert signs_of(column).decided() == decimal


@pytest.mark.parametrize(
    ("values", "decided"),
    [
        (["1.5", "4,098"], "."),
        (["12,34", "1.780"], ","),
        (["1,234,567", "4,098"], "."),
        (["4,098", "5,100", "7,204"], None),
        (["1.234", "2.345", "3.456"], None),
        (["4,098", "415", "2,336", "980", "7,001"], "."),
        (["1.780", "999", "2.135", "1.466"], ","),
        (["4,098", "4098", "415", "2,336", "1,220"], None),
        (["4,098", "2", "2,336", "7,001"], None),
        (["1.5", "2,5"], None),
        (["0.5", "1.234"], "."),
        (["7", "8"], None),
    ],
)
def test_the_decimal_sign_is_decided_only_on_one_sided_evidence(
    values: list[str], decided: Decimal | None
) -> None:
    assert signs_of(texts(*values)).decided() == decided


def test_what_makes_no_difference_is_not_open() -> None:
    assert not signs_of(texts("7", "8")).is_open
    assert signs_of(texts("4,098")).is_open


def test_the_signs_between_thousands_and_at_money_are_found() -> None:
    assert thousands_in(texts("4,098.5", "7"), ".") == ","
    assert thousands_in(texts("1 234", "7"), ".") == " "
    assert thousands_in(texts("0.5"), ".") == ""
    assert units_in(texts("$ 5", "7", "$8")) == ("$",)


@given(st.lists(st.text("0123456789.,+-()5 %", max_size=6), max_size=8))
def test_a_cell_is_the_same_number_beside_any_others(cells: list[str]) -> None:
    alone = [bare(texts(cell))[0] for cell in cells]
    assert bare(texts(*cells, "(7)")).to_list() == [*alone, "-7"]
    told = [is_number(texts(cell))[0] for cell in cells]
    assert is_number(texts(*cells)).to_list() == told


def test_plain_numbers_are_not_rewritten() -> None:
    plain = polars.Series("x", ["1.5", None, "-2", "1,234.5"])
    assert bare(plain) is plain
