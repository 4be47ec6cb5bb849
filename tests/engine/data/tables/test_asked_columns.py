"""Columns that are no numbers or dates on one scale: what is asked and told about them."""

from datetime import datetime
from pathlib import Path
from typing import Any

import polars
import pytest

from engine.cli.commands.data_settings import settings_of
from engine.data.sources import reader, reader_of
from engine.data.tables.files.new_files import read_new
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged, read
from engine.data.tables.new_rows.reading import column_of
from engine.data.tables.open_columns import Judgement
from engine.errors import DataError
from graphs.data import Column
from graphs.data.sources import Source
from graphs.data.sources.table_layout import TableLayout
from graphs.notation import OPEN, Notation
from tests.engine.data.written_tables import propose


def sheet(values: list[str]) -> Sheet:
    return Sheet(Path("a.csv"), polars.DataFrame({"x": values}), range(2, len(values) + 2))


def judgement(values: list[str], given: Notation = OPEN) -> Judgement:
    return judged(sheet(values), ["x"], {"x": given})["x"]


def test_dates_that_fit_no_one_order_are_told_with_one_of_each() -> None:
    found = judgement(["08/14/2021", "14/06/2021", "08/24/2021", "17/08/2021"])
    assert "“14/06/2021” is a date only with the day first" in found.question
    assert "“08/14/2021” only with the month first" in found.question
    assert [way.notation for way in found.ways] == [Notation("text")]
    assert "None" not in found.told + found.question


def test_one_wrong_date_among_many_of_one_order_is_told_by_its_line() -> None:
    found = judgement([f"{day}/06/2021" for day in range(13, 28)] + ["08/14/2021"])
    assert found.question.startswith("a.csv, line 17: the column “x” holds dates")


@pytest.mark.parametrize("values", [["26%", "0.23", "76%", "0.5"], ["5 %", "12", "7.5 %"]])
def test_percents_beside_plain_numbers_are_asked_about(values: list[str]) -> None:
    found = judgement(values)
    assert "percents" in found.question
    assert {way.notation.holds for way in found.ways} == {"text", "number"}
    assert not judgement(values, Notation("number")).ways


def test_a_zero_among_percents_needs_no_sign() -> None:
    assert not judgement(["26%", "0", "76%"]).ways


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (["<0.05", "0.5", "0.7", "<0.05", "0.25"], [0.05, 0.5, 0.7, 0.05, 0.25]),
        ([">100", "99", ">= 200", "n/a"], [100, 99, 200, None]),
        (["5+", "3", "4+", "8+", "8 +"], [5, 3, 4, 8, 8]),
        (["≤1,5", "2,25", "3,75"], [1.5, 2.25, 3.75]),
    ],
)
def test_limits_are_told_and_count_as_numbers_or_missing_or_texts_by_choice(
    values: list[str], numbers: list[float | None]
) -> None:
    found = judgement(values)
    assert "is a limit and no number" in found.question
    itself, gone, text = found.ways
    assert text.notation == Notation("text")
    chosen = judgement(values, itself.notation)
    assert not chosen.ways
    assert "limits count as their numbers" in chosen.told
    assert read(polars.Series("x", values), chosen.notation).to_list() == numbers
    without = judgement(values, gone.notation)
    assert not without.ways
    kept = read(polars.Series("x", values), without.notation).to_list()
    shown = zip(values, numbers, strict=True)
    assert kept == [None if set(cell) & set("<>≤+") else number for cell, number in shown]


def test_new_limits_are_read_as_those_of_the_training() -> None:
    column = Column("x", notation=Notation("number", ".", "", (), limits=True))
    assert column_of(sheet(["<0.05", "7"]), column, []).to_list() == [0.05, 7]


