"""Columns that may be seasons or months, codes or numbers, dashes for 0: the user is asked."""

from datetime import datetime
from pathlib import Path

import polars
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged, read
from engine.data.tables.new_rows.reading import scaled_column
from engine.data.tables.open_columns import Judgement
from engine.errors import DataError
from graphs.data import Column
from graphs.notation import OPEN, DateOrder, Notation


def judgement(values: list[str], settled: Notation = OPEN, name: str = "x") -> Judgement:
    frame = polars.DataFrame({name: values})
    return judged(Sheet(Path("a.csv"), frame, range(2, len(values) + 2)), [name], {name: settled})[
        name
    ]


@pytest.mark.parametrize("sign", ["/", "-"])
@pytest.mark.parametrize("first", [2000, 1900])
def test_a_year_and_the_one_after_may_be_a_season_or_a_month(sign: str, first: int) -> None:
    values = [f"{year}{sign}{(year + 1) % 100:02}" for year in range(first, first + 11)]
    found = judgement([*values, "n/a"])
    assert f"“{values[0]}” is a season" in found.question
    assert f"{first}-01-01, a month" in found.question
    text, month = (way.notation for way in found.ways)
    assert text.holds == "text"
    column = polars.Series([*values, "n/a"])
    assert read(column, text).to_list() == [*values, None]
    assert read(column, month)[1] == datetime(first + 1, 2, 1)
    assert not judgement(values, month).ways


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["{0}/{1:02}", "{0}-{1:02}", "{0}-{1}", "{0}/{1}", "{0}/{2}", "{0}-{2}"]),
    st.integers(19, 20),
    st.lists(st.integers(0, 11), min_size=4, max_size=12, unique=True),
    st.sampled_from([None, "2010/00", "2010-13", "1999-05", "n/a"]),
)
def test_no_spelling_of_a_year_and_the_one_after_is_a_month_unasked(
    form: str, century: int, years: list[int], odd: str | None
) -> None:
    values = [
        form.format(century * 100 + year, year + 1, (year + 1) % 10)
        for year in years
        if not ("{2}" in form and year == 9)  # 2009/0 is no month
    ]
    cells = [*values, odd] if odd else values
    found = judgement(cells * 3)
    assert "is a season, read as a text or" in found.question
    text, month = (way.notation for way in found.ways)
    assert read(polars.Series(cells), text)[0] == values[0]
    assert read(polars.Series(values), month).null_count() == 0


@settings(max_examples=25, deadline=None)
@given(st.integers(1970, 2030), st.integers(6, 60))
def test_months_of_some_years_are_months(first: int, count: int) -> None:
    values = [f"{first + at // 12}-{at % 12 + 1:02}" for at in range(count)]
    assert judgement(values).notation.holds == "date"
    assert not judgement(values).ways


def test_seasons_that_are_no_months_are_texts() -> None:
    found = judgement([f"{year}/{(year + 1) % 100:02}" for year in range(2005, 2020)])
    assert found.notation.holds == "text"
    assert not found.ways


def test_months_that_follow_each_other_are_months() -> None:
    found = judgement([f"2001-{month:02}" for month in range(1, 13)])
    assert found.notation.holds == "date"
    assert not found.ways


@pytest.mark.parametrize(
    "values", [["1E0", "2E1", "3E2"], ["12e5", "3e2", "-"], ["100", "1E3", "204"]]
)
def test_digits_around_an_e_may_be_codes_or_numbers(values: list[str]) -> None:
    found = judgement(values)
    assert "is a code, read as a text or the number" in found.question
    as_text, as_number = (way.notation for way in found.ways)
    assert read(polars.Series(values), as_text)[0] == values[0]
    assert read(polars.Series(values), as_number)[0] == float(values[0])
    assert not judgement(values, as_number).ways
    assert not judgement(values, as_text).ways


