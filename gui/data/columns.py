"""What each column of a table holds, how it is read, and what it is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QInputDialog,
    QTableWidget,
    QTableWidgetItem,
)

from graphs.data import DataSection
from gui.data.column_readings import choices, chosen
from gui.widgets.building_blocks import named, with_whole_words
from gui.widgets.elided import ElidedBox

if TYPE_CHECKING:
    from engine.data.tables.open_columns import Way
    from graphs.data.sources import Source

LEARN, CATEGORY, TEXT = "learn", "category", "text"
PREDICT, ALSO, IGNORE = "predict", "also", "ignore"
AHEAD, BEFORE = "ahead", "before"
"""Of a source whose form says what columns are for: predicted, and learned from alone."""
FIXED = frozenset({AHEAD, BEFORE})
SETTINGS = frozenset({"target", "also", "ignored", "categories", "texts", "notations"})
"""The settings of a source that are chosen here, and not in its form."""


def chosen_here(source: type[Source] | None) -> frozenset[str]:
    """Of the settings of a source those that are chosen in the rows of its columns."""
    if source is None:
        return frozenset()
    own = SETTINGS & source.defaults().keys()
    return own if "ignored" in own else own & {"notations"}


def roles_of(section: DataSection) -> dict[str, str]:
    """Every column with its role, as the section has them."""
    if (ahead := section.settings.get("predicted")) is not None:
        before = dict.fromkeys(section.settings.get("further") or (), BEFORE)
        return dict.fromkeys(ahead, AHEAD) | before
    if "file_column" in section.settings:  # the pictures are learned from
        target = section.settings.get("target")
        return {target: AHEAD} if target else {}
    roles = {}
    as_categories = section.settings.get("categories", ())
    for name in section.inputs():
        field = section.fields[name]
        if field.kind.has_columns:
            for column in field.columns:
                roles[column.name] = CATEGORY if column.name in as_categories else LEARN
    roles |= dict.fromkeys(section.settings.get("texts") or (), TEXT)
    roles |= dict.fromkeys(section.settings.get("ignored") or (), IGNORE)
    roles |= dict.fromkeys(section.settings.get("also", ()), ALSO)
    target = section.settings.get("target")
    return roles | ({target: PREDICT} if target else {})


def settings_of(roles: Mapping[str, str]) -> dict[str, Any]:
    """The settings of the source that give these roles."""
    by_role: dict[str, list[str]] = {}
    for name, role in roles.items():
        by_role.setdefault(role, []).append(name)
    return {
        "target": (by_role.get(PREDICT) or [""])[0],
        "also": by_role.get(ALSO, []),
        "ignored": by_role.get(IGNORE, []),
        "categories": by_role.get(CATEGORY, []),
        "texts": by_role.get(TEXT, []),
    }


NAME, HOLDS, USED, READ = range(4)
"""The columns of the view."""
LEAST = {NAME: 68, HOLDS: 122, USED: 150, READ: 98}
"""Pixels of each when there is little room; with less than all of them the table scrolls."""
MOST = {NAME: 200, USED: 180, READ: 190}
PADDING = 12
MEASURED = 50
"""The boxes of so many rows tell how wide they want to be."""
JOINT = ";"
"""What stands between spellings of missing that a user writes."""


class Columns(QTableWidget):
    """One row per column. One is predicted above all: choosing another frees the one before."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__(0, 4)
        named(self, "columns")
        self.roles: dict[str, str] = {}
        self.notations: dict[str, dict[str, Any]] = {}
        """How the user has said that columns are written."""
        self._ways: Mapping[str, Sequence[Way]] = {}
        self._told: Mapping[str, str] = {}
        self.setHorizontalHeaderLabels(
            [self.tr("Column"), self.tr("Read as"), self.tr("Used"), self.tr("Change the reading")]
        )
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        with_whole_words(header)
        self.verticalHeader().setDefaultSectionSize(42)

    def show_roles(
        self,
        roles: Mapping[str, str],
        told: Mapping[str, str],
        ways: Mapping[str, Sequence[Way]] | None = None,
    ) -> None:
        """Show other columns, or other roles, what each was read as, and what is to be chosen."""
        if roles.keys() == self.roles.keys():  # rows stay where they are, whatever is read anew
            roles = {name: roles[name] for name in self.roles}
        same = dict(roles) == self.roles and self.rowCount() == len(roles)
        ignored = {n: self._told.get(n, "") for n, r in self.roles.items() if r == IGNORE}
        # Of what is left out nothing is told again: why it was holds as long as it is.
        kept = {n: words for n, words in ignored.items() if words and roles.get(n) == IGNORE}
        self._told = {**kept, **told}
        self._ways = ways or {}
        self.roles = dict(roles)
        self.setRowCount(len(self.roles))
        for row, (name, role) in enumerate(self.roles.items()):
            if not same:
                self.setItem(row, NAME, _item(name))
                if role in FIXED:
                    self.removeCellWidget(row, USED)
                    self.setItem(row, USED, _item(self._use(role)))
                else:
                    self.setCellWidget(row, USED, self._choice(name, role))
            self.setItem(row, HOLDS, _item(self._told.get(name, "–")))
            if same:  # the box stays, and with it the keys
                self._fill(self.reading(name), name, role)
            else:
                self.setCellWidget(row, READ, self._reading(name, role))
        self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Each as wide as what is in it, where there is room; the words what it holds get the rest.

        With too little room the boxes give way first, and are elided.
        """
        room = self.viewport().width()
        header = self.horizontalHeader()
        names = max(self.sizeHintForColumn(NAME), header.sectionSizeHint(NAME))
        wanted = {NAME: names + PADDING}
        for at in (USED, READ):
            roles = list(self.roles.values())[:MEASURED]
            rows = [row for row, role in enumerate(roles) if at == READ or role not in FIXED]
            hints = [self.cellWidget(row, at).sizeHint().width() for row in rows]
            wanted[at] = max([header.sectionSizeHint(at), *(hint + PADDING for hint in hints)])
        widths = {at: min(max(wanted[at], LEAST[at]), MOST[at]) for at in wanted}
        for at in (READ, USED, NAME):
            lacking = LEAST[HOLDS] - (room - sum(widths.values()))
            widths[at] = max(LEAST[at], widths[at] - max(lacking, 0))
        widths[HOLDS] = max(LEAST[HOLDS], room - sum(widths.values()))
        for at, width in widths.items():
            header.resizeSection(at, width)

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

    def _use(self, role: str) -> str:
        return self.tr("to predict") if role == AHEAD else self.tr("to learn from")

    def _choice(self, name: str, role: str) -> QComboBox:
        box = ElidedBox()
        for value, words in (
            (LEARN, self.tr("to learn from")),
            (CATEGORY, self.tr("as categories")),
            (TEXT, self.tr("as text")),
            (IGNORE, self.tr("not at all")),
            (ALSO, self.tr("also to predict")),
            (PREDICT, self.tr("to predict")),  # last: arrow keys must not pass it, as it displaces
        ):
            box.addItem(words, value)
        box.setCurrentIndex(box.findData(role))
        box.activated.connect(lambda: self._choose(name, str(box.currentData())))
        return box

    def _reading(self, name: str, role: str) -> QComboBox:
        box = ElidedBox()
        box.setAccessibleName(self.tr("How “{name}” is read").format(name=name))
        self._fill(box, name, role)
        box.activated.connect(partial(self._read_as, name, box))
        return box

    def _fill(self, box: QComboBox, name: str, role: str) -> None:
        """Offer the ways in which a column can be read, and show the one that is taken."""
        box.clear()
        offered = choices(self._ways.get(name, ()))
        for at, one in enumerate(offered):
            box.addItem(one.words, dict(one.notation))
            box.setItemData(at, one.words, Qt.ItemDataRole.ToolTipRole)
        box.addItem(self.tr("say what is missing…"), None)
        box.setCurrentIndex(chosen(offered, self.notations.get(name, {})))
        box.setEnabled(role not in {IGNORE, TEXT, CATEGORY})
        box.view().setMinimumWidth(box.sizeHint().width())

    def _choose(self, name: str, role: str) -> None:
        before = next((n for n, r in self.roles.items() if r == PREDICT), name)
        if role == PREDICT and before != name:
            self.roles[before] = LEARN
            self.choice(before).setCurrentIndex(self.choice(before).findData(LEARN))
            self.notations.pop(before, None)
        self.roles[name] = role
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
