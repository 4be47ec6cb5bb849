"""Results of a real run: its metrics, its confusions, and what it says about single samples."""

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from engine.measuring.measures import EvaluationResult
from engine.runs.trained.evaluating import evaluate
from gui.jobs import Jobs
from gui.results.confusion import Confusion
from gui.results.results_view import Results
from gui.results.trying.sample_part import SamplePicture
from gui.results.trying.try_page import TryPage
from gui.samples.sample_widgets import Bars
from tests.gui.finished_runs import template, trained
from tests.gui.found_widgets import click, part, press
from tests.gui.windows import LONG, drop, show_page, words


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network for digits after one epoch: mostly right, with mistakes to look at."""
    return trained(template("digits-mlp", epochs=1), tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def evaluated(run: Path) -> EvaluationResult:
    return evaluate(run)


@pytest.fixture
def results(qtbot: QtBot, run: Path) -> Results:
    jobs = Jobs()
    view = Results(jobs)
    qtbot.addWidget(view)
    view.resize(1000, 500)
    view.show()
    view.show_run(run)
    qtbot.waitUntil(lambda: view.trial is not None, timeout=LONG)
    qtbot.waitUntil(lambda: not jobs.busy)
    view.setProperty("jobs", jobs)
    return view


@pytest.fixture
def trying(results: Results) -> Results:
    """The page on which single samples are asked about."""
    show_page(results, "Try it")
    return results


def settled(qtbot: QtBot, view: Results) -> None:
    """Wait until what was asked is answered."""
    jobs = view.property("jobs")
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)


def test_the_metrics_are_those_that_the_engine_measures(
    results: Results, evaluated: EvaluationResult
) -> None:
    assert results.metrics() == pytest.approx(dict(evaluated.test))
    table = part(results, QTableWidget, "metrics")
    shown = {table.item(row, 0).text() for row in range(table.rowCount())}  # type: ignore[union-attr]
    assert {"Loss", "Accuracy", "Top-3 accuracy"} <= shown


def test_the_metrics_are_copied_with_all_digits(
    results: Results, evaluated: EvaluationResult
) -> None:
    press(results, "copy_metrics")
    copied = json.loads(QGuiApplication.clipboard().text())
    assert copied["test"]["loss"] == evaluated.test["loss"]


def test_the_confusion_matrix_counts_every_test_sample(
    results: Results, evaluated: EvaluationResult
) -> None:
    confusion = part(results, Confusion, "confusion")
    assert confusion.rows == evaluated.confusion
    trial = results.trial
    assert trial is not None
    assert sum(map(sum, confusion.rows)) == len(trial)
    for true, name in enumerate(confusion.classes):
        for guess, said in enumerate(confusion.classes):
            assert len(trial.swept.cells.get((name, said), ())) == confusion.rows[true][guess]


def test_a_cell_says_what_it_counts(results: Results) -> None:
    confusion = part(results, Confusion, "confusion")
    right = confusion.rows[3][3]
    assert confusion.words(3, 3).startswith(f"3 taken for 3: {right} (")


def test_clicking_a_cell_walks_through_its_samples(qtbot: QtBot, results: Results) -> None:
    confusion = part(results, Confusion, "confusion")
    rows = np.array(confusion.rows)
    np.fill_diagonal(rows, 0)
    true, guess = map(int, np.unravel_index(rows.argmax(), rows.shape))
    assert rows[true, guess] > 0, "one epoch should leave mistakes"
    click(confusion, confusion.cell(true, guess).center())
    settled(qtbot, results)
    assert words(results, "which") == f"sample 1 of {rows[true, guess]}"
    assert f"true: {confusion.classes[true]}" in words(results, "verdict")
    assert f"digit: {confusion.classes[guess]}" in words(results, "verdict")


def test_next_and_previous_walk_through_the_test_split_and_around(
    qtbot: QtBot, trying: Results
) -> None:
    assert trying.trial is not None
    last = len(trying.trial)
    assert words(trying, "which") == f"sample 1 of {last}"
    press(trying, "next")
    assert words(trying, "which") == f"sample 2 of {last}"
    press(trying, "previous")
    press(trying, "previous")
    assert words(trying, "which") == f"sample {last} of {last}"
    settled(qtbot, trying)


def test_the_probabilities_add_up_and_the_picture_is_shown(trying: Results) -> None:
    bars = part(trying, Bars).bars
    assert sorted(bar.name for bar in bars) == [str(digit) for digit in range(10)]
    assert [bar.value for bar in bars] == sorted((bar.value for bar in bars), reverse=True)
    assert f"digit: {bars[0].name} ({bars[0].text})" in words(trying, "verdict")
    assert sum(bar.value for bar in bars) == pytest.approx(1, abs=1e-4)
    tile = part(trying, SamplePicture).tile
    assert tile is not None and tile.image is not None
    assert (tile.image.width(), tile.image.height()) == (28, 28)


def test_a_picture_dropped_there_is_predicted(
    qtbot: QtBot, trying: Results, tmp_path: Path
) -> None:
    assert trying.trial is not None
    tile = trying.trial.ask(0).held["image"].tile
    assert tile is not None and tile.image is not None
    tile.image.save(str(tmp_path / "four.png"))
    before = words(trying, "verdict").splitlines()[0]
    press(trying, "next")
    assert drop(part(trying, TryPage), tmp_path / "four.png")
    settled(qtbot, trying)
    qtbot.waitUntil(lambda: words(trying, "which") == "sample 1 of 1")
    said = words(trying, "verdict")
    assert said.split(" (")[0] == before.split(" (")[0]
    assert "true" not in said


def test_a_file_that_is_no_picture_is_refused_with_a_sentence(
    qtbot: QtBot, trying: Results, tmp_path: Path
) -> None:
    (tmp_path / "no.png").write_text("this is no picture")
    part(trying, TryPage).ask_files([tmp_path / "no.png"])
    settled(qtbot, trying)
    assert "no.png" in words(trying, "asking_told")


def test_a_run_that_cannot_be_measured_says_why(qtbot: QtBot, tmp_path: Path) -> None:
    jobs = Jobs()
    view = Results(jobs)
    qtbot.addWidget(view)
    view.show()
    view.show_run(tmp_path)
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)
    assert "There is no run" in words(view, "results_told")


def test_another_run_drops_what_was_still_being_measured(qtbot: QtBot, run: Path) -> None:
    jobs = Jobs()
    view = Results(jobs)
    qtbot.addWidget(view)
    view.show()
    view.show_run(run)
    view.clear()
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)
    assert view.trial is None
    assert "No run is shown" in words(view, "results_told")


def test_many_classes_and_small_windows_are_painted(qtbot: QtBot) -> None:
    confusion = Confusion()
    qtbot.addWidget(confusion)
    count = 30
    rows = tuple(tuple(100 if x == y else x for x in range(count)) for y in range(count))
    confusion.show_counts(rows, tuple(f"class number {n}" for n in range(count)))
    for size in ((80, 60), (1200, 1000)):
        confusion.resize(*size)
        image = QImage(confusion.size(), QImage.Format.Format_RGB32)
        image.fill(0)
        confusion.render(image)
        colours = {image.pixel(x, y) for x in range(0, size[0], 7) for y in range(0, size[1], 7)}
        assert len(colours) > 2
