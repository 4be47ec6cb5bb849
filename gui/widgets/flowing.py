"""Widgets beside each other, in as many rows as their width needs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

SPACING = 6


class Flowing(QWidget):
    """Puts what has no room in a row into the next one; nothing is cut off or hidden."""

    def __init__(self, widgets: Sequence[QWidget]) -> None:
        super().__init__()
        self._widgets = tuple(widgets)
        for one in self._widgets:
            one.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.width(), self._height())

    def minimumSizeHint(self) -> QSize:
        widest = max((size.width() for size in self._sizes()), default=0)
        return QSize(widest, self._height())

    def _height(self) -> int:
        return max((place.bottom() + 1 for place in self._places(self.width())), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Show}:  # words are others
            self._place()
        return super().event(event)

    def _place(self) -> None:
        for one, place in zip(self._shown(), self._places(self.width()), strict=True):
            one.setGeometry(place)
        self.setMinimumWidth(self.minimumSizeHint().width())  # its policy asks for none
        # No height for a width: a panel that scrolls would give all in it the height it likes best.
        self.setFixedHeight(self._height())

    def _shown(self) -> list[QWidget]:
        return [one for one in self._widgets if not one.isHidden()]

    def _sizes(self) -> list[QSize]:
        return [one.sizeHint() for one in self._shown()]

    def _places(self, width: int) -> list[QRect]:
        """Where each widget comes; those of a row have one middle, as words beside buttons need."""
        rows: list[list[QRect]] = [[]]
        at, low = QPoint(), 0
        for size in self._sizes():
            if at.x() and at.x() + size.width() > width:
                at = QPoint(0, low + SPACING)
                rows.append([])
            rows[-1].append(QRect(at, size))
            low = max(low, at.y() + size.height())
            at += QPoint(size.width() + SPACING, 0)
        for row in rows:
            high = max((place.height() for place in row), default=0)
            for place in row:
                place.translate(0, (high - place.height()) // 2)
        return [place for row in rows for place in row]