@pytest.mark.parametrize(
    ("cell", "given"),
    [
        ("4,098", {}),
        ("<4,098", {"limits": True}),
        (">= 4,098", {"limits": True}),
        ("4,098+", {"limits": True}),
        ("4,098 kg", {"units": ("kg",)}),
        ("<4,098 kg", {"units": ("kg",), "limits": True}),
        ("4,098", {"clock": True}),
        ("$4,098", {}),
    ],
)
def test_a_new_number_that_may_be_another_is_refused_with_all_signs(
    cell: str, given: dict[str, Any]
) -> None:
    column = Column("x", notation=Notation("number", ".", "", (), **given))
    with pytest.raises(DataError, match=r"may be 4098 or 4\.098"):
        column_of(sheet([cell]), column, [])
    other = cell.replace("4,098", "12,34")  # which is meant with a comma
    assert column_of(sheet([other]), column, []).to_list() == [12.34]


@pytest.mark.parametrize("notation", [None, Notation("number", ",", "", (), units=("kg",))])
def test_dates_that_a_program_made_of_new_numbers_are_refused_by_their_place(
    notation: Notation | None,
) -> None:
    days = polars.Series("x", [None, datetime(2024, 5, 1)], polars.Datetime("us"))
    column = Column("x", notation=notation)
    rows = Sheet(Path("b.xlsx"), days.to_frame(), [2, 3], "row")
    with pytest.raises(DataError, match=r"b\.xlsx, row 3: .* takes numbers.*holds “2024-05-01”"):
        column_of(rows, column, [])
    told: list[str] = []
    nothing = column_of(rows.rows(0, 1), column, told)
    assert nothing.dtype == polars.Float64
    assert "no value" in told[0]


def test_what_stands_for_no_value_stays_none_with_the_other_decimal_sign() -> None:
    column = Column("x", notation=Notation("number", ".", "", ("99,9",)))
    assert column_of(sheet(["99,9", "1.5"]), column, []).to_list() == [None, 1.5]


@pytest.mark.parametrize("values", [["<4,098", "12", "13"], ["12", "4,098+", "13", "15"]])
def test_a_limit_that_may_be_two_numbers_is_asked_about(values: list[str]) -> None:
    found = judgement(values)
    assert "“4,098” is 4098" in found.question and "or 4.098" in found.question
    itself = judgement(values, judgement(values, found.ways[1].notation).ways[0].notation)
    assert not itself.ways
    kept = read(polars.Series("x", values), itself.notation).to_list()
    assert sorted(kept) == [4.098, *(float(cell) for cell in values if cell.isdigit())]


@pytest.mark.parametrize(
    "values", [["<4,098", "1.5", "2.25"], ["1.5", "2.5", "0.25", "12,34", "0.75", "3.5"]]
)
def test_cells_that_count_as_missing_say_nothing_about_thousands(values: list[str]) -> None:
    (gone,) = [way for way in judgement(values).ways if "missing" in way.told]
    found = judgement(values, gone.notation)
    assert (found.ways, found.notation.thousands) == ((), "")


@pytest.mark.parametrize("values", [["A+", "B", "A"], ["18-24", "25-64", "65+"]])
def test_signs_among_texts_are_no_limits(values: list[str]) -> None:
    found = judgement(values)
    assert not found.ways
    assert found.notation.holds == "text"


@pytest.mark.parametrize("usual", [-999, 999, -1, 9999])
def test_a_repeated_number_far_from_all_others_is_told(tmp_path: Path, usual: int) -> None:
    cells = [30, usual, 13.5, 16, 44, usual, 25, 38]
    text = "t,b,y\n" + "".join(f"{cell},{row % 3},{row % 2}\n" for row, cell in enumerate(cells))
    notices = propose(tmp_path / "a.csv", text).samples.notices
    (told,) = [one for one in notices if f"holds {usual}" in one]
    assert "in 2 rows, first in a.csv, line 3" in told
    assert f"--set notations.t.missing={usual}" in told
    kind = Source.get("table")
    settings = settings_of(kind, str(tmp_path / "a.csv"), (), [f"notations.t.missing={usual}"])
    notices = reader_of(kind.made(settings)).propose().samples.notices
    assert any("“t” has no value in 2 rows" in one for one in notices)


