"""Columns of nothing but numbers: found out and cast once."""

from pathlib import Path

import numpy as np
import polars
import pytest

from engine.data.tables import columns as reading
from engine.data.tables import judging
from engine.data.tables.cells import numbers
from engine.data.tables.columns import read_as
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged
from engine.data.tables.plain_columns import HEAD, plain_columns
from engine.errors import DataError
from graphs.notation import Notation

ODD_COLUMNS: list[list[str | None]] = [
    ["1", "5", "250", None],
    ["0.25", ".5", "+5"],
    ["1.234", "2.345", "3.456"],
    ["007", "012", "5"],
    ["3E2", "5", "nan"],
    ["20240131", "20230215", "20220301"],
    ["1500000000", "1600000000", "1550000000"],
    ["inf", "1", "5"],
    [None, None],
]


def sheet(**columns: list[str | None]) -> Sheet:
    rows = len(next(iter(columns.values())))
    frame = polars.DataFrame(
        [polars.Series(name, cells, polars.String) for name, cells in columns.items()]
    )
    return Sheet(Path("a.csv"), frame, range(2, rows + 2))


def test_a_column_is_plain_where_all_its_cells_are_numbers_or_empty() -> None:
    late: list[str | None] = [*["1"] * HEAD, "red"]
    filler: list[str | None] = [None] * (HEAD - 2)
    rows = sheet(
        x=["1", "2.5e3", ".5", *filler],
        text=["red", "1", "2", *filler],
        late=late,
        money=["€1", "2", "3", *filler],
    )
    found = plain_columns(rows, rows.frame.columns)
    assert list(found) == ["x"]
    assert found["x"].to_list()[:4] == [1.0, 2500.0, 0.5, None]


def test_what_is_no_number_is_null_in_a_plain_column() -> None:
    assert plain_columns(sheet(x=["1", "nan", "-inf"]), ["x"])["x"].to_list() == [
        1.0,
        None,
        -np.inf,
    ]


def test_columns_of_other_kinds_are_not_cast() -> None:
    rows = Sheet(Path("a.parquet"), polars.DataFrame({"x": [1.0, 2.0]}), range(2))
    assert plain_columns(rows, ["x"]) == {}


def test_what_is_judged_is_not_cast_again_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = sheet(x=["0.25", "0.5", "7"], y=["1", "2", "3"])
    found = judged(rows, ["x", "y"], {})
    monkeypatch.setattr(numbers, "parsed", None)
    read = {name: read_as(rows, name, one.notation) for name, one in found.items()}
    assert read["x"].values.to_list() == [0.25, 0.5, 7.0]
    assert read["y"].whole


def test_some_rows_of_a_sheet_are_read_for_themselves() -> None:
    rows = sheet(x=["1", "2", "3"])
    assert plain_columns(rows, ["x"])["x"].to_list() == [1.0, 2.0, 3.0]
    assert plain_columns(rows.rows(1, 2), ["x"])["x"].to_list() == [2.0]
    assert plain_columns(rows.taken(np.array([0, 2])), ["x"])["x"].to_list() == [1.0, 3.0]


def test_what_a_notation_says_is_missing_is_taken_out_of_plain_numbers() -> None:
    rows = sheet(x=["1", "-999", "3"])
    plain_columns(rows, ["x"])
    found = judged(rows, ["x"], {"x": Notation("number", ".", "", ("-999",))})["x"]
    assert read_as(rows, "x", found.notation).values.to_list() == [1.0, None, 3.0]


@pytest.mark.parametrize(
    "given",
    [
        Notation(),
        Notation(decimal=","),
        Notation("number"),
        Notation("number", ",", ""),
        Notation("number", ".", "", ("5",)),
        Notation("number", zeros=("5",)),
        Notation("number", units=("0",)),
        Notation("number", limits=True),
        Notation("number", clock=True, pair="minutes"),
        Notation("text"),
    ],
)
@pytest.mark.parametrize("name", ["x", "created_at"])
def test_plain_columns_are_judged_and_read_as_all_others(
    monkeypatch: pytest.MonkeyPatch, given: Notation, name: str
) -> None:
    for cells in ODD_COLUMNS:
        quick = _judged_and_read(name, cells, given)
        with monkeypatch.context() as without:
            for module in (judging, reading):
                without.setattr(module, "plain_columns", lambda *_: {})
            assert _judged_and_read(name, cells, given) == quick


def _judged_and_read(name: str, cells: list[str | None], given: Notation) -> object:
    rows = sheet(**{name: cells})
    found = judged(rows, [name], {name: given})[name]
    try:
        read = read_as(rows, name, found.notation)
    except DataError as error:
        return found, str(error)
    return found, read.values.to_list(), read.values.dtype, read.whole
