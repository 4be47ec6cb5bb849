"""Series from files: sorted by a time that is found by what it holds, and kept apart."""

import re
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars
import pytest

from engine.data.array import Array
from engine.data.reading import read
from engine.data.samples import Samples
from engine.data.series.lines import Moments, other_step, series_columns
from engine.data.sources import reader, reader_of
from engine.data.sources.spec import Proposal
from engine.data.splitting.split import split_in_order
from engine.errors import DataError
from graphs.data.sources import Source
from tests.quickly import some_of


def array(found: Samples, name: str) -> Array:
    values = found.values[name]
    assert isinstance(values, np.ndarray)
    return values


def propose(folder: Path, head: str, rows: list[str], **settings: object) -> Proposal:
    (folder / "a.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    made = {"path": str(folder / "a.csv"), "window": 3, "horizon": 1, **settings}
    return reader("forecast", made).propose()


def days(count: int, form: str = "%Y-%m-%d", step: int = 1) -> list[str]:
    start = np.datetime64("2024-01-01")
    return [(start + n * step).astype(object).strftime(form) for n in range(count)]


@pytest.mark.parametrize("name", some_of(["Day", "Tag", "when", "日期", "x"], 3))
@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d.%m.%Y", "%b %d, %Y", "%m/%d/%y"])
def test_the_newest_line_first_is_sorted_by_a_time_of_any_name(
    tmp_path: Path, name: str, form: str
) -> None:
    lines = [f'"{day}",{n}' for n, day in enumerate(days(40, form))][::-1]
    found = propose(tmp_path, f"{name},sales", lines)
    assert found.section.settings["time"] == name
    assert array(found.samples, "past")[0, :, 0].tolist() == [0, 1, 2]
    assert array(found.samples, "future")[:, 0].tolist() == list(range(3, 40))
    assert any("begin with the newest" in one for one in found.samples.notices)
    assert read(found.section).fingerprint() == found.samples.fingerprint()


def test_us_dates_with_days_up_to_twelve_are_ordered_by_their_even_steps(tmp_path: Path) -> None:
    moments = [f"{month:02}/{day:02}/{year}" for year in (2019, 2020) for month in range(1, 13)
               for day in (1, 10)]  # fmt: skip
    lines = [f"{moment},{n}" for n, moment in enumerate(moments)]
    for rows in (lines, lines[::-1], lines[20:] + lines[:20]):
        found = propose(tmp_path, "date,sales", rows)
        assert array(found.samples, "future")[:, 0].tolist() == list(range(3, 48))
        assert found.section.settings["date_order"] == "month first"
        assert "The dates of “date” are read with the month first." in found.samples.notices


def test_dates_that_leave_the_order_open_are_asked_for_and_can_be_set(tmp_path: Path) -> None:
    lines = [f"{n:02}/{(n * 5) % 12 + 1:02}/2024,{n}" for n in (3, 9, 1, 7, 5, 11, 2, 8)]
    with pytest.raises(DataError, match="day") as asked:
        propose(tmp_path, "date,sales", lines)
    assert "month" in str(asked.value)
    found = propose(tmp_path, "date,sales", lines, date_order="month first")
    assert array(found.samples, "past")[0, :, 0].tolist() == [1, 2, 3]


def test_lines_can_be_taken_as_they_come(tmp_path: Path) -> None:
    lines = [f"{day},{n}" for n, day in enumerate(days(10))][::-1]
    found = propose(tmp_path, "Day,sales", lines, lines="as they come")
    assert array(found.samples, "past")[0, :, 0].tolist() == [9, 8, 7]


def stores(count: int = 30) -> list[str]:
    return [
        f"{day},{store},{100 * at + n}"
        for n, day in enumerate(days(count))
        for at, store in enumerate("ABC")
    ]


def test_several_series_in_one_file_are_found_and_kept_apart(tmp_path: Path) -> None:
    found = propose(tmp_path, "date,store,sales", stores())
    assert found.section.settings["series"] == ("store",)
    past, future = array(found.samples, "past")[:, :, 0], array(found.samples, "future")[:, 0]
    assert (np.diff(np.concatenate([past, future[:, None]], axis=1)) == 1).all()
    assert len(future) == 3 * 27
    assert any("tells 3 series apart: “A”, “B”, “C”" in one for one in found.samples.notices)
    assert found.samples.spans is not None
    parts = split_in_order(found.samples.spans, 0.2, 0.2)
    assert (future[parts.train] % 100).max() < (past[parts.valid, 0] % 100).min()
    assert read(found.section).fingerprint() == found.samples.fingerprint()


def test_series_can_be_named_by_several_columns_or_by_numbers(tmp_path: Path) -> None:
    both = [
        f"{day},{shop},{item},{n}"
        for n, day in enumerate(days(12))
        for shop in "AB"
        for item in "xy"
    ]
    found = propose(tmp_path, "date,shop,item,sales", both)
    assert found.section.settings["series"] == ("shop", "item")
    numbered = [f"{day},{shop},{n}" for n, day in enumerate(days(12)) for shop in (7, 8, 9)]
    assert propose(tmp_path, "date,shop,sales", numbered).section.settings["series"] == ("shop",)


def test_one_series_can_be_said_to_be_one(tmp_path: Path) -> None:
    found = propose(tmp_path, "date,store,sales", stores(), series=[])
    assert len(found.samples) == 90 - 3
    assert any(
        "has the same time as the line before in 60 lines" in n for n in found.samples.notices
    )


def test_series_that_are_too_short_are_left_out_and_told(tmp_path: Path) -> None:
    found = propose(tmp_path, "date,store,sales", [*stores(), "2024-01-01,D,1", "2024-01-02,D,2"])
    assert len(found.samples) == 3 * 27
    assert (
        "One of these series is shorter than a window with what is predicted, and is left out: “D”."
    ) in found.samples.notices
    more = [f"2024-01-0{day},{name},{day}" for name in "DEFGHIJ" for day in (1, 2)]
    found = propose(tmp_path, "date,store,sales", [*stores(), *more])
    assert (
        "7 of these series are shorter than a window with what is predicted, and are left out: "
        "“D”, “E”, “F”, “G”, “H” and 2 more."
    ) in found.samples.notices


def test_what_is_predicted_of_several_values_is_known_by_name(tmp_path: Path) -> None:
    rows = [f"{day},{n},{n * n},{n % 3}" for n, day in enumerate(days(40))]
    settings = {"predicted": ["b", "c"], "window": 4, "horizon": 2}
    several = propose(tmp_path, "day,a,b,c", rows, **settings).section.fields
    assert several["future"].names == ("b", "c") and several["future"].sizes == (2, 2)
    settings["predicted"] = ["b"]
    assert propose(tmp_path, "day,a,b,c", rows, **settings).section.fields["future"].names == ()


def test_gaps_are_told_with_their_length_and_months_are_even(tmp_path: Path) -> None:
    gap = [f"{day},{n}" for n, day in enumerate(days(20)) if not 8 <= n < 15]
    told = propose(tmp_path, "date,v", gap).samples.notices
    assert any("1 differ from the usual one of 1 day, and the longest is 8 days" in n for n in told)
    months = [f"2024-{month:02}-01,{month}" for month in range(1, 13)]
    assert not any("not all alike" in n for n in propose(tmp_path, "m,v", months).samples.notices)


def test_a_gap_is_filled_within_its_own_series(tmp_path: Path) -> None:
    rows = [f"{day},{s},{'' if n == 0 and s == 'B' else n}" for s in "AB"
            for n, day in enumerate(days(8))]  # fmt: skip
    found = propose(tmp_path, "date,store,v", rows)
    assert array(found.samples, "past")[5, :, 0].tolist() == [1, 1, 2]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("a:..5.7 b:1234", "a series, in 2 rows, none is known, and the first is taken"),
        ("a:123 b:.5.7", "a series, in 1 row, none is known, and the first is taken"),
        ("a:.1.3 b:..12", "a series, in 3 rows, none is known, and the first is taken"),
        ("a:5..7 b:1.34", ""),
    ],
)
def test_rows_before_the_first_value_are_said_to_take_a_later_one(
    tmp_path: Path, values: str, said: str
) -> None:
    rows = [
        f"{day},{one[0]},{'' if value == '.' else value}"
        for one in values.split()
        for day, value in zip(days(9), one[2:], strict=False)
    ]
    told = next(
        one
        for one in propose(tmp_path, "date,store,v", rows, window=2).samples.notices
        if "has no value" in one
    )
    assert f"has no value in {values.count('.')} rows; there, the value before is taken." in told
    assert said in told
    assert ("Before the first value" in told) == bool(said)


