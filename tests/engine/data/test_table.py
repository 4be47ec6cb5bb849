"""Tables from files: what is read, what is proposed, and how each broken file is refused."""

import timeit
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data.samples import Samples, read
from engine.data.sheet import Sheet
from engine.data.sources import Proposal, Source
from engine.errors import DataError
from graphs.data import Column, Content, Normalize
from graphs.document import Document
from graphs.edits import ChangeData, Step
from graphs.files import decoded, encoded

PEOPLE = """id,age,city,height,smokes
1,31,Bern,1.70,no
2,42,Chur,,yes
3,,Bern,1.62,no
4,28,Basel,1.81,no
5,35,,1.75,yes
6,51,Chur,1.68,yes
7,44,Bern,1.90,no
8,39,Basel,1.77,no
9,23,Bern,1.66,yes
10,60,Chur,1.71,no
"""


def propose(path: Path, text: str | bytes, **options: Any) -> Proposal:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Source.get("table").made({"path": str(path), **options}).propose()


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def frame(samples: Samples, name: str = "features") -> polars.DataFrame:
    values = samples.values[name]
    assert isinstance(values, polars.DataFrame)
    return values


def labels(samples: Samples, name: str) -> list[str]:
    return [samples.fields[name].classes[int(n)] for n in np.asarray(samples.values[name])]


def test_numbers_texts_and_the_target_are_told_apart(csv: Path) -> None:
    section, samples = (p := propose(csv, PEOPLE)).section, p.samples
    features = section.fields["features"]
    assert features.content is Content.TABLE
    assert features.columns == (
        Column("age"),
        Column("city", ("Basel", "Bern", "Chur")),
        Column("height"),
    )
    assert features.sizes == (5,)
    assert features.normalize is Normalize.STANDARD
    assert section.fields["smokes"].classes == ("no", "yes")
    assert section.targets() == ("smokes",)
    assert frame(samples)["age"].to_list() == [31, 42, None, 28, 35, 51, 44, 39, 23, 60]
    assert frame(samples)["city"].to_list()[3:5] == ["Basel", None]
    assert labels(samples, "smokes")[:3] == ["no", "yes", "no"]


def test_the_proposal_settles_what_it_found(csv: Path) -> None:
    proposal = propose(csv, PEOPLE)
    assert proposal.section.settings == {
        "path": str(csv),
        "target": "smokes",
        "ignored": ("id",),
        "categories": (),
        "target_kind": "auto",
        "separator": ";",
        "decimal": ".",
        "also": (),
        "texts": (),
        "text_unit": "words",
        "text_length": 100,
        "text_words": 5000,
        "text_least": 2,
    }
    assert any("“id” has another number in every row" in n for n in proposal.samples.notices)
    assert any(
        "“age” has no value in 1 row; there, the median" in n for n in proposal.samples.notices
    )
    assert any("“city” has no value in 1 row; there, all" in n for n in proposal.samples.notices)


def test_the_section_reads_back_from_a_file_and_gives_the_same_samples(csv: Path) -> None:
    proposal = propose(csv, PEOPLE)
    document = Document()
    document.apply(Step("Choose data", (ChangeData(document.data, proposal.section),)))
    again = decoded(encoded(document)).document.data
    assert again == proposal.section
    assert read(again).fingerprint() == proposal.samples.fingerprint()


def test_an_id_is_learned_from_when_the_user_says_so(csv: Path) -> None:
    section = propose(csv, PEOPLE, target="smokes", ignored=[]).section
    assert [c.name for c in section.fields["features"].columns] == ["id", "age", "city", "height"]


def test_any_column_can_be_predicted(csv: Path) -> None:
    city = propose(csv, PEOPLE, target="city")
    assert city.section.fields["city"].classes == ("Basel", "Bern", "Chur")
    assert city.samples.skipped == ("people.csv, line 6: no value for “city”",)
    assert len(city.samples) == 9
    height = propose(csv, PEOPLE, target="height")
    assert height.section.fields["height"].content is Content.NUMBER
    assert height.section.types()["height"].features == (1,)
    assert np.asarray(height.samples.values["height"]).shape == (9, 1)


