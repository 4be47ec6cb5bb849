"""Settings that are on or off."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox

from graphs.describe import Parameter
from gui.forms.editor import Editor
from gui.look import theme

SWITCH = QSize(36, 22)


class Switch(QCheckBox):
    """On or off, drawn as a switch."""

    def __init__(self) -> None:
        super().__init__()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(SWITCH)

    def hitButton(self, pos: Any) -> bool:
        return bool(self.rect().contains(pos))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        groove = QRectF(1, 2, 34, 18)
        painter.setPen(theme.color("accent") if self.hasFocus() else theme.color("faint"))
        painter.setBrush(theme.color("accent" if self.isChecked() else "raised"))
        painter.drawRoundedRect(groove, 9, 9)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("on_accent" if self.isChecked() else "muted"))
        left = groove.right() - 15 if self.isChecked() else groove.left() + 3
        painter.drawEllipse(QRectF(left, groove.top() + 3, 12, 12))


class OnOff(Editor):
    """A switch."""

    def __init__(self, parameter: Parameter) -> None:
        self.switch = Switch()
        super().__init__(parameter, self.switch)
        self.switch.setFixedSize(SWITCH)
        self.row.addStretch()
        self.switch.toggled.connect(lambda on: self.edited.emit(on))
        self.switch.clicked.connect(lambda _: self.settled.emit())

    def show_value(self, value: Any) -> None:
        self.switch.blockSignals(True)
        self.switch.setChecked(bool(value))
        self.switch.blockSignals(False)
        self.switch.update()
