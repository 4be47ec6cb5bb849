"""Tables in JSON with labels for rows, as pandas writes them, and cells that are lists."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.data.tables.columns import decided
from engine.data.tables.files.content import holds_rows
from engine.data.tables.files.reading_tables import read_sheet
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged
from engine.data.tables.undecided import Undecided
from engine.errors import DataError
from graphs.data.sources.table_layout import TableLayout

ROWS = [{"v": 1.5 + at, "kind": "ab"[at % 2]} for at in range(12)]
PLAIN = [str(at) for at in range(12)]
MILLISECONDS = [str(1704067200000 + 86_400_000 * at) for at in range(12)]
DAYS = [f"2024-01-{at + 1:02}T00:00:00.000" for at in range(12)]


def read(folder: Path, found: Any) -> Sheet:
    path = folder / "t.json"
    path.write_text(json.dumps(found))
    assert holds_rows(path)
    return read_sheet(path, layout=TableLayout())


def by_columns(labels: list[str]) -> Any:
    return {
        name: {label: row[name] for label, row in zip(labels, ROWS, strict=True)}
        for name in ROWS[0]
    }


def by_rows(labels: list[str]) -> Any:
    return dict(zip(labels, ROWS, strict=True))


def split(labels: list[str]) -> Any:
    index = [int(one) if one.isdecimal() else one for one in labels]
    return {"columns": list(ROWS[0]), "index": index, "data": [list(r.values()) for r in ROWS]}


@pytest.mark.parametrize("form", [by_columns, by_rows, split])
def test_a_table_with_labels_is_read_as_its_rows_are(form: Any, tmp_path: Path) -> None:
    plain = read(tmp_path, ROWS)
    found = read(tmp_path, form(PLAIN))
    assert found.frame.equals(plain.frame)
    assert (found.place(3), found.notices) == ("t.json, row 4", ())


@pytest.mark.parametrize("form", [by_columns, by_rows, split])
@pytest.mark.parametrize("labels", [MILLISECONDS, DAYS])
def test_labels_that_are_times_become_a_column(
    labels: list[str], form: Any, tmp_path: Path
) -> None:
    found = read(tmp_path, form(labels))
    assert found.frame.columns == ["time", "v", "kind"]
    assert judged(found, ["time"], {})["time"].notation.holds == "date"
    assert any("column “time”" in one for one in found.notices)


@pytest.mark.parametrize("form", [by_columns, by_rows, split])
def test_other_labels_are_left_out_and_told(form: Any, tmp_path: Path) -> None:
    found = read(tmp_path, form([str(7 * at + 3) for at in range(12)]))
    assert found.frame.columns == ["v", "kind"]
    assert any("“3”, are left out" in one for one in found.notices)


@pytest.mark.parametrize("form", [by_columns, by_rows])
def test_where_nothing_tells_rows_from_columns_a_way_out_is_said(form: Any, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is a column or a row\. Write a list of objects"):
        read(tmp_path, form([f"p{at}" for at in range(12)]))


def test_one_column_of_labels_is_a_table_of_one_column(tmp_path: Path) -> None:
    found = read(tmp_path, {"v": dict(zip(PLAIN, range(12), strict=True))})
    assert found.frame.to_dict(as_series=False) == {"v": list(map(float, range(12)))}


def test_records_in_one_object_are_still_one_row(tmp_path: Path) -> None:
    found = read(tmp_path, {"a": 1, "b": {"x": 1}})
    assert found.frame.columns == ["a"]


def test_rows_of_nothing_but_records_are_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nothing but lists or records .* one value for each"):
        read(tmp_path, [{"a": {"x": 1}}, {"a": {"x": 2}}])


@pytest.mark.parametrize("cell", [[1, 2], {"x": 1}, []])
def test_a_list_among_numbers_is_asked_about_by_its_row(cell: Any, tmp_path: Path) -> None:
    rows: list[Any] = [{"v": 1.25 + at, "y": at} for at in range(60)]
    rows[16]["v"] = cell
    found = read(tmp_path, rows)
    with pytest.raises(Undecided, match=r"t\.json, row 17: the column “v” holds numbers, but here"):
        decided(judged(found, found.frame.columns, {}))


def test_a_list_among_texts_is_told_by_its_row(tmp_path: Path) -> None:
    rows: list[Any] = [{"v": "ab"[at % 2], "y": at} for at in range(60)]
    rows[16]["v"] = ["a", "b"]
    found = read(tmp_path, rows)
    assert found.frame.columns == ["y"]
    assert any("row 17: the column “v” holds a list or record" in one for one in found.notices)


@pytest.mark.parametrize("other", [[1], "abc", "4,5", "1.234,5"])
def test_numbers_keep_their_point_whatever_stands_among_them(other: Any, tmp_path: Path) -> None:
    rows: list[Any] = [{"v": round(1.234 + at, 3), "y": at} for at in range(9)]
    rows[3]["v"] = other
    found = read(tmp_path, rows)
    (judgement,) = judged(found, ["v"], {}).values()
    assert "row 4: the column “v” holds numbers, but here" in judgement.question
    assert not any(way.notation.decimal == "," for way in judgement.ways)


@pytest.mark.parametrize("form", [by_columns, by_rows])
@pytest.mark.parametrize("lacking", [0, 5, 11])
def test_a_cell_that_is_not_there_is_missing(form: Any, lacking: int, tmp_path: Path) -> None:
    found, label = json.loads(json.dumps(form(PLAIN))), PLAIN[lacking]
    if form is by_columns:
        del found["v"][label]
    else:
        del found[label]["v"]
    rows = [{**row, "v": None} if at == lacking else row for at, row in enumerate(ROWS)]
    expected = read(tmp_path, rows)
    got = read(tmp_path, found).frame.select(expected.frame.columns)
    assert got.equals(expected.frame)
