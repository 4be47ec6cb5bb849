"""Digits of other scripts are the digits they are, in training and in new rows."""

from datetime import datetime
from pathlib import Path

import polars
import pytest

from engine.data.tables.cells.spellings import plain_digits
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged, read
from engine.data.tables.new_rows.reading import column_of
from engine.data.tables.open_columns import Judgement
from graphs.data import Column
from graphs.notation import OPEN, Notation


def sheet(values: list[str]) -> Sheet:
    return Sheet(Path("a.csv"), polars.DataFrame({"x": values}), range(2, len(values) + 2))


def judgement(values: list[str]) -> Judgement:
    return judged(sheet(values), ["x"], {"x": OPEN})["x"]


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (["١٢", "٣", "٠"], [12, 3, 0]),
        (["۱۲", "۳", "۷"], [12, 3, 7]),
        (["१२.५", "३", "45"], [12.5, 3, 45]),
        (["１２．５", "３", "－４"], [12.5, 3, -4]),
        (["١٬٢٣٤٫٥", "٠٫٥", "٧"], [1234.5, 0.5, 7]),
        (["١٫٢٣٤", "٢٫٣٤٥", "٧٫١٢٥"], [1.234, 2.345, 7.125]),
        (["٥٠٪", "٧٪", "n/a"], [50, 7, None]),
    ],
)
def test_digits_of_other_scripts_are_numbers_in_training_and_in_new_rows(
    values: list[str], numbers: list[float | None]
) -> None:
    found = judgement(values)
    assert found.notation.holds == "number"
    assert not found.ways
    assert "digits of other scripts are read as 0 to 9" in found.told
    assert not found.is_plain
    assert read(polars.Series(values), found.notation).to_list() == numbers
    column = Column("x", notation=found.notation)
    assert column_of(sheet(values), column, []).to_list() == numbers


def test_new_rows_may_have_the_digits_of_another_script_than_training() -> None:
    column = Column("x", notation=Notation("number", ".", "", ()))
    assert column_of(sheet(["١٢٫٥", "3"]), column, []).to_list() == [12.5, 3]


def test_dates_in_the_digits_of_another_script_are_dates() -> None:
    values = ["٢٠٢٤-٠١-٣١", "٢٠٢٤-٠٢-٢٩"]
    found = judgement(values)
    assert found.notation.holds == "date"
    assert read(polars.Series(values), found.notation)[0] == datetime(2024, 1, 31)


@pytest.mark.parametrize("values", [["٠١٢", "٠٣٤"], ["غرفة ١", "غرفة ٢"]])
def test_texts_and_codes_keep_their_digits(values: list[str]) -> None:
    found = judgement(values)
    assert found.notation.holds == "text"
    assert read(polars.Series(values), found.notation).to_list() == values


def test_texts_without_such_digits_are_left_as_they_are() -> None:
    texts = polars.Series(["é", "1", None])
    assert plain_digits(texts) is texts


def test_the_sign_between_thousands_of_a_script_is_called_by_its_name() -> None:
    told = judgement(["١٬٥٠٠", "٢٬٥٠٠", "١٠٬٥٠٠"]).told
    assert "the Arabic sign between thousands" in told and "apostrophe" not in told
    assert "an apostrophe between thousands" in judgement(["1'500", "2'500", "10'500"]).told
