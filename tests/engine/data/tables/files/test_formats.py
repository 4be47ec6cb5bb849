"""Tables in workbooks, JSON and Parquet, and files that are none of these."""

import gzip
import io
import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import polars
import pytest

from engine.data.tables.files.content import holds_rows
from engine.data.tables.files.reading_tables import read_sheet
from engine.data.tables.files.table_file import Sheet, is_table
from engine.errors import DataError
from graphs.data.sources.table_layout import TableLayout
from tests.engine.data.tables.files.workbook_files import Cell, Day, write_xlsx

HEAD: list[Cell] = ["when", "price", "paid", "kind", "mixed"]
ROWS: list[list[Cell]] = [
    [Day(45413 + n), 1.5 * n, n % 2 == 0, "ab"[n % 2], n if n < 3 else "n.a."] for n in range(6)
]


def read(path: Path, layout: TableLayout | None = None) -> Sheet:
    return read_sheet(path, layout=layout or TableLayout())


# ---- workbooks ----


def test_a_workbook_keeps_numbers_dates_and_truth_values(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "b.xlsx", {"Sales": [HEAD, *ROWS]})
    found = read(tmp_path / "b.xlsx")
    kinds = dict(zip(found.frame.columns, found.frame.dtypes, strict=True))
    assert kinds["price"] == polars.Float64
    assert kinds["when"] == polars.Datetime("us")
    assert str(found.frame["when"][0]) == "2024-05-01 00:00:00"
    assert found.frame["paid"].to_list() == ["true", "false"] * 3
    assert found.frame["mixed"].to_list() == ["0", "1", "2", "n.a.", "n.a.", "n.a."]
    assert (found.place(0), found.notices) == ("b.xlsx, row 2", ())


def test_the_first_sheet_with_a_table_is_read_and_the_others_named(tmp_path: Path) -> None:
    sheets: dict[str, list[list[Cell]]] = {
        "Notes": [["a remark"]],
        "Sales": [HEAD, *ROWS],
        "Old": [HEAD, *ROWS[:2]],
    }
    write_xlsx(tmp_path / "b.xlsx", sheets)
    found = read(tmp_path / "b.xlsx")
    assert found.layout.sheet == "Sales"
    assert "“Sales” is read, not “Notes”, “Old”" in found.notices[0]
    assert read(tmp_path / "b.xlsx", TableLayout(sheet="Old")).frame.height == 2
    with pytest.raises(DataError, match="has no sheet “New”, but: “Notes”, “Sales”, “Old”"):
        read(tmp_path / "b.xlsx", TableLayout(sheet="New"))


