"""One field that finds everything: commands, layers to add, nodes to go to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gui.parts import named

MOST = 12
"""Rows shown at a time; typing more finds the rest."""


@dataclass(frozen=True, slots=True)
class Find:
    """One thing that can be found, and what choosing it does."""

    title: str
    kind: str
    """``command``, ``layer`` or ``node``, as words for the user."""
    choose: Callable[[], object]
    search: str = ""
    """Further words under which it is found."""
    icon: QIcon | None = None


def ranked(finds: Iterable[Find], text: str) -> list[Find]:
    """Those that hold every word of ``text``; those that begin with it first."""
    words = text.casefold().split()
    fitting = []
    for place, find in enumerate(finds):
        title = find.title.casefold()
        hay = f"{title} {find.kind} {find.search}".casefold()
        if all(word in hay for word in words):
            begins = not words or title.startswith(words[0])
            inside = not words or all(word in title for word in words)
            fitting.append((not begins, not inside, place, find))
    return [find for *_, find in sorted(fitting, key=lambda row: row[:3])]


class Finder(QFrame):
    """A field with a list below it, over the window until something is chosen or Escape pressed."""

    def __init__(self, finds: Callable[[], list[Find]], window: QWidget) -> None:
        super().__init__(window)
        named(self, "finder", "card")
        self._offered = finds
        self._all: list[Find] = []
        self._found: list[Find] = []
        self._field = named(QLineEdit(), "finder_field")
        self._field.setPlaceholderText(self.tr("Search layers, commands, nodes, shapes…"))
        self._field.textChanged.connect(self._list)
        self._field.installEventFilter(self)
        self._rows = named(QListWidget(), "finder_rows")
        self._rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rows.itemClicked.connect(self._choose)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 8, 8, 8)
        rows.addWidget(self._field)
        rows.addWidget(self._rows)
        self.hide()

    def open_at(self, place: QPoint, width: int) -> None:
        """Offer everything, with the field at ``place`` of the window."""
        self._all = self._offered()
        self._field.clear()
        self._list()
        self.setGeometry(place.x(), place.y(), width, self.height())
        self.show()
        self.raise_()
        self._field.setFocus()

    def _list(self) -> None:
        self._found = ranked(self._all, self._field.text())[:MOST]
        self._rows.clear()
        for find in self._found:
            item = QListWidgetItem(f"{find.title}   ·   {find.kind}")
            if find.icon is not None:
                item.setIcon(find.icon)
            self._rows.addItem(item)
        self._rows.setCurrentRow(0)
        rows = sum(self._rows.sizeHintForRow(row) for row in range(len(self._found)))
        self._rows.setFixedHeight(rows + 2)
        self.setFixedHeight(self.sizeHint().height())

    def _choose(self) -> None:
        row = self._rows.currentRow()
        if 0 <= row < len(self._found):
            self.hide()
            self._found[row].choose()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self._rows.underMouse():
            self.hide()
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        match event.key():
            case Qt.Key.Key_Escape:
                self.hide()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._choose()
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                by = 1 if event.key() == Qt.Key.Key_Down else -1
                count = max(self._rows.count(), 1)
                self._rows.setCurrentRow((self._rows.currentRow() + by) % count)
            case _:
                return False
        return True
