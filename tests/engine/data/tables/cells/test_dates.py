"""Dates as people write them, in which order day and month stand, and what they become."""

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.tables.cells import dates
from engine.data.tables.cells.date_parts import round_of, scaled, varying
from engine.data.tables.cells.dates import are_mostly, counted_in, orders_of, parsed
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged, read
from graphs.notation import DateOrder


def texts(*values: str) -> polars.Series:
    return polars.Series("d", values, polars.String)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024-02-21 06:43", "2024-02-21 06:43"),
        ("2024/5/1", "2024-05-01"),
        ("31.12.99", "1999-12-31"),
        ("5.3.2024", "2024-03-05"),
        ("May 3, 2024", "2024-05-03"),
        ("3 May 2024", "2024-05-03"),
        ("3. März 2024", "2024-03-03"),
        ("1er janvier 2024", "2024-01-01"),
        ("10-Jan-24", "2024-01-10"),
        ("Mon, 13 May 2024 10:00:00 GMT", "2024-05-13 10:00"),
        ("2024-05", "2024-05-01"),
        ("May 2024", "2024-05-01"),
        ("6:43 PM", "1970-01-01 18:43"),
        ("12:00 AM", "1970-01-01 00:00"),
        ("2024-05-01T10:20:30.5Z", "2024-05-01 10:20:30.500"),
        ("2024-05-01T10:20:30+02:00", "2024-05-01 08:20:30"),
        ("2024-05-01 10:20:30+00", "2024-05-01 10:20:30"),
        ("2024-05-01T10:20:30.25-05", "2024-05-01 15:20:30.250"),
        ("2024-05-01T10:20:30+0530", "2024-05-01 04:50:30"),
        ("2024-05-01T10:20:30[Europe/Berlin]", "2024-05-01 08:20:30"),
        ("2024-01-01 10:20:30 [Europe/Berlin]", "2024-01-01 09:20:30"),
        ("2024-05-01T10:20+02:00[Europe/Berlin]", "2024-05-01 08:20"),
        ("2024-05-01T10:20Z[UTC]", "2024-05-01 10:20"),
        ("2024年5月3日", "2024-05-03"),
        ("20240503", "2024-05-03"),
        ("20240503 06:43", "2024-05-03 06:43"),
    ],
)
def test_a_date_is_read_in_any_form(text: str, found: str) -> None:
    assert parsed(texts(text), "day first")[0] == datetime.fromisoformat(found)