def test_a_title_and_blank_rows_in_a_sheet_are_no_rows(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [[None, "Report of May"], [], HEAD, *ROWS[:2], [], *ROWS[2:]]
    write_xlsx(tmp_path / "b.xlsx", {"Sales": rows})
    found = read(tmp_path / "b.xlsx")
    assert found.frame.columns == HEAD
    assert list(found.lines) == [4, 5, 7, 8, 9, 10]
    assert "Report of May" in " ".join(found.notices)


def test_a_sheet_without_names_loses_no_row(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "b.xlsx", {"Sales": [row[1:] for row in ROWS]})
    found = read(tmp_path / "b.xlsx")
    assert (found.layout.header, found.frame.height) == ("no", 6)
    assert found.frame["column 1"].to_list() == [1.5 * n for n in range(6)]


def test_a_workbook_that_is_none_is_told_for_what_it_is(tmp_path: Path) -> None:
    def archive(**members: str) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            for name, text in members.items():
                file.writestr(name.replace("__", "/"), text)
        return packed.getvalue()

    cases = {
        "list of its sheets is missing": archive(xl__sheet1="<sheet/>"),
        "a document of Word": archive(word__document="<w/>"),
        "zip archive, with “a” inside": archive(a="1"),
        "damaged or cut off": archive(a="1")[:-12],
        "binary workbook": archive(**{"xl__workbook.bin": "x"}),
        "cannot be opened": archive(**{"xl__workbook.xml": "<workbook"}),
        "locked with a password": b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
        "no workbook": b"\xd0\xcf\x11\xe0" + bytes(600),
    }
    for words, data in cases.items():
        (tmp_path / "b.xlsx").write_bytes(data)
        with pytest.raises(DataError, match=words):
            read(tmp_path / "b.xlsx")


def test_cells_that_lie_far_apart_are_refused_before_memory_ends(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "b.xlsx", {"Sales": [HEAD, *ROWS]})
    with zipfile.ZipFile(tmp_path / "b.xlsx") as file:
        parts = {name: file.read(name) for name in file.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b'r="A7"', b'r="XFD1048576"')
    with zipfile.ZipFile(tmp_path / "far.xlsx", "w") as file:
        for part, data in parts.items():
            file.writestr(part, data)
    with pytest.raises(DataError, match=r"cells of a sheet of far\.xlsx need"):
        read(tmp_path / "far.xlsx")


def test_a_workbook_that_unpacks_to_more_than_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_xlsx(tmp_path / "b.xlsx", {"Sales": [HEAD, *ROWS, ["x" * 2_000_000]]})
    monkeypatch.setattr("engine.data.tables.files.archives.free_memory", lambda: 1_000_000)
    monkeypatch.setattr("engine.data.memory.free_memory", lambda: 1_000_000)
    with pytest.raises(DataError, match=r"The sheets of b\.xlsx need"):
        read(tmp_path / "b.xlsx")
    data = (tmp_path / "b.xlsx").read_bytes()  # and when it says that it is small
    at = data.index(b"PK\x01\x02", data.index(b"xl/worksheets"))
    while b"sheet1.xml" not in data[at : at + 80]:
        at = data.index(b"PK\x01\x02", at + 4)
    (tmp_path / "b.xlsx").write_bytes(data[: at + 24] + struct.pack("<I", 10) + data[at + 28 :])
    with pytest.raises(DataError, match=r"The sheets of b\.xlsx need"):
        read(tmp_path / "b.xlsx")


# ---- JSON ----

OBJECTS = [{"a": 1, "b": "x", "c": True}, {"a": 2.5, "b": None}, {"a": 3, "b": "y", "c": False}]


@pytest.mark.parametrize(
    ("name", "text", "counted"),
    [
        ("t.json", json.dumps(OBJECTS), "row"),
        ("t.json", json.dumps(OBJECTS, indent=2), "row"),
        ("t.json", json.dumps({"rows": OBJECTS, "count": 3}), "row"),
        ("t.jsonl", "\n".join(map(json.dumps, OBJECTS)), "line"),
        ("t.ndjson", "\n\n".join(map(json.dumps, OBJECTS)) + "\n", "line"),
        ("t.csv", json.dumps(OBJECTS), "row"),
        (
            "t.json",
            json.dumps({"a": [1, 2.5, 3], "b": ["x", None, "y"], "c": [True, None, False]}),
            "row",
        ),
    ],
)
def test_objects_in_json_are_rows(tmp_path: Path, name: str, text: str, counted: str) -> None:
    (tmp_path / name).write_text(text)
    found = read(tmp_path / name)
    assert found.counted == counted
    assert found.frame.to_dict(as_series=False) == {
        "a": [1.0, 2.5, 3.0],
        "b": ["x", None, "y"],
        "c": ["true", None, "false"],
    }


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
def test_json_is_known_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    one_each = "\n".join(map(json.dumps, OBJECTS))
    for name, text in (("t.json", json.dumps(OBJECTS)), ("t.json", one_each), ("t.txt", one_each)):
        (tmp_path / name).write_text(text, encoding=encoding)
        assert read(tmp_path / name).frame["a"].to_list() == [1.0, 2.5, 3.0]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"data": OBJECTS}, "t.json: the rows are the objects under “data”."),
        (
            {"tags": ["x", "y"], "data": OBJECTS, "count": 3},
            "t.json: the rows are the objects under “data”; what stands beside it is not read.",
        ),
    ],
)
def test_records_under_one_name_are_the_rows_and_that_is_said(
    tmp_path: Path, found: object, words: str
) -> None:
    (tmp_path / "t.json").write_text(json.dumps(found))
    sheet = read(tmp_path / "t.json")
    assert sheet.frame["b"].to_list() == ["x", None, "y"]
    assert sheet.notices == (words,)


