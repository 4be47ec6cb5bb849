"""Files of new rows are read as the training data was, and say where they contradict it."""

import gzip
import json
from pathlib import Path
from typing import Any

import polars
import pytest

from engine.asking.answers import InputAnswers
from engine.asking.prediction import Predictor
from engine.controls import Controls
from engine.data.sources import reader
from engine.data.tables.files.new_files import check_names
from engine.data.tables.files.table_file import Sheet
from engine.errors import DataError
from engine.runs import create
from engine.runs.events.event_types import Finished
from engine.training.loop import train
from graphs.document.document import Document
from graphs.mending.choosing import choose_data
from graphs.templates import find
from tests.engine.commanding import Layerloom

ROWS = [f"{n % 7}{{0}}{(n * 5) % 9}{{0}}{'big' if n % 7 > 3 else 'small'}" for n in range(60)]


def trained(folder: Path, text: str, **settings: Any) -> Path:
    found = find("binary-classifier")
    assert found is not None
    document: Document = found.document()
    (folder / "train.csv").write_text(text)
    chosen = {"path": str(folder / "train.csv"), "ignored": [], **settings}
    section = reader("table", chosen).propose().section
    document.apply(choose_data(document, section))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAYERLOOM_HOME", str(folder))
        run = create(document, folder / "run")
        assert isinstance(list(train(run, Controls()))[-1], Finished)
    return run


@pytest.fixture(scope="module")
def named_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a table with semicolons, a title and names."""
    rows = "\n".join(row.format(";") for row in ROWS)
    text = f"Sizes of May\na;b;class\n{rows}\n"
    return trained(tmp_path_factory.mktemp("named"), text, target="class")


@pytest.fixture(scope="module")
def named(named_run: Path) -> Predictor:
    return Predictor(named_run)


@pytest.fixture(scope="module")
def unnamed(tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    """A run of a table without names, of which the last column is predicted."""
    text = "\n".join(row.format(",") for row in ROWS) + "\n"
    return Predictor(trained(tmp_path_factory.mktemp("unnamed"), text))


def asked(predictor: Predictor, folder: Path, text: str, name: str = "new.csv") -> list[str | None]:
    (folder / name).write_text(text)
    return [row[0].class_ for row in predictor.predict(folder / name).samples]


def test_a_file_like_the_training_data_is_read(named: Predictor, tmp_path: Path) -> None:
    said = asked(named, tmp_path, "Sizes of June\na;b\n1;2\n6;1\n")
    assert said == ["small", "big"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("t\na\n1\n", "has no column “b”, which the model was trained with.*Add the column"),
        ("t\nd,e\n1,2\n3,4\n", "has a comma between its columns, but the training data has a semi"),
        ("t\n1;2\n3;4\n", "line of names above: put that line"),
        ("t\nA;b\n1;2\n3;4\n", "Rename “A” to “a”"),
        ("a;b\n1;2\n3;4\n", "1 line above are skipped|line of names above|row of values"),
    ],
)
def test_a_file_that_contradicts_the_training_data_says_so(
    named: Predictor, tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(DataError, match=words):
        asked(named, tmp_path, text)


def test_without_names_columns_are_known_by_their_places(
    unnamed: Predictor, tmp_path: Path
) -> None:
    assert asked(unnamed, tmp_path, "1,2\n6,1\n") == ["small", "big"]
    assert asked(unnamed, tmp_path, "1,2,\n6,1,\n") == ["small", "big"]
    assert asked(unnamed, tmp_path, "1,2,small\n6,1,big\n") == ["small", "big"]
    with pytest.raises(DataError, match="has 1 column, but the training data had 3, without names"):
        asked(unnamed, tmp_path, "1\n6\n")
    with pytest.raises(DataError, match=r"\(“a, b, class”\) seems to hold names"):
        asked(unnamed, tmp_path, "a,b,class\n1,2,small\n6,1,big\n")


def test_answers_name_the_lines_that_they_belong_to(
    named_run: Path, layerloom: Layerloom, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text("t\na;b\n1;2\n\n\n6;1\n")
    told = layerloom("predict", named_run, tmp_path / "new.csv", "--json")
    answers = told.json()["predictions"]
    assert [(one["line"], one["class"]) for one in answers] == [(3, "small"), (6, "big")]
    shown = layerloom("predict", named_run, tmp_path / "new.csv")
    assert "line 3" in shown.out and "line 6" in shown.out
    assert "Lines 4, 5 are blank and have no answer" in shown.out + shown.err


@pytest.mark.parametrize("sign", [",", "\t", "|"])
def test_names_show_that_another_sign_parts_the_columns(
    named: Predictor, tmp_path: Path, sign: str
) -> None:
    rows = ROWS[:9]
    lines = [row.format(sign) for row in rows]
    text = "\n".join([f"a{sign}b{sign}class", *lines])
    skipped = f"Sizes of May\n{text}\n"
    like = "\n".join(["Sizes of May", "a;b;class", *(row.format(";") for row in rows)])
    assert asked(named, tmp_path, skipped) == asked(named, tmp_path, f"{like}\n", "like.csv")


def test_where_no_names_show_it_another_sign_is_refused(
    unnamed: Predictor, named: Predictor, tmp_path: Path
) -> None:
    rows = "\n".join(row.format(";") for row in ROWS[:9])
    with pytest.raises(DataError, match=r"Save the file with a comma between its columns\.$"):
        asked(unnamed, tmp_path, f"{rows}\n")
    with pytest.raises(DataError, match=r"Save the file with a semicolon between its columns\.$"):
        asked(named, tmp_path, "Sizes of May\nd,e\n1,2\n3,4\n")


def test_a_workbook_or_packed_file_of_new_rows_is_read(unnamed: Predictor, tmp_path: Path) -> None:
    (tmp_path / "new.csv.gz").write_bytes(gzip.compress(b"1,2\n6,1\n"))
    found = unnamed.predict(tmp_path / "new.csv.gz")
    assert [row[0].class_ for row in found.samples] == ["small", "big"]
    assert found.lines == (1, 2)


def sheet(*names: str) -> Sheet:
    return Sheet(Path("new.csv"), polars.DataFrame({name: ["x", "y"] for name in names}), [2, 3])


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (("AGE", "plan"), "Rename “AGE” to “age”. Add the column “City”, where"),
        (("AGE", "city", "plan"), "Rename “AGE” to “age” and “city” to “City”. Its columns"),
        (("AGE", "city", "Plan"), "“AGE” to “age”, “city” to “City” and “Plan” to “plan”. Its"),
        (("city", "age", "x"), "Rename “city” to “City”. Add the column “plan”, where"),
        (("x", "plan"), "trained with. Add the columns, where values may be left empty."),
    ],
)
def test_all_names_in_other_letters_are_named_at_once(there: tuple[str, ...], words: str) -> None:
    with pytest.raises(DataError) as refused:
        check_names(sheet(*there), ["age", "City", "plan"])
    assert words in str(refused.value)


def test_of_very_many_names_the_first_are_named() -> None:
    names = [f"c{n}" for n in range(30)]
    with pytest.raises(DataError, match=r"“C19” to “c19” and 10 more in the same way\. Its"):
        check_names(sheet(*map(str.upper, names)), names)


@pytest.mark.parametrize("ending", ["json", "jsonl", "parquet"])
def test_a_typed_file_without_a_column_is_refused(
    named: Predictor, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"new.{ending}"
    frame = polars.DataFrame({"b": [1.0, 2.0], "other": [3.0, 4.0]})
    if ending == "parquet":
        frame.write_parquet(path)
    elif ending == "json":
        frame.write_json(path)
    else:
        frame.write_ndjson(path)
    with pytest.raises(DataError, match=rf"new\.{ending} has no column “a”, .*Add the column, "):
        named.predict(path)


def test_a_run_without_names_refuses_a_typed_file_with_them(
    unnamed: Predictor, tmp_path: Path
) -> None:
    polars.DataFrame({"b": [1.0, 2.0], "a": [3.0, 4.0]}).write_parquet(tmp_path / "new.parquet")
    with pytest.raises(DataError, match="has no columns “column 1”"):
        unnamed.predict(tmp_path / "new.parquet")


@pytest.fixture(scope="module")
def json_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a table in JSON, with truth values."""
    rows = [{"a": n % 7, "on": n % 2 == 0, "class": "xy"[n % 7 > 3]} for n in range(60)]
    return trained(tmp_path_factory.mktemp("json"), json.dumps(rows), target="class")