@pytest.mark.parametrize(
    ("values", "kind", "classes"),
    [
        (["0", "1", "1", "0"], "class", ("0", "1")),
        (["10", "9", "9", "10"], "class", ("9", "10")),
        (["1.5", "2.5", "1.5", "2.5"], "number", ()),
        ([str(n) for n in range(30)], "number", ()),
        (["b", "a", "b", "a"], "class", ("a", "b")),
        (["true", "false", "true", "true"], "class", ("false", "true")),
    ],
)
def test_the_kind_of_the_target_follows_its_values(
    csv: Path, values: list[str], kind: str, classes: tuple[str, ...]
) -> None:
    text = "x,y\n" + "".join(f"{n * n}.5,{value}\n" for n, value in enumerate(values))
    field = propose(csv, text).section.fields["y"]
    assert field.content == kind
    assert field.classes == classes


def test_whole_numbers_can_be_predicted_either_way(csv: Path) -> None:
    text = "x,y\n1.5,1\n2.5,2\n3.5,1\n4.5,2\n"
    assert propose(csv, text, target_kind="number").section.fields["y"].content is Content.NUMBER
    assert propose(csv, text, target_kind="class").section.fields["y"].classes == ("1", "2")


def test_numbers_can_be_read_as_categories(csv: Path) -> None:
    text = "zip,y\n" + "3000,a\n7000,b\n" * 5
    (column,) = propose(csv, text, categories=["zip"]).section.fields["features"].columns
    assert column == Column("zip", ("3000", "7000"))


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
def test_decimal_commas_are_said_and_read_when_asked(csv: Path, separator: str) -> None:
    text = f"x{separator}y\n1,5{separator}a\n-0,25{separator}b\n3{separator}a\n"
    with pytest.raises(
        DataError, match=r"line 2: the column “x” writes .* \(“1,5”\).*decimal sign"
    ):
        propose(csv, text)
    assert frame(propose(csv, text, decimal=",").samples)["x"].to_list() == [1.5, -0.25, 3]


ROWS = "1.5,a\n2.5,b\n"
BROKEN: list[tuple[str | bytes, str]] = [
    (b"", "people.csv is empty"),
    ("\n\n", "nothing but blank lines"),
    ("x,y\n", "has column names but no rows"),
    ("x,y\n" + ROWS + "3\n", "line 4, has 1 value, but the first line names 2 columns"),
    ("x,y\n" + ROWS + "3,a,b\n4,a,b\n", r"line 4, has 3 values.*\(1 more lines"),
    ("x,y\n1,a\n".encode("utf-16"), "written in UTF-16"),
    (("x,y\n" + ROWS * 20).encode("utf-16-le"), "written in UTF-16"),
    (("x,y\n" + ROWS * 20).encode("utf-16-be"), "written in UTF-16"),
    (b"\xff\xfe", "written in UTF-16"),
    (b"x,y\n1,a\n2,\0b\n", "line 3, holds a zero byte"),
    ("x,y\n1,a\n2,Zürich\n".encode("latin-1"), "line 3, is not written in UTF-8"),
    ("x,x,y\n1,2,a\n", "2 columns called “x”"),
    ("1,2,3\n4,5,6\n", "The first line of people.csv holds numbers"),
    ("x\n1\n2\n", "has one column only"),
    ("x,y\n1,a\n2,a\n", "“y” of people.csv has the same value in every row"),
    ("x,y\n1.5,a\nabc,b\n2.5,b\n", "line 3: the column “x” holds numbers, but here “abc”"),
    ("x,y\n1.5,a\ninf,b\n", "line 3: the column “x” holds an infinite number"),
    ("x,y\n1.5,a\n-1e999,b\n", "line 3: the column “x” holds an infinite number"),
    ("x,y\n1.5,\n2.5,\n", "“y” of people.csv has no values"),
    ('x,y\n1,a\n2,"b\n3,a\n', "line 3, cannot be read: a quotation mark is opened"),
    ('x,y\n1,a\n2,"b"c\n', "line 3, cannot be read: something follows"),
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


def test_a_column_is_found_as_fast_among_thousands_as_among_few() -> None:
    def seconds(width: int) -> float:
        frame = polars.DataFrame({f"c{at}": [1.0] for at in range(width)})
        sheet = Sheet(Path("wide.csv"), frame, [1])
        return min(timeit.repeat(lambda: sheet.column("c7"), number=50, repeat=5))

    assert seconds(20_000) < 20 * seconds(20)


def test_names_that_are_not_there_are_answered_with_those_that_are(csv: Path) -> None:
    for options in ({"target": "weight"}, {"ignored": ["weight"]}, {"categories": ["weight"]}):
        with pytest.raises(DataError, match=r"no column “weight”. Choose one of: “id”, “age”, "):
            propose(csv, PEOPLE, **options)
    with pytest.raises(DataError, match="to be predicted and to be ignored"):
        propose(csv, PEOPLE, target="age", ignored=["age"])


def test_texts_cannot_be_predicted_as_numbers(csv: Path) -> None:
    with pytest.raises(DataError, match=r"“smokes” of people\.csv holds texts"):
        propose(csv, PEOPLE, target="smokes", target_kind="number")


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "Choose a file"), (".", "Choose a file|is a folder"), ("gone.csv", "is not there")],
)
def test_a_path_without_a_file_is_said(tmp_path: Path, name: str, words: str) -> None:
    path = str(tmp_path / name) if name == "gone.csv" else name
    with pytest.raises(DataError, match=words):
        Source.get("table").made({"path": path}).read()
    with pytest.raises(DataError, match="is no path of a file"):
        Source.get("table").made({"path": "a\0b"}).read()
    with pytest.raises(DataError, match="is a folder"):
        Source.get("table").made({"path": str(tmp_path)}).read()


