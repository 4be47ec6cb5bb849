"""Data and plans that a file asks for and this version does not have: refused, with a way out."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from engine.runs.events.record import State
from graphs import files
from graphs.document.edits import ChangePlan, Step
from gui.problems.problem_cards import ProblemCard
from gui.window.window import Window
from tests.gui.finished_runs import template
from tests.gui.found_widgets import part, press
from tests.gui.windows import LONG, answer, question


def open_changed(qtbot: QtBot, window: Window, folder: Path, **changes: Any) -> None:
    """Open the XOR example after other values were written into parts of its file."""
    tree = json.loads(files.encoded(template("xor", epochs=2)))
    for section, values in changes.items():
        tree[section] |= values
    path = folder / "changed.loom"
    path.write_text(json.dumps(tree), encoding="utf-8")
    window.open(path)
    QApplication.processEvents()
    if "plan" in changes:
        answer(question(qtbot, "told"), "OK")


def card(window: Window, words: str) -> ProblemCard:
    QApplication.processEvents()
    return next(c for c in window.problem_list.cards if words in c.problem.message)


@pytest.fixture
def replanned(qtbot: QtBot, window: Window, tmp_path: Path) -> Window:
    """A window with a file whose plan asks for an optimizer that nobody knows."""
    open_changed(qtbot, window, tmp_path, plan={"optimizer": {"id": "warp", "settings": {}}})
    return window


def test_train_refuses_a_plan_that_had_to_be_changed(replanned: Window) -> None:
    press(replanned, "train_button")
    assert not replanned.training.is_live
    refused = card(replanned, "a training that this version cannot make")
    assert "warp" in refused.problem.message
    assert refused.isVisible()
    assert replanned.docks["plan"].windowTitle() == "Plan · 1"


def test_the_changed_plan_can_be_looked_at_and_used(qtbot: QtBot, replanned: Window) -> None:
    press(replanned, "train_button")
    press(card(replanned, "this version cannot make"), "fix2")
    QApplication.processEvents()
    assert not replanned.plan_form.visibleRegion().isEmpty()
    replanned.docks.show("problems")
    QApplication.processEvents()
    press(card(replanned, "this version cannot make"), "fix")
    QApplication.processEvents()
    assert replanned.problem_list.cards == []
    assert replanned.docks["plan"].windowTitle() == "Plan"
    press(replanned, "train_button")
    qtbot.waitUntil(lambda: replanned.training.record.state.is_live)
    qtbot.waitUntil(lambda: not replanned.training.is_live, timeout=LONG)
    assert replanned.training.record.state is State.FINISHED


def test_saving_accepts_the_changed_plan(replanned: Window, tmp_path: Path) -> None:
    replanned.filing.save()
    assert replanned.workspace.problems == ()
    assert "warp" not in (tmp_path / "changed.loom").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"source": "moon_rocks"}, "knows no data source “moon_rocks”"),
        ({"source": "two_moons", "settings": {"samples": -4}}, "setting “samples”"),
    ],
)
def test_data_that_cannot_be_used_is_a_problem_that_leads_to_the_data_panel(
    qtbot: QtBot, window: Window, tmp_path: Path, data: dict[str, Any], words: str
) -> None:
    open_changed(qtbot, window, tmp_path, data=data)
    press(window, "train_button")
    assert not window.training.is_live
    assert window.docks["data"].windowTitle() == "Data · 1"
    press(card(window, words), "fix")
    QApplication.processEvents()
    assert not window.data_view.visibleRegion().isEmpty()


def test_settings_that_leave_nothing_to_train_on_are_told_beside_them(window: Window) -> None:
    window.workspace.new(template("binary-classifier"))
    window.docks.show("plan")
    plan = window.workspace.document.plan
    greedy = replace(plan, validation=0.5, test=0.5)
    window.workspace.history.do(Step("Plan", (ChangePlan(plan, greedy),)))
    QApplication.processEvents()
    fault = part(window.plan_form, QLabel, "fault_test")
    assert fault.isVisible()
    assert "nothing is left for training" in fault.text()
    window.docks.show("problems")
    press(card(window, "nothing is left for training"), "fix")
    QApplication.processEvents()
    assert not window.plan_form.visibleRegion().isEmpty()
    window.workspace.history.undo()
    QApplication.processEvents()
    assert not fault.isVisible()
