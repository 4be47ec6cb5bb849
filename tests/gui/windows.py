"""The real window for tests, and what a hand does with its dialogs and tabs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.window.window import Window
from tests.gui.found_widgets import click, part

LONG = 60_000
"""Milliseconds that training or exporting may take on a busy machine."""


@contextmanager
def opened(qtbot: QtBot, *, shown: bool = True) -> Iterator[Window]:
    """A window that is shown, or about to be, and gone afterwards with all its threads."""
    window = Window()
    if shown:
        window.resize(1300, 850)
        window.show()
    try:
        yield window
    finally:
        window.leave()
        qtbot.waitUntil(lambda: not window.training.is_live, timeout=LONG)
        qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def trigger(window: Window, name: str) -> None:
    """Choose an action that is enabled, as from its menu."""
    action = part(window, QAction, name)
    assert action.isEnabled(), f"{name} cannot be used"
    action.trigger()


def can_use(window: Window, name: str) -> bool:
    return part(window, QAction, name).isEnabled()


def show_tab(window: Window, title: str) -> None:
    """Click the tab of a panel below the canvas."""
    for bar in window.findChildren(QTabBar):
        for at in range(bar.count()):
            if bar.tabText(at).startswith(title) and bar.isVisible():
                click(bar, bar.tabRect(at).center())
                return
    raise AssertionError(f"there is no tab {title}")


def show_page(of: QWidget, title: str) -> None:
    """Click a tab inside a view."""
    bar = next(bar for bar in of.findChildren(QTabBar) if bar.isVisible())
    at = next(at for at in range(bar.count()) if bar.tabText(at) == title)
    click(bar, bar.tabRect(at).center())


def words(of: QWidget, name: str) -> str:
    """What a label says, if it can be seen."""
    label = part(of, QLabel, name)
    return label.text() if label.isVisible() else ""


def question(qtbot: QtBot, name: str) -> QMessageBox:
    """The message box of that name, once it is open."""
    found: list[QMessageBox] = []

    def look() -> bool:
        found[:] = [
            box
            for box in QApplication.topLevelWidgets()
            if isinstance(box, QMessageBox) and box.objectName() == name and box.isVisible()
        ]
        return bool(found)

    qtbot.waitUntil(look)
    return found[0]


def answer(box: QMessageBox, text: str) -> None:
    """Click the button that begins with ``text``."""
    buttons = [b for b in box.buttons() if b.text().replace("&", "").startswith(text)]
    assert len(buttons) == 1, [b.text() for b in box.buttons()]
    click(buttons[0])


def choose_file(qtbot: QtBot, path: Path, *, replace: bool = False) -> None:
    """Type a path into the file dialog that is open, and accept it; agree to ``replace`` it.

    It begins where the last one was, in whatever test that was; of a file there that is called
    alike it would take both, hence none.
    """
    found: list[QFileDialog] = []

    def look() -> bool:
        found[:] = [
            one
            for one in QApplication.topLevelWidgets()
            if isinstance(one, QFileDialog) and one.isVisible()
        ]
        return bool(found)

    qtbot.waitUntil(look)
    found[0].setDirectory(str(path.parent))
    line = part(found[0], QLineEdit, "fileNameEdit")
    line.setText(str(path))
    box = part(found[0], QDialogButtonBox, "buttonBox")
    saves = found[0].acceptMode() is QFileDialog.AcceptMode.AcceptSave
    standard = QDialogButtonBox.StandardButton
    if replace:  # it asks in a box of its own, and waits for the answer
        QTimer.singleShot(0, found[0], lambda: _agree(found[0]))
    click(box.button(standard.Save if saves else standard.Open))


def _agree(dialog: QFileDialog) -> None:
    boxes = [box for box in dialog.findChildren(QMessageBox) if box.isVisible()]
    if boxes:
        click(boxes[0].button(QMessageBox.StandardButton.Yes))
    elif dialog.isVisible():
        QTimer.singleShot(10, dialog, lambda: _agree(dialog))


def cancel_file(qtbot: QtBot) -> None:
    """Close the file dialog that is open."""
    dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog)]
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in dialogs))
    for dialog in dialogs:
        if dialog.isVisible():
            QTest.keyClick(dialog, Qt.Key.Key_Escape)


def drop(on: QWidget, path: Path) -> bool:
    """Drop a file there; whether it was taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at, copy = QPoint(20, 20), Qt.DropAction.CopyAction
    keys, button = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at, copy, data, button, keys)
    QApplication.sendEvent(on, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(on, QDropEvent(QPointF(at), copy, data, button, keys))
    return True