def test_what_tells_lines_of_one_time_apart_names_the_series() -> None:
    times = np.repeat(np.arange(6.0), 2)
    columns = {
        "noise": polars.Series(np.arange(12.0) % 5),
        "shop": polars.Series(["a", "b"] * 6),
        "note": polars.Series([f"n{n}" for n in range(12)]),
    }
    assert series_columns(columns, times) == ("shop",)
    assert series_columns(columns, np.arange(12.0)) == ()
    assert series_columns({"noise": columns["noise"]}, times) == ()


def minutes(step: int) -> list[str]:
    return [f"2024-01-01 {at * step // 60:02}:{at * step % 60:02}" for at in range(12)]


@pytest.mark.parametrize(
    ("step", "said"), [(60, ""), (30, ""), (65, "65 minutes"), (7, "7 minutes")]
)
def test_steps_that_do_not_fill_a_day_are_told_exactly(
    tmp_path: Path, step: int, said: str
) -> None:
    told = propose(tmp_path, "ds,v", [f"{cell},{at}" for at, cell in enumerate(minutes(step))])
    apart = [one for one in told.samples.notices if " apart, as “ds” tells" in one]
    assert len(apart) == bool(said)
    assert not said or said in apart[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ([f"2024-01-05 {hour:02}:00" for hour in range(12)], days(12), "1 day, and .* 1 hour"),
        (days(12), days(12, step=7), "7 days, and .* 1 day"),
        ([str(at) for at in range(12)], [str(at * 5) for at in range(12)], "5, and .* 1"),
        (days(12), days(20), None),
        (minutes(60), minutes(65), "65 minutes, and .* 1 hour"),
        (minutes(60), minutes(61), "61 minutes, and .* 1 hour"),
        (minutes(65), minutes(90), "1.5 hours, and .* 65 minutes"),
        (minutes(65), minutes(65), None),
        ([f"2024-{at:02}" for at in range(1, 13)], [f"2023-{at:02}" for at in (1, 2, 3, 4)], None),
    ],
)
def test_another_usual_step_than_that_of_the_training_is_told(
    tmp_path: Path, old: list[str], new: list[str], said: str | None
) -> None:
    settings = propose(
        tmp_path, "ds,v", [f"{cell},{at}" for at, cell in enumerate(old)]
    ).section.settings
    source = Source.get("forecast").made(settings)
    (tmp_path / "b.csv").write_text(
        "ds,v\n" + "".join(f"{cell},{at}\n" for at, cell in enumerate(new)), encoding="utf-8"
    )
    found = reader_of(source).newest(tmp_path / "b.csv")
    assert found is not None
    told = [one for one in found.notices if "usual step" in one]
    assert len(told) == (said is not None)
    assert said is None or re.search(said, told[0]), told


