"""Texts that look like numbers, dates or times in a form that is not read are said to."""

from collections.abc import Callable, Mapping
from pathlib import Path

import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.tables.cells import likenesses
from engine.data.tables.columns import Read, reason_to_ignore
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged
from engine.data.tables.open_columns import Judgement
from graphs.notation import OPEN, Notation
from tests.quickly import some_of


def judgement(values: list[str], settled: Notation = OPEN) -> Judgement:
    sheet = Sheet(Path("a.csv"), polars.DataFrame({"x": values}), range(2, len(values) + 2))
    return judged(sheet, ["x"], {"x": settled})["x"]


LABELS = "several labels in one cell"
FORMS = [
    (["'6.37'", "'0.17'", "'12'"], "numbers with an apostrophe or quotation marks"),
    (["'0.86", "'8.01", "'-0.94"], "numbers with an apostrophe or quotation marks"),
    (["47.63700, 8.27000", "47.01700, -8.81300"], "several numbers"),
    (["(47.08, 8.23)", "(47.80,8.58)"], "several numbers"),
    (["[1.2, 3.4, 5]", "[0.5 1.5 2e3]"], "several numbers"),
    (["1.5;2.5", "3;4"], "several numbers"),
    (["POINT(47.0860 8.2370)", "SRID=4326;POINT (1 2)"], "places"),
    (["10.0.21.59", "192.168.0.1", "172.16.254.1:80"], "addresses of computers"),
    (["red", "green;blue", "red;green;blue", "red; blue", "blue"] * 4, LABELS),
    (["none", "red|green", "green|blue", "red|green|blue", "red", "blue"] * 4, LABELS),
    (["['red']", "['red', 'blue']", "['blue', 'old']", "['red', 'old', 'blue']", "[]"] * 4, LABELS),
    (["01/2000", "02/2000", "12/2001"], "dates"),
    (["2000-Q1", "2000-Q2", "2001-Q4"], "dates"),
    (["Q1 2000", "Q2 2000"], "dates"),
    (["1. Quartal 2000", "2. Quartal 2000"], "dates"),
    (["0 days 00:00:00", "1 days 01:00:00"], "durations"),
    (["0.5±0.3", "1.5 +/- 0.3"], "numbers with errors"),
    (["0.14x10^1", "2 × 10⁻³"], "numbers with exponents"),
    (["1 1/8", "2 3/8", "1/2"], "fractions, or pairs of numbers"),
    (["2024-W01", "2024-W02", "2024-W52"], "dates"),
    (["1:00.000", "1:01.250", "2:30.5"], "times"),
    (["1.0D+00", "2.5D-03", "1.1d+01"], "numbers with exponents"),
    (["1.50 CR", "0.50 DR", "1,200.00 CR"], "debits and credits"),
    (["1.2K", "2.2M", "3.2B"], "shortened numbers"),
    (["$1.2M", "$3M", "$900K"], "shortened numbers"),
    (["1/8", "3/8", "1/2"], "fractions, or pairs of numbers"),
    (["15/20", "18/20", "11/20"], "fractions, or pairs of numbers"),
    (["1999/2000", "2000/2001", "2001 / 2002"], "spans of years"),
    (["99/00", "00/01", "01/02"], "spans of years"),
    (["2000–01", "2001–02", "2009–10"], "spans of years"),
    (["1500-1600", "1600-1700", "1800-2000"], "ranges of numbers"),
    (["10-11", "11-12", "12-13"], "ranges of numbers"),
    (["0x3e8", "0x3e9", "0xff"], "numbers in base 16"),
    (["3E8h", "0FFh", "25h"], "numbers in base 16"),
    (["03bd", "0b0f", "766a"], "numbers in base 16"),
    (["0b1", "0b10", "0b11"], "numbers in base 2"),
    (["0o17", "0o7"], "numbers in base 8"),
    (["Jan-60", "Feb-60", "Dec-61"], "dates"),
    (["60-Jan", "61-Dec"], "dates"),
    (["Q1/60", "Q4/61"], "dates"),
    (["1Q60", "4Q61"], "dates"),
    (["Q1'60", "Q4'61"], "dates"),
    (["2020-001", "2020-366"], "dates"),
    (["0.2", "~1.5", "~2.5", "3.2"], "numbers that are about right"),
    (["ca. 5", "ca. 1,500"], "numbers that are about right"),
    (["1.50C", "0.50D", "12.00C"], "debits and credits"),
    (["5'0\"", "6'11\"", "5'10.5\""], "lengths in feet and inches"),
    (["5 ft 3 in", "6ft 11in"], "lengths in feet and inches"),
    (["P1Y2M", "P2Y"], "durations"),
    (["1y 2mo", "3y"], "durations"),
    (["1€50", "2€75"], "amounts of money"),
    (["10-20", "20-30", "30-40"], "ranges of numbers"),
    (["48.137 N", "52.52 N", "33.9 S"], "degrees"),
    (["48°08'N", "52°31'N"], "degrees"),
    (["1.50 S", "0.50 H", "12,00 H"], "debits and credits"),
    (["13.4 E", "9.2 W"], "degrees"),
    (["7/8", "0/8", "12/16"], "fractions, or pairs of numbers"),
    (["106/79", "140/68"], "fractions, or pairs of numbers"),
    (["8⅚", "1⅗", "2 ⅐"], "fractions, or pairs of numbers"),
    (["14S", "70N", "31S"], "degrees"),
    (["40.7979s", "75.2662n"], "degrees"),
    (["N51.2283", "N 68.4866"], "degrees"),
    (["51.2283N", "68.4866 N"], "degrees"),
    (["83d16m05sW", "12d01m59sE"], "degrees"),
    (["112 S", "724 H"], "debits and credits, or durations"),
    (["12 s", "30 s", "2 h"], "durations"),
    (["1998/99", "1999/2000", "2000-2001"], "spans of years"),
    (["١٢٣", "٤٥٦"], "numbers"),
    (["１２．５", "３４"], "numbers"),
]


