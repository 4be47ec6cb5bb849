"""Texts that look like numbers, dates or times in a form that is not read are said to."""

from pathlib import Path

import polars
import pytest

from engine.data.tables.cells import likenesses
from engine.data.tables.columns import Read, reason_to_ignore
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged
from engine.data.tables.open_columns import Judgement
from graphs.notation import OPEN, Notation


def judgement(values: list[str], settled: Notation = OPEN) -> Judgement:
    sheet = Sheet(Path("a.csv"), polars.DataFrame({"x": values}), range(2, len(values) + 2))
    return judged(sheet, ["x"], {"x": settled})["x"]


FORMS = [
    (["01/2000", "02/2000", "12/2001"], "dates"),
    (["2000-Q1", "2000-Q2", "2001-Q4"], "dates"),
    (["Q1 2000", "Q2 2000"], "dates"),
    (["1. Quartal 2000", "2. Quartal 2000"], "dates"),
    (["0 days 00:00:00", "1 days 01:00:00"], "durations"),
    (["0.5±0.3", "1.5 +/- 0.3"], "numbers with errors"),
    (["0.14x10^1", "2 × 10⁻³"], "numbers with exponents"),
    (["1 1/8", "2 3/8", "1/2"], "fractions"),
    (["2024-W01", "2024-W02", "2024-W52"], "dates"),
    (["1:00.000", "1:01.250", "2:30.5"], "times"),
    (["1.0D+00", "2.5D-03", "1.1d+01"], "numbers with exponents"),
    (["1.50 CR", "0.50 DR", "1,200.00 CR"], "debits and credits"),
    (["1.2K", "2.2M", "3.2B"], "shortened numbers"),
    (["$1.2M", "$3M", "$900K"], "shortened numbers"),
    (["1/8", "3/8", "1/2"], "fractions"),
    (["0x3e8", "0x3e9", "0xff"], "numbers in base 16"),
    (["1€50", "2€75"], "amounts of money"),
    (["10-20", "20-30", "30-40"], "ranges of numbers"),
    (["48.137 N", "52.52 N", "33.9 S"], "degrees"),
    (["48°08'N", "52°31'N"], "degrees"),
    (["١٢٣", "٤٥٦"], "numbers"),
    (["１２．５", "３４"], "numbers"),
]


@pytest.mark.parametrize(("values", "called"), FORMS)
def test_what_looks_like_more_than_a_text_is_said_with_the_way_out(
    values: list[str], called: str
) -> None:
    found = likenesses.of(polars.Series(values))
    assert found is not None
    assert found[0] == called
    judged_so = judgement(values * 20)
    if judged_so.notation.holds == "text" and not judged_so.ways:
        assert f"; they look like {called}: write them as" in judged_so.told
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
        ["AB-123-X", "CD-456-Y"],
        ["v1.2.3", "v2.0.1"],
        ["192.168.0.1", "10.0.0.1"],
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
