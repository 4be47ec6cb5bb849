"""What is still being written in a field counts for whatever reads the whole document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from engine.runs import Run
from graphs import files
from graphs.document.document import Document
from graphs.keeping import lost
from graphs.keeping.log import FOLDER, SUFFIX
from gui.window.window import Window
from tests.gui.found_widgets import click, part
from tests.gui.hand import Hand, settled
from tests.gui.windows import LONG, answer, question, trigger
from tests.quickly import some_of

WORDS = "still_written"
CTRL = Qt.KeyboardModifier.ControlModifier


def name_on_the_canvas(window: Window, hand: Hand) -> None:
    hand.click(hand.title(node(hand)))
    hand.key(Qt.Key.Key_F2)


def name_in_the_inspector(window: Window, hand: Hand) -> None:
    window.workspace.select([hand.id(node(hand))])
    line = part(window.inspector, QLineEdit, "node_name")
    click(line)
    line.selectAll()


def note(window: Window, hand: Hand) -> None:
    trigger(window, "canvas_note")


def title_of_a_frame(window: Window, hand: Hand) -> None:
    window.workspace.select([hand.id(node(hand))])
    trigger(window, "canvas_put_frame")


def title_of_a_new_block(window: Window, hand: Hand) -> None:
    window.workspace.select([hand.id(node(hand))])
    trigger(window, "canvas_group")


def title_inside_a_block(window: Window, hand: Hand) -> None:
    title_of_a_new_block(window, hand)
    hand.key(Qt.Key.Key_Return)
    trigger(window, "canvas_enter")
    settled()
    click(part(window.inspector, QLineEdit, "block_title"))


Begin = Callable[[Window, Hand], None]
FIELDS: tuple[Begin, ...] = (
    name_on_the_canvas,
    name_in_the_inspector,
    note,
    title_of_a_frame,
    title_of_a_new_block,
    title_inside_a_block,
)


def node(hand: Hand) -> str:
    return next(name for name in sorted(hand.names()) if name.startswith("relu"))


def said(document: Document) -> bool:
    """Whether the words stand anywhere in a document."""
    return WORDS.encode() in files.encoded(document)


@pytest.fixture(params=some_of(FIELDS, 3), ids=lambda begin: begin.__name__)
def writing(request: pytest.FixtureRequest, window: Window) -> Hand:
    """A hand that has written the words into a field, and has not pressed Enter."""
    trigger(window, "template_digits-mlp")
    window.activateWindow()
    window.canvas.setFocus()
    settled()
    hand = Hand(window.canvas)
    request.param(window, hand)
    hand.write(WORDS)
    return hand


def test_it_is_saved(window: Window, writing: Hand, tmp_path: Path) -> None:
    window.workspace.save(tmp_path / "a.loom")
    assert said(files.read(tmp_path / "a.loom").document)
    assert window.workspace.is_saved


def test_it_can_be_gone_on_with_after_saving(window: Window, writing: Hand, tmp_path: Path) -> None:
    window.workspace.save(tmp_path / "a.loom")
    writing.key(Qt.Key.Key_S, CTRL)
    writing.write("_more")
    writing.key(Qt.Key.Key_S, CTRL)
    assert f"{WORDS}_more".encode() in (tmp_path / "a.loom").read_bytes()


def test_it_is_trained_with(qtbot: QtBot, window: Window, writing: Hand) -> None:
    trigger(window, "train")
    qtbot.waitUntil(lambda: window.training.folder is not None, timeout=LONG)
    assert window.training.folder is not None
    assert said(Run.open(window.training.folder).document)


def test_it_is_asked_about_when_the_window_closes(
    qtbot: QtBot, window: Window, writing: Hand, tmp_path: Path
) -> None:
    window.workspace.history.mark_saved()
    window.close()
    answer(question(qtbot, "unsaved"), "Cancel")
    assert said(window.workspace.document)


def test_it_is_kept_when_the_system_ends_the_program(window: Window, writing: Hand) -> None:
    window.leave()
    folder = window.workspace.keeper.folder
    assert folder is not None
    (log,) = (folder / FOLDER).glob(f"*{SUFFIX}")
    assert said(lost.recovered(log).document)
