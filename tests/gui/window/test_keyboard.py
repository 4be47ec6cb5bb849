"""A key belongs to what the user looks at: to a field while it is written in, and then no more."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.runs.events.record import State
from gui.window.window import Window
from tests.gui.found_widgets import click, part, press
from tests.gui.hand import Hand, settled
from tests.gui.windows import LONG, trigger

CTRL = Qt.KeyboardModifier.ControlModifier


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def key(which: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(focused(), which, keys)
    settled()


@pytest.fixture
def hand(window: Window) -> Hand:
    trigger(window, "template_xor")
    window.activateWindow()
    window.canvas.setFocus()
    settled()
    return Hand(window.canvas)


def test_ctrl_enter_in_a_note_keeps_its_words_and_trains_nothing(
    window: Window, hand: Hand
) -> None:
    trigger(window, "canvas_note")
    note = part(window.canvas, QPlainTextEdit, "words_editor")
    QTest.keyClicks(note, "why")
    key(Qt.Key.Key_Return, CTRL)
    assert window.training.record.state is State.EMPTY
    assert {note.text for note in window.workspace.document.main.notes.values()} == {"why"}
    assert window.canvas.hasFocus()


@pytest.mark.parametrize("field", ["canvas_rename", "canvas_note"])
@pytest.mark.parametrize("keys", [Qt.KeyboardModifier.NoModifier, CTRL])
def test_arrows_in_a_field_on_the_canvas_neither_move_nor_choose_nodes(
    window: Window, hand: Hand, field: str, keys: Qt.KeyboardModifier
) -> None:
    (node, *_) = sorted(hand.names())
    window.workspace.select([hand.id(node)])
    trigger(window, field)
    positions = dict(window.workspace.graph.positions)
    for arrow in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right):
        key(arrow, keys)
    assert hand.chosen() == {node}
    assert dict(window.workspace.graph.positions) == positions
    assert isinstance(focused(), QLineEdit | QPlainTextEdit)


def test_ctrl_enter_elsewhere_trains(qtbot: QtBot, window: Window, hand: Hand) -> None:
    key(Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: window.training.record.state is not State.EMPTY, timeout=LONG)


def test_enter_in_the_inspector_leads_back_to_the_canvas(window: Window, hand: Hand) -> None:
    (node, *_) = sorted(hand.names())
    window.workspace.select([hand.id(node)])
    name = part(window.inspector, QLineEdit, "node_name")
    click(name)
    QTest.keyClick(name, Qt.Key.Key_A, CTRL)
    QTest.keyClicks(name, "renamed")
    key(Qt.Key.Key_Return)
    assert "renamed" in hand.names()
    assert window.canvas.hasFocus()
    key(Qt.Key.Key_Delete)
    assert "renamed" not in hand.names()


@pytest.mark.parametrize("layer", ["linear", "dropout"], ids=["spin box", "line"])
def test_undo_in_a_field_that_has_nothing_to_take_back_is_the_document_s(
    layer: str, window: Window, hand: Hand
) -> None:
    node = hand.canvas.editing.add(layer, (0, 600))
    settled()
    window.docks.focus("inspector")
    setting = {"linear": "out_features", "dropout": "p"}[layer]
    while focused().objectName() != setting:
        key(Qt.Key.Key_Tab)
    before = window.workspace.graph.nodes[node].settings[setting]
    key(Qt.Key.Key_A, CTRL)
    QTest.keyClicks(focused(), "0.25" if layer == "dropout" else "5")
    key(Qt.Key.Key_Tab)
    written = window.workspace.graph.nodes[node].settings[setting]
    assert written != before
    key(Qt.Key.Key_Backtab)
    assert focused().objectName() == setting
    key(Qt.Key.Key_Z, CTRL)
    assert window.workspace.graph.nodes[node].settings[setting] == before
    assert focused().objectName() == setting
    key(Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert window.workspace.graph.nodes[node].settings[setting] == written


def test_undo_in_a_field_takes_back_what_is_being_written_there(window: Window, hand: Hand) -> None:
    (node, *_) = sorted(hand.names())
    window.workspace.select([hand.id(node)])
    name, steps = part(window.inspector, QLineEdit, "node_name"), window.workspace.history.undo_name
    click(name)
    key(Qt.Key.Key_A, CTRL)
    QTest.keyClicks(name, "renamed")
    key(Qt.Key.Key_Z, CTRL)
    assert name.text() != "renamed" and name.hasFocus()
    assert window.workspace.history.undo_name == steps


def test_enter_after_a_click_into_a_path_leads_back_to_the_canvas(
    window: Window, hand: Hand, tmp_path: Path
) -> None:
    window.docks.show("data")
    window.data_view.choose("table", {})
    settled()
    path = part(window.data_view, QLineEdit, "path")
    click(path)
    QTest.keyClicks(path, str(tmp_path))
    key(Qt.Key.Key_Return)
    assert path.text() == str(tmp_path)
    assert window.canvas.hasFocus()


def test_enter_in_a_line_that_was_reached_by_keys_keeps_the_place(
    window: Window, hand: Hand
) -> None:
    window.docks.show("data")
    window.data_view.choose("table", {})
    window.docks.focus("data")
    for _ in range(30):
        if focused().objectName() == "path":
            break
        key(Qt.Key.Key_Tab)
    key(Qt.Key.Key_Return)
    assert focused().objectName() == "path"


def test_a_button_that_goes_away_when_it_is_clicked_leaves_the_keys_to_the_canvas(
    qtbot: QtBot, window: Window, hand: Hand
) -> None:
    window.docks.show("data")
    window.data_view.choose("two_moons", {})
    use = part(window.data_view, QPushButton, "use_data")
    qtbot.waitUntil(use.isVisible, timeout=LONG)
    press(window, "use_data")
    settled()
    assert not use.isVisible()
    assert window.canvas.hasFocus()


def test_enter_in_a_line_in_which_nothing_was_written_keeps_the_keys(
    window: Window, hand: Hand
) -> None:
    window.docks.show("data")
    window.data_view.choose("table", {})
    settled()
    path = part(window.data_view, QLineEdit, "path")
    click(path)
    key(Qt.Key.Key_Return)
    assert path.hasFocus(), "Ctrl+A and Backspace would clear the canvas"


def test_after_a_template_the_keys_are_the_canvas_s(window: Window, hand: Hand) -> None:
    window.top_bar.search.setFocus()
    trigger(window, "template_xor")
    settled()
    assert window.canvas.hasFocus()
