"""How a template looks in the gallery: its picture, its title, its task and how hard it is."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from graphs.templates import LEVELS, Template
from gui.gallery import thumbnail
from gui.look import theme

CARD = QSize(248, 190)
"""The least size of a card, with the gap around it."""
GAP, RIM, PICTURE = 6, 12, 104
TITLE = 20
"""Pixels of a line of a title."""
DOT, BETWEEN = 6, 4
"""One dot for each level that says how hard a template is, and the room between two."""
RANKED = tuple(level for level in LEVELS if level != "reference")
TEMPLATE = Qt.ItemDataRole.UserRole


class Cards(QStyledItemDelegate):
    """Paints the cards; the words of a level come translated."""

    def __init__(self, levels: dict[str, str], parent: QObject) -> None:
        super().__init__(parent)
        self._levels = levels
        self._size, self._lines = CARD, 1

    def fit(self, room: int, titles: Iterable[str]) -> QSize:
        """Have as many cards beside each other as the room takes, which fill it; their size.

        Where a title is longer than a card is wide, all have two lines for theirs.
        """
        width = room // max(1, room // CARD.width())
        words = QFontMetrics(theme.font(13, bold=True))
        longest = max(map(words.horizontalAdvance, titles), default=0)
        self._lines = 2 if longest > width - 2 * (GAP + RIM) else 1
        self._size = QSize(width, CARD.height() + (self._lines - 1) * TITLE)
        return self._size

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return self._size

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        template: Template = index.data(TEMPLATE)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        card = area.adjusted(GAP, GAP, -GAP, -GAP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        edge = "accent" if chosen else "muted" if over else "line"
        painter.setPen(QPen(theme.color(edge), 2 if chosen else 1))
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(QRectF(card), 8, 8)
        inside = card.adjusted(RIM, RIM, -RIM, -RIM)
        picture = QRect(inside.left(), inside.top(), inside.width(), PICTURE - RIM)
        thumbnail.paint(painter, template.id, QRectF(picture))
        high = self._lines * TITLE
        title = QRect(inside.left(), card.top() + PICTURE + 8, inside.width(), high)
        _write_title(painter, title, template.title)
        below = QRect(title.left(), title.bottom() + 1, title.width(), TITLE)
        _write(painter, below, template.task, "muted")
        self._level(painter, below.translated(0, TITLE), template)
        painter.restore()

    def _level(self, painter: QPainter, room: QRect, template: Template) -> None:
        """So many dots as the level is high, and its name; a published network has no dots."""
        painter.setPen(Qt.PenStyle.NoPen)
        dots = 0 if template.is_reference else len(RANKED)
        for place in range(dots):
            is_reached = place <= RANKED.index(template.level)
            painter.setBrush(theme.color("accent" if is_reached else "line"))
            left = room.left() + place * (DOT + BETWEEN)
            painter.drawEllipse(QRectF(left, room.center().y() - DOT / 2 + 1, DOT, DOT))
        aside = dots * (DOT + BETWEEN) + BETWEEN if dots else 0
        _write(painter, room.adjusted(aside, 0, 0, 0), self._levels[template.level], "muted")


def _write_title(painter: QPainter, room: QRect, words: str) -> None:
    """In as many lines as there is room for, from the top."""
    painter.setFont(theme.font(13, bold=True))
    painter.setPen(theme.color("text"))
    how = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
    painter.drawText(room.adjusted(0, 2, 0, 2), how, words)


def _write(painter: QPainter, room: QRect, words: str, color: str) -> None:
    painter.setFont(theme.font(12))
    painter.setPen(theme.color(color))
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