def test_new_times_of_a_series_with_a_zone_are_told_where_training_had_none(tmp_path: Path) -> None:
    bare = [f"2024-01-05 {hour:02}:00" for hour in range(12)]
    settings = propose(
        tmp_path, "ds,v", [f"{cell},{at}" for at, cell in enumerate(bare)]
    ).section.settings
    source = Source.get("forecast").made(settings)
    for zone, count in (("+02:00", 1), ("", 0)):
        rows = "".join(f"{cell}{zone},{at}\n" for at, cell in enumerate(bare))
        (tmp_path / "b.csv").write_text("ds,v\n" + rows, encoding="utf-8")
        found = reader_of(source).newest(tmp_path / "b.csv")
        assert found is not None
        assert len([one for one in found.notices if "have a time zone" in one]) == count


@pytest.mark.parametrize(
    ("days", "said"),
    [(36_525, "36,525 days"), (365.25, "365.25 days"), (12_345, "12,345 days"), (1 / 24, "1 hour")],
)
def test_long_steps_are_told_in_whole_digits(days: float, said: str) -> None:
    day = 86_400_000_000
    moments = Moments("ds", np.array([0.0, days * day]), are_dates=True)
    (told,) = other_step(moments, 7.77 * day, days * day)
    assert f"{said} apart" in told or f"{said}, and" in told


