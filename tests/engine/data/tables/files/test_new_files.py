"""Files of new rows are read as the training data was, and say where they contradict it."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from engine.asking.prediction import Predictor
from engine.controls import Controls
from engine.data.sources import Source
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
    section = Source.get("table").made(chosen).propose().section
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
        ("t\na,b\n1,2\n3,4\n", "parted by comma, but those of the training data by semicolon"),
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


def test_a_workbook_or_packed_file_of_new_rows_is_read(unnamed: Predictor, tmp_path: Path) -> None:
    (tmp_path / "new.csv.gz").write_bytes(gzip.compress(b"1,2\n6,1\n"))
    found = unnamed.predict(tmp_path / "new.csv.gz")
    assert [row[0].class_ for row in found.samples] == ["small", "big"]
    assert found.lines == (1, 2)
