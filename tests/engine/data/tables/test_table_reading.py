"""Files of tables, read as they come: separators, encodings, Parquet, and what is broken."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data.sources import reader, reader_of
from engine.errors import DataError
from graphs.data import Column
from graphs.data.sources import Source
from graphs.notation import Notation
from tests.engine.data.written_tables import PEOPLE, frame, labels, propose


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_separators_line_ends_and_marks_make_no_difference(
    csv: Path, separator: str, line_end: str, mark: bytes
) -> None:
    text = PEOPLE.replace(",", separator).replace("\n", line_end)
    other = propose(csv, mark + text.encode()).samples
    assert other.fingerprint() == propose(csv, PEOPLE).samples.fingerprint()


def test_quoted_values_may_hold_separators_quotes_and_line_ends(csv: Path) -> None:
    text = 'remark,x,y\n"a, ""b""\nc",1.5,u\nplain,2.5,v\n"a, ""b""\nc",3.5,u\nplain,,v\n'
    found = propose(csv, text + "bad row\n" * 0).samples
    assert frame(found)["remark"].to_list() == ['a, "b"\nc', "plain"] * 2
    with pytest.raises(DataError, match=r"line 8, has 1 value, but the first line names 3 columns"):
        propose(csv, text + "short\n")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_decimal_commas_are_read_and_contradict_a_decimal_point(csv: Path, separator: str) -> None:
    text = f"x{separator}y\n1,5{separator}a\n-0,25{separator}b\n3{separator}a\n"
    with pytest.raises(
        DataError, match=r"line 2: the column “x” writes .* \(“1,5”\).*decimal sign"
    ):
        propose(csv, text, decimal=".")
    assert frame(propose(csv, text).samples)["x"].to_list() == [1.5, -0.25, 3]


ROWS = "1.5,a\n2.5,b\n"


BROKEN: list[tuple[str | bytes, str]] = [
    (b"", "people.csv is empty"),
    ("\n\n", "nothing but blank lines"),
    ("x,y\n", "has column names but no rows"),
    ("x,y\n" + ROWS + "3\n", "line 4, has 1 value, but the first line names 2 columns"),
    ("x,y\n" + ROWS + "3,a,b\n4,a,b\n", r"line 4, has 3 values.*line 5 has 3"),
    (b"\xff\xfe", "nothing but blank lines"),
    (b"\xff\xfea", "begins like UTF-16-LE, but is damaged"),
    (b"x,y\n1,a\n2,\0b\n", "line 3, holds a zero byte"),
    (
        "x,y\n1,a\n2,Москва\n".encode("cp1251"),
        "line 3, is not written in UTF-8.*“Москва” as windows-1251",
    ),
    ("x,x,y\n1,2,a\n", "2 columns called “x”"),
    ("x\n1\n2\n", "has one column only.*set the column separator"),
    ("x,y\n1,a\n2,a\n", "“y” of people.csv has the same value in every row"),
    ("x,y\n1.5,a\nabc,b\n2.5,b\n", "line 3: the column “x” holds numbers, but here “abc”"),
    ("x,y\n1.5,a\ninf,b\n", "line 3: the column “x” holds an infinite number"),
    ("x,y\n1.5,a\n-1e999,b\n", "line 3: the column “x” holds an infinite number"),
    ("x,y\n1.5,\n2.5,\n", "“y” of people.csv has no values"),
    ('x,y\n1,a\n2,"b\n3,a\n', "line 3, cannot be read: a quotation mark is opened"),
    ('x,y\n1,a\n2,"b"c\n', "line 3, cannot be read: something follows.*set the column separator"),
    (
        "x,y\n" + "".join(f"{n * n}.5,name {n}\n" for n in range(50)),
        "“y” of people.csv has 50 different values in 50 rows",
    ),
    ("id,y\n" + "".join(f"{n},{'ab'[n % 2]}\n" for n in range(20)), "No column .* is left"),
]


@pytest.mark.parametrize(("text", "words"), BROKEN)
def test_a_broken_table_is_refused_by_file_line_and_column(
    csv: Path, text: str | bytes, words: str
) -> None:
    with pytest.raises(DataError, match=words):
        propose(csv, text)


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "Choose a file"), (".", "Choose a file|is a folder"), ("gone.csv", "is not there")],
)
def test_a_path_without_a_file_is_said(tmp_path: Path, name: str, words: str) -> None:
    path = str(tmp_path / name) if name == "gone.csv" else name
    with pytest.raises(DataError, match=words):
        reader("table", {"path": path}).read()
    with pytest.raises(DataError, match="is no path of a file"):
        reader("table", {"path": "a\0b"}).read()
    with pytest.raises(DataError, match="is a folder"):
        reader("table", {"path": str(tmp_path)}).read()


def test_a_locked_file_is_said(csv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv.write_text(PEOPLE)

    def denied(path: Path, flags: int) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("os.open", denied)
    with pytest.raises(DataError, match="may not be read"):
        reader("table", {"path": str(csv)}).read()


def test_parquet_is_read_as_csv_is(csv: Path, tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    propose(csv, PEOPLE)
    polars.read_csv(csv).write_parquet(path)
    table = Source.get("table")
    ours = reader_of(table.made({"path": str(path)})).propose()
    theirs = reader_of(table.made({"path": str(csv)})).propose()
    assert ours.section.fields == theirs.section.fields
    assert ours.samples.fingerprint() == theirs.samples.fingerprint()


def test_parquet_columns_of_other_kinds_are_left_out_by_name(tmp_path: Path) -> None:
    path = tmp_path / "mixed.parquet"
    polars.DataFrame(
        {
            "x": [1.5, float("nan"), 3.5, 4.5],
            "flag": [True, False, None, True],
            "when": polars.Series(["2024-01-01", "2024-01-02"] * 2).str.to_date(),
            "list": [[1], [2], [3], [4]],
            "raw": [b"a", b"b", b"c", b"d"],
            "kind": polars.Series(["a", "b", "a", "b"], dtype=polars.Categorical),
        }
    ).write_parquet(path)
    proposal = reader("table", {"path": str(path)}).propose()
    notices = " ".join(proposal.samples.notices)
    assert "“list” holds lists or records" in notices
    assert "“raw” holds bytes" in notices
    assert proposal.section.fields["features"].columns == (
        Column("x"),
        Column("flag", ("false", "true")),
        Column(
            "when",
            notation=Notation(
                "date",
                missing=(),
                order="microseconds",
                parts=("elapsed", "day", "weekday"),
            ),
        ),
    )
    assert frame(proposal.samples)["x"].to_list() == [1.5, None, 3.5, 4.5]


def test_infinite_numbers_in_parquet_are_refused_by_row(tmp_path: Path) -> None:
    path = tmp_path / "far.parquet"
    polars.DataFrame({"x": [1.5, float("inf")], "y": ["a", "b"]}).write_parquet(path)
    with pytest.raises(DataError, match=r"far\.parquet, row 2: the column “x” holds an infinite"):
        reader("table", {"path": str(path)}).read()


def test_damaged_parquet_is_refused_in_words(tmp_path: Path, capfd: Any) -> None:
    whole = tmp_path / "whole.parquet"
    polars.DataFrame({"x": [1.5, 2.5] * 50, "y": ["a", "b"] * 50}).write_parquet(whole)
    data, broken = whole.read_bytes(), tmp_path / "broken.parquet"
    random = np.random.RandomState(0)
    for _ in range(60):
        changed = bytearray(data[: random.randint(1, len(data))])
        changed[random.randint(len(changed))] ^= 1 << random.randint(8)
        broken.write_bytes(bytes(changed))
        with pytest.raises(DataError, match=r"broken\.parquet"):
            reader("table", {"path": str(broken)}).read()
    capfd.readouterr()


@given(data=st.binary(min_size=1, max_size=200))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused(csv: Path, data: bytes) -> None:
    try:
        found = len(propose(csv, data).samples)
    except DataError as error:
        said = str(error)
        found = 0
    assert found > 0 or said.endswith((".", ".)"))


@given(
    rows=st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(-(10**9), 10**9)),
            st.one_of(st.none(), st.sampled_from(["red", "green, dark", 'a "b"', "x\ny"])),
            st.sampled_from(["p", "q"]),
        ),
        min_size=1,
        max_size=25,
    )
)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_polars_writes_is_read_back(
    csv: Path, rows: list[tuple[int | None, str | None, str]]
) -> None:
    rows = [*rows, (7, "red", "p"), (8, "red", "q"), (8, "red", "q")]
    whole = polars.DataFrame(rows, schema=["n", "t", "y"], orient="row", infer_schema_length=None)
    whole.write_csv(csv)
    table = Source.get("table").made({"path": str(csv), "target": "y", "ignored": ["none"]})
    with pytest.raises(DataError, match="no column “none”"):
        reader_of(table).read()
    found = reader("table", {"path": str(csv), "target": "y", "ignored": []}).read()
    assert frame(found)["n"].to_list() == [n for n, _, _ in rows]
    assert frame(found)["t"].to_list() == [t for _, t, _ in rows]
    assert labels(found, "y") == [y for _, _, y in rows]


def test_a_large_table_is_read_in_about_a_second(csv: Path) -> None:
    random = np.random.RandomState(0)
    count = 50_000  # more than one chunk
    columns = {f"x{n}": random.rand(count).round(6) for n in range(5)}
    polars.DataFrame({**columns, "y": random.randint(2, size=count)}).write_csv(csv)
    polls: list[int] = []
    found = reader("table", {"path": str(csv)}).read(lambda: polls.append(1))
    assert len(polls) >= 1 + 6  # for the bytes, then for each column
    assert len(found) == count
    assert np.array_equal(frame(found).to_numpy(), np.stack(list(columns.values()), axis=1))


def test_a_file_larger_than_memory_is_refused_by_its_size(
    csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=1000))
    with pytest.raises(DataError, match=r"people\.csv has .* and needs about .* are free"):
        propose(csv, PEOPLE)