@pytest.mark.parametrize(
    ("name", "text", "is_one"),
    [
        ("t.csv", "", True),
        ("t.json", '[\n {"a": 1}]', True),
        ("t.json", '{"a": 1}\n{"a": 2}', True),
        ("t.json", "[[1, 2]]", False),
        ("t.json", '"[{"', False),
        ("t.txt", '[{"a": 1}]', False),
    ],
)
def test_json_with_objects_holds_rows(tmp_path: Path, name: str, text: str, is_one: bool) -> None:
    (tmp_path / name).write_text(text)
    assert holds_rows(tmp_path / name) is is_one
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
    assert holds_rows(tmp_path / f"{name}.gz") is is_one
    (tmp_path / name).write_text(text, encoding="utf-16")
    assert holds_rows(str(tmp_path / name)) is is_one


def test_a_file_that_is_not_there_holds_no_rows(tmp_path: Path) -> None:
    assert not holds_rows(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": [{"x": 1}], "b": [{"x": 2}]}', "several lists of objects, “a”, “b”"),
        ('[{"a": 1}, {"a": }]', "no valid JSON: it breaks in line 1 at character 18"),
        ('{"a": 1}\n{"a": \n', "line 2, is no valid JSON"),
        ('{"a": 1}\n[2]\n', "line 2, is no object"),
        ('[{"a": 1, "a": 2}]', "has “a” twice"),
        ('{"a": {"b": 1}, "c": [1, 2]}', "holds JSON, but no table"),
        ("[" * 100_000, "nested too deeply|holds JSON, but no table"),
        ("[{}, {}]", "rows without values"),
        ('[{"a": [1]}]', "nothing but lists or records"),
    ],
)
def test_json_that_is_no_table_is_refused_by_its_place(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(DataError, match=words):
        read(tmp_path / "t.json")


# ---- Parquet ----


def test_parquet_is_asked_for_its_size_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.parquet"
    polars.DataFrame({"x": polars.repeat(1.5, 4_000_000, eager=True)}).write_parquet(path)
    assert path.stat().st_size < 100_000
    monkeypatch.setattr("engine.data.memory.free_memory", lambda: 50_000_000)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr("polars.read_parquet", never)
    with pytest.raises(DataError, match=r"4,000,000 rows of 1 column in t\.parquet need 64\.0 MB"):
        read(path)


@pytest.mark.parametrize("unit", ["ns", "us", "ms"])
def test_durations_in_parquet_are_seconds(tmp_path: Path, unit: str) -> None:
    path = tmp_path / "t.parquet"
    lasted = polars.Series("lasted", [1_500_000, None, -250_000]).cast(polars.Duration("us"))
    polars.DataFrame({"lasted": lasted.cast(polars.Duration(unit))}).write_parquet(path)  # type: ignore[arg-type]
    found = read(path)
    assert found.frame["lasted"].to_list() == [1.5, None, -0.25]
    assert found.notices == ("The column “lasted” holds durations, which are taken in seconds.",)


def test_few_long_texts_in_parquet_that_stand_for_many_are_counted_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.parquet"
    polars.DataFrame({"x": ["word " * 2000] * 20_000}).write_parquet(path)
    monkeypatch.setattr("engine.data.memory.free_memory", lambda: 50_000_000)
    with pytest.raises(DataError, match=r"The texts of t\.parquet need 400\.0 MB"):
        read(path)


# ---- names of columns ----


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[{"a": 1, " a": 2}]', "2 columns called “a”.*spaces"),
        ('{"a": [1, 2], "a\\t": [3, 4]}', "2 columns called “a”"),
        ('{"a": 1}\n{"a ": 2}\n', "2 columns called “a”"),
        ('[{"": 1, " ": 2, "  ": 3}]', "3 columns called “column”"),
        ('[{"column": 1, "": 2}]', "2 columns called “column”"),
    ],
)
def test_names_in_json_that_differ_in_spaces_only_are_the_same(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(DataError, match=rf"t\.json has {words}"):
        read(tmp_path / "t.json")


@pytest.mark.parametrize("name", ["t.xlsx", "t.csv", "t.parquet"])
def test_a_column_without_a_name_is_none_of_those_with_one(tmp_path: Path, name: str) -> None:
    def written(*names: str) -> Path:
        rows: list[list[Cell]] = [list(names)]
        rows += [[n, n / 7, "ab"[n % 2]] for n in range(6)]
        path = tmp_path / name
        if name.endswith("csv"):
            path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows))
        elif name.endswith("xlsx"):
            write_xlsx(path, {"S": [[cell or None for cell in rows[0]], *rows[1:]]})
        else:
            columns = zip(names, zip(*rows[1:], strict=True), strict=True)
            polars.DataFrame(dict(columns), strict=False).write_parquet(path)
        return path

    assert read(written("", "column 2", "column_0")).frame.columns == [
        "column 1",
        "column 2",
        "column_0",
    ]
    with pytest.raises(DataError, match=r"has 2 columns called “column 1”\. Give each its own"):
        read(written("", "column 1", "y"))