@pytest.mark.parametrize(
    "text",
    [
        "36:15",
        "2024-05-01T10:20:30[Europe/Nowhere]",
        "2024-03-31T02:30:00[Europe/Berlin]",
        "2024-05-01 10:20:30+77",
        "2024-02-30",
        "2024-13-01",
        "hello 5 world",
        "Sale 3 2024",
        "1.5",
        "7",
        "12-05",
        "",
        "20240230",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parsed(texts(text), "day first")[0] is None
    assert parsed(texts(text), "month first")[0] is None


@given(
    days=st.lists(st.dates(date(1970, 1, 1), date(2068, 12, 31)), min_size=1, max_size=9),
    form=st.sampled_from(
        [
            ("%d/%m/%Y", "day first"),
            ("%m/%d/%Y", "month first"),
            ("%m-%d-%y", "month first"),
            ("%Y-%m-%d", "year first"),
            ("%d %B %Y", "year first"),
            ("%b %d, %Y", "year first"),
        ]
    ),
)
def test_dates_are_read_back_in_the_order_they_were_written(
    days: list[date], form: tuple[str, DateOrder]
) -> None:
    written = texts(*(day.strftime(form[0]) for day in days))
    assert [moment.date() for moment in parsed(written, form[1]).to_list()] == days
    assert form[1] in orders_of(written).possible or len({d.day == d.month for d in days}) == 1


@pytest.mark.parametrize(
    ("values", "possible"),
    [
        (["05/13/2024", "01/02/2024"], ("month first",)),
        (["13/05/2024", "01/02/2024"], ("day first",)),
        (["05/03/2024", "01/02/2024", "04/02/2024"], ("day first", "month first")),
        (["05.03.2024", "01.02.2024", "04.02.2024"], ("day first",)),
        (["01/01/2019", "01/10/2019", "02/01/2019", "02/10/2019"], ("month first",)),
        (["01/01/2019", "10/01/2019", "01/02/2019", "10/02/2019"], ("day first",)),
        (["02/10/2019", "02/01/2019", "01/10/2019", "01/01/2019"], ("month first",)),
        (["2024-01-02"], ("year first",)),
    ],
)
def test_the_order_is_decided_only_on_one_sided_evidence(
    values: list[str], possible: tuple[DateOrder, ...]
) -> None:
    assert orders_of(texts(*values)).possible == possible


def test_words_and_codes_are_not_mostly_dates() -> None:
    assert not are_mostly(texts("A-1", "B-2", "May", "7"))
    assert are_mostly(texts("2024-01-02", "2024-01-03", "soon"))


def test_large_whole_numbers_count_from_1970() -> None:
    seconds = polars.Series([1.7e9, 1.71e9])
    assert counted_in(seconds) == "seconds"
    assert counted_in(seconds * 1000) == "milliseconds"
    assert counted_in(polars.Series([100.0, 1.7e9])) is None
    assert parsed(seconds, "seconds")[0] == datetime(2023, 11, 14, 22, 13, 20)


def moments(*values: datetime) -> polars.Series:
    return polars.Series("d", values, polars.Datetime("us"))


def test_only_what_varies_becomes_numbers() -> None:
    start = datetime(2024, 3, 4)
    assert varying(moments(start, start + timedelta(days=7))) == ("elapsed", "day")
    assert varying(moments(start, start + timedelta(hours=7))) == ("hour",)
    assert "year" in varying(moments(start, start + timedelta(days=400)))
    assert varying(moments(start, start)) == ("elapsed",)


def test_a_round_ends_beside_its_beginning() -> None:
    year = round_of(
        moments(datetime(2024, 12, 5), datetime(2025, 1, 5), datetime(2025, 6, 5)), "month"
    )
    assert np.linalg.norm(year[0] - year[1]) < np.linalg.norm(year[1] - year[2])
    assert np.allclose(np.linalg.norm(year, axis=1), 1)


def test_a_missing_date_is_no_place_in_a_round_and_no_time() -> None:
    some = moments(datetime(2024, 1, 1)).extend(polars.Series("d", [None], polars.Datetime("us")))
    assert round_of(some, "weekday")[1].tolist() == [0, 0]
    assert scaled(some, "elapsed").to_list() == [19723, None]
    assert scaled(some, "year").to_list() == [2024, None]


def test_words_without_digits_are_no_dates_at_a_glance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(dates, "_micros")
    assert not are_mostly(texts("red", "May", "green"))


@pytest.mark.parametrize("sign", ["-", "/", "."])
@pytest.mark.parametrize("time", ["", " 10:30"])
def test_years_of_two_digits_that_can_only_come_first_are_years(sign: str, time: str) -> None:
    cells = [sign.join(one) + time for one in (("98", "12", "31"), ("99", "01", "02"))]
    column = polars.Series("x", [*cells, sign.join(("97", "03", "04")) + time])
    rows = Sheet(Path("a.csv"), polars.DataFrame([column]), range(2, 5))
    found = judged(rows, ["x"], {})["x"]
    assert (found.notation.holds, found.notation.order, found.ways) == ("date", "year first", ())
    days = read(column, found.notation).dt.date().to_list()
    assert [str(day) for day in days] == ["1998-12-31", "1999-01-02", "1997-03-04"]


@pytest.mark.parametrize("cells", [["98-13-31", "99-14-02"], ["98-45", "99-46"], ["98.1.2", "a"]])
def test_what_is_no_date_with_the_year_first_either_stays_text(cells: list[str]) -> None:
    rows = Sheet(Path("a.csv"), polars.DataFrame({"x": cells}), range(2, 4))
    assert judged(rows, ["x"], {})["x"].notation.holds == "text"


@pytest.mark.parametrize("zoned", ["2024-01-01 10:00:00+00", "2024-01-01 10:00[Asia/Tokyo]"])
def test_times_with_and_without_such_a_zone_are_told(zoned: str) -> None:
    assert dates.zones_mixed(texts(zoned, "2024-01-02 10:00:00")) == (zoned, "2024-01-02 10:00:00")
