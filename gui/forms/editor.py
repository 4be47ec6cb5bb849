"""What every widget for a setting has in common."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from graphs.describe import Parameter
from graphs.wording.phrases import phrase
from graphs.wording.visible import visible

NARROWEST = 64


class Editor(QWidget):
    """Base of every editor."""

    can_edit: ClassVar[bool] = True
    """Whether the value can be changed here."""
    edited = Signal(object)
    """A value that its parameter has nothing against, while the user is still at it."""
    settled = Signal()
    """The user is done with this value."""
    faulty = Signal(str)
    """Why what is written cannot be used, as the end of a sentence; empty when it can."""

    def __init__(self, parameter: Parameter, inside: QWidget) -> None:
        super().__init__()
        self.parameter = parameter
        self.inside = inside
        inside.setMinimumWidth(NARROWEST)
        inside.setObjectName(parameter.name)
        inside.setAccessibleName(parameter.title)
        inside.setAccessibleDescription(parameter.help)
        self.setFocusProxy(inside)
        row = self.row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(inside)

    def show_value(self, value: Any) -> None:
        """Show what the document holds, without saying so."""
        raise NotImplementedError


def not_taken(reason: str, written: str) -> str:
    """Why what was written is not the value, once the value of before is back in its place."""
    return phrase("{reason}; “{written}” was not taken", reason=reason, written=visible(written))


class NoWheel(QObject):
    """Leaves the wheel to the panel that scrolls, so that no value changes in passing."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent):
            event.ignore()
            return True
        return False