def test_a_few_lines_without_the_name_of_a_series_are_left_out_and_told(tmp_path: Path) -> None:
    rows = stores()
    assert len(rows) == 90
    for at in (20, 21):
        day, _, sales = rows[at].split(",")
        rows[at] = f"{day},,{sales}"
    found = propose(tmp_path, "date,store,sales", rows)
    assert found.section.settings["series"] == ("store",)
    told = [one for one in found.samples.notices if "no name in “store”" in one]
    assert len(told) == 1 and told[0].startswith("2 lines have no name")
    assert "line 22; " in told[0] and "line 23. Fill them in." in told[0]
    assert any("3 series apart: “A”, “B”, “C”" in one for one in found.samples.notices)
    assert read(found.section).fingerprint() == found.samples.fingerprint()
    (tmp_path / "new.csv").write_text("\n".join(["date,store,sales", *rows]), encoding="utf-8")
    newest = reader_of(Source.get("forecast").made(found.section.settings)).newest(
        tmp_path / "new.csv"
    )
    assert newest is not None and told[0].partition(":")[0] in "".join(newest.notices)
    assert [one.name["store"] for one in newest.ends] == ["A", "B", "C"]


def test_many_lines_without_a_name_are_a_series_of_their_own_and_told(tmp_path: Path) -> None:
    rows = [row.replace(",C,", ",,") for row in stores()]
    found = propose(tmp_path, "date,store,sales", rows, series=["store"])
    assert any("30 lines have no name in “store”" in one for one in found.samples.notices)
    assert any("3 series apart" in one for one in found.samples.notices)
    rows = [row.replace(",A,", ",,").replace(",B,", ",,").replace(",C,", ",,") for row in stores()]
    with pytest.raises(DataError, match=r"No line of .* has a name in “store”"):
        propose(tmp_path, "date,store,sales", rows, series=["store"])


def test_times_of_a_file_with_kinds_go_with_the_lines_that_have_a_name(tmp_path: Path) -> None:
    days = [datetime(2024, 5, day, tzinfo=UTC) for day in range(1, 16)] * 2
    shops = ["A"] * 15 + [None] + ["B"] * 14
    frame = polars.DataFrame({"date": days, "shop": shops, "v": list(range(30))})
    frame.write_parquet(tmp_path / "a.parquet")
    settings = {"path": str(tmp_path / "a.parquet"), "window": 2, "horizon": 1}
    found = reader("forecast", settings).propose()
    assert found.section.settings["series"] == ("shop",)
    assert any("One line has no name in “shop”" in one for one in found.samples.notices)
    assert array(found.samples, "past")[-1].reshape(-1).tolist() == [27, 28]
