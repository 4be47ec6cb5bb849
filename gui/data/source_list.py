"""The list of where samples can come from, by group."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from graphs.data.sources import Source
from graphs.wording.phrases import phrase
from gui.look import theme
from gui.look.stylesheet import give_role
from gui.widgets.building_blocks import named

ID = Qt.ItemDataRole.UserRole
WIDEST = 260
"""In pixels."""
NARROW_VIEW, NARROW = 1080, 156
"""In a view narrower than this the list leaves room for the columns of a table."""

BESIDE_WORDS, BETWEEN_ROWS = 9, 6
"""Pixels left and right of the words of a row, and above and below them together."""
HIGHEST = 200
WRAPPED = Qt.TextFlag.TextWordWrap.value


class SourceList(QListWidget):
    """One row per source; what is chosen by the hand is announced, what is shown by name is not."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "sources")
        self.setWordWrap(True)  # a name that has no room in a row takes two
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        group = ""
        for source in Source.members():
            if source.group != group:
                group = source.group
                self.addItem(_heading(phrase(group)))
            item = QListWidgetItem(source.title)
            item.setData(ID, source.id)
            item.setToolTip(f"{source.title}\n{source.summary()}")
            self.addItem(item)
        beside = self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()
        self._wanted = min(WIDEST, self.sizeHintForColumn(0) + beside)
        self.setFixedWidth(self._wanted)

    def leave_room(self, width: int) -> None:
        """Take less of a view that is so wide, where the columns of a table need it."""
        self.setFixedWidth(min(self._wanted, NARROW if width < NARROW_VIEW else WIDEST))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rows()

    def _fit_rows(self) -> None:
        """Make each row as high as its words need; Qt forgets how far they are from the edges."""
        width = self.viewport().width()
        for row in range(self.count()):
            item = self.item(row)
            room = QRect(0, 0, width - 2 * BESIDE_WORDS, HIGHEST)
            words = QFontMetrics(item.font()).boundingRect(room, WRAPPED, item.text())
            item.setSizeHint(QSize(width, words.height() + BETWEEN_ROWS))

    def show_source(self, id: str) -> None:
        """Mark a source as the one that is looked at."""
        ids = [self.item(row).data(ID) for row in range(self.count())]
        self.blockSignals(True)
        self.setCurrentRow(ids.index(id))
        self.blockSignals(False)

    def source(self) -> type[Source] | None:
        """The source that is chosen; the one that only has the focus does not count."""
        items = self.selectedItems()
        return Source.find(items[0].data(ID)) if items else None

    def call(self, *, on: bool) -> None:
        """Show that one is to be chosen here next, and bring the keys; or no longer."""
        give_role(self, "wanted" if on else "")
        if on:
            self.setFocus(Qt.FocusReason.OtherFocusReason)


def _heading(words: str) -> QListWidgetItem:
    """The name of a group, which cannot be chosen."""
    item = QListWidgetItem(words)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    item.setFont(theme.font(12, bold=True))
    return item
