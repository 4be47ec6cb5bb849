"""The search that opens on the canvas: type, choose, and the layer is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from graphs.document.edits import Node
from gui.layers import catalogue
from gui.layers.intent import Worded
from gui.layers.layer_list import LayerList
from gui.look.stylesheet import give_role

WIDTH, HEIGHT = 300, 320


class LayerSearch(QFrame):
    """A field and a list. It stays within the widget it opens in, and closes when left."""

    chosen = Signal(str)
    """A layer's id."""
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._kinds: tuple[Worded, ...] = ()
        self._suiting: Collection[str] = frozenset()
        self._group: str | None = None
        """That of the layer which is replaced; None while one is added."""
        self.setObjectName("layer_search")
        give_role(self, "card")
        self.resize(WIDTH, HEIGHT)
        self.field = QLineEdit()
        self.field.setClearButtonEnabled(True)
        self.list = LayerList(headings=False)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.empty = QLabel(self.tr("No layer that fits is called so."))
        give_role(self.empty, "muted")
        self.empty.setContentsMargins(8, 8, 8, 8)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 8, 8, 8)
        rows.setSpacing(6)
        rows.addWidget(self.field)
        rows.addWidget(self.empty)
        rows.addWidget(self.list, 1)
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self.list.itemEntered.connect(self.list.setCurrentItem)
        self.list.itemClicked.connect(lambda _: self._choose())
        self.hide()

    def open_at(
        self,
        place: QPoint,
        kinds: Iterable[Worded],
        suiting: Collection[str] = frozenset(),
        *,
        instead_of: Node | None = None,
    ) -> None:
        """Open near ``place`` of the parent and offer ``kinds``, first those that suit it.

        Where the place of a node is to be taken, those that suit come first also while nothing is
        typed, and of these its own group.
        """
        self._kinds, self._suiting = tuple(kinds), suiting
        self._group, asked = None, self.tr("Search layers")
        if instead_of is not None:
            old = catalogue.entry(instead_of.layer)
            self._group = old.group if old is not None else ""
            asked = self.tr("Replace “{name}” with").format(name=instead_of.name)
        self.field.setPlaceholderText(asked)
        self.field.clear()
        self._filter("")
        room = self._over.rect().adjusted(8, 8, -8, -8)
        self.setFixedSize(QSize(WIDTH, HEIGHT).boundedTo(room.size()))
        left = min(place.x(), room.right() - self.width())
        top = min(place.y(), room.bottom() - self.height())
        self.move(max(room.left(), left), max(room.top(), top))
        self.show()
        self.raise_()
        self.field.setFocus()

    def close_search(self) -> None:
        """Go away without a choice."""
        if self.isVisible():
            had_focus = self.field.hasFocus()
            self.hide()
            if had_focus:
                self._over.setFocus()
            self.closed.emit()

    def _filter(self, text: str) -> None:
        found = catalogue.found(text, self._kinds, self._suiting)
        if self._group is not None and not text.strip():
            found.sort(key=lambda k: (k.id not in self._suiting, k.group != self._group))
        self.list.show_layers(found, best=found[0] if found else None)
        self.empty.setVisible(not found)

    def _choose(self) -> None:
        layer = self.list.choice
        if layer is not None:
            self.close_search()
            self.chosen.emit(layer)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                return self._key(Qt.Key(event.key()))
        elif watched is self.field and event.type() == QEvent.Type.FocusOut:
            self.close_search()
        return False

    def _key(self, key: Qt.Key) -> bool:
        match key:
            case Qt.Key.Key_Escape:
                self.close_search()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._choose()
            case Qt.Key.Key_Down | Qt.Key.Key_Tab:
                self.list.move_choice(1)
            case Qt.Key.Key_Up | Qt.Key.Key_Backtab:
                self.list.move_choice(-1)
            case _:
                return False
        return True
