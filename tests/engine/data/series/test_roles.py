"""Forecasts from files: what is a time, what names a series, and what is left to predict."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars
import pytest

from engine.data.array import Array
from engine.data.reading import read
from engine.data.sources import reader, reader_of
from engine.data.sources.spec import Proposal
from engine.data.tables.cells.periods import periods
from engine.errors import DataError
from graphs.data.sources import Source
from tests.quickly import some_of

HOURS = [dt.datetime(2020, 1, 1) + dt.timedelta(hours=n) for n in range(480)]
GERMAN = ("Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez")
MONTHS = [dt.date(1990 + n // 12, n % 12 + 1, 1) for n in range(160)]


def written(folder: Path, head: str, rows: list[str]) -> Path:
    path = folder / "a.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def propose(folder: Path, head: str, rows: list[str], **settings: object) -> Proposal:
    path = written(folder, head, rows)
    made = {"path": str(path), "window": 4, "horizon": 1, **settings}
    return reader("forecast", made).propose()


def past(found: Proposal) -> Array:
    values = found.samples.values["past"]
    assert isinstance(values, np.ndarray)
    return values


def in_order(found: Proposal, first: float = 0) -> bool:
    whole = past(found)
    return (
        whole.shape[2] == 1
        and bool((np.diff(whole[:, :, 0], axis=1) == 1).all())
        and whole[0, 0, 0] == first
        and read(found.section).fingerprint() == found.samples.fingerprint()
    )


FORMS: dict[str, Callable[[int], str]] = {
    "2019Q4": lambda n: f"{1950 + n // 4}Q{n % 4 + 1}",
    "2019-Q4": lambda n: f"{1950 + n // 4}-Q{n % 4 + 1}",
    "Q4 2019": lambda n: f"Q{n % 4 + 1} {1950 + n // 4}",
    "4Q19": lambda n: f"{n % 4 + 1}Q{(80 + n // 4) % 100:02}",
    "2019H2": lambda n: f"{1900 + n // 2}H{n % 2 + 1}",
    "2021-W46": lambda n: "{}-W{:02}".format(
        *(dt.date(2018, 1, 1) + dt.timedelta(weeks=n)).isocalendar()
    ),
    "KW 46/2021": lambda n: "KW {1:02}/{0}".format(
        *(dt.date(2018, 1, 1) + dt.timedelta(weeks=n)).isocalendar()
    ),
    "Apr-03": lambda n: f"{MONTHS[n]:%b-%y}",
    "03-Apr": lambda n: f"{MONTHS[n]:%y-%b}",
    "Mrz 10": lambda n: f"{GERMAN[n % 12]} {10 + n // 12}",
    "200608": lambda n: f"{MONTHS[n]:%Y%m}",
    "2006M08": lambda n: f"{MONTHS[n]:%YM%m}",
    "08/2006": lambda n: f"{MONTHS[n]:%m/%Y}",
    "2006.08": lambda n: f"{MONTHS[n]:%Y.%m}",
    "2019/20": lambda n: f"{1850 + n}/{(1851 + n) % 100:02}",
    "Week 12": lambda n: f"Week {n}",
}


@pytest.mark.parametrize("form", some_of(FORMS, 3))
@pytest.mark.parametrize("order", [-1, pytest.param(1, marks=pytest.mark.proof)])
def test_spans_of_time_are_times_and_sorted_by(tmp_path: Path, form: str, order: int) -> None:
    rows = [f"{FORMS[form](n)},{n}" for n in range(150)][::order]
    found = propose(tmp_path, "x,v", rows)
    assert found.section.settings["time"] == "x"
    assert in_order(found)


@pytest.mark.parametrize(
    "form", ["Q{q} {y:02}", "{q}Q{y:02}", "Q{q}-'{y:02}", "{m} {y:02}", "{y:02}-{m}"]
)
@pytest.mark.parametrize("first", some_of([95, 45, 60, 68], 4))
@pytest.mark.parametrize("order", [-1, pytest.param(1, marks=pytest.mark.proof)])
def test_no_spans_are_torn_by_a_century(tmp_path: Path, form: str, first: int, order: int) -> None:
    named = ("Jan", "Apr", "Jul", "Oct")
    rows = [form.format(q=n % 4 + 1, m=named[n % 4], y=(first + n // 4) % 100) + f",{n}"
            for n in range(64)][::order]  # fmt: skip
    found = propose(tmp_path, "x,v", rows)
    assert found.section.settings["time"] == "x"
    assert in_order(found)
    century = found.section.settings["century"]
    told = f"Years of two digits in “x” lie from {century} to"
    assert any(told in one for one in found.samples.notices) == (century is not None)


def test_a_century_that_is_open_is_asked_for_and_can_be_set(tmp_path: Path) -> None:
    rows = [f"Q1 {year:02},{n}" for n, year in enumerate(range(0, 100, 3))]
    with pytest.raises(DataError, match=r"lie from 1900 to 1999 or .* Set the first year of the"):
        propose(tmp_path, "x,v", rows)
    assert in_order(propose(tmp_path, "x,v", rows, century=1900))
    assert past(propose(tmp_path, "x,v", rows, century=1960))[0, :, 0].tolist() == [20, 21, 22, 23]
    shifted = propose(tmp_path, "x,v", [f"Q{n % 4 + 1} {30 + n // 4},{n}" for n in range(100)])
    assert in_order(shifted)


def test_dates_of_an_open_century_are_asked_for_by_it(tmp_path: Path) -> None:
    rows = [f"28.03.{year:02},{n}" for n, year in enumerate(range(0, 100, 3))]
    with pytest.raises(DataError, match="Set the first year of the century"):
        propose(tmp_path, "x,v", rows)
    assert in_order(propose(tmp_path, "x,v", rows, century=1900))
    one = [f"{day:02}.03.{year:02},{n}" for n, (year, day) in
           enumerate((year, day) for year in range(30, 61) for day in (3, 17))]  # fmt: skip
    assert in_order(propose(tmp_path, "x,v", one))


def test_spans_of_a_document_without_a_century_are_read_as_before(tmp_path: Path) -> None:
    rows = [f"Q{n % 4 + 1} {60 + n // 4},{n}" for n in range(64)]
    settings = dict(propose(tmp_path, "x,v", rows).section.settings)
    del settings["century"]
    read_so = reader("forecast", settings).read().values["past"]
    assert isinstance(read_so, np.ndarray)
    assert read_so[0, 0, 0] == 36  # 1969 comes first, and 1960 is taken for 2060


def test_numbers_are_no_months_by_chance() -> None:
    for values in (
        [f"1.{1900 + n}" for n in range(60)],
        [str(200_101 + 7 * n) for n in range(60)],
        [f"{10 + n % 3}.{1950 + n}" for n in range(60)],
    ):
        assert periods(polars.Series("rate", values)) is None


def test_days_of_a_month_are_no_years() -> None:
    days = [f"{dt.date(2020, 1, 1) + dt.timedelta(days=n):%b-%d}" for n in range(120)]
    assert periods(polars.Series("x", days)) is None


def test_what_only_looks_like_a_time_and_an_unknown_order_are_told(tmp_path: Path) -> None:
    rows = [*(f"{FORMS['2019Q4'](n)},{n}" for n in range(30)), "total,9"]
    told = propose(tmp_path, "period,v", rows).samples.notices
    assert any("“period” looks like a time" in one and "name the column" in one for one in told)
    told = propose(tmp_path, "a,b", [f"{n / 2},{n}" for n in range(30)]).samples.notices
    assert any("in the order of the file" in one for one in told)
    dated = [f"{t:%Y-%m-%d},{n}" for n, t in enumerate(HOURS[::24])]
    told = propose(tmp_path, "day,b", dated, lines="as they come").samples.notices
    assert any("not sorted by “day”" in one for one in told)
    told = propose(tmp_path, "t,b", [f"{n / 2},{n}" for n in range(30)]).samples.notices
    assert not any("in the order of the file" in one for one in told)


@pytest.mark.parametrize(
    ("head", "line", "time", "parts"),
    [
        ("Date,Time,v", "{t:%Y-%m-%d},{t:%H:%M},{n}", "Date", ("Time",)),
        ("Time,Date,v", "{t:%I:%M %p},{t:%Y-%m-%d},{n}", "Date", ("Time",)),
        ("Date,Time,v", "{t:%d/%m/%Y},{t:%H.00.00},{n}", "Date", ("Time",)),
        ("Datum,Stunde,v", "{t:%d.%m.%Y},{t.hour},{n}", "Datum", ("Stunde",)),
        (
            "year,month,day,hour,v",
            "{t.year},{t.month},{t.day},{t.hour},{n}",
            "year",
            ("month", "day", "hour"),
        ),
    ],
)
@pytest.mark.parametrize("order", some_of([-1, 1], 2))
def test_a_time_in_several_columns_is_joined(
    tmp_path: Path, head: str, line: str, time: str, parts: tuple[str, ...], order: int
) -> None:
    rows = [line.format(t=t, n=n) for n, t in enumerate(HOURS)][::order]
    found = propose(tmp_path, head, rows)
    settings = found.section.settings
    assert (settings["time"], settings["time_parts"]) == (time, parts)
    assert settings["series"] == ()
    assert in_order(found)
    assert any("are read as one time" in one for one in found.samples.notices)


def test_a_typed_time_of_day_is_part_of_the_time(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    turned = HOURS[::-1]
    polars.DataFrame(
        {
            "day": [t.date() for t in turned],
            "at": [t.time() for t in turned],
            "v": list(range(480))[::-1],
        }
    ).write_parquet(path)
    found = reader("forecast", {"path": str(path), "window": 4}).propose()
    assert found.section.settings["time_parts"] == ("at",)
    assert in_order(found)
    assert any("“2020-01-20” with “23:00:00” is" in one for one in found.samples.notices)


@pytest.mark.parametrize("spelled", ["{m.month}", "{m:%B}", "{m:%b}"])
def test_a_month_beside_a_year_is_part_of_the_time(tmp_path: Path, spelled: str) -> None:
    rows = [f"{m.year},{spelled.format(m=m)},{n}" for n, m in enumerate(MONTHS)][::-1]
    assert in_order(propose(tmp_path, "Year,Month,v", rows))


def test_a_part_of_the_time_can_be_set_and_must_be_one(tmp_path: Path) -> None:
    rows = [f"{t:%Y-%m-%d},{t.hour},{n}" for n, t in enumerate(HOURS)]
    apart = propose(tmp_path, "date,hour,v", rows, time_parts=[], series=["hour"])
    assert apart.section.settings["series"] == ("hour",)
    with pytest.raises(DataError, match=r"“v” of a\.csv does not divide the times"):
        propose(tmp_path, "date,hour,v", rows, time_parts=["v"])


def test_lines_of_one_time_are_turned_with_the_file_where_the_newest_come_first(
    tmp_path: Path,
) -> None:
    rows = [f"{t:%Y-%m-%d},{n}" for n, t in enumerate(HOURS)][::-1]
    found = propose(tmp_path, "date,v", rows)
    assert in_order(found)
    assert any("taken from the last to the first" in one for one in found.samples.notices)


def keyed(head: str, stores: tuple[object, ...], items: tuple[object, ...]) -> list[str]:
    days = [t.date() for t in HOURS[::24]] + [dt.date(2020, 2, n) for n in range(1, 11)]
    return [
        f"{day},{store},{item},{n + 1000 * a + 100 * b}"
        for n, day in enumerate(days)
        for a, store in enumerate(stores)
        for b, item in enumerate(items)
    ]


@pytest.mark.parametrize("stores", [("A", "B"), (1, 2), (107, 109, 131)])
@pytest.mark.parametrize(
    "items",
    [(1, 2), *(pytest.param(one, marks=pytest.mark.proof) for one in (("x", "y"), (100, 205)))],
)
@pytest.mark.parametrize("names", ["store,item", "a,b"])
def test_the_combination_of_columns_names_a_series(
    tmp_path: Path, stores: tuple[object, ...], items: tuple[object, ...], names: str
) -> None:
    found = propose(tmp_path, f"date,{names},sales", keyed(names, stores, items))
    assert set(found.section.settings["series"]) == set(names.split(","))
    assert found.section.settings["predicted"] == ("sales",)
    assert in_order(found)


def test_what_names_things_or_never_changes_is_not_predicted(tmp_path: Path) -> None:
    rows = [f"{n * 3 + s},{t:%Y-%m-%d},{t.year},{s},{s % 2},{s * 10},{n + 1000 * s}"
            for n, t in enumerate(HOURS[::24]) for s in (0, 1, 2)]  # fmt: skip
    found = propose(tmp_path, "id,date,year,store,region,size,v", rows)
    assert found.section.settings["series"] == ("store",)
    assert found.section.settings["predicted"] == ("v",)
    told = " ".join(found.samples.notices)
    assert all(f"“{name}”" in told for name in ("id", "year", "region", "size"))


def test_too_short_series_are_told_with_what_was_taken_as_series(tmp_path: Path) -> None:
    rows = [f"{t:%Y-%m-%d},{s},{n}" for n, t in enumerate(HOURS[::24]) for s in "abc"]
    with pytest.raises(DataError, match="“store” tells 3 series apart"):
        propose(tmp_path, "date,store,v", rows, window=48)


def test_a_file_to_predict_from_that_is_too_short_is_counted_right(tmp_path: Path) -> None:
    rows = [f"{t:%Y-%m-%d},{s},{n}" for n, t in enumerate(HOURS[::24]) for s in "abc"]
    source = Source.get("forecast").made(
        dict(propose(tmp_path, "date,store,v", rows).section.settings)
    )
    short = tmp_path / "new.csv"
    short.write_text("\n".join(["date,store,v", *rows[:9]]) + "\n", encoding="utf-8")
    with pytest.raises(DataError) as told:
        reader_of(source).newest(short)
    assert "new.csv has 9 lines of 3 series" in str(told.value)
    assert "the longest of these has 3 lines, but 4 are needed" in str(told.value)


@pytest.mark.parametrize("lacking", ["date", "store", "v"])
def test_a_file_to_predict_from_without_a_column_is_told_by_its_name(
    tmp_path: Path, lacking: str
) -> None:
    rows = [f"{t:%Y-%m-%d},{s},{n}" for n, t in enumerate(HOURS[::24]) for s in "abc"]
    source = Source.get("forecast").made(
        dict(propose(tmp_path, "date,store,v", rows).section.settings)
    )
    new = written(tmp_path, "date,store,v".replace(lacking, "other"), rows)
    with pytest.raises(DataError) as told:
        reader_of(source).newest(new)
    assert f"has no column “{lacking}”, which the model was trained with" in str(told.value)
    assert "Choose one of" not in str(told.value)


def test_columns_of_numbers_are_judged_together(tmp_path: Path) -> None:
    rows = [f'{t:%m/%d/%Y},${100 + n}.50,"{10 + n},783"' for n, t in enumerate(HOURS[::24])]
    found = propose(tmp_path, "Date,Close/Last,Volume", rows[::-1])
    assert found.section.settings["predicted"] == ("Close/Last", "Volume")
    assert past(found)[0, 0].tolist() == [100.5, 10783]
