"""New rows are read by the notation of the training, and contradictions to it are not guessed."""

from pathlib import Path

import polars
import pytest

from engine.data.tables.files.table_file import Sheet
from engine.data.tables.files.typed import typed_sheet
from engine.data.tables.judging import judged
from engine.data.tables.new_rows.reading import column_of
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


DOLLARS = ["$50.5", "$20.25", "$7.5"]
PERCENTS = ["54%", "20.5%", "0", "7 %"]
SHARES = ["0.54", "0.205", "0.07"]


@pytest.mark.parametrize(
    ("cells", "wrong", "why"),
    [
        (DOLLARS, ["$50.5", "€50.5"], "other money.*“\\$”"),
        (DOLLARS, ["20.5 JPY"], "other money"),
        (["50,5 kr", "20,5 kr"], ["50,5 kr", "7 zł"], "other money"),
        (DOLLARS, ["50%"], "percent sign"),
        (PERCENTS, ["54%", "0.5"], "no percent sign.*“%”"),
        (["54,5 %", "7,5 %", "3,1 %"], ["0,5"], "no percent sign"),
        (SHARES, ["0.5", "50%"], "percent sign.*without a sign"),
        (["0,54", "0,205", "0,07"], ["50 %"], "percent sign.*without a sign"),
    ],
)
def test_other_signs_beside_new_numbers_are_refused(
    cells: list[str], wrong: list[str], why: str
) -> None:
    column = Column("x", notation=trained(cells))
    with pytest.raises(DataError, match=rf"new\.csv, line {len(wrong) + 1}: .*{why}"):
        column_of(sheet(wrong), column, [])


@pytest.mark.parametrize(
    ("cells", "new", "numbers"),
    [
        (DOLLARS, ["$1", "2 USD", "US$3", "4"], [1, 2, 3, 4]),
        (["€1", "€2.5", "€3"], ["1 EUR", "eur 2"], [1, 2]),
        (["$1", "2.5", "$3"], ["7", "$8"], [7, 8]),
        (PERCENTS, ["0", "5 %"], [0, 5]),
    ],
)
def test_the_same_signs_written_otherwise_are_taken(
    cells: list[str], new: list[str], numbers: list[float]
) -> None:
    column = Column("x", notation=trained(cells))
    assert column_of(sheet(new), column, []).to_list() == numbers
    again = judged(sheet(cells), ["x"], {"x": column.notation or POINT})["x"].notation
    assert again == column.notation


def test_a_run_that_does_not_know_its_signs_takes_any_and_tells_of_percents() -> None:
    told: list[str] = []
    assert column_of(sheet(["€5", "7", "1 EUR"]), Column("x"), told).to_list() == [5, 7, 1]
    assert not told
    assert column_of(sheet(["5", "7", "3%"]), Column("x"), told).to_list() == [5, 7, 3]
    assert len(told) == 1 and "“3%”" in told[0] and "divide by 100" in told[0]
    settled = judged(sheet(DOLLARS), ["x"], {"x": POINT})["x"].notation
    assert settled == POINT


@pytest.mark.parametrize("notation", [None, POINT, Notation("number", ".", "", (), beside=("",))])
@pytest.mark.parametrize("cells", [["$50.5", "€50.5"], ["50.5 USD", "20.5 JPY"], ["$5", "6%"]])
def test_several_signs_in_one_new_file_are_refused_where_training_had_none(
    notation: Notation | None, cells: list[str]
) -> None:
    rows, column = sheet(["7", *cells]), Column("x", notation=notation)
    with pytest.raises(DataError, match=r"new\.csv, line [34]: "):
        column_of(rows, column, [])
    assert column_of(rows.rows(0, 1), column, []).to_list() == [7]
    for at in (1, 2):  # also where the rows are asked about one by one
        with pytest.raises(DataError, match=f"line {at + 2}"):
            column_of(rows.rows(at, at + 1), column, [])


@pytest.mark.parametrize("path", ["new.parquet", ""])
def test_numbers_that_may_be_shares_are_told_where_training_held_percents(path: str) -> None:
    column = Column("x", notation=trained(PERCENTS))
    for values, said in (([0.5, 0.25], 1), ([54.0, 0.5], 0)):
        cells = values if path else [str(one) for one in values]
        told: list[str] = []
        rows = Sheet(Path(path), polars.DataFrame({"x": cells}), [1, 2], "row")
        assert column_of(rows, column, told).to_list() == values
        assert len(told) == said, told
    assert not said or "multiply" in told[0]