@pytest.mark.parametrize("values", [["1e-05", "3e2"], ["1.5E3", "2E4"], ["1E+05", "2"]])
def test_exponents_with_signs_and_points_are_numbers(values: list[str]) -> None:
    found = judgement(values)
    assert found.notation.holds == "number"
    assert not found.ways


@settings(max_examples=25)
@example([2**51], "o")
@example([2**53 - 1], "x")
@given(st.lists(st.integers(-(2**51), 2**51), min_size=1, max_size=20), st.sampled_from("xXbo"))
def test_whole_numbers_with_their_base_may_be_codes_or_numbers(
    numbers: list[int], base: str
) -> None:
    values = [format(number, f"#{base}") for number in numbers]
    found = judgement([*values, "n/a"])
    assert "is a code, read as a text or the number" in found.question
    text, number = (way.notation for way in found.ways)
    column = polars.Series([*values, "n/a"])
    assert read(column, text).to_list() == [*values, None]
    assert read(column, number).to_list() == [*map(float, numbers), None]
    for way in (text, number):
        settled = judgement([*values, "n/a"], way)
        assert not settled.ways and not judgement([*values, "n/a"], settled.notation).ways


@pytest.mark.parametrize(
    "values",
    [["0x" + "f" * 40, "0x1"], ["0xZ", "0x1"], ["0b12", "0b1"], ["0x1", "1.5"], ["0x1", "abc"]],
)
def test_what_is_no_exact_number_in_its_base_is_not_offered(values: list[str]) -> None:
    assert not any(way.notation.based for way in judgement(values * 5).ways)


def test_new_rows_are_read_in_the_base_of_the_training_or_refused() -> None:
    frame = polars.DataFrame({"x": ["0x1F", "0b11", "12", "-0x10"]})
    sheet = Sheet(Path("new.csv"), frame, [2, 3, 4, 5])
    based = Column("x", notation=Notation("number", ".", "", (), based=True))
    assert scaled_column(sheet, based).to_list() == [31.0, 3.0, 12.0, -16.0]
    with pytest.raises(DataError, match="takes numbers, but holds “0x1F”"):
        scaled_column(sheet, Column("x", notation=Notation("number", ".", "", ())))


SIGNS = st.sampled_from(["$", "€", "£", "US$", "EUR", "¥", "kr"])
DASHES = st.sampled_from(["-", "–", "—", "−", "--"])


@settings(max_examples=25)
@given(SIGNS, DASHES, st.sampled_from(["", " ", "   "]), st.booleans(), st.integers(1, 40))
def test_a_dash_with_money_is_0_or_missing_as_the_user_says(
    sign: str, dash: str, space: str, behind: bool, count: int
) -> None:
    values = [f"{sign}{at}.50" for at in range(1, 13)]
    cell = f"{dash}{space}{sign}" if behind else f"{sign}{space}{dash}"
    column = [cell] * count + values
    found = judgement(column)
    assert f"“{cell}” is 0" in found.question
    zero, gone = (way.notation for way in found.ways)
    for way, expected in ((zero, 0.0), (gone, None)):
        settled = judgement(column, way)
        assert not settled.ways and settled.notation.holds == "number"
        assert not judgement(column, settled.notation).ways
        assert read(polars.Series(column), settled.notation).to_list()[: count + 1] == [
            *[expected] * count,
            1.5,
        ]
    assert f"“{cell}” is 0" in judgement(column, zero).told
    assert f"“{cell}” is missing" in judgement(column, gone).told


@pytest.mark.parametrize("cell", ["- kg", "—kg", "-- kg", "-%"])
def test_a_dash_with_a_unit_is_0_or_missing_as_the_user_says(cell: str) -> None:
    unit = cell.lstrip("-— ")
    column = [cell, *(f"{at} {unit}" for at in range(1, 13))]
    found = judgement(column)
    assert f"“{cell}” is 0" in found.question
    for way, expected in zip(found.ways, (0.0, None), strict=True):
        settled = judgement(column, way.notation)
        assert not settled.ways and settled.notation.holds == "number"
        assert not judgement(column, settled.notation).ways
        assert read(polars.Series(column), settled.notation).to_list()[:2] == [expected, 1.0]


