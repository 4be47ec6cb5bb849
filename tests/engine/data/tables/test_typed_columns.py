"""Columns of files with kinds of their own: each is used, or refused with a sentence."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars
import pytest

from engine.data.reading import read
from engine.data.sources import reader, reader_of
from engine.data.sources.files.table import TableReader
from engine.data.sources.spec import Proposal
from engine.data.tables.new_rows.reading import column_of
from engine.errors import DataError
from graphs.data import Column, SeriesKind
from graphs.data.sources import Source
from graphs.data.sources.files.table import Table
from graphs.notation import Notation
from tests.quickly import some_of

ROWS = 24
DAYS = [dt.date(2020, 1, 1 + row % 8) for row in range(ROWS)]
HOURS = polars.Series([dt.datetime(2020, 1, 1, row % 8) for row in range(ROWS)])
FEW = [row % 3 for row in range(ROWS)]
WORDS = ["abc"[row % 3] for row in range(ROWS)]
KINDS = {
    "date": polars.Series(DAYS),
    "moment": HOURS,
    "moment with zone": HOURS.dt.replace_time_zone("Europe/Berlin"),
    "nanoseconds": HOURS.cast(polars.Datetime("ns")),
    "time": polars.Series([dt.time(row % 8, 30) for row in range(ROWS)]),
    "duration": polars.Series([dt.timedelta(seconds=row % 8) for row in range(ROWS)]),
    "bool": polars.Series([row % 2 == 0 for row in range(ROWS)]),
    "decimal": polars.Series([Decimal(row % 8) / Decimal(4) for row in range(ROWS)]),
    "categorical": polars.Series(WORDS, dtype=polars.Categorical),
    "enum": polars.Series(WORDS, dtype=polars.Enum(["a", "b", "c"])),
    "list": polars.Series([[one, 2] for one in FEW]),
    "array": polars.Series([[one, 2] for one in FEW], dtype=polars.Array(polars.Int64, 2)),
    "struct": polars.Series([{"a": one} for one in FEW]),
    "binary": polars.Series([bytes([one]) for one in FEW]),
    "nothing": polars.Series([None] * ROWS),
    "small": polars.Series(FEW, dtype=polars.Int8),
    "large": polars.Series([2**63 + one for one in FEW], dtype=polars.UInt64),
    "single": polars.Series([one + 0.5 for one in FEW], dtype=polars.Float32),
    "no number": polars.Series([float("nan") if one else 1.5 * at for at, one in enumerate(FEW)]),
    "infinite": polars.Series([float("inf") if one else 1.5 * at for at, one in enumerate(FEW)]),
}
KINDS |= {
    f"{kind} with gaps": polars.Series(
        [None if row % 5 == 0 else value for row, value in enumerate(values.to_list())],
        dtype=values.dtype,
    )
    for kind, values in list(KINDS.items())
}
USES: dict[str, dict[str, Any]] = {
    **{kind: {"target": "x", "target_kind": kind} for kind in ("auto", "class", "labels")},
    "number": {"target": "x", "target_kind": "number"},
    "learned from": {"target": "y"},
    "as categories": {"target": "y", "categories": ["x"]},
    "as numbers": {"target": "y", "notations": {"x": {"holds": "number", "missing": ["1"]}}},
    "as dates": {"target": "y", "notations": {"x": {"holds": "date", "missing": ["2020-01-02"]}}},
}
SERIES: dict[str, dict[str, Any]] = {
    "predicted": {"predicted": ["x"]},
    "time": {"time": "x", "predicted": ["n"]},
    "series": {"series": ["x"]},
    "further": {"further": ["x"], "predicted": ["n"]},
}


def written(folder: Path, values: polars.Series, **others: list[Any]) -> Path:
    path = folder / "a.parquet"
    polars.DataFrame({"x": values, **others}).write_parquet(path)
    return path


def propose(path: Path, source: str = "table", **settings: Any) -> Proposal:
    return reader(source, {"path": str(path), **settings}).propose()


@pytest.mark.parametrize("kind", some_of(KINDS, 6))
def test_every_kind_of_column_is_used_or_refused_with_a_sentence(tmp_path: Path, kind: str) -> None:
    others: dict[str, list[Any]] = {
        "n": [float(row * row % 17) for row in range(ROWS)],
        "y": list("uv") * (ROWS // 2),
    }
    path = written(tmp_path, KINDS[kind], **others)
    refused = dict[str, str]()
    for use, settings in (USES | SERIES).items():
        source = "forecast" if use in SERIES else "table"
        try:
            found = propose(path, source, **settings, **({"window": 3} if use in SERIES else {}))
        except DataError as error:
            refused[use] = str(error)
            continue
        assert read(found.section).fingerprint() == found.samples.fingerprint(), use
        made = Source.get(source).made(found.section.settings)
        if not isinstance(made, Table):
            reader_of(made).newest(path)
            continue
        for field in found.section.fields.values():
            for column in field.columns:
                values = found.samples.values["features"]
                assert isinstance(values, polars.DataFrame)
                again = column_of(TableReader(made).sheet(), column, [])
                assert {*values[column.name]} <= {*again}, use
    assert all(told.endswith(".") for told in refused.values())


def test_dates_can_be_told_apart_as_classes_and_categories(tmp_path: Path) -> None:
    path = written(tmp_path, KINDS["date"], y=FEW)
    field = propose(path, target="x", target_kind="class").section.fields["x"]
    assert field.classes == tuple(f"2020-01-0{day}" for day in range(1, 9))
    asked = propose(path, target="y", categories=["x"]).section.fields["features"].columns[0]
    assert asked.categories == field.classes
    moments = propose(written(tmp_path, HOURS, y=FEW), target="x", target_kind="class")
    assert moments.section.fields["x"].classes[:2] == ("2020-01-01", "2020-01-01 01:00:00")


def test_a_column_that_was_left_out_says_why_where_it_is_named(tmp_path: Path) -> None:
    for kind, called in (("list", "lists or records"), ("binary", "bytes")):
        path = written(tmp_path, KINDS[kind], n=FEW, y=WORDS)
        for source, settings in (("table", {"target": "x"}), ("forecast", {"series": ["x"]})):
            with pytest.raises(DataError, match=rf"“x” holds {called}, which cannot.*Choose one"):
                propose(path, source, **settings)


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_durations_keep_all_their_digits(tmp_path: Path, unit: Any) -> None:
    counts = [17 * row + 1 for row in range(ROWS)]
    values = polars.Series(counts).cast(polars.Duration(unit))
    found = propose(written(tmp_path, values, y=WORDS), target="y")
    read_as = found.samples.values["features"]
    assert isinstance(read_as, polars.DataFrame)
    each = {"ms": 1e-3, "us": 1e-6, "ns": 1e-9}[unit]
    assert read_as["x"].to_list() == pytest.approx([each * count for count in counts])


def test_times_finer_than_microseconds_are_said_to_be_cut(tmp_path: Path) -> None:
    base = 1_577_836_800_000_000_000
    for count, told in ((1, True), (1000, False)):
        moments = polars.Series([base + count * row for row in range(ROWS)])
        path = written(tmp_path, moments.cast(polars.Datetime("ns")), n=FEW, y=WORDS)
        notices = propose(path, target="y").samples.notices
        assert any("finer than microseconds" in one for one in notices) == told


def test_times_of_day_keep_parts_of_a_second(tmp_path: Path) -> None:
    times = polars.Series([dt.time(12, 0, row % 3, 1000 * row) for row in range(ROWS)])
    found = propose(written(tmp_path, times, y=WORDS), target="y")
    values = found.samples.values["features"]
    assert isinstance(values, polars.DataFrame)
    assert values["x"].n_unique() == ROWS


@pytest.mark.parametrize("kind", [polars.Int64, polars.Float64, polars.Int16, polars.Decimal(9, 2)])
def test_what_means_missing_is_missing_among_typed_numbers(tmp_path: Path, kind: Any) -> None:
    cells = [30, -999, 13, 16, 44, -999, 25, 38]
    path = written(tmp_path, polars.Series(cells).cast(kind), y=list("uv") * 4)
    (told,) = [one for one in propose(path).samples.notices if "holds -999 in 2 rows" in one]
    assert "first in a.parquet, row 2" in told
    found = propose(path, notations={"x": {"missing": ["-999"]}})
    kept = [None if cell == -999 else float(cell) for cell in cells]
    values = found.samples.values["features"]
    assert isinstance(values, polars.DataFrame)
    assert values["x"].to_list() == kept
    assert "“-999” is missing" in found.samples.told["x"]
    assert read(found.section).fingerprint() == found.samples.fingerprint()
    (column,) = found.section.fields["features"].columns
    sheet = TableReader(Table.made(found.section.settings)).sheet()
    assert column_of(sheet, column, []).to_list() == kept
    assert (
        column_of(sheet, Column("x", ("13",), Notation("text", missing=("-999",))), [])[1] is None
    )


def test_what_means_missing_is_missing_among_typed_dates(tmp_path: Path) -> None:
    days = [dt.date(9999, 12, 31) if row % 7 == 2 else day for row, day in enumerate(DAYS)]
    path = written(tmp_path, polars.Series(days), y=WORDS)
    found = propose(path, notations={"x": {"missing": ["9999-12-31"]}})
    values = found.samples.values["features"]
    assert isinstance(values, polars.DataFrame)
    assert values["x"].is_null().to_list() == [row % 7 == 2 for row in range(ROWS)]


@pytest.mark.parametrize("name", ["a.parquet", "a.csv"])
@pytest.mark.parametrize("target_kind", ["auto", "number", "class"])
def test_a_number_that_seems_to_be_missing_is_told_of_the_target(
    tmp_path: Path, name: str, target_kind: str
) -> None:
    cells = [30, -999, 13, 16, 44, -999, 25, 38, *([30, 13, 16, 44, 25, 38] * 3)]
    frame = polars.DataFrame({"n": [row * 7 % 11 for row in range(len(cells))], "y": cells})
    path = tmp_path / name
    frame.write_parquet(path) if name.endswith("parquet") else frame.write_csv(path)
    found = propose(path, target_kind=target_kind)
    (told,) = [one for one in found.samples.notices if "“y” holds -999 in 2 rows" in one]
    assert "--set notations.y.missing=-999" in told
    without = propose(path, target_kind=target_kind, notations={"y": {"missing": ["-999"]}})
    assert len(without.samples) == len(cells) - 2
    assert not any("far from all others" in one for one in without.samples.notices)


def test_a_number_that_seems_to_be_missing_is_told_of_a_series(tmp_path: Path) -> None:
    cells = [30, -999, 13, 16, 44, -999, 25, 38]
    path = written(tmp_path, polars.Series(range(8)), v=cells)
    found = propose(path, "forecast", window=2, predicted=["v"])
    assert any("“v” holds -999 in 2 rows, first in a.parquet, row 2" in one
               for one in found.samples.notices)  # fmt: skip
    without = propose(
        path, "forecast", window=2, predicted=["v"], notations={"v": {"missing": ["-999"]}}
    )
    assert without.section.fields["past"].content == SeriesKind.id
    assert np.asarray(without.samples.values["past"]).min() == 13
