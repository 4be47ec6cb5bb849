"""Words on one line that give way: cut off with dots where there is no room for all of them."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from gui.widgets.building_blocks import tip

BUTTON = 96
"""A button gets no narrower, where nothing else is said."""
BESIDE_ICON = 4
"""Pixels between the icon of a button and its words."""


def told_apart(names: Sequence[str], metrics: QFontMetrics, room: int) -> list[str]:
    """Names cut to so many pixels: at their end, or elsewhere where they would look the same."""
    mode, ways = Qt.TextElideMode, []
    for way in (mode.ElideRight, mode.ElideMiddle, mode.ElideLeft):
        ways.append([metrics.elidedText(name, way, room) for name in names])
        if len(set(ways[-1])) == len(set(names)):
            return ways[-1]
    return ways[0]


class Elided(QLabel):
    """A label that never makes its panel wider than the panel is."""

    def __init__(self, text: str, least: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._least = least
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._least, super().minimumSizeHint().height())

    def shown(self) -> str:
        """The words as they are painted."""
        mode = Qt.TextElideMode.ElideRight
        return self.fontMetrics().elidedText(self.text(), mode, self.contentsRect().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.shown()
        if shown == self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
            self.palette(),
            self.isEnabled(),
            shown,
            self.foregroundRole(),
        )


class ElidedButton(QPushButton):
    """A button that never makes its panel wider; what it cannot show stands in its tooltip."""

    def __init__(self, text: str, least: int = BUTTON, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._least = least
        self.setToolTip(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._least, super().minimumSizeHint().height())

    def shown(self) -> str:
        """The words as they are painted, in what the style's border and padding leave of it."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        inside = QStyle.SubElement.SE_PushButtonContents
        room = self.style().subElementRect(inside, option, self).width()
        room -= 0 if option.icon.isNull() else option.iconSize.width() + BESIDE_ICON
        # The stylesheet's font is that of the widget by now.
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self.shown()
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)


class ElidedBox(QComboBox):
    """A list to choose from that can be narrow; its words are in full in its tooltip.

    The wheel is left to the panel that scrolls, so that nothing is chosen in passing.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentTextChanged.connect(lambda words: self.setToolTip(tip(words)))

    def shown(self) -> str:
        """The words as they are painted."""
        mode, room = Qt.TextElideMode.ElideRight, self.room()
        return self.fontMetrics().elidedText(self.currentText() or self._invites(), mode, room)

    def room(self) -> int:
        """Pixels for the words, in what the style's border, padding and arrow leave of it."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        control, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        return self.style().subControlRect(control, option, field, self).width()

    def _invites(self) -> str:
        """What stands there while nothing is chosen."""
        return self.placeholderText() if self.currentIndex() < 0 else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        option.currentText = self.shown()
        if self._invites():
            muted = option.palette.placeholderText()
            option.palette.setBrush(QPalette.ColorRole.ButtonText, muted)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
