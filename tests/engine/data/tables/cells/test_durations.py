"""Durations with words for their parts are read as seconds, where nothing else can be meant."""

from pathlib import Path

import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.tables.cells import durations
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged, read
from engine.data.tables.new_rows.reading import scaled_column
from engine.data.tables.open_columns import Judgement
from graphs.data import Column
from graphs.notation import OPEN, Notation


def judgement(values: list[str], given: Notation = OPEN) -> Judgement:
    sheet = Sheet(Path("a.csv"), polars.DataFrame({"x": values}), range(2, len(values) + 2))
    return judged(sheet, ["x"], {"x": given})["x"]


PARTS = st.tuples(
    st.integers(0, 3), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.booleans()
)
WAYS = {
    "short": ("", "{d}d {h}h {m}m {s}s"),
    "close": ("", "{d}d{h}h{m}m{s}s"),
    "words": ("", "{d} days, {h} hours, {m} minutes and {s} seconds"),
    "ISO": ("", "P{d}DT{h}H{m}M{s}S"),
    "pandas": (" days", "{d} days {h:02}:{m:02}:{s:02}"),
    "Python": (" day", "{d} days, {h}:{m:02}:{s:02}"),
}


@settings(max_examples=8)
@given(st.lists(PARTS, min_size=3, max_size=20))
@pytest.mark.parametrize("way", WAYS)
def test_every_way_counts_the_same_seconds(way: str, parts: list[tuple[int, ...]]) -> None:
    form = WAYS[way][1]
    values = [
        ("-" if below and way not in ("pandas", "Python") else "")
        + form.format(d=days, h=hours, m=minutes, s=seconds)
        for days, hours, minutes, seconds, below in parts
    ]
    found = judgement(values)
    assert (found.notation.holds, found.notation.clock) == ("number", True)
    expected = [
        (-1 if value.startswith("-") else 1) * (86_400 * d + 3600 * h + 60 * m + s)
        for value, (d, h, m, s, _) in zip(values, parts, strict=True)
    ]
    assert read(polars.Series(values), found.notation).to_list() == expected


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("1.5h 3m", 5580), ("1,5h 3m", 5580), ("2w 1d", 1_296_000), ("90s 5ms", 90.005),
        ("PT0.5S", 0.5), ("-PT5M", -300), ("P2W", 1_209_600), ("-1 days +23:00:00", -3600),
        ("-1 day, 23:00:00", -3600), ("0 days 00:00:01.250", 1.25), ("1 hr. 5 min.", 3900),
        ("300", None), ("5 kg", None), ("1h5", None), ("P1Y", None), ("5m 3cm", None), ("P", None),
        ("", None), ("-", None), ("PT", None),
    ],
)  # fmt: skip
def test_one_cell_is_its_seconds(cell: str, seconds: float | None) -> None:
    (found,) = durations.as_seconds(polars.Series([cell])).to_list()
    assert found == (cell if seconds is None else str(float(seconds)))


@pytest.mark.parametrize(
    "values",
    [["1h 5m", "2h", "30m", "n/a"], ["1ms", "3s", "20ms"], ["1 min", "2 sec"], ["5m 3s", "4m"],
     ["0:05:00", "1 day, 0:05:00", "2 days, 1:00:00"]],
)  # fmt: skip
def test_one_cell_with_parts_or_several_units_show_that_all_are_durations(
    values: list[str],
) -> None:
    assert judgement(values * 3).notation.clock


@pytest.mark.parametrize(
    "values",
    [["1D", "1W", "3M", "6M"], ["5m", "3s", "4m"], ["3h", "5h", "7h"], ["P1D", "P2D"], ["5 m"],
     ["10h30", "11h45", "12h15"], ["A1h", "B2m"]],
)  # fmt: skip
def test_what_may_be_something_else_is_no_duration(values: list[str]) -> None:
    assert not judgement(values * 3).notation.clock


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["PT0S", "PT1M5S", "PT2M"], "from durations: “PT1M5S” is 65"),
        (["0h 0m", "1h 5m"], "from durations: “1h 5m” is 3900"),
        (["0:00:00", "26:10:05"], "in hours, minutes and seconds: “26:10:05” is 94205"),
        (["0:00.0", "1:05.5"], "in minutes and seconds: “1:05.5” is 65.5"),
    ],
)
def test_a_sample_tells_what_was_read(values: list[str], told: str) -> None:
    assert told in judgement(values).told


def test_a_question_shows_a_cell_that_differs_between_the_ways() -> None:
    found = judgement(["-0:00", "0:00", "-1:01", "-2:02"])
    assert "“-1:01” is -61 seconds (minutes and seconds) or -3660 seconds" in found.question


def test_new_rows_are_read_as_those_of_the_training_in_any_of_the_ways() -> None:
    column = Column("x", notation=Notation("number", ".", "", (), clock=True))
    cells = ["1h 5m", "PT1H5M", "1:05:00", "3900", "0 days 01:05:00"]
    sheet = Sheet(Path("new.csv"), polars.DataFrame({"x": cells}), range(2, 7))
    assert scaled_column(sheet, column).to_list() == [3900.0] * 5


@pytest.mark.parametrize("cells", [["1h00", "2h01", "3h02"], ["1H15", "0H30", "n/a"]])
def test_hours_with_an_h_and_minutes_may_be_times_of_day_or_hours(cells: list[str]) -> None:
    found = judgement(cells)
    assert "is a time of day or" in found.question and "hours and minutes" in found.question
    assert [way.notation.pair for way in found.ways] == ["", "hours"]
    hours = judgement(cells, found.ways[1].notation)
    assert not hours.ways and "hours and minutes" in hours.told
    assert read(polars.Series(["2h01"]), hours.notation).to_list() == [7260]


def test_what_settles_times_with_colons_settles_those_with_an_h() -> None:
    assert judgement(["08h30", "09h00", "14h15"]).notation.holds == "date"
    beyond = judgement(["8h30", "25h00", "14h15"])
    assert not beyond.ways
    assert read(polars.Series(["25h00"]), beyond.notation).to_list() == [90_000]


@pytest.mark.parametrize("cells", [["1h", "45m", "3h"], ["1m", "2h", "3m"]])
def test_an_m_beside_hours_means_minutes(cells: list[str]) -> None:
    found = judgement(cells)
    assert (found.notation.holds, found.notation.clock) == ("number", True)
    sizes = {"h": 3600, "m": 60}
    expected = [int(cell[:-1]) * sizes[cell[-1]] for cell in cells]
    assert read(polars.Series(cells), found.notation).to_list() == expected


@pytest.mark.parametrize("cells", [["1m", "1d", "3m"], ["1m", "2w", "3m"], ["1H", "45M", "3H"]])
def test_an_m_that_may_be_months_is_not_read(cells: list[str]) -> None:
    found = judgement(cells)
    assert not found.notation.clock and "base 16" not in found.likeness
