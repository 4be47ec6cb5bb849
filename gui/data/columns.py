"""What each column of a table holds, how it is read, and what it is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QInputDialog,
    QTableWidget,
    QTableWidgetItem,
)

from gui.data.column_readings import choices, chosen
from gui.data.column_uses import IGNORE, ColumnUses
from gui.widgets.building_blocks import named, with_whole_words
from gui.widgets.elided import ElidedBox

if TYPE_CHECKING:
    from engine.data.tables.open_columns import Way

NAME, HOLDS, USED, READ = range(4)
"""The columns of the view."""
LEAST = {NAME: 68, HOLDS: 150, USED: 110, READ: 68}
"""Pixels of each when there is little room; with less than all of them the table scrolls."""
MOST = {NAME: 200, USED: 180, READ: 190}
WRAPPED = 110
"""Pixels of what a column holds where its use would be out of view otherwise: words have lines."""
READABLE = 260
"""Pixels that are left for what a column was read as before a box says the same beside it."""
PADDING = 12
ROW, TALLEST, FEWEST = 42, 160, 4
"""Pixels: of a row whose words fit into two lines, and beyond which words are cut; and so many rows
are to be seen at once, so that in a low table words are cut sooner."""
MEASURED = 50
"""The boxes of so many rows tell how wide they want to be."""
JOINT = ";"
"""What stands between spellings of missing that a user writes."""


class _ReadingBox(ElidedBox):
    """How a column is read. With little room it says by whom: the column before tells the rest."""

    is_open = False
    """Whether there is something to be chosen, which has to be seen."""
    has_room = True

    def shown(self) -> str:
        if self.has_room or self.is_open:
            return super().shown()
        auto, set_ = self._by_whom()
        return auto if self.currentIndex() == 0 else set_

    def least(self) -> int:
        """How wide it has to be to say by whom."""
        words = max(self.fontMetrics().horizontalAdvance(one) for one in self._by_whom())
        return self.width() - self.room() + words

    def _by_whom(self) -> tuple[str, str]:
        return self.tr("auto"), self.tr("set")


class Columns(QTableWidget):
    """One row per column: what it holds, what it is for, and how it is read."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__(0, 4)
        named(self, "columns")
        self.roles: dict[str, str] = {}
        self.notations: dict[str, dict[str, Any]] = {}
        """How the user has said that columns are written."""
        self.chosen: set[str] = set()
        """The columns whose use was chosen since all of them could be read."""
        self.uses = ColumnUses()
        """What the columns can be used for; to be set before they are shown."""
        self._is_open = False
        self._ways: Mapping[str, Sequence[Way]] = {}
        self._told: Mapping[str, str] = {}
        self.setHorizontalHeaderLabels(
            [self.tr("Column"), self.tr("Read as"), self.tr("Used"), self.tr("Change")]
        )
        change = self.horizontalHeaderItem(READ)
        assert change is not None
        change.setToolTip(self.tr("Change the reading"))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        with_whole_words(header)
        self.verticalHeader().setDefaultSectionSize(ROW)

    def show_roles(
        self,
        roles: Mapping[str, str],
        told: Mapping[str, str],
        ways: Mapping[str, Sequence[Way]] | None = None,
        *,
        is_open: bool = False,
    ) -> None:
        """Show other columns, or other roles, what each was read as, and what is to be chosen.

        While it ``is_open`` what columns are for, that cannot be chosen.
        """
        if roles.keys() == self.roles.keys():  # rows stay where they are, whatever is read anew
            roles = {name: roles[name] for name in self.roles}
        if roles.keys() != self.roles.keys():  # of another file, which is read from its top
            self.scrollToTop()
        is_same = dict(roles) == self.roles and self.rowCount() == len(roles)
        is_same = is_same and is_open == self._is_open
        self._is_open = is_open
        ignored = {n: self._told.get(n, "") for n, r in self.roles.items() if r == IGNORE}
        # Of what is left out nothing is told again: why it was holds as long as it is.
        kept = {n: words for n, words in ignored.items() if words and roles.get(n) == IGNORE}
        for name in self._ways:  # what was asked of it is no more to be chosen
            kept.pop(name, None)
        self._told = {**kept, **told}
        self._ways = ways or {}
        self.roles = dict(roles)
        self.setRowCount(len(self.roles))
        for row, (name, role) in enumerate(self.roles.items()):
            if not is_same:
                self.setItem(row, NAME, _item(name))
                if self._chooses_uses():
                    self.setCellWidget(row, USED, self._choice(name, role))
                else:
                    self.removeCellWidget(row, USED)
                    self.setItem(row, USED, _item(self.uses.told(role)))
            self.setItem(row, HOLDS, _item(self._told.get(name, "–")))
            if is_same:  # the box stays, and with it the keys
                self._fill(self.reading(name), name, role)
            else:
                self.setCellWidget(row, READ, self._reading(name, role))
        self._share_width()

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Keys bring a row into view. What is pressed stays under the pointer, cut off or not."""
        if QApplication.mouseButtons() == Qt.MouseButton.NoButton:
            super().scrollTo(index, hint)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Nothing: Qt would give the keys to whatever box the pointer passes over."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        header = self.horizontalHeader()
        for at, width in self._widths(self.viewport().width()).items():
            header.resizeSection(at, width)
        # As if it scrolled, or heights and the bar beside them would call each other in turns.
        bar = self.verticalScrollBar().sizeHint().width()
        self._give_height(self._widths(self.width() - bar)[HOLDS] - PADDING)

    def _widths(self, room: int) -> dict[int, int]:
        """Each as wide as what is in it, where there is room; the words what it holds get the rest.

        With too little room names and the boxes of readings give way first, and are elided. What a
        column is used for is never cut: the table scrolls by then, and what it holds has two lines.
        """
        header = self.horizontalHeader()
        names = max(self.sizeHintForColumn(NAME), header.sectionSizeHint(NAME))
        wanted = {NAME: names + PADDING}
        for at in (USED, READ):
            boxes = [self.cellWidget(row, at) for row in range(min(self.rowCount(), MEASURED))]
            hints = [box.sizeHint().width() for box in boxes if isinstance(box, QComboBox)]
            wanted[at] = max([header.sectionSizeHint(at), *(hint + PADDING for hint in hints)])
        widths = {at: min(max(wanted[at], LEAST[at]), MOST[at]) for at in wanted}
        boxes = [self.cellWidget(row, READ) for row in range(self.rowCount())]
        readings = [box for box in boxes if isinstance(box, _ReadingBox)]
        has_room = room - sum(widths.values()) >= READABLE
        least = LEAST | {READ: max([LEAST[READ], *(box.least() + PADDING for box in readings[:1])])}
        if not has_room and not any(box.is_open for box in readings):
            widths[READ] = max(least[READ], header.sectionSizeHint(READ))
        for box in readings:
            box.has_room = has_room
        least[NAME] = max(LEAST[NAME], header.sectionSizeHint(NAME))
        uses = [LEAST[USED], header.sectionSizeHint(USED), *self._whole_uses()]
        least[USED] = min(max(uses), MOST[USED])
        for at in (READ, USED, NAME):  # boxes first: a name is what tells its row from the others
            lacking = LEAST[HOLDS] - (room - sum(widths.values()))
            widths[at] = max(least[at], widths[at] - max(lacking, 0))
        widths[HOLDS] = max(LEAST[HOLDS], room - sum(widths.values()))
        beyond = widths[NAME] + widths[HOLDS] + widths[USED] - room
        narrowest = max(WRAPPED, header.sectionSizeHint(HOLDS))
        widths[HOLDS] -= min(max(beyond, 0), max(widths[HOLDS] - narrowest, 0))
        return widths

    def _whole_uses(self) -> list[int]:
        """How wide the column of uses has to be for each box to show what is chosen in it."""
        boxes = [self.cellWidget(row, USED) for row in range(min(self.rowCount(), MEASURED))]
        return [
            PADDING
            + box.width()
            - box.room()
            + box.fontMetrics().horizontalAdvance(box.currentText())
            + 1
            for box in boxes
            if isinstance(box, ElidedBox)
        ]

    def _give_height(self, width: int) -> None:
        """Each row as high as what its column holds takes, told in lines of this width."""
        metrics, flags = self.fontMetrics(), int(Qt.TextFlag.TextWordWrap)
        tallest = min(TALLEST, max(ROW, self.viewport().height() // FEWEST))
        heights = {"": ROW}
        for row in range(self.rowCount()):
            item = self.item(row, HOLDS)
            words = item.text() if item is not None else ""
            if words not in heights:
                needed = metrics.boundingRect(0, 0, width, TALLEST, flags, words).height()
                heights[words] = min(max(needed + PADDING, ROW), tallest)
            if self.rowHeight(row) != heights[words]:
                self.setRowHeight(row, heights[words])

    def settings(self) -> dict[str, Any]:
        """The settings of the source that say what the columns are for, where that is chosen."""
        return {} if self._is_open else self.uses.settings(self.roles)

    def choice(self, name: str) -> QComboBox:
        """The widget in which the role of a column is chosen."""
        return self._box(name, USED)

    def reading(self, name: str) -> QComboBox:
        """The widget in which it is chosen how a column is read."""
        return self._box(name, READ)

    def _box(self, name: str, column: int) -> QComboBox:
        found = self.cellWidget(list(self.roles).index(name), column)
        assert isinstance(found, QComboBox)
        return found

    def _chooses_uses(self) -> bool:
        return bool(self.uses.offered()) and not self._is_open

    def _choice(self, name: str, role: str) -> QComboBox:
        box = ElidedBox()
        for value, words in self.uses.offered():
            box.addItem(words, value)
        box.setCurrentIndex(box.findData(role))
        box.activated.connect(lambda: self._choose(name, str(box.currentData())))
        return box

    def _reading(self, name: str, role: str) -> QComboBox:
        box = _ReadingBox()
        box.setAccessibleName(self.tr("How “{name}” is read").format(name=name))
        self._fill(box, name, role)
        box.activated.connect(partial(self._read_as, name, box))
        return box

    def _fill(self, box: QComboBox, name: str, role: str) -> None:
        """Offer the ways in which a column can be read, and show the one that is taken."""
        box.clear()
        if isinstance(box, _ReadingBox):
            box.is_open = bool(self._ways.get(name))
        offered = choices(self._ways.get(name, ()))
        for at, one in enumerate(offered):
            box.addItem(one.words, dict(one.notation))
            box.setItemData(at, one.words, Qt.ItemDataRole.ToolTipRole)
        box.addItem(self.tr("say what is missing…"), None)
        box.setCurrentIndex(chosen(offered, self.notations.get(name, {})))
        box.setEnabled(role not in self.uses.read_alike)
        box.view().setMinimumWidth(box.sizeHint().width())

    def _choose(self, name: str, role: str) -> None:
        instead = self.uses.displaced.get(role)
        before = next((n for n, r in self.roles.items() if r == role), name)
        if instead is not None and before != name:
            self.roles[before] = instead
            self.choice(before).setCurrentIndex(self.choice(before).findData(instead))
            self.notations.pop(before, None)
            self.chosen.add(before)
        self.roles[name] = role
        self.chosen.add(name)
        self.notations.pop(name, None)  # what it holds for another use is found out again
        self.edited.emit()

    def _read_as(self, name: str, box: QComboBox, at: int) -> None:
        notation = box.itemData(at)
        if notation is None:
            box.setCurrentIndex(0)
            self._ask_missing(name)
            return
        self.notations[name] = dict(notation)
        if not notation:
            del self.notations[name]
        self.edited.emit()

    def _ask_missing(self, name: str) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Missing values"))
        dialog.setLabelText(
            self.tr("What stands for no value in “{name}”, with {joint} between:").format(
                name=name, joint=JOINT
            )
        )
        dialog.setTextValue(f"{JOINT} ".join(self.notations.get(name, {}).get("missing") or ()))
        dialog.textValueSelected.connect(partial(self.say_missing, name))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def say_missing(self, name: str, written: str) -> None:
        """Take these spellings, with ``JOINT`` between them, for no value in a column."""
        spelled = tuple(part.strip() for part in written.split(JOINT) if part.strip())
        self.notations[name] = {**self.notations.get(name, {}), "missing": spelled}
        self.edited.emit()


def _item(words: str) -> QTableWidgetItem:
    item = QTableWidgetItem(words)
    item.setToolTip(words)
    return item