@pytest.mark.parametrize("cells", [[-2, -1, 0, 1, -1, 2], [990, 999, 1010, 999, 1005, 980]])
def test_a_number_among_its_like_is_not_told(tmp_path: Path, cells: list[int]) -> None:
    text = "t,b,y\n" + "".join(f"{cell},{row % 3},{row % 2}\n" for row, cell in enumerate(cells))
    notices = propose(tmp_path / "a.csv", text).samples.notices
    assert not any("far from all others" in one for one in notices)


@pytest.mark.parametrize(
    ("trained", "data", "cell"),
    [
        ("utf-8", "x,y\nZürich,1\n".encode("cp1252"), "Zürich"),
        ("windows-1252", "x,y\nZürich,1\n".encode(), "Zürich"),
        ("utf-8", "x,y\nZürich,1\n".encode("utf-16"), "Zürich"),
    ],
)
def test_a_new_file_is_read_by_its_own_encoding(
    tmp_path: Path, trained: str, data: bytes, cell: str
) -> None:
    (tmp_path / "new.csv").write_bytes(data)
    layout = TableLayout(encoding=trained, separator="comma", header="yes")  # type: ignore[arg-type]
    found = read_new(tmp_path / "new.csv", layout)
    assert found.column("x")[0] == cell
    if data[:2] != b"\xff\xfe":
        assert any(f"not written in {trained}" in one for one in found.notices)


def test_a_new_date_in_the_wrong_order_is_told_with_the_order_of_the_training() -> None:
    column = Column("x", notation=Notation("date", order="day first", missing=()))
    with pytest.raises(DataError, match="trained with the day first"):
        column_of(sheet(["08/14/2021"]), column, [])


@pytest.mark.parametrize(
    "written",
    [
        "notations.x.units=,",
        'notations={"x": {"decimal": "\\ud800"}}',
        "notations.x.missing=\ud800",
        'notations={"x": 5}',
        'notations={"x":',
        'notations={"x": {"missing": [1]}}',
        "notations.x=5",
        "notations..order=day first",
    ],
)
def test_a_malformed_notation_gets_a_sentence(written: str) -> None:
    with pytest.raises(DataError, match=r"^[“T].*\.$"):
        settings_of(Source.get("table"), "a.csv", (), [written])


@pytest.mark.parametrize(
    ("name", "values", "numbers"),
    [
        ("x", ["2:19:37", "26:00:05", "NA", "0:00:01"], [8377, 93605, None, 1]),
        ("time taken", ["2:19:37", "0:42:30.5"], [8377, 2550.5]),
        ("lap_time", ["00:01:30", "00:01:28"], [90, 88]),
    ],
)
def test_durations_are_numbers_of_seconds(
    name: str, values: list[str], numbers: list[float | None]
) -> None:
    rows = Sheet(Path("a.csv"), polars.DataFrame({name: values}), range(2, len(values) + 2))
    found = judged(rows, [name], {})[name]
    assert "numbers of seconds, from durations" in found.told
    assert read(polars.Series(name, values), found.notation).to_list() == numbers
    again = judged(rows, [name], {name: found.notation})[name]
    assert again.notation == found.notation
    column = Column(name, notation=found.notation)
    assert column_of(rows, column, []).to_list() == numbers


def test_times_of_a_day_are_no_durations() -> None:
    found = judgement(["09:15:00", "23:10:05", "12:00:00"])
    assert found.notation.holds == "date"
    assert "time of day" in found.told


ZONED = ["2024-01-01 10:00", "2024-01-02 11:00+02:00", "2024-01-03 12:00Z", "2024-01-04 13:00"]


