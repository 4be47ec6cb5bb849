"""How a row of the search looks: what it is on the left, its kind and its keys on the right."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.look import theme

KIND = Qt.ItemDataRole.UserRole
KEYS = Qt.ItemDataRole.UserRole + 1
ROW = 28
GAP = 10
KEPT = 120
"""Pixels that the kind may take beside however long a title."""


class FindRows(QStyledItemDelegate):
    """Paints the rows in the same face as the lists of layers."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(200, ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(QRectF(area), theme.CORNER, theme.CORNER)
        usable = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        room = area.adjusted(34, 0, -GAP, 0)
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(icon, QIcon):
            icon.paint(painter, QRect(area.left() + 8, area.top() + 5, 18, 18))
        room = _right(painter, room, str(index.data(KEYS) or ""), theme.mono(11), "faint")
        font = theme.font(13)
        title = QFontMetrics(font).horizontalAdvance(str(index.data())) + GAP
        small = QFontMetrics(theme.font(11))
        kind = str(index.data(KIND))  # which may be a whole sentence; the title is read first
        kind = small.elidedText(kind, Qt.TextElideMode.ElideRight, max(room.width() - title, KEPT))
        room = _right(painter, room, kind, theme.font(11), "muted")
        painter.setFont(font)
        painter.setPen(theme.color("text" if usable else "faint"))
        words = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()


def _right(painter: QPainter, room: QRect, words: str, font: QFont, color: str) -> QRect:
    """Write at the right end of ``room``; what is left of it is returned."""
    if not words:
        return room
    painter.setFont(font)
    painter.setPen(theme.color(color))
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
    return room.adjusted(0, 0, -QFontMetrics(font).horizontalAdvance(words) - GAP, 0)
