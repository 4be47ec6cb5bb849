"""The field in which the words of a note and the title of a frame are written in place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from graphs.steps.annotation_steps import Marks
from gui.look import theme


class WordsEditor(QPlainTextEdit):
    """Lies over what it edits. Escape, Ctrl+Enter or a click elsewhere keep what is written."""

    finished = Signal(object, str)
    """Whose words, as ``Marks`` (none for a note that is not there yet), and the words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("words_editor")
        self.setAccessibleName(self.tr("Words"))
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.marks = Marks()
        self.installEventFilter(self)
        self.hide()

    def edit(self, marks: Marks, text: str, place: QRect, pixels: int) -> None:
        """Open over ``place`` of the parent with ``text``, in the size in which it is drawn."""
        self.marks = marks
        self.setPlainText(text)
        self.setStyleSheet(f"font-size: {max(pixels, 9)}px; padding: 2px 4px;")
        self.setFont(theme.font(max(pixels, 9)))
        self.setGeometry(place)
        self.show()
        self.raise_()
        self.selectAll()
        self.setFocus()

    @property
    def words(self) -> str:
        """What is written in it by now; nothing when it is not open."""
        return self.toPlainText() if self.isVisible() else ""

    def keep(self) -> None:
        """Say what is written, and go away."""
        if self.isVisible():
            self.hide()
            self._over.setFocus()
            self.finished.emit(self.marks, self.toPlainText())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What a field has no use for, such as Up in its first line, is not the canvas's either."""
        super().keyPressEvent(event)
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.keep()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if event.key() == Qt.Key.Key_Escape or (enter and (with_ctrl or self.marks.frames)):
                self.keep()
                return True
        return False