@pytest.mark.parametrize(("values", "called"), some_of(FORMS, 2))
def test_what_looks_like_more_than_a_text_is_said_with_the_way_out(
    values: list[str], called: str
) -> None:
    found = likenesses.of(polars.Series(values))
    assert found is not None
    assert found[0] == called
    judged_so = judgement(values * 20)
    if judged_so.notation.holds == "text" and not judged_so.ways:
        assert f"; they look like {called}: {found[1]}" in judged_so.told
        assert not judged_so.is_plain
        assert "look like" not in judgement(values * 20, Notation("text")).told


def test_a_column_that_is_ignored_as_an_id_is_said_to_look_like_dates() -> None:
    values = polars.Series("x", [f"{n // 4 + 1950}-Q{n % 4 + 1}" for n in range(200)])
    reason = reason_to_ignore("x", Read(values, notation=Notation("text")))
    assert reason is not None
    assert "like an id, though they look like dates (write them as days" in reason


@pytest.mark.parametrize(
    "values",
    [
        ["red", "green"],
        ["Room 12", "Room 14"],
        ["12A", "14C"],
        ["48.2N", "12.5N"],
        ["03/07", "05/08"],
        ["AB-123-X", "CD-456-Y"],
        ["v1.2.3", "v2.0.1"],
        ["3.11.0.1", "2.4.10.0"],
        ["'twas", "'n'", "“so”"],
        ["10 in 12, more or less", "a (3, 4)"],
        ["Bern, BE", "Chur, GR", "Thun, BE", "Zug"] * 8,
        ["Smith, John", "Smith, Anna", "Jones, Mary", "Brown"] * 8,
        ["S/red", "M/red", "S/blue", "M/blue"] * 8,
        ["yes", "no", "yes/no"] * 8,
        ["He came; then he left", "It rains; it pours", "So; be it", "Well"] * 8,
        ["day 1", "day 2"],
        ["1st", "2nd", "3rd"],
        ["Mild", "Severe", "None"],
        [],
    ],
)
def test_mere_texts_look_like_nothing_else(values: list[str]) -> None:
    assert likenesses.of(polars.Series("x", values, polars.String)) is None


@pytest.mark.parametrize("zone", [" CET", " EST", "[Europe/Nowhere]"])
def test_zones_that_are_not_known_are_said_with_the_way_out(zone: str) -> None:
    told = judgement([f"2024-01-{day:02} 10:00{zone}" for day in range(1, 29)]).told
    assert "; they look like times with zones: write the zone as an offset" in told


@pytest.mark.parametrize(
    "values",
    [
        ["C12", "C13", "c14"], ["W1234", "Q123", "h1234"], ["12A", "12B", "7C"], ["A1", "B2", "C3"],
        ["#ff8800", "#00ff00"], ["CA 5x", "NY 6y"], ["abc", "face", "dead"], ["seat 4", "row 5"],
    ],
)  # fmt: skip
def test_codes_look_like_nothing_else(values: list[str]) -> None:
    assert likenesses.of(polars.Series(values)) is None


NUMBERS = st.integers(0, 4000)
SPELLED: Mapping[str, Callable[[int], str]] = {
    "month and short year": lambda n: f"{('Jan', 'Feb', 'Mar', 'Oct')[n % 4]}-{n % 100:02}",
    "quarter and short year": lambda n: f"Q{n % 4 + 1}/{n % 100:02}",
    "month in Chinese": lambda n: f"{1900 + n % 200}年{n % 12 + 1}月",
    "month in Korean": lambda n: f"{1900 + n % 200}년 {n % 12 + 1}월",
    "day of the year": lambda n: f"{1900 + n % 200}-{n % 366 + 1:03}",
    "about": lambda n: f"~{n}.5",
    "debit": lambda n: f"{n}.50{'CD'[n % 2]}",
    "base 16": lambda n: f"0x{n:X}",
    "base 16 behind": lambda n: f"0{n:X}h",
    "base 2": lambda n: f"0b{n:b}",
    "feet": lambda n: f"{n % 9}'{n % 12}\"",
    "duration in words": lambda n: f"{n // 60}h {n % 60}m",
    "duration by ISO": lambda n: f"PT{n // 60}M{n % 60}S",
    "duration in several units": lambda n: f"{n}{('ms', 's')[n % 2]}",
    "duration of years": lambda n: f"P{n % 9}Y{n % 12}M",
}


@settings(max_examples=6)
@given(st.lists(NUMBERS, min_size=12, max_size=30, unique=True))
@pytest.mark.parametrize("spelled", some_of(SPELLED, 3))
def test_what_is_no_mere_text_is_read_or_asked_or_told(spelled: str, numbers: list[int]) -> None:
    values = [SPELLED[spelled](number) for number in numbers]
    found = judgement(values)
    told = found.question or (found.notation.holds != "text") or "they look like" in found.told
    assert told, values
    if found.notation.holds == "text" and not found.ways:
        why = reason_to_ignore("x", Read(polars.Series("x", values), notation=found.notation))
        assert why is None or "they look like" in why