def test_a_locked_file_is_said(csv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv.write_text(PEOPLE)

    def denied(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(DataError, match="may not be read"):
        Source.get("table").made({"path": str(csv)}).read()


@pytest.mark.parametrize(
    ("column", "values", "reason"),
    [
        ("id", [n * 7 % 40 for n in range(40)], "another number in every row, like an id"),
        ("userId", [n * 3 for n in range(40)], "another number in every row, like an id"),
        ("customer_id", [n * 3 for n in range(40)], "another number in every row, like an id"),
        ("", list(range(40)), "another number in every row, like an id"),
        ("seen", [n + 100 for n in range(40)], "counts the rows"),
        ("serial", [10**17 + n * n for n in range(40)], "too large to be exact"),
        ("name", [f"person {n}" for n in range(40)], "another text in every row, like an id"),
        ("empty", [""] * 40, "has no values"),
    ],
)
def test_columns_that_cannot_help_are_proposed_to_be_ignored(
    csv: Path, column: str, values: list[object], reason: str
) -> None:
    rows = "".join(f"{value},{n * n / 4},{'ab'[n % 2]}\n" for n, value in enumerate(values))
    proposal = propose(csv, f"{column},x,y\n{rows}")
    assert proposal.section.settings["ignored"] == (column or "column 1",)
    assert [c.name for c in proposal.section.fields["features"].columns] == ["x"]
    assert any(reason in notice for notice in proposal.samples.notices)


def test_an_income_that_differs_in_every_row_is_kept(csv: Path) -> None:
    rows = "".join(f"{n * n * 13 + 1000},{'ab'[n % 2]}\n" for n in range(40))
    (column,) = propose(csv, "income,y\n" + rows).section.fields["features"].columns
    assert column == Column("income")


def test_too_many_categories_are_proposed_to_be_ignored_and_then_refused(csv: Path) -> None:
    rows = "".join(f"{n % 9}.5,street {n // 2},{'ab'[n % 2]}\n" for n in range(2400))
    proposal = propose(csv, "x,street,y\n" + rows)
    assert proposal.section.settings["ignored"] == ("street",)
    with pytest.raises(DataError, match=r"“street” of people\.csv has 1200 different texts"):
        propose(csv, "x,street,y\n" + rows, ignored=[])


def test_a_constant_column_is_kept_with_a_notice(csv: Path) -> None:
    proposal = propose(csv, "x,one,y\n1.5,3,a\n2.5,3,b\n")
    assert [c.name for c in proposal.section.fields["features"].columns] == ["x", "one"]
    assert any("“one” has the same value in every row" in n for n in proposal.samples.notices)


def test_a_target_called_features_does_not_clash(csv: Path) -> None:
    section = propose(csv, "x,features\n1.5,a\n2.5,b\n").section
    assert section.inputs() == ("inputs",)
    assert section.targets() == ("features",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("Basel", "Rome"), "“features” no longer has the value “Basel” in the column “city”"),
        (("yes", "maybe"), "“smokes” no longer has the class “yes”"),
        (("1.70", "tall"), "holds numbers, but here “tall”"),
        (("age", "years"), "has no column|no longer has the column “age”"),
        (("smokes", "drinks"), "has no column “smokes”"),
    ],
)
def test_a_file_that_changed_is_refused_by_what_changed(
    csv: Path, change: tuple[str, str], words: str
) -> None:
    section = propose(csv, PEOPLE).section
    csv.write_text(PEOPLE.replace(*change))
    with pytest.raises(DataError, match=words):
        read(section)