@pytest.mark.parametrize("cell", ["- lbs", "-kg", "- apples"])
def test_a_dash_with_another_word_is_no_number(cell: str) -> None:
    column = [cell, *(f"{at} m" for at in range(1, 13))]
    assert not any(way.notation.zeros for way in judgement(column).ways)


@pytest.mark.parametrize("dash", ["-", "—", "--"])
def test_a_dash_alone_is_asked_about_beside_money_and_is_missing_elsewhere(dash: str) -> None:
    assert f"“{dash}” is 0" in judgement([dash, "$1.50", "$2.25", dash]).question
    plain = judgement([dash, "1.50", "2.25", dash])
    assert not plain.ways and dash in (plain.notation.missing or ())
    known = judgement([dash, "$1.50", "$2.25"], Notation("number", ".", "", (dash,)))
    assert not known.ways


def test_what_else_is_open_is_asked_once_dashes_are_settled() -> None:
    column = ["$ -", "$1.50", "€2.25", "$3.00"]
    zero = judgement(column).ways[0].notation
    assert "mixes" in judgement(column, zero).question


def test_what_is_0_or_missing_is_kept_while_something_else_is_chosen() -> None:
    column = ["$ -", "$1.500", "$2.250", "$3.000"]
    for first in judgement(column).ways:
        asked = judgement(column, first.notation)
        assert len(asked.ways) == 2
        for way in asked.ways:
            assert not judgement(column, way.notation).ways


def test_dashes_among_texts_are_texts() -> None:
    found = judgement(["$ -", "Ft. Worth", "Rs", "-"])
    assert found.notation.holds == "text" and not found.ways


def test_new_rows_take_what_stood_for_0_as_0() -> None:
    column = Column("x", notation=Notation("number", ".", "", (), zeros=("$ -", "-")))
    sheet = Sheet(Path("new.csv"), polars.DataFrame({"x": ["$ -", "$5.00", "-", "n/a"]}), [2, 3, 4])
    assert scaled_column(sheet, column).to_list() == [0.0, 5.0, 0.0, None]


def test_numbers_with_their_base_that_are_said_to_be_numbers_name_the_way_to_read_them() -> None:
    column = ["0x1F", "0x20", "12"]
    found = judgement(column, Notation("number"))
    based = next(way for way in found.ways if way.notation.based)
    assert based.told == "the number 31"
    assert not judgement(column, based.notation).ways
    assert read(polars.Series(column), based.notation).to_list() == [31.0, 32.0, 12.0]
    assert not any(way.notation.based for way in judgement(["a", "1"], Notation("number")).ways)


ORDERS: dict[int, DateOrder] = {1: "seconds", 1000: "milliseconds", 1_000_000: "microseconds"}


@pytest.mark.parametrize("size", [1, 1000, 1_000_000])
@pytest.mark.parametrize("as_texts", [True, False])
def test_large_whole_numbers_may_be_times_which_is_told_with_the_way_out(
    size: int, as_texts: bool
) -> None:
    unit: DateOrder = ORDERS[size]
    counted = [(1_704_067_200 + 86_400 * day) * size for day in range(10)]
    column = polars.Series("start", list(map(str, counted)) if as_texts else counted)

    def found(values: polars.Series, given: Notation = OPEN) -> Judgement:
        sheet = Sheet(Path("a.csv"), polars.DataFrame([values]), range(2, len(values) + 2))
        return judged(sheet, ["start"], {"start": given})["start"]

    told = found(column).told
    assert f"counted in {unit} since 1970" in told and "would be 2024-01-01;" in told
    assert not found(column).is_plain and found(column).notation.holds == "number"
    assert found(column, Notation("date", order=unit)).notation.holds == "date"
    assert "1970" not in found(column, found(column).notation).told
    small = polars.Series("start", list(range(10)))
    assert "1970" not in found(small.cast(polars.String) if as_texts else small).told
