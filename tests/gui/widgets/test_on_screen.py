"""Windows and what pops up in them lie where they can be seen and reached."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMainWindow, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from graphs.templates import templates
from gui import settings
from gui.app.errors_dialog import ErrorDialog, Trouble
from gui.gallery import Gallery
from gui.look import stylesheet, theme
from gui.settings import Settings
from gui.widgets import on_screen
from gui.widgets.finder import Find, Finder
from gui.widgets.on_screen import keep_on_screen
from gui.widgets.questions import tell
from gui.window.about import AboutDialog
from gui.window.actions import Actions
from gui.window.docks import Area, Docks
from gui.window.shortcuts import ShortcutsDialog
from gui.window.work.recovery_dialog import RecoveryDialog
from tests.gui.found_widgets import part

GUI = Path(__file__).parents[3] / "gui"
SMALL = QRect(0, 0, 800, 500)
"""What a screen of 1600 by 1000 has at twice the size."""


@pytest.fixture(autouse=True)
def small_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_screen, "room_for", lambda window: SMALL)


def shortcuts(parent: QWidget) -> QDialog:
    return ShortcutsDialog(Actions(parent).all(), parent)


def error(parent: QWidget) -> QDialog:
    return ErrorDialog(Trouble("It went wrong.\n" * 60, "Traceback"), "log.txt", parent)


@pytest.mark.parametrize(
    "made",
    [shortcuts, AboutDialog, Gallery, error, lambda parent: RecoveryDialog((), (), parent)],
    ids=["shortcuts", "about", "gallery", "error", "recovery"],
)
def test_a_dialog_is_no_larger_than_a_small_screen(
    qtbot: QtBot, made: Callable[[QWidget], QDialog]
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = made(parent)
    dialog.show()
    assert dialog.frameGeometry().size().boundedTo(SMALL.size()) == dialog.frameGeometry().size()
    dialog.close()


def test_a_message_is_cut_where_a_small_screen_ends_and_told_whole_behind_a_button(
    qtbot: QtBot,
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    for more in ("“node” is not known any more.\n" * 200, "word " * 2000):
        box = tell(parent, "It was opened with changes.", more)
        assert box.sizeHint().height() <= SMALL.height()
        assert box.informativeText().endswith("…")
        assert box.detailedText() == more
        box.reject()
    box = tell(parent, "It was opened with changes.", "One sentence.")
    assert (box.informativeText(), box.detailedText()) == ("One sentence.", "")
    box.reject()


def test_where_there_is_room_nothing_scrolls(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_screen, "room_for", lambda window: QRect(0, 0, 1600, 1000))
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    dialog.setStyleSheet(stylesheet.text(theme.tokens(), theme.CORNER))
    dialog.resize(dialog.sizeHint())
    dialog.show()
    QApplication.processEvents()
    assert not part(dialog, QScrollArea).verticalScrollBar().isVisible()


def test_every_dialog_of_ours_keeps_to_its_screen() -> None:
    others = [
        f"{path.relative_to(GUI)}: {node.name}"
        for path in GUI.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base) == "QDialog" for base in node.bases)
    ]
    assert others == ["widgets/on_screen.py: ScreenDialog"]


def test_the_sheet_of_shortcuts_is_as_wide_as_what_it_says(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = shortcuts(parent)
    dialog.show()
    area = part(dialog, QScrollArea)
    sheet = area.widget()
    assert sheet is not None and not area.horizontalScrollBar().isVisible()
    assert area.viewport().width() >= sheet.sizeHint().width()


def test_the_sheet_of_shortcuts_names_no_step_that_would_be_undone(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    actions = Actions(parent)
    actions["redo"].setText("Redo Duplicate")
    dialog = ShortcutsDialog(actions.all(), parent)
    listed = {label.text() for label in dialog.findChildren(QLabel)}
    assert "Redo" in listed and "Redo Duplicate" not in listed


@pytest.mark.parametrize(
    "before", [QRect(0, 0, 1600, 968), QRect(600, 300, 500, 400), QRect(-300, 0, 700, 400)]
)
def test_a_window_that_lay_elsewhere_is_brought_onto_the_screen(
    qtbot: QtBot, before: QRect
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setGeometry(before)
    keep_on_screen(window)
    assert SMALL.contains(window.frameGeometry())


def test_the_main_window_of_a_larger_screen_is_brought_onto_this_one(qtbot: QtBot) -> None:
    larger = QMainWindow()
    qtbot.addWidget(larger)
    larger.setGeometry(10, 40, 780, 740)
    kept = settings.as_text(bytes(larger.saveGeometry().data()))
    window = QMainWindow()
    qtbot.addWidget(window)
    docks = Docks(window)
    for name in ("palette", "inspector", "training"):
        docks.add(name, name, QWidget(), docks_area(name))
    docks.arrange()
    docks.restore(Settings(geometry=kept, layout=""))
    assert SMALL.contains(window.frameGeometry())


def docks_area(name: str) -> Area:
    return Area.BottomDockWidgetArea if name == "training" else Area.LeftDockWidgetArea


def many() -> list[Find]:
    return [Find(one.title, "template", lambda: None) for one in templates()] * 3


@pytest.mark.parametrize("at", [QPoint(451, 3), QPoint(-50, 200), QPoint(300, 3)])
def test_what_the_search_finds_lies_within_the_window(qtbot: QtBot, at: QPoint) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(QSize(700, 300))
    finder = Finder(many, window)
    window.show()
    finder.open_at(at, 420)
    assert window.rect().contains(finder.geometry())