@pytest.fixture(scope="module")
def text_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the same table, written by Python as CSV."""
    rows = "\n".join(f"{n % 7},{n % 2 == 0},{'xy'[n % 7 > 3]}" for n in range(60))
    return trained(tmp_path_factory.mktemp("text"), f"a,on,class\n{rows}\n", target="class")


@pytest.mark.parametrize("of", ["json_run", "text_run"])
def test_rows_in_any_form_of_json_are_answered_alike(
    of: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    predictor = Predictor(request.getfixturevalue(of))
    rows = [{"a": 1, "on": True}, {"a": 5, "on": False}, {"a": 3, "on": True}]
    meant = predictor.predict(rows)
    assert meant.notices == ()
    forms = {
        "list.json": json.dumps(rows),
        "lines.json": "\n".join(map(json.dumps, rows)),
        "lines.jsonl": "\n".join(map(json.dumps, rows)),
        "columns.json": json.dumps({name: [row[name] for row in rows] for name in rows[0]}),
        "values.json": json.dumps([list(row.values()) for row in rows]),
        "under.json": json.dumps({"data": rows}),
        "new.csv": "a,on\n1,True\n5,FALSE\n3,true\n",
    }
    for name, text in forms.items():
        for encoding in ("utf-8", "utf-16"):
            (tmp_path / name).write_text(text, encoding=encoding)
            found = predictor.predict(tmp_path / name)
            assert found.samples == meant.samples, name
            told = ("under.json: the rows are the objects under “data”.",)
            assert found.notices == (told if name == "under.json" else ()), name
    answers = list(InputAnswers(predictor, [tmp_path / "lines.json"]))
    assert [one.predictions for one in answers] == list(meant.samples)
    assert [one.line for one in answers] == [1, 2, 3]
    assert [one.cells["a"] for one in answers] == [1.0, 5.0, 3.0]


def test_a_row_with_names_in_other_letters_says_so(named: Predictor) -> None:
    with pytest.raises(DataError) as refused:
        named.predict({"A": 1, "B": 2})
    assert str(refused.value) == (
        "The row has no “a”, “b”. Rename “A” to “a” and “B” to “b”. It needs: a, b."
    )
