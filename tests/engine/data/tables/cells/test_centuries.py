"""Years of two digits: which century they are of is found on the whole column, or asked for."""

from pathlib import Path

import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged, read
from engine.data.tables.open_columns import Judgement
from graphs.notation import OPEN, Notation


def judgement(values: list[str], settled: Notation = OPEN) -> Judgement:
    sheet = Sheet(Path("a.csv"), polars.DataFrame({"x": values}), range(2, len(values) + 2))
    return judged(sheet, ["x"], {"x": settled})["x"]


def years(values: list[str], notation: Notation) -> list[int]:
    return read(polars.Series(values), notation).dt.year().to_list()


@settings(max_examples=40, deadline=None)
@given(
    first=st.integers(1941, 1981),
    offsets=st.lists(st.integers(0, 39), min_size=1, max_size=40),
    form=st.sampled_from(
        ["28.{month:02}.{year:02}", "{month:02}/28/{year:02}", "28-Mar-{year:02}"]
    ),
)
def test_a_column_of_one_span_is_read_whole(first: int, offsets: list[int], form: str) -> None:
    wanted = [first + offset for offset in offsets]
    values = [form.format(month=n % 12 + 1, year=year % 100) for n, year in enumerate(wanted)]
    found = judgement(values)
    assert not found.ways
    assert years(values, found.notation) == wanted
    assert "years of two digits lie from" in found.told


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ([50, 68, 69, 94], [1950, 1968, 1969, 1994]),
        ([60, 75, 99], [1960, 1975, 1999]),
        ([98, 99, 0, 3], [1998, 1999, 2000, 2003]),
        ([10, 24], [2010, 2024]),
        ([65], [1965]),
    ],
)
def test_no_column_is_torn_by_a_century(written: list[int], wanted: list[int]) -> None:
    values = [f"28.03.{year:02}" for year in written]
    found = judgement(values)
    assert years(values, found.notation) == wanted
    assert not found.ways


@pytest.mark.parametrize("written", [[30, 45, 60], range(0, 100, 3), [41, 92]])
def test_years_that_may_be_of_two_centuries_are_asked_about(written: list[int]) -> None:
    values = [f"28.03.{year:02}" for year in written]
    found = judgement(values)
    assert found.question
    read_so = [years(values, way.notation) for way in found.ways]
    assert len({tuple(one) for one in read_so}) == len(read_so) >= 2
    for way in found.ways:
        settled = judgement(values, way.notation)
        assert not settled.ways
        assert settled.notation.century == way.notation.century
        assert f"from {way.notation.century} to" in settled.told


@pytest.mark.parametrize("century", [-(10**30), 0, 10**400])
def test_a_century_that_is_none_changes_nothing(century: int) -> None:
    values = ["28.03.70"]
    assert years(values, Notation("date", order="day first", century=century)) == [1970]


@pytest.mark.parametrize("clock", ["10:00", "10:00 +0100", "10:00:00.123456", "10:00:00 -02:30"])
def test_the_digits_of_a_time_of_day_are_no_years(clock: str) -> None:
    values = [f"{day}/02/{year} {clock}" for day, year in ((28, 45), (27, 60))]
    found = judgement(values)
    assert years(values, found.notation) == [1945, 1960]
    again = judgement(values, found.notation)
    assert again.notation == found.notation


def test_a_settled_column_with_zones_is_read_as_when_it_was_settled() -> None:
    values = ["28/02/45 10:00 +0100", "27/02/60 11:00 +0100"]
    settled = Notation("date", missing=(), order="day first", parts=("year",))
    assert years(values, judgement(values, settled).notation) == [2045, 2060]
