"""What a finished run came to is told also when its data is not as it was."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine import runs
from engine.controls import Controls
from engine.data.sources import reader
from engine.errors import EngineError
from engine.runs import METRICS
from engine.runs.trained.evaluating import evaluate
from engine.runs.trained.kept import Kept, evaluated_or_kept
from engine.training.loop import train
from graphs.document.document import Document
from graphs.mending.choosing import choose_data
from graphs.templates import find
from tests.engine.commanding import Layerloom


def rows(count: int = 80) -> str:
    random = np.random.RandomState(0)
    drawn = random.normal(0, 1, (count, 2))
    lines = (f"{a:.4f},{b:.4f},{'up' if a + b > 0 else 'down'}\n" for a, b in drawn)
    return "a,b,side\n" + "".join(lines)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "points.csv"
    path.write_text(rows())
    return path


def document(data: Path) -> Document:
    found = find("binary-classifier")
    assert found is not None
    opened = found.document()
    opened.apply(choose_data(opened, reader("table", {"path": str(data)}).section()))
    return opened


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Path:
    """A finished run on a file."""
    folder = runs.create(document(data), tmp_path / "run")
    assert list(train(folder, Controls()))
    return folder


def other_numbers(data: Path) -> None:
    data.write_text(data.read_text().replace("0.", "1.", 5))


def other_columns(data: Path) -> None:
    data.write_text(data.read_text().replace("a,b,side", "a,c,side"))


CHANGES: tuple[Callable[[Path], None], ...] = (Path.unlink, other_numbers, other_columns)


@pytest.mark.parametrize("change", CHANGES)
def test_a_run_whose_data_is_not_as_it_was_tells_what_its_end_measured(
    run: Path, data: Path, change: Callable[[Path], None]
) -> None:
    before = evaluate(run)
    change(data)
    with pytest.raises(EngineError) as why:
        evaluate(run)
    found = evaluated_or_kept(run)
    assert isinstance(found, Kept)
    assert found.evaluated.test == pytest.approx(dict(before.test))
    assert found.evaluated.confusion == before.confusion
    assert found.evaluated.per_class.keys() == before.per_class.keys()
    assert found.words.startswith(str(why.value))
    assert "measured at the end of the run" in found.words


def test_the_shell_tells_the_same_and_says_since_when(
    layerloom: Layerloom, run: Path, data: Path
) -> None:
    now = layerloom("evaluate", run, "--json")
    data.unlink()
    then = layerloom("evaluate", run, "--json")
    assert (now.code, then.code) == (0, 0)
    told = then.json()
    assert (now.json()["measured"], told["measured"]) == ("now", "then")
    assert told["test"] == pytest.approx(now.json()["test"])
    assert "points.csv" in then.err
    assert "measured at the end of the run" in then.err
    for_people = layerloom("evaluate", run)
    assert "accuracy" in for_people.out
    assert "measured at the end of the run" in for_people.err


def test_figures_that_are_broken_or_not_there_leave_the_reason(run: Path, data: Path) -> None:
    data.unlink()
    kept = (run / METRICS).read_bytes()
    for broken in (b"", b"{}", kept[: len(kept) // 2], b'{"test": {"loss": "low"}}'):
        (run / METRICS).write_bytes(broken)
        with pytest.raises(EngineError, match=r"points\.csv"):
            evaluated_or_kept(run)


def test_figures_of_an_earlier_version_have_no_positive_class(run: Path, data: Path) -> None:
    told = json.loads((run / METRICS).read_text())
    del told["positive"]
    (run / METRICS).write_text(json.dumps(told))
    data.unlink()
    found = evaluated_or_kept(run)
    assert isinstance(found, Kept)
    assert found.evaluated.positive == {}


def test_of_two_classes_precision_and_recall_say_of_which_they_are(
    layerloom: Layerloom, run: Path
) -> None:
    told = layerloom("evaluate", run, "--json").json()
    assert told["positive"] == dict.fromkeys(("precision", "recall", "f1"), "up")
    (up,) = [one for one in told["per_class"] if one["class"] == "up"]
    assert up["precision"] == pytest.approx(told["test"]["precision"])
    assert "recall of up" in layerloom("evaluate", run).out
