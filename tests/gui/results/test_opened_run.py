"""Results of a finished run whose data is not as it was: its figures, and why no more than them."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QTabBar, QTableWidget
from pytestqt.qtbot import QtBot

from engine.data import prepare
from engine.data.sources import reader, reader_of
from engine.network import compiling
from engine.runs import Run
from engine.runs.trained.evaluating import evaluate
from engine.weights import weights_file
from graphs.data.sources import Source
from graphs.mending.choosing import choose_data
from gui.jobs import Jobs
from gui.results.confusion import Confusion
from gui.results.opened_run import opened
from gui.results.results_view import ASKING, MEASURED, Results
from gui.results.trained_run import TrainedRun
from tests.gui.finished_runs import template, trained
from tests.gui.found_widgets import part
from tests.gui.windows import LONG, words
from tests.quickly import some_of


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "points.csv"
    lines = (f"{n % 7},{n % 5},{'up' if n % 7 > n % 5 else 'down'}\n" for n in range(80))
    path.write_text("a,b,side\n" + "".join(lines))
    return path


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Path:
    document = template("binary-classifier", epochs=1)
    source = Source.get("table").made({"path": str(data)})
    document.apply(choose_data(document, reader_of(source).section()))
    return trained(document, tmp_path / "home")


def counted(patch: pytest.MonkeyPatch, of: Any, name: str) -> list[Any]:
    """The first argument of each call from now on."""
    real, calls = getattr(of, name), []

    def spy(*given: Any, **named: Any) -> Any:
        calls.append(given[0])
        return real(*given, **named)

    patch.setattr(of, name, spy)
    return calls


def shown(qtbot: QtBot, run: Path) -> Results:
    jobs = Jobs()
    view = Results(jobs)
    qtbot.addWidget(view)
    view.resize(1000, 400)
    view.show()
    view.show_run(run)
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)
    return view


def test_figures_of_the_end_are_shown_when_the_data_is_gone(
    qtbot: QtBot, run: Path, data: Path
) -> None:
    before = evaluate(run)
    data.unlink()
    view = shown(qtbot, run)
    assert view.metrics() == pytest.approx(dict(before.test))
    assert part(view, Confusion, "confusion").rows == before.confusion
    told = words(view, "kept_words")
    assert "points.csv" in told
    assert "measured at the end of the run" in told
    assert "put the data back" in told
    tabs = part(view, QTabBar, "results_tabs")
    assert tabs.isTabVisible(MEASURED)
    assert not tabs.isTabVisible(ASKING)
    assert "example" in words(view, "whose")


def test_a_run_with_its_data_says_nothing_of_the_end(qtbot: QtBot, run: Path) -> None:
    view = shown(qtbot, run)
    assert view.trial is not None
    assert not part(view, QLabel, "kept_words").isVisible()
    assert part(view, QTabBar, "results_tabs").isTabVisible(ASKING)


def test_of_two_classes_precision_says_of_which_it_is(qtbot: QtBot, run: Path) -> None:
    table = part(shown(qtbot, run), QTableWidget, "metrics")
    cells = [table.item(row, 0) for row in range(table.rowCount())]
    shown_words = [cell.text() for cell in cells if cell is not None]
    assert "Precision of “up”" in shown_words
    assert "Accuracy" in shown_words


@pytest.mark.parametrize("template_id", some_of(["two-inputs", "digits-cnn", "text-attention"], 3))
def test_a_run_is_opened_by_reading_its_data_once_and_compiling_its_network_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template_id: str
) -> None:
    folder = trained(template(template_id, epochs=1), tmp_path / "home")
    data = Run.open(folder).document.data
    read = counted(monkeypatch, type(reader(data.source, data.settings)), "read")
    compiled = counted(monkeypatch, compiling, "compiled")
    split = counted(monkeypatch, prepare, "indices_of")
    weights = counted(monkeypatch, weights_file, "read")

    found = opened(folder)

    assert isinstance(found, TrainedRun) and len(found)
    assert (len(read), len(compiled), len(split)) == (1, 1, 1)
    assert len(set(weights)) == len(weights), "no file of weights is read twice"
