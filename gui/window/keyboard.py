"""Keyboard focus: a text field has the keys while somebody writes in it, then the canvas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QDockWidget,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Keyboard(QObject):
    """Watches what has the keys in one window, and brings them back to where its user looks.

    * Enter in a field of several lines is the field's, with Ctrl too: it starts no training.
    * Enter in a line ends it, unless it holds what cannot be used. Who had clicked into the line
      and written goes on at ``home``, and so does who was in one of ``beside``; who came by the
      keys goes on from there with Tab.
    * Undo and redo are the line's while something is written there that it can take back, and
      else the document's.
    * When what was clicked goes away, Qt gives the keys to whatever comes next in the panel; they
      go home instead, or to the panel that has come in front of it.
    """

    def __init__(self, window: QMainWindow, home: QWidget, beside: QWidget) -> None:
        super().__init__(window)
        self._window, self._home, self._beside = window, home, beside
        self._clicked = False
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress:
            self._clicked = True
        elif isinstance(event, QKeyEvent) and kind == QEvent.Type.ShortcutOverride:
            if event.key() in ENTER and isinstance(watched, QPlainTextEdit | QTextEdit):
                event.accept()
            return self._leaves_undo(watched, event)
        elif isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
            return self._pressed(watched, event)
        return False

    def _leaves_undo(self, watched: QObject, event: QKeyEvent) -> bool:
        """Whether the key is undo or redo in a line of a panel that has nothing to undo or redo."""
        if not (isinstance(watched, QWidget) and _panel_of(watched)):
            return False
        line = next(iter(_lines(watched)), None)
        if line is None:
            return False
        wants_undo = event.matches(QKeySequence.StandardKey.Undo)
        wants_redo = event.matches(QKeySequence.StandardKey.Redo)
        is_needed = line.isUndoAvailable() if wants_undo else line.isRedoAvailable()
        return (wants_undo or wants_redo) and not is_needed

    def _pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        """Whether the key was Enter in a line, which then has done its work."""
        if event.key() not in ENTER:
            return False
        if not isinstance(watched, QLineEdit | QAbstractSpinBox) or not watched.hasFocus():
            return False
        if watched.window() is not self._window:
            return False
        written = isinstance(watched, QLineEdit) and watched.isModified()
        if not (self._clicked and written) and not self._beside.isAncestorOf(watched):
            return False
        watched.event(event)  # what Enter means there comes first
        if isValid(watched) and watched.hasFocus() and watched.property("role") != "error":
            self._go_home()
        return True

    def _follow(self, old: QWidget | None, new: QWidget | None) -> None:
        clicked, self._clicked = self._clicked, False
        for widget in _with_inside(old):
            widget.removeEventFilter(self)
        for widget in _with_inside(new):
            widget.installEventFilter(self)
        gone = old is not None and not (isValid(old) and old.isVisible() and old.isEnabled())
        if clicked and (gone or new is None) and self._window.isActiveWindow():
            ahead = _in_front(self._window, old)
            (self._home if ahead is None else ahead).setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_home(self) -> None:
        self._home.setFocus(Qt.FocusReason.OtherFocusReason)


def _in_front(window: QMainWindow, old: QWidget | None) -> QDockWidget | None:
    """The panel that now hides the one in which the keys were."""
    panel = _panel_of(old)
    if panel is None or not panel.visibleRegion().isEmpty():
        return None
    beside = window.tabifiedDockWidgets(panel)
    return next((one for one in beside if not one.visibleRegion().isEmpty()), None)


def _panel_of(widget: QWidget | None) -> QDockWidget | None:
    while widget is not None and isValid(widget) and not isinstance(widget, QDockWidget):
        widget = widget.parentWidget()
    return widget if isinstance(widget, QDockWidget) else None


def _lines(widget: QWidget) -> list[QLineEdit]:
    """The line that is written in."""
    return [one for one in _with_inside(widget) if isinstance(one, QLineEdit)]


def _with_inside(widget: QWidget | None) -> list[QWidget]:
    """What has the focus, and the line inside it that takes the clicks."""
    if widget is None or not isValid(widget):
        return []
    line = widget.findChild(QLineEdit) if isinstance(widget, QAbstractSpinBox) else None
    return [widget] if line is None else [widget, line]
