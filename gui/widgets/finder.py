"""One field that finds everything: commands, layers to add, nodes to go to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from graphs.wording.ranking import FUZZY, OTHERS, rank
from gui.widgets.building_blocks import label, named
from gui.widgets.find_rows import KEYS, KIND, ROW, FindRows

VISIBLE = 12
"""Rows shown at a time; the others are reached by scrolling."""
EDGE = 8
"""Pixels between the list and the edge of what it lies over."""
MOST = 200
"""Rows there are at most; typing more finds the rest."""


@dataclass(frozen=True, slots=True)
class Find:
    """One thing that can be found, and what choosing it does."""

    title: str
    kind: str
    """What it is, such as a command, a layer or a node, as words for the user."""
    choose: Callable[[], object]
    search: str = ""
    """Further words under which it is found."""
    icon: QIcon | None = None
    keys: str = ""
    """The shortcut that does the same."""
    usable: bool = True
    """Whether it can be chosen now; what cannot is shown for its keys, and ``why``."""
    why: str = ""
    """Why it cannot be chosen now."""
    comes_later: Callable[[str], bool] = lambda text: False
    """Whether it stands behind all else that answers as well, as what opens something else does."""
    meant: Callable[[str], int | None] | None = None
    """Its place among what plain words are about, from 0 on; None where they are not about it."""


def ranked(finds: Iterable[Find], text: str) -> list[Find]:
    """Those that answer to ``text``, the best first.

    First what holds every word, then what it is about, then what only has its letters; of each what
    is called just so comes first. What cannot be used comes after all else that is called alike,
    but before what is found by other words: that is not what was asked for.
    """
    fitting, whole = [], " ".join(text.casefold().split())
    for place, find in enumerate(finds):
        found = rank(find.title, f"{find.kind} {find.search}", text)
        other = find.title.casefold() != whole
        guessed = found is None or found[0] >= FUZZY
        elsewhere = found is None or found[0] >= OTHERS
        later = (other, other and find.comes_later(text), elsewhere, not find.usable)
        about = find.meant(text) if guessed and find.meant is not None else None
        if about is not None:
            fitting.append((1, *later, 0, about, place, find))
        elif found is not None:
            fitting.append((2 if guessed else 0, *later, *found, place, find))
    return [find for *_, find in sorted(fitting, key=lambda row: row[:-1])]


class Finder(QFrame):
    """A field with a list below it, over its parent until something is chosen or Escape pressed."""

    def __init__(
        self, finds: Callable[[], list[Find]], parent: QWidget, name: str = "finder"
    ) -> None:
        super().__init__(parent)
        self._below = parent
        named(self, name, "card")
        self._offered = finds
        self._all: list[Find] = []
        self._found: list[Find] = []
        self._before: QWidget | None = None
        self._room = 0
        """Pixels from its top to the end of what it lies over."""
        self._field = named(QLineEdit(), f"{name}_field")
        self._field.setPlaceholderText(self.tr("Search layers, commands, nodes, shapes…"))
        self._field.textChanged.connect(self._list)
        self._field.installEventFilter(self)
        self._rows = named(QListWidget(), f"{name}_rows")
        self._rows.setItemDelegate(FindRows(self._rows))
        self._rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rows.setUniformItemSizes(True)
        self._rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rows.itemClicked.connect(self._choose)
        self._none: QLabel = label(self.tr("Nothing is called so."), "muted")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 8, 8, 8)
        rows.addWidget(self._field)
        rows.addWidget(self._none)
        rows.addWidget(self._rows)
        self.hide()

    def ask(self, words: str) -> None:
        """What the empty field says."""
        self._field.setPlaceholderText(words)
        self._field.setAccessibleName(words)

    def open_at(self, place: QPoint, width: int) -> None:
        """Offer everything, with the field at ``place`` of the parent, or as near as it fits in."""
        self._before = QApplication.focusWidget()
        self._all = self._offered()
        over = self._below.rect().adjusted(EDGE, 0, -EDGE, -EDGE)
        width = min(width, over.width())
        left = max(over.left(), min(place.x(), over.right() + 1 - width))
        self._room = over.bottom() + 1 - place.y()
        self._field.clear()
        self._list()
        self.setGeometry(left, place.y(), width, self.height())
        self.show()
        self.raise_()
        self._field.setFocus()

    def _list(self) -> None:
        self._found = ranked(self._all, self._field.text())[:MOST]
        self._rows.clear()
        for find in self._found:
            item = QListWidgetItem(find.title)
            item.setData(KIND, find.kind if find.usable else find.why or find.kind)
            item.setData(KEYS, find.keys)
            item.setToolTip("\n".join(filter(None, (find.title, find.why))))
            if find.icon is not None:
                item.setIcon(find.icon)
            if not find.usable:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
            self._rows.addItem(item)
        self._rows.setCurrentRow(0)
        self._none.setVisible(not self._found)
        wanted = ROW * min(len(self._found), VISIBLE) + 2
        self._rows.setFixedHeight(wanted)
        beyond = max(0, self.sizeHint().height() - self._room)
        self._rows.setFixedHeight(max(wanted - beyond, min(wanted, ROW)))
        self.setFixedHeight(self.sizeHint().height())

    def _choose(self) -> None:
        row = self._rows.currentRow()
        if 0 <= row < len(self._found) and self._found[row].usable:
            self._close()
            self._found[row].choose()

    def _close(self) -> None:
        """Go away, with the focus where it was."""
        before, self._before = self._before, None
        self.hide()
        if before is not None:
            before.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self._rows.underMouse():
            self.hide()
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        match event.key():
            case Qt.Key.Key_Escape:
                self._close()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._choose()
            case Qt.Key.Key_Down | Qt.Key.Key_Tab:
                self._move(1)
            case Qt.Key.Key_Up | Qt.Key.Key_Backtab:
                self._move(-1)
            case Qt.Key.Key_PageDown:
                self._move(VISIBLE - 1)
            case Qt.Key.Key_PageUp:
                self._move(1 - VISIBLE)
            case _:
                return False
        return True

    def _move(self, by: int) -> None:
        """Choose another row; past the ends it goes on at the other one."""
        count = max(self._rows.count(), 1)
        self._rows.setCurrentRow((self._rows.currentRow() + by) % count)
