"""The dialog in which a template is chosen."""

from __future__ import annotations

from math import inf

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from graphs.templates import LEVELS, Template, templates
from graphs.wording.ranking import FUZZY, rank
from gui.gallery.cards import CARD, TEMPLATE, Cards
from gui.widgets.building_blocks import button, label, named, wrapped
from gui.widgets.on_screen import ScreenDialog

USUAL = QSize(4 * CARD.width() + 72, 3 * CARD.height() + 150)
"""Four cards beside each other and three below, if the screen is large enough."""
WALKING = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class Gallery(ScreenDialog):
    """Shows every template, the easiest first and published networks last; words leave some."""

    chosen = Signal(object)
    """The ``Template`` to start from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gallery")
        self.setWindowTitle(self.tr("Start from a template"))
        self._levels = {
            "beginner": self.tr("Beginner"),
            "intermediate": self.tr("Intermediate"),
            "advanced": self.tr("Advanced"),
            "reference": self.tr("Reference"),
        }
        self._filter = named(QLineEdit(), "gallery_filter")
        self._filter.setPlaceholderText(self.tr("Search by task, layer or word"))
        self._filter.setAccessibleName(self.tr("Search the templates"))
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._show)
        self._filter.installEventFilter(self)
        self._about = wrapped("", "muted", "gallery_about")
        self._cards = self._make_cards()
        self._start = button(self.tr("Start"), "gallery_start", self._choose, "primary")
        self._start.setDefault(True)
        cancel = button(self.tr("Cancel"), "gallery_cancel", self.reject)
        below = QHBoxLayout()
        below.addWidget(self._about, 1)
        below.addWidget(cancel)
        below.addWidget(self._start)
        self._none = label(self.tr("No template is about that."), "muted", "gallery_none")
        rows = QVBoxLayout(self)
        rows.addWidget(self._filter)
        rows.addWidget(self._none)
        rows.addWidget(self._cards, 1)
        rows.addLayout(below)
        self._show("")
        self.resize(USUAL.boundedTo(self.screen().availableSize() * 0.9))

    def _make_cards(self) -> QListWidget:
        cards = named(QListWidget(), "gallery_cards")
        cards.setAccessibleName(self.tr("Templates"))
        cards.setViewMode(QListView.ViewMode.IconMode)
        cards.setResizeMode(QListView.ResizeMode.Adjust)
        cards.setMovement(QListView.Movement.Static)
        cards.setUniformItemSizes(True)
        cards.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        cards.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        cards.setMouseTracking(True)
        self._look = Cards(self._levels, cards)
        cards.setItemDelegate(self._look)
        for template in sorted(templates(), key=lambda t: (LEVELS.index(t.level), t.task, t.title)):
            item = QListWidgetItem(template.title)  # what a screen reader says
            item.setData(TEMPLATE, template)
            item.setToolTip(f"{template.title}\n{template.summary}")
            cards.addItem(item)
        cards.itemSelectionChanged.connect(self._tell)
        cards.itemDoubleClicked.connect(lambda _: self._choose())
        return cards

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_cards()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_cards()

    def _fit_cards(self) -> None:
        """Let cards fill the rows, whatever is beside their scroll bar."""
        cards = self._cards
        bar = cards.verticalScrollBar().sizeHint().width()
        room = cards.contentsRect().width() - bar - 2
        cards.setGridSize(self._look.fit(room, (item.text() for item in self._items())))

    def _items(self) -> list[QListWidgetItem]:
        return [self._cards.item(row) for row in range(self._cards.count())]

    def _show(self, text: str) -> None:
        """Leave the templates that every word fits, and choose the first of them.

        Those whose letters only follow each other are left where no other fits: “text” is not in
        “The next day”.
        """
        ranks = [self._rank(item.data(TEMPLATE), text) for item in self._items()]
        most = FUZZY if any(one < FUZZY for one in ranks) else inf
        for item, one in zip(self._items(), ranks, strict=True):
            item.setHidden(one >= most)
        left = [item for item in self._items() if not item.isHidden()]
        self._none.setVisible(not left)
        if left:
            self._cards.setCurrentItem(left[0])
        self._start.setEnabled(bool(left))
        self._tell()

    def _rank(self, template: Template, text: str) -> float:
        words = f"{template.id} {template.task} {template.level} {template.summary}"
        found = rank(template.title, words, text)
        return inf if found is None else found[0]

    def _current(self) -> Template | None:
        chosen = [item for item in self._cards.selectedItems() if not item.isHidden()]
        return chosen[0].data(TEMPLATE) if chosen else None

    def _tell(self) -> None:
        template = self._current()
        self._about.setText(template.summary if template is not None else "")

    def _choose(self) -> None:
        template = self._current()
        if template is not None:
            self.accept()
            self.chosen.emit(template)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows lead from the words to the cards."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() not in WALKING:
            return False
        self._cards.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True
