"""Columns that may be seasons or months, codes or numbers: the user is asked which."""

from datetime import datetime
from pathlib import Path

import polars
import pytest

from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged, read
from engine.data.tables.open_columns import Judgement
from graphs.notation import OPEN, Notation


def judgement(values: list[str], given: Notation = OPEN, name: str = "x") -> Judgement:
    frame = polars.DataFrame({name: values})
    return judged(Sheet(Path("a.csv"), frame, range(2, len(values) + 2)), [name], {name: given})[
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
