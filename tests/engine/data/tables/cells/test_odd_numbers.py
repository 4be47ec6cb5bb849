"""Columns of numbers in which very few cells contradict all the others."""

from pathlib import Path

import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.tables.cells.numbers import Decimal
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged, read
from engine.data.tables.open_columns import Judgement
from graphs.notation import OPEN, Notation


def sheet(values: list[str], beside: dict[str, list[str]] | None = None) -> Sheet:
    frame = polars.DataFrame({"x": values} | (beside or {}))
    return Sheet(Path("a.csv"), frame, range(2, len(values) + 2))


def judgement(values: list[str], settled: Notation = OPEN) -> Judgement:
    return judged(sheet(values), ["x"], {"x": settled})["x"]


@settings(max_examples=40, deadline=None)
@given(
    many=st.integers(30, 3000),
    at=st.integers(0, 3000),
    sign=st.sampled_from([",", "."]),
    odd=st.sampled_from(["1{}5", "1{}5000", "0{}25", "17{}5"]),
    around=st.sampled_from(["{}", "$ {}", "{} kg"]),
)
def test_one_odd_cell_never_decides_for_all_others(
    many: int, at: int, sign: str, odd: str, around: str
) -> None:
    values = [around.format(f"{n % 9 + 1}{sign}{n % 900 + 100}") for n in range(many)]
    at = min(at, many)
    values.insert(at, around.format(odd.format(sign)))
    found = judgement(values)
    assert found.question.startswith(f"a.csv, line {at + 2}: in the column “x” “{values[at]}”")
    settled = [judgement(values, way.notation) for way in found.ways]
    assert not any(one.ways for one in settled)  # what is chosen is not asked about again
    cells = polars.Series(values)
    whole, decimal = (read(cells, one.notation).to_list() for one in settled)
    assert whole[at] is None
    assert whole[at - 1] == pytest.approx(1000 * decimal[at - 1])


@settings(max_examples=40, deadline=None)
@given(
    many=st.integers(30, 1000),
    at=st.integers(0, 1000),
    sign=st.sampled_from([",", "."]),
    odd=st.sampled_from(["1{}5", "1'000{}5", "1 000{}25"]),
)
def test_one_cell_with_the_other_sign_is_named_by_its_line(
    many: int, at: int, sign: Decimal, odd: str
) -> None:
    other = {".": ",", ",": "."}[sign]
    at = min(at, many)
    values = [f"{n}{sign}{n % 90 + 10}" for n in range(many)]
    values.insert(at, odd.format(other))
    found = judgement(values)
    assert found.question.startswith(f"a.csv, line {at + 2}: the column “x” holds numbers, but")
    assert "more like it" not in found.question


@pytest.mark.parametrize("sign", ["'", " "])
def test_one_odd_cell_among_other_signs_between_thousands_is_named(sign: str) -> None:
    values = [f"{n % 9 + 1}{sign}{n % 900 + 100}" for n in range(60)] + [f"1{sign}5"]
    assert judgement(values).question.startswith("a.csv, line 62: the column “x” holds numbers")


@settings(max_examples=30, deadline=None)
@given(decimals=st.integers(4, 60), thirds=st.integers(1, 60), sign=st.sampled_from([",", "."]))
def test_decimals_that_show_often_enough_need_no_question(
    decimals: int, thirds: int, sign: str
) -> None:
    values = [f"{n % 9 + 1}{sign}5" for n in range(decimals)]
    found = judgement(values + [f"{n % 9 + 1}{sign}{n % 900 + 100}" for n in range(thirds)])
    assert not found.ways
    assert found.notation.decimal == sign


def test_where_the_file_settles_the_sign_the_odd_cell_is_named_and_no_other_sign_proposed() -> None:
    values = ["1,100"] * 59 + ["1,5"]
    found = judgement(values, Notation(decimal="."))
    assert found.question.startswith("a.csv, line 61: the column “x” holds numbers, but here “1,5”")
    beside = {"y": [f"{n}.25" for n in range(60)]}
    by_others = judged(sheet(values, beside), ["x", "y"], {})["x"]
    assert by_others.question.startswith("a.csv, line 61: the column “x” holds numbers")


def test_plain_numbers_below_a_thousand_settle_it_against_one_odd_cell() -> None:
    found = judgement(["4,098", "415", "2,336", "980"] * 20 + ["1,5"])
    assert found.question.startswith("a.csv, line 82: the column “x” holds numbers")


def test_grouped_numbers_beside_decimals_with_the_other_sign_are_sure() -> None:
    found = judgement(["1,100"] * 59 + ["1.5"])
    assert not found.ways
    assert found.told == "numbers with a comma between thousands: “1,100” is 1100"


@pytest.mark.parametrize("odd", ["(1.5)", "1.5-", "\u22121.5"])
def test_a_minus_that_is_none_in_front_is_shown_with_a_sample(odd: str) -> None:
    found = judgement(["2.25", "3.5", "10.125", odd] * 5)
    assert found.told.endswith(f"of its own sign: “{odd}” is -1.5")
    assert not found.is_plain
    assert "of its own sign" not in judgement(["2.25", "3.5", "-10.125"] * 5).told