# ---- everything else ----


@pytest.mark.parametrize(
    ("begins", "words"),
    [
        (b"%PDF-1.7", "a PDF document"),
        (b"\x89PNG\r\n", "a picture"),
        (b"SQLite format 3\0", "a database"),
        (b"\x89HDF\r\n", "HDF5"),
        (b"BZh91AY", "unpack it"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\x80\x04\x95", "a pickle"),
    ],
)
def test_a_file_is_told_for_what_it_is_whatever_its_name(
    tmp_path: Path, begins: bytes, words: str
) -> None:
    (tmp_path / "t.csv").write_bytes(begins + b" a,b\n1,2\n")
    with pytest.raises(DataError, match=rf"t\.csv holds no table.*{words}"):
        read(tmp_path / "t.csv")


def test_arrays_are_told_apart_from_workbooks(tmp_path: Path) -> None:
    np.savez(tmp_path / "t.xlsx.npz", a=np.zeros(2))
    with pytest.raises(DataError, match="holds arrays of NumPy"):
        read(tmp_path / "t.xlsx.npz")


def test_a_file_is_read_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    polars.DataFrame({"x": [1.5], "y": ["a"]}).write_parquet(tmp_path / "t.csv")
    assert read(tmp_path / "t.csv").frame.shape == (1, 2)
    write_xlsx(tmp_path / "u.csv", {"S": [HEAD, *ROWS]})
    assert read(tmp_path / "u.csv").frame.shape == (6, 5)
    (tmp_path / "v.xls").write_text("a\tb\n1\tx\n2\ty\n")  # as some programs call it
    assert read(tmp_path / "v.xls").frame.shape == (2, 2)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("t.csv", True),
        ("T.CSV.GZ", True),
        ("t.xlsx", True),
        ("t.jsonl", True),
        ("t.gz", False),
        ("t.txt.gz", False),
        ("t.json", False),
        ("csv", False),
    ],
)
def test_tables_are_known_by_their_names(name: str, is_one: bool) -> None:
    assert is_table(name) is is_one


@pytest.mark.parametrize("cell", ["", "#REF!"])
def test_what_a_library_guesses_of_columns_without_values_reaches_nobody(
    tmp_path: Path, cell: str, capfd: pytest.CaptureFixture[str]
) -> None:
    rows: list[list[Cell]] = [["a", "b"]]
    rows += [[float(n), cell] for n in range(5)]
    write_xlsx(tmp_path / "b.xlsx", {"Sales": rows})
    read(tmp_path / "b.xlsx")
    assert capfd.readouterr() == ("", "")
