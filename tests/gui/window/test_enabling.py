"""Every command that finds nothing to do says so when its keys are pressed."""

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.runs.events.record import State
from gui.window.window import Window
from tests.gui.finished_runs import template
from tests.gui.hand import Hand, settled
from tests.gui.windows import LONG, trigger


def typed(action: QAction) -> list[QKeySequence]:
    """The keys of a command, without those for it alone that some keyboards have, such as Undo."""
    alone = ("Undo", "Redo", "Cut", "Copy", "Paste")
    return [keys for keys in action.shortcuts() if keys.toString() not in alone]


@pytest.fixture
def hand(window: Window) -> Hand:
    window.activateWindow()
    window.canvas.setFocus()
    settled()
    return Hand(window.canvas)


def press(keys: QKeySequence) -> None:
    """Press a shortcut where the focus is."""
    on = QApplication.focusWidget()
    assert on is not None
    QTest.keySequence(on, keys)
    settled()


def told(window: Window) -> str:
    """What is said at the pointer."""
    hint = window.canvas.hint
    return hint.text() if hint.isVisible() else ""


def idle(window: Window) -> list[QAction]:
    """The commands with keys that cannot be used now."""
    return [one for one in window.menus.all_actions() if one.shortcuts() and not one.isEnabled()]


@pytest.mark.parametrize("template", ["", "template_xor"])
def test_keys_of_each_command_that_finds_nothing_to_do_say_why(
    window: Window, hand: Hand, template: str
) -> None:
    if template:
        trigger(window, template)
        window.canvas.setFocus()
    found = idle(window)
    names = {one.objectName() for one in found}
    assert {"undo", "redo", "stop", "pause", "canvas_ungroup", "canvas_copy"} <= names
    if not template:
        assert {"canvas_arrange", "canvas_select_all", "canvas_frame_all"} <= names
    for action in found:
        for keys in typed(action):
            window.canvas.setFocus()
            window.canvas.hint.hide()
            press(keys)
            assert told(window).endswith("."), f"{action.objectName()} by {keys.toString()}"


def test_what_is_missing_is_named(window: Window, hand: Hand) -> None:
    trigger(window, "template_xor")
    window.canvas.setFocus()
    (node, *_) = sorted(hand.names())
    window.workspace.select([hand.id(node)])
    press(QKeySequence("Ctrl+Shift+G"))
    assert told(window) == "Choose one block."
    press(QKeySequence("Ctrl+Z"))
    assert told(window) == "There is nothing to undo."


def test_keys_of_the_canvas_say_nothing_where_others_have_them(window: Window, hand: Hand) -> None:
    trigger(window, "template_xor")
    window.docks.focus("training")
    press(QKeySequence("Delete"))
    assert told(window) == ""


def test_a_run_under_way_is_the_reason_why_none_begins(
    qtbot: QtBot, window: Window, hand: Hand
) -> None:
    window.workspace.new(template("xor", epochs=100_000), "xor")
    trigger(window, "train")
    qtbot.waitUntil(lambda: window.training.record.state is State.RUNNING, timeout=LONG)
    window.canvas.setFocus()
    press(QKeySequence("F5"))
    assert told(window).startswith("A run is under way.")
    trigger(window, "pause")
    press(QKeySequence("F8"))
    assert told(window) == "The run pauses already."


def test_zooming_says_where_it_ends(window: Window, hand: Hand) -> None:
    trigger(window, "template_xor")
    window.canvas.setFocus()
    for keys, words in (("Ctrl++", "near"), ("Ctrl+-", "far")):
        for _ in range(30):
            press(QKeySequence(keys))
        assert words in told(window)
