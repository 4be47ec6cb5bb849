"""Training in the real window, with the real engine: stopped, resumed, closed, broken."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QTabBar
from pytestqt.qtbot import QtBot

from engine.errors import DataError
from engine.runs import Run
from engine.runs.events.record import State
from graphs import files
from graphs.document.edits import ChangePlan, NodeId, Step
from graphs.steps import operations
from graphs.steps.blocks import grouping, ungrouping
from gui.results.results_view import ASKING, MEASURED
from gui.window.window import Window
from tests.gui.finished_runs import template
from tests.gui.found_widgets import part, press
from tests.gui.hand import settled
from tests.gui.windows import LONG, answer, can_use, question, words

ENDLESS = 100_000


def begin(qtbot: QtBot, window: Window, id: str = "xor", epochs: int = ENDLESS) -> None:
    """Press Train on a template and wait until it learns."""
    window.workspace.new(template(id, epochs=epochs), id)
    press(window, "train_button")
    wait_for(qtbot, window, State.RUNNING)


def wait_for(qtbot: QtBot, window: Window, state: State) -> None:
    training = window.training

    def reached() -> bool:
        return training.record.state is state and (state.is_live or not training.is_live)

    qtbot.waitUntil(reached, timeout=LONG)


def folder(window: Window) -> Path:
    assert window.training.folder is not None
    return window.training.folder


def test_stop_ends_a_run_at_once_and_resume_goes_on_with_it(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window)
    qtbot.waitUntil(lambda: len(window.training.record.losses) > 100, timeout=LONG)
    begun = time.monotonic()
    press(window, "stop")
    assert words(window, "state") == "Stopping"
    wait_for(qtbot, window, State.STOPPED)
    assert time.monotonic() - begun < 2
    assert Run.open(folder(window)).state == "stopped"
    first, learned = folder(window), len(window.training.record.losses)
    press(window, "resume")
    wait_for(qtbot, window, State.RUNNING)
    assert folder(window) == first
    qtbot.waitUntil(lambda: len(window.training.record.losses) > learned, timeout=LONG)


def test_pause_holds_the_run_and_go_on_continues_it(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window)
    press(window, "pause")
    wait_for(qtbot, window, State.PAUSED)
    held = len(window.training.record.losses)
    qtbot.wait(150)
    assert len(window.training.record.losses) == held
    press(window, "proceed")
    wait_for(qtbot, window, State.RUNNING)
    qtbot.waitUntil(lambda: len(window.training.record.losses) > held, timeout=LONG)


def test_while_a_run_trains_no_other_can_be_started_or_exported(
    qtbot: QtBot, window: Window
) -> None:
    begin(qtbot, window)
    assert not can_use(window, "train")
    assert not can_use(window, "export")
    assert can_use(window, "stop")
    press(window, "stop")
    wait_for(qtbot, window, State.STOPPED)
    assert can_use(window, "train")
    assert can_use(window, "export")


def test_what_is_edited_meanwhile_does_not_reach_the_run(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window)
    trained = files.encoded(window.workspace.document)
    window.workspace.history.do(operations.add(window.workspace.document.main, "relu", (0, 0)))
    press(window, "stop")
    wait_for(qtbot, window, State.STOPPED)
    assert files.encoded(Run.open(folder(window)).document) == trained


def test_closing_while_a_run_trains_asks_and_stays_on_cancel(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window)
    window.close()
    answer(question(qtbot, "stop_question"), "Cancel")
    assert window.isVisible()
    assert window.training.record.state is State.RUNNING


def test_closing_while_a_run_trains_stops_it_and_it_can_be_resumed(
    qtbot: QtBot, window: Window
) -> None:
    begin(qtbot, window)
    window.close()
    answer(question(qtbot, "stop_question"), "Stop and quit")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)
    assert not window.training.is_live
    assert Run.open(folder(window)).state == "stopped"


def test_unsaved_work_and_a_run_are_asked_about_one_after_the_other(
    qtbot: QtBot, window: Window
) -> None:
    begin(qtbot, window)
    window.workspace.history.do(operations.add(window.workspace.document.main, "relu", (0, 0)))
    window.close()
    answer(question(qtbot, "unsaved"), "D")
    answer(question(qtbot, "stop_question"), "Cancel")
    assert window.isVisible()
    assert not window.workspace.is_saved, "what was to be discarded is there still"


def test_what_is_drawn_while_a_run_stops_is_asked_about_before_the_window_goes(
    qtbot: QtBot, window: Window
) -> None:
    begin(qtbot, window)
    window.close()
    answer(question(qtbot, "stop_question"), "Stop and quit")
    window.workspace.history.do(operations.add(window.workspace.document.main, "relu", (0, 0)))
    qtbot.waitUntil(lambda: not window.training.is_live, timeout=LONG)
    answer(question(qtbot, "unsaved"), "Cancel")
    assert window.isVisible() and not window.workspace.is_saved
    window.close()
    answer(question(qtbot, "unsaved"), "D")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)


def test_a_run_that_does_not_stop_can_be_waited_for(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    monkeypatch.setattr("gui.window.work.closing.STOP_MILLISECONDS", 50)
    monkeypatch.setattr(window.training, "_tell", lambda prepare, controls: iter(gate.wait, True))
    window.workspace.new(template("xor"))
    press(window, "train_button")
    window.close()
    answer(question(qtbot, "stop_question"), "Stop and quit")
    answer(question(qtbot, "end_question"), "Cancel")
    gate.set()
    qtbot.waitUntil(lambda: not window.training.is_live, timeout=LONG)
    assert window.isVisible()


def test_a_run_that_does_not_stop_can_be_left_behind(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, ended = threading.Event(), list[bool]()
    monkeypatch.setattr("gui.window.work.closing.STOP_MILLISECONDS", 50)
    monkeypatch.setattr("gui.window.work.closing.Closing._end", lambda _: ended.append(True))
    monkeypatch.setattr(window.training, "_tell", lambda prepare, controls: iter(gate.wait, True))
    window.workspace.new(template("xor"))
    press(window, "train_button")
    window.close()
    answer(question(qtbot, "stop_question"), "Stop and quit")
    answer(question(qtbot, "end_question"), "End the program")
    assert ended == [True]
    gate.set()
    qtbot.waitUntil(lambda: not window.training.is_live)


def test_numbers_that_are_not_finite_end_the_run_and_name_the_node(
    qtbot: QtBot, window: Window
) -> None:
    document = template("digits-mlp", epochs=5)
    plan = document.plan
    wild = {**plan.optimizer.settings, "lr": 1e30}
    changed = replace(plan, optimizer=replace(plan.optimizer, settings=wild))
    document.apply(Step("Change the plan", (ChangePlan(plan, changed),)))
    window.workspace.new(document)
    press(window, "train_button")
    wait_for(qtbot, window, State.FAILED)
    failed = window.training.record.failed
    assert failed is not None and failed.node is not None
    node = document.main.named(failed.node)
    assert node is not None and f"“{node.name}”" in words(window, "failure")
    assert not part(window, QLabel, "failure").text().startswith("Something went wrong")
    press(window, "show_node")
    assert window.workspace.selection == {NodeId(node.id)}


def test_what_came_of_a_run_is_a_press_away(qtbot: QtBot, window: Window) -> None:
    window.workspace.new(template("xor", epochs=2))
    press(window, "train_button")
    wait_for(qtbot, window, State.FINISHED)
    press(window, "see_results")
    assert "results" in window.docks.shown()
    pages = part(window.results, QTabBar, "results_tabs")
    qtbot.waitUntil(lambda: pages.isTabVisible(ASKING) and not window.jobs.busy, timeout=LONG)
    pages.setCurrentIndex(ASKING)
    window.docks.show("training")
    press(window, "see_results")
    assert pages.currentIndex() == MEASURED


def test_data_that_is_gone_is_a_sentence(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    table = tmp_path / "gone.csv"
    table.write_text("x,y\n" + "".join(f"{n % 7 + 0.5},{n % 2}\n" for n in range(50)))
    window.workspace.new(template("digits-mlp", epochs=1))
    window.open(table)
    qtbot.waitUntil(lambda: words(window.data_view, "preview_summary") != "", timeout=LONG)
    press(window.data_view, "use_data")
    table.unlink()
    press(window, "train_button")
    wait_for(qtbot, window, State.FAILED)
    assert "gone.csv" in words(window, "failure")
    assert can_use(window, "train")


def test_a_run_says_when_it_is_of_another_document_than_the_open_one(
    qtbot: QtBot, window: Window
) -> None:
    begin(qtbot, window)
    assert words(window, "origin") == ""
    window.workspace.new()
    qtbot.waitUntil(lambda: "of “xor”" in words(window, "origin"))
    press(window, "stop")
    wait_for(qtbot, window, State.STOPPED)
    press(window, "resume")
    wait_for(qtbot, window, State.RUNNING)
    assert "of “xor”" in words(window, "origin")
    press(window, "stop")
    wait_for(qtbot, window, State.STOPPED)
    begin(qtbot, window)
    assert words(window, "origin") == ""


def test_a_run_says_in_which_nodes_the_network_has_changed_since(
    qtbot: QtBot, window: Window
) -> None:
    window.workspace.new(template("xor", epochs=3), "xor")
    press(window, "train_button")
    wait_for(qtbot, window, State.FINISHED)
    graph = window.workspace.document.main
    linear = next(id for id, node in graph.nodes.items() if node.layer == "linear")
    assert words(window, "origin") == ""
    window.workspace.history.do(operations.move(graph, [linear], (8, 0)))
    window.workspace.history.do(operations.rename(graph, linear, "wide"))
    settled()
    assert words(window, "origin") == "", "it computes the same"
    step, block = grouping.group(graph, [linear], "Wide")
    window.workspace.history.do(step)
    settled()
    assert words(window, "origin") == "", "in a block it does so, too"
    window.workspace.history.do(ungrouping.ungroup(graph, block)[0])
    settled()
    assert words(window, "origin") == ""
    window.workspace.history.do(operations.set_setting(graph, linear, "out_features", 9))
    changed = "The network has changed since this run: “wide”."
    qtbot.waitUntil(lambda: words(window, "origin") == changed)
    window.docks.show("results")
    qtbot.waitUntil(lambda: window.results.trial is not None, timeout=LONG)
    assert part(window.results, QLabel, "results_origin").text() == changed
    assert part(window.results, QLabel, "results_origin").isVisible()

    first = window.results.trial
    press(window, "train_button")  # what is drawn now: nothing of it is of another network
    wait_for(qtbot, window, State.FINISHED)
    window.docks.show("results")
    qtbot.waitUntil(lambda: window.results.trial not in (None, first), timeout=LONG)
    assert part(window.results, QLabel, "results_origin").text() == ""
    assert not part(window.results, QLabel, "results_origin").isVisible()
    window.workspace.undo()
    qtbot.waitUntil(lambda: "“wide”" in words(window, "origin"))
    window.workspace.redo()
    qtbot.waitUntil(lambda: words(window, "origin") == "")
    window.workspace.history.do(operations.delete(graph, [linear]))
    qtbot.waitUntil(lambda: "“wide”" in words(window, "origin"))


def test_a_run_stays_that_of_its_document_however_much_that_grows_or_shrinks(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    window.workspace.new(template("xor", epochs=1), "xor")
    press(window, "train_button")
    wait_for(qtbot, window, State.FINISHED)
    run = folder(window)
    window.running.show_run(run)
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    window.canvas.select_all()
    window.canvas.duplicate()
    qtbot.waitUntil(lambda: "has changed since this run" in words(window, "origin"))
    window.workspace.save(tmp_path / "xor.loom")
    window.workspace.open(tmp_path / "xor.loom")  # nothing but name and nodes tell it by now
    qtbot.waitUntil(lambda: "has changed since this run" in words(window, "origin"))

    window.workspace.new(template("xor", epochs=1), "small")
    press(window, "train_button")
    qtbot.waitUntil(lambda: window.training.folder not in (None, run), timeout=LONG)
    wait_for(qtbot, window, State.FINISHED)
    window.running.show_run(folder(window))
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    graph = window.workspace.document.main
    window.workspace.history.do(operations.delete(graph, list(graph.nodes)))
    qtbot.waitUntil(lambda: "has changed since this run" in words(window, "origin"))
    window.running.show_run(run)
    qtbot.waitUntil(lambda: "This run is of “xor”, not" in words(window, "origin"), timeout=LONG)


def test_a_run_that_cannot_begin_leaves_the_one_before_in_view(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.workspace.new(template("xor", epochs=3), "xor")
    press(window, "train_button")
    wait_for(qtbot, window, State.FINISHED)
    record, place = window.training.record, folder(window)

    def full(*_: object, **__: object) -> None:
        raise DataError("The disk is full. Make room, then train again.")

    monkeypatch.setattr("engine.runs.create", full)
    press(window, "train_button")
    box = question(qtbot, "told")
    assert box.text() == "The training did not begin."
    assert "The disk is full" in box.informativeText()
    answer(box, "OK")
    assert (window.training.record, window.training.folder) == (record, place)
    assert words(window, "state") == "Finished"
