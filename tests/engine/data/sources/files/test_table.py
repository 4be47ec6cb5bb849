"""Tables from files: what columns are proposed for, and what is learned from them."""

import timeit
from pathlib import Path

import numpy as np
import polars
import pytest

from engine.data.reading import read
from engine.data.tables.files.table_file import Sheet
from engine.errors import DataError
from graphs.data import Column, Normalize, NumberKind, TableKind
from graphs.document.document import Document
from graphs.document.edits import ChangeData, Step
from graphs.files import decoded, encoded
from tests.engine.data.written_tables import PEOPLE, frame, labels, propose


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def test_numbers_texts_and_the_target_are_told_apart(csv: Path) -> None:
    section, samples = (p := propose(csv, PEOPLE)).section, p.samples
    features = section.fields["features"]
    assert features.content == TableKind.id
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
        "decimal": "auto",
        "notations": {
            "age": {"holds": "number", "decimal": ".", "thousands": "", "missing": ()},
            "city": {"holds": "text", "missing": ()},
            "height": {"holds": "number", "decimal": ".", "thousands": "", "missing": ()},
            "smokes": {"holds": "text", "missing": ()},
        },
        "also": (),
        "texts": (),
        "text_unit": "auto",
        "text_length": 100,
        "text_words": 5000,
        "text_least": 2,
        "split": "given",
        "split_column": "",
        "validation_path": "",
        "test_path": "",
        "header": "yes",
        "column_separator": "comma",
        "lines_to_skip": 0,
        "comment_sign": "none",
        "encoding": "utf-8",
        "workbook_sheet": "",
        "bad_lines": "stop",
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
    assert height.section.fields["height"].content == NumberKind.id
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
    assert propose(csv, text, target_kind="number").section.fields["y"].content == NumberKind.id
    assert propose(csv, text, target_kind="class").section.fields["y"].classes == ("1", "2")


def test_numbers_can_be_read_as_categories(csv: Path) -> None:
    text = "zip,y\n" + "3000,a\n7000,b\n" * 5
    (column,) = propose(csv, text, categories=["zip"]).section.fields["features"].columns
    assert column == Column("zip", ("3000", "7000"))


def test_a_column_is_found_as_fast_among_thousands_as_among_few() -> None:
    def seconds(width: int) -> float:
        frame = polars.DataFrame({f"c{at}": [1.0] for at in range(width)})
        sheet = Sheet(Path("wide.csv"), frame, [1])
        return min(timeit.repeat(lambda: sheet.column("c7"), number=50, repeat=5))

    assert seconds(20_000) < 20 * seconds(20)


def test_names_that_are_not_there_are_answered_with_those_that_are(csv: Path) -> None:
    for options in ({"target": "weight"}, {"ignored": ["weight"]}, {"categories": ["weight"]}):
        with pytest.raises(DataError, match=r"no column “weight”. It has: “id”, “age”, "):
            propose(csv, PEOPLE, **options)
    with pytest.raises(DataError, match="to be predicted and to be ignored"):
        propose(csv, PEOPLE, target="age", ignored=["age"])


def test_texts_cannot_be_predicted_as_numbers(csv: Path) -> None:
    with pytest.raises(DataError, match=r"“smokes” of people\.csv holds texts"):
        propose(csv, PEOPLE, target="smokes", target_kind="number")


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


@pytest.mark.parametrize(("count", "more"), [(4, ""), (9, " and one more column"), (25, " and 17")])
def test_gaps_in_many_columns_are_told_in_one_sentence(csv: Path, count: int, more: str) -> None:
    names = [f"c{n}" for n in range(count)]
    rows = [
        ",".join([*("" if row < n % 4 + 1 else f"{row * 7 % 11 + n / 3:.2f}" for n in range(count)),
                  "yes" if row % 2 else "no"])
        for row in range(60)
    ]  # fmt: skip
    text = "\n".join([",".join([*names, "answer"]), *rows])
    (told,) = [one for one in propose(csv, text).samples.notices if "no value" in one]
    assert told.startswith(f"{count} columns have no value in some rows; there, the median")
    assert "“c0” (1), “c1” (2), “c2” (3), “c3” (4)" in told
    assert told.endswith(f"{more} more columns." if count == 25 else f"{more}.")