def test_times_with_and_without_a_zone_in_one_column_are_told(tmp_path: Path) -> None:
    clause = "“2024-01-02 11:00+02:00” has a time zone and “2024-01-01 10:00” has none"
    found = judgement(ZONED)
    assert clause in found.told
    assert not found.is_plain
    told: list[str] = []
    column_of(sheet(ZONED), Column("x", notation=found.notation), told)
    assert any(clause in one for one in told)
    alike = judgement(ZONED[1:3])
    assert "time zone" not in alike.told and "time zone" not in judgement(["2024-01-02"]).told
    path = tmp_path / "a.csv"
    path.write_text("when,v\n" + "".join(f"{cell},{at}\n" for at, cell in enumerate(ZONED)))
    settings = {"path": str(path), "window": 2}
    series = reader("forecast", settings).propose()
    assert any(clause in one for one in series.samples.notices)


def test_times_of_two_numbers_may_be_durations_and_are_asked_about() -> None:
    cells = ["3:45", "10:05", "NA", "12:30"]
    found = judgement(cells)
    told = [way.told for way in found.ways]
    assert told == [
        "a time of day",
        "225 seconds (minutes and seconds)",
        "13500 seconds (hours and minutes)",
    ]
    assert "can be read in three ways: “3:45”" in found.question
    wanted = (None, [225, 605, None, 750], [13500, 36300, None, 45000])
    for way, numbers in zip(found.ways, wanted, strict=True):
        settled = judgement(cells, way.notation)
        assert not settled.ways
        assert judgement(cells, settled.notation).notation == settled.notation
        if numbers is not None:
            column = Column("x", notation=settled.notation)
            assert column_of(sheet(cells), column, []).to_list() == numbers
        else:
            assert "time of day" in settled.told and "choose to read durations" in settled.told


@pytest.mark.parametrize(
    ("name", "cells", "numbers"),
    [
        ("x", ["3:45.5", "4:01.25"], [225.5, 241.25]),
        ("x", ["59:10", "1:02:03"], [3550, 3723]),
        ("pace", ["4:45", "5:10"], [285, 310]),
    ],
)
def test_durations_of_minutes_and_seconds_are_seen(
    name: str, cells: list[str], numbers: list[float]
) -> None:
    rows = Sheet(Path("a.csv"), polars.DataFrame({name: cells}), range(2, len(cells) + 2))
    found = judged(rows, [name], {})[name]
    assert "from durations in minutes and seconds" in found.told
    assert read(polars.Series(name, cells), found.notation).to_list() == numbers


def test_times_of_two_numbers_beyond_a_day_are_asked_for_their_unit() -> None:
    found = judgement(["38:30", "7:15"])
    assert [way.notation.pair for way in found.ways] == ["minutes", "hours"]


@pytest.mark.parametrize("cells", [["08:15", "17:30"], ["09:15:00", "23:10:05"]])
def test_what_is_read_as_a_time_of_day_tells_that_it_may_be_a_duration(cells: list[str]) -> None:
    found = judgement(cells)
    assert (found.notation.holds, found.ways, found.is_plain) == ("date", (), False)
    assert "choose to read durations" in found.told


def test_a_duration_of_two_numbers_is_no_guess_where_training_had_three() -> None:
    column = Column("x", notation=judgement(["26:10:05", "1:00:00"]).notation)
    with pytest.raises(DataError, match="takes numbers, but holds “26:10”"):
        column_of(sheet(["26:10"]), column, [])


def test_texts_whose_spellings_are_merged_are_counted_as_one() -> None:
    cells = ["Mild", "mild", "Hot", "Sour", "Sweet"]
    assert judgement(cells).told.startswith("5 different texts, such as “Mild”")
    told = judgement(cells, Notation("text", merge=True)).told
    assert told.startswith("4 different texts, such as “Mild”")
    assert told.endswith("“Mild” is also written “mild”, which is taken as one")
    told = judgement(cells[:3], Notation("text", merge=True)).told
    assert told.startswith("texts: “Hot” and “Mild”")
