"""New rows are read by the notation of the training, and contradictions to it are not guessed."""

from pathlib import Path

import polars
import pytest

from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged
from engine.data.tables.new_rows import column_of
from engine.errors import DataError
from graphs.data import Column
from graphs.notation import Notation

POINT = Notation("number", ".", "", ())
COMMA = Notation("number", ",", "", ())


def sheet(values: list[str]) -> Sheet:
    return Sheet(Path("new.csv"), polars.DataFrame({"x": values}), range(2, len(values) + 2))


def trained(values: list[str], name: str = "x") -> Notation:
    rows = Sheet(Path("a.csv"), polars.DataFrame({name: values}), range(2, len(values) + 2))
    return judged(rows, [name], {})[name].notation


@pytest.mark.parametrize(
    ("notation", "cells"),
    [
        (POINT, ["1.234", "12,34", "1.234,56"]),
        (COMMA, ["1,234", "12.34", "1,234.56"]),
        (POINT, ["7", "12.34", "12,34"]),
        (Notation("number", ".", "", (), units=("kg",)), ["1.234 kg", "12,34 kg"]),
    ],
)
def test_new_cells_of_two_decimal_signs_are_never_read_by_halves(
    notation: Notation, cells: list[str]
) -> None:
    column, rows = Column("x", notation=notation), sheet(cells)
    with pytest.raises(DataError, match=r"new\.csv, line \d.* decimal comma.* decimal point"):
        column_of(rows, column, [])
    for at, cell in enumerate(cells):  # also where the rows are asked about one by one
        if cell == "7":
            assert column_of(rows.rows(at, at + 1), column, []).to_list() == [7]
            continue
        with pytest.raises(DataError, match=f"line {at + 2}.*“{cell}”"):
            column_of(rows.rows(at, at + 1), column, [])


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [(["12,34", "7", "1.234,56"], [12.34, 7, 1234.56]), (["$0,5", "-3"], [0.5, -3])],
)
def test_new_cells_that_all_have_the_other_decimal_sign_are_read_with_it(
    cells: list[str], wanted: list[float]
) -> None:
    assert column_of(sheet(cells), Column("x", notation=POINT), []).to_list() == wanted