SECONDS = [float(1_700_000_000 + 86_400 * at) for at in range(12)]


@pytest.mark.parametrize(
    ("unit", "cell", "why"),
    [
        ("seconds", 1_700_864_000_000.0, "count milliseconds.*in seconds"),
        ("milliseconds", 1_700_864_000.0, "count seconds.*in milliseconds"),
        ("seconds", 1_700_864_000_000_000.0, "count microseconds.*in seconds"),
        ("seconds", 9e10, "no likely time.*in seconds"),
    ],
)
@pytest.mark.parametrize("as_texts", [False, True])
def test_a_time_counted_in_another_unit_is_refused(
    unit: str, cell: float, why: str, as_texts: bool
) -> None:
    factor = {"seconds": 1, "milliseconds": 1000}[unit]
    known = [one * factor for one in SECONDS]
    rows = Sheet(Path("a.parquet"), polars.DataFrame({"created_at": known}), range(1, 13))
    notation = judged(rows, ["created_at"], {})["created_at"].notation
    assert notation.order == unit
    column, cells = Column("created_at", notation=notation), [known[0], cell]
    values = [f"{one:.0f}" for one in cells] if as_texts else cells
    new = Sheet(Path("b.csv"), polars.DataFrame({"created_at": values}), [2, 3])
    with pytest.raises(DataError, match=rf"b\.csv, line 3: .*{why}"):
        column_of(new, column, [])
    assert column_of(new.rows(0, 1), column, []).dt.year().to_list() == [2023]


@pytest.mark.parametrize("as_texts", [False, True])
def test_a_mixture_of_units_of_time_is_told_in_training(as_texts: bool) -> None:
    mixed = [one * (1000 if at % 2 else 1) for at, one in enumerate(SECONDS)]
    values = [f"{one:.0f}" for one in mixed] if as_texts else mixed
    for name, said in (("created_at", True), ("amount", False)):
        rows = Sheet(Path("a.csv"), polars.DataFrame({name: values}), range(2, 14))
        found = judged(rows, [name], {})[name]
        assert ("1700000000 in seconds and 1700086400000 in milliseconds" in found.told) is said
        assert found.is_plain is not said


NAIVE = ["2024-01-05T10:30:00", "2024-01-06T11:30:00", "2024-02-07T12:00:00"]
WITH_ZONE = [f"{one}+02:00" for one in NAIVE]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (WITH_ZONE, NAIVE, "have no time zone"),
        (NAIVE, WITH_ZONE, "have a time zone"),
        (NAIVE, NAIVE, ""),
        (WITH_ZONE, ["2024-01-05T10:30:00Z"], ""),
        (["2024-01-05", "2024-02-06"], WITH_ZONE, ""),
        (WITH_ZONE, ["2024-01-05"], "midnight UTC is taken"),
        (NAIVE, ["2024-01-05", "2024-01-06"], "midnight is taken"),
        (NAIVE, ["2024-01-05", "2024-01-06T07:30"], ""),
        (["2024-01-05", "2024-02-06"], ["2024-01-05"], ""),
        (NAIVE, ["", "NA"], "no value"),
    ],
)
def test_times_with_a_zone_where_training_had_none_are_told_and_the_reverse(
    old: list[str], new: list[str], said: str
) -> None:
    column, told = Column("x", notation=trained(old)), list[str]()
    column_of(sheet(new), column, told)
    assert (said in told[0]) if said else not told


def test_a_zone_of_a_file_with_kinds_of_its_own_is_known() -> None:
    zoned = polars.Series("x", NAIVE).str.to_datetime().dt.replace_time_zone("Europe/Berlin")
    rows = typed_sheet(Path("a.parquet"), zoned.to_frame(), [1, 2, 3])
    naive = typed_sheet(Path("b.parquet"), sheet(NAIVE).frame.select(zoned_off()), [1, 2, 3])
    notation = judged(rows, ["x"], {})["x"].notation
    for new, said in ((sheet(NAIVE), 1), (naive, 1), (rows, 0), (sheet(WITH_ZONE), 0)):
        told: list[str] = []
        column_of(new, Column("x", notation=notation), told)
        assert len(told) == said


def zoned_off() -> polars.Expr:
    return polars.col("x").str.to_datetime()