def test_parquet_is_read_as_csv_is(csv: Path, tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    propose(csv, PEOPLE)
    polars.read_csv(csv).write_parquet(path)
    table = Source.get("table")
    ours = table.made({"path": str(path)}).propose()
    theirs = table.made({"path": str(csv)}).propose()
    assert ours.section.fields == theirs.section.fields
    assert ours.samples.fingerprint() == theirs.samples.fingerprint()


def test_parquet_columns_of_other_kinds_are_left_out_by_name(tmp_path: Path) -> None:
    path = tmp_path / "mixed.parquet"
    polars.DataFrame(
        {
            "x": [1.5, float("nan"), 3.5, 4.5],
            "flag": [True, False, None, True],
            "when": polars.Series(["2024-01-01"] * 4).str.to_date(),
            "list": [[1], [2], [3], [4]],
            "raw": [b"a", b"b", b"c", b"d"],
            "kind": polars.Series(["a", "b", "a", "b"], dtype=polars.Categorical),
        }
    ).write_parquet(path)
    proposal = Source.get("table").made({"path": str(path)}).propose()
    notices = " ".join(proposal.samples.notices)
    assert "“when” holds dates or times" in notices
    assert "“list” holds lists or records" in notices
    assert "“raw” holds values of the kind Binary" in notices
    assert proposal.section.fields["features"].columns == (
        Column("x"),
        Column("flag", ("false", "true")),
    )
    assert frame(proposal.samples)["x"].to_list() == [1.5, None, 3.5, 4.5]


def test_infinite_numbers_in_parquet_are_refused_by_row(tmp_path: Path) -> None:
    path = tmp_path / "far.parquet"
    polars.DataFrame({"x": [1.5, float("inf")], "y": ["a", "b"]}).write_parquet(path)
    with pytest.raises(DataError, match=r"far\.parquet, row 2: the column “x” holds an infinite"):
        Source.get("table").made({"path": str(path)}).read()


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
            Source.get("table").made({"path": str(broken)}).read()
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
        table.read()
    found = Source.get("table").made({"path": str(csv), "target": "y", "ignored": []}).read()
    assert frame(found)["n"].to_list() == [n for n, _, _ in rows]
    assert frame(found)["t"].to_list() == [t for _, t, _ in rows]
    assert labels(found, "y") == [y for _, _, y in rows]


def test_a_large_table_is_read_in_about_a_second(csv: Path) -> None:
    random = np.random.RandomState(0)
    count = 50_000  # more than one chunk
    columns = {f"x{n}": random.rand(count).round(6) for n in range(5)}
    polars.DataFrame({**columns, "y": random.randint(2, size=count)}).write_csv(csv)
    polls: list[int] = []
    found = Source.get("table").made({"path": str(csv)}).read(lambda: polls.append(1))
    assert len(polls) == 3 + 6  # for each chunk, then for each column
    assert len(found) == count
    assert np.array_equal(frame(found).to_numpy(), np.stack(list(columns.values()), axis=1))


def test_a_file_larger_than_memory_is_refused_by_its_size(
    csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=1000))
    with pytest.raises(DataError, match=r"people\.csv has .* and needs about .* are free"):
        propose(csv, PEOPLE)
