"""Whose results are shown: those of the run in view, in any order of clicks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from PySide6.QtWidgets import QDockWidget, QLabel, QPushButton, QTabBar, QTableWidget
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from engine import runs
from engine.controls import Controls
from engine.data.sources import reader_of
from engine.runs import Run
from engine.runs.events.event_types import EpochEnded
from engine.runs.events.record import State
from engine.runs.trained.evaluating import evaluate
from engine.training.loop import train
from graphs.data.sources import Source
from graphs.document.document import Document
from graphs.mending.choosing import choose_data
from gui.results.results_view import Results
from gui.runs.runs_view import RunsView
from gui.window.window import Window
from tests.gui.finished_runs import template
from tests.gui.found_widgets import part, press
from tests.gui.hand import settled
from tests.gui.windows import LONG, answer, can_use, opened, question, show_tab, trigger, words


def finished(name: str, epochs: int = 2, id: str = "binary-classifier") -> Path:
    folder = runs.create(template(id, epochs=epochs), name=name)
    list(train(folder, Controls()))
    return folder


def poet(folder: Path) -> Document:
    """A small language model for a poem."""
    (folder / "poem.txt").write_text("the cat sat on the mat and " * 40, encoding="utf-8")
    document = template("char-transformer", epochs=50, device="cpu")
    source = Source.get("text_file").made(
        {"path": str(folder / "poem.txt"), "unit": "characters", "length": 16, "stride": 8}
    )
    document.apply(choose_data(document, reader_of(source).propose().section))
    return document


def stopped(name: str, document: Document | None = None) -> Path:
    """A run that was stopped after its first epoch."""
    network = document or template("binary-classifier", epochs=50)
    folder, controls = runs.create(network, name=name), Controls()
    for event in train(folder, controls):
        if isinstance(event, EpochEnded):
            controls.stop()
    assert Run.open(folder).state == "stopped"
    return folder


def at_rest(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(lambda: not window.training.is_live and not window.jobs.busy, timeout=LONG)
    settled()


def tabs(window: Window) -> list[str]:
    bar = part(window.results, QTabBar, "results_tabs")
    return [bar.tabText(at) for at in range(bar.count()) if bar.isTabVisible(at)]


def shown_numbers(window: Window) -> dict[str, float]:
    return window.results.metrics()


def test_show_a_then_b_then_a_shows_a(qtbot: QtBot, window: Window) -> None:
    a, b = finished("first", 1), finished("second", 4)
    for folder in (a, b, a):
        window.running.show_run(folder)
        at_rest(qtbot, window)
        show_tab(window, "Results")
        assert shown_numbers(window) == pytest.approx(dict(evaluate(folder).test))
        assert f"“{Run.open(folder).title}”" in words(window.results, "whose")


def test_the_last_of_several_quick_clicks_counts(qtbot: QtBot, window: Window) -> None:
    a, b = finished("first", 1), finished("second", 4)
    for folder in (a, b, a, b):
        window.running.show_run(folder)
    at_rest(qtbot, window)
    assert window.results.trial is not None
    assert window.results.trial.folder == window.training.folder == b


def test_what_is_shown_says_run_document_epoch_split_and_when(qtbot: QtBot, window: Window) -> None:
    folder = finished("irises", 3)
    runs.describe(folder, name="small <b>steps</b>")
    window.running.show_run(folder)
    at_rest(qtbot, window)
    show_tab(window, "Results")
    said = words(window.results, "whose")
    best = int(Run.open(folder).best["epoch"])
    assert said.startswith(
        f"“small <b>steps</b>” of the document “irises” · weights of epoch {best} of 3 · "
        "test split · begun 20"
    )
    tip = part(window.results, QLabel, "whose").toolTip()
    assert "measured 20" in tip and "&lt;b&gt;" in tip


def test_a_stopped_run_has_results_of_its_best_weights_on_the_validation_split(
    qtbot: QtBot, window: Window
) -> None:
    folder = stopped("irises")
    window.running.show_run(folder)
    at_rest(qtbot, window)
    show_tab(window, "Results")
    assert tabs(window) == ["Validation split", "Try it"]
    assert "weights of epoch 1 of 50 (best so far, stopped)" in words(window.results, "whose")
    measured = {name: number for name, number in Run.open(folder).best.items() if name != "epoch"}
    for name, number in measured.items():
        assert shown_numbers(window)[name] == pytest.approx(number, rel=1e-4)
    assert can_use(window, "export")


def test_stopping_in_the_window_brings_results_at_once(qtbot: QtBot, window: Window) -> None:
    window.workspace.new(template("binary-classifier", epochs=100_000), "iris")
    press(window, "train_button")
    qtbot.waitUntil(lambda: bool(window.training.record.valid), timeout=LONG)
    assert window.results.metrics() == {}
    show_tab(window, "Results")
    assert words(window, "results_told").startswith("“iris 1” is being trained.")
    show_tab(window, "Training")
    press(window, "stop")
    at_rest(qtbot, window)
    press(window, "see_results")
    assert "(best so far, stopped)" in words(window.results, "whose")


def test_a_run_that_was_stopped_before_its_first_epoch_ended_is_that_of_a_step(
    qtbot: QtBot, window: Window
) -> None:
    folder, controls = runs.create(template("digits-mlp", epochs=5), name="digits"), Controls()
    for event in train(folder, controls):
        if type(event).__name__ == "Started":
            controls.stop()
    window.running.show_run(folder)
    at_rest(qtbot, window)
    show_tab(window, "Results")
    assert "weights of step " in words(window.results, "whose")


def test_a_run_without_weights_says_so(qtbot: QtBot, window: Window) -> None:
    window.running.show_run(runs.create(template("binary-classifier"), name="iris"))
    at_rest(qtbot, window)
    show_tab(window, "Results")
    assert "Go on with its training first." in words(window, "results_told")


def test_a_stopped_language_model_writes_whatever_was_shown_before(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    writer, other = stopped("poem", poet(tmp_path)), finished("iris")
    for folder in (other, writer, other, writer):
        window.running.show_run(folder)
        at_rest(qtbot, window)
        show_tab(window, "Results")
        assert ("Write" in tabs(window)) == (folder == writer)
        assert ("Attention" in tabs(window)) == (folder == writer)
    bar = part(window.results, QTabBar, "results_tabs")
    for at in range(bar.count()):
        if bar.isTabVisible(at):
            bar.setCurrentIndex(at)
            assert words(window.results, "whose").startswith("“poem 1”")


def test_a_deleted_run_is_shown_no_more(qtbot: QtBot, window: Window) -> None:
    window.running.show_run(finished("iris"))
    at_rest(qtbot, window)
    show_tab(window, "Runs")
    table = part(window, QTableWidget, "runs")
    qtbot.waitUntil(lambda: table.rowCount() == 1, timeout=LONG)
    table.selectRow(0)
    press(window.runs_view, "delete_run")
    answer(question(qtbot, "delete_question"), "Delete")
    qtbot.waitUntil(lambda: table.rowCount() == 0, timeout=LONG)
    at_rest(qtbot, window)
    assert window.training.record.state is State.EMPTY
    assert window.results.trial is None
    show_tab(window, "Results")
    assert "No run is shown" in words(window, "results_told")


def test_a_name_that_is_given_is_seen_at_once_wherever_it_stands(
    qtbot: QtBot, window: Window
) -> None:
    folder = finished("iris")
    window.running.show_run(folder)
    at_rest(qtbot, window)
    show_tab(window, "Runs")
    table = part(window, QTableWidget, "runs")
    qtbot.waitUntil(lambda: table.rowCount() == 1, timeout=LONG)
    table.selectRow(0)
    runs_view = part(window, RunsView)
    run = runs_view.chosen()
    assert run is not None
    runs_view._keep(run, runs.Notes("best of all", "", True))
    at_rest(qtbot, window)
    first = table.item(0, 0)
    assert first is not None and first.text() == "best of all" and not first.icon().isNull()
    show_tab(window, "Results")
    assert words(window.results, "whose").startswith("“best of all”")
    show_tab(window, "Training")
    qtbot.waitUntil(lambda: words(window, "numbers").startswith("best of all"))


def test_a_loss_that_still_falls_is_said_and_trained_on(qtbot: QtBot, window: Window) -> None:
    window.workspace.new(template("binary-classifier", epochs=4), "moons")
    press(window, "train_button")
    qtbot.waitUntil(lambda: window.training.record.state is State.FINISHED, timeout=LONG)
    at_rest(qtbot, window)
    assert words(window.training_view, "falling").startswith("The loss was still")
    folder, learned = window.training.folder, len(window.training.record.losses)
    for of, name in ((window.training_view, "train_on"), (window.results, "train_on_from_results")):
        assert part(of, QPushButton, name).text() == "Train 4 more epochs"
    press(window.training_view, "train_on")
    qtbot.waitUntil(lambda: window.training.record.epochs == 8, timeout=LONG)
    qtbot.waitUntil(lambda: window.training.record.state is State.FINISHED, timeout=LONG)
    at_rest(qtbot, window)
    assert window.training.folder == folder
    record = window.training.record
    assert len(record.losses) == 2 * learned
    assert record.valid["loss"].x.tolist() == [*range(1, 9)]
    assert window.results.trial is not None
    assert "of 8 · " in window.results.trial.whose.words()


class Clicks(RuleBasedStateMachine):
    """Runs are shown, trained, stopped, trained on, deleted and documents opened, at random."""

    window: Window
    qtbot: QtBot
    qtlog: Any

    def __init__(self) -> None:
        super().__init__()
        self.around = capture_exceptions()
        self.exceptions = self.around.__enter__()
        self.epochs = 0
        self.folders = [finished("a", 1), stopped("b"), finished("c", 3)]

    def teardown(self) -> None:
        self.window.training.stop()
        self.rest()
        for summary in runs.listed():
            runs.delete(summary.folder)
            self.window.running.forget(Path(summary.folder))
        self.around.__exit__(None, None, None)

    @rule(several=st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=4))
    def show(self, several: list[tuple[int, bool]]) -> None:
        for at, waits in several:
            if self.folders and not self.window.training.is_live:
                self.window.running.show_run(self.folders[at % len(self.folders)])
                if waits:
                    self.rest()

    @rule(epochs=st.sampled_from([1, 100_000]))
    def train(self, epochs: int) -> None:
        self.window.workspace.new(template("binary-classifier", epochs=epochs), "iris")
        if not self.window.training.is_live:
            self.epochs = epochs
        self.window.running.train()

    @rule()
    def stop(self) -> None:
        self.window.training.stop()

    @rule()
    def resume(self) -> None:
        if self.window.training.record.can_go_on and not self.window.training.is_live:
            self.epochs = self.window.training.record.epochs or self.epochs
            self.window.running.resume()

    @rule()
    def train_on(self) -> None:
        if self.window.training.record.state is State.FINISHED:
            self.window.running.train_on(self.window.training.record.epochs + 1)

    @rule(at=st.integers(0, 9))
    def delete(self, at: int) -> None:
        if self.folders:
            folder = self.folders[at % len(self.folders)]
            if Run.open(folder).state != "running":
                self.folders.remove(folder)
                runs.delete(folder)
                self.window.running.forget(folder)

    @rule()
    def open_another(self) -> None:
        self.window.workspace.new()

    @rule()
    def turn(self) -> None:
        settled()

    @rule()
    def rest(self) -> None:
        """Nobody clicks until nothing is at work; an endless run is stopped."""
        if self.epochs > 1000:
            self.window.training.stop()
        at_rest(self.qtbot, self.window)
        self.agrees()

    def agrees(self) -> None:
        training, results = self.window.training, self.window.results
        if results.trial is None:
            assert not results._tabs.isVisibleTo(results)
            return
        run = Run.open(training.folder or "")
        assert results.trial.folder == training.folder
        whose = results.trial.whose
        assert (whose.title, whose.state) == (run.title, run.state)
        measured = dict(evaluate(run.folder, whose.part if whose.part == "valid" else "test").test)
        assert (whose.part == "valid") == (run.state != "finished")
        assert results.metrics() == pytest.approx(measured)

    @invariant()
    def nothing_of_another_run_is_shown(self) -> None:
        training, results = self.window.training, self.window.results
        if results.trial is not None:
            assert not training.is_live
            assert results.trial.folder == training.folder
            assert results._whose.text() == results.trial.whose.words()
            assert results._tabs.isTabVisible(2) == results.trial.writes

    @invariant()
    def nothing_is_raised(self) -> None:
        assert not self.exceptions, self.exceptions[0]


@pytest.mark.parametrize(
    "examples", [3, pytest.param(60, marks=[pytest.mark.proof, pytest.mark.timeout(1800)])]
)
def test_results_are_those_of_the_run_in_view_whatever_is_clicked(
    examples: int, qtbot: QtBot
) -> None:
    with opened(qtbot) as window:

        class OfThisWindow(Clicks):
            pass

        OfThisWindow.window, OfThisWindow.qtbot = window, qtbot
        run_state_machine_as_test(
            OfThisWindow,
            settings=settings(
                max_examples=examples,
                stateful_step_count=14,
                deadline=None,
                phases=(Phase.explicit, Phase.generate),
            ),
        )
    assert isinstance(window.results, Results)


def listed_states(window: Window) -> dict[str, str]:
    """What the list of runs tells of each, as it is seen now."""
    table = part(window.runs_view, QTableWidget, "runs")
    rows = [[table.item(row, at) for at in (0, 2)] for row in range(table.rowCount())]
    return {name.text(): state.text() for name, state in rows if name and state}


def test_the_list_is_read_again_whenever_its_tab_is_chosen(qtbot: QtBot, window: Window) -> None:
    first = Run.open(finished("first", 1)).title
    at_rest(qtbot, window)
    trigger(window, "go_runs")
    qtbot.waitUntil(lambda: set(listed_states(window)) == {first}, timeout=LONG)
    trigger(window, "go_plan")
    second = Run.open(finished("second", 1)).title  # as another window or a shell does
    trigger(window, "go_runs")
    qtbot.waitUntil(lambda: set(listed_states(window)) == {first, second}, timeout=LONG)


def test_the_run_that_is_being_trained_is_listed_and_shown(qtbot: QtBot, window: Window) -> None:
    finished("first", 1)
    window.workspace.new(template("binary-classifier", epochs=100_000))
    show_tab(window, "Runs")
    trigger(window, "train")
    show_tab(window, "Runs")
    qtbot.waitUntil(lambda: "running" in listed_states(window).values(), timeout=LONG)
    table = part(window.runs_view, QTableWidget, "runs")
    table.selectRow(list(listed_states(window).values()).index("running"))
    press(window.runs_view, "show_run")
    qtbot.waitUntil(
        lambda: not part(window, QDockWidget, "dock_training").visibleRegion().isEmpty()
    )
