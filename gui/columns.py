"""What each column of a table is for: to learn from, to predict, or to ignore."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
)

from graphs.data import Content, DataSection
from gui.parts import named, tip

LEARN, CATEGORY, TEXT = "learn", "category", "text"
PREDICT, ALSO, IGNORE = "predict", "also", "ignore"
SETTINGS = frozenset({"target", "also", "ignored", "categories", "texts"})
"""The settings of a source that are chosen here, and not in its form."""


def roles_of(section: DataSection) -> dict[str, str]:
    """Every column with its role, as the section has them."""
    roles = {}
    as_categories = section.settings.get("categories", ())
    for name in section.inputs():
        field = section.fields[name]
        if field.content is Content.TABLE:
            for column in field.columns:
                roles[column.name] = CATEGORY if column.name in as_categories else LEARN
    roles |= dict.fromkeys(section.settings.get("texts") or (), TEXT)
    roles |= dict.fromkeys(section.settings.get("ignored") or (), IGNORE)
    roles |= dict.fromkeys(section.settings.get("also", ()), ALSO)
    target = section.settings.get("target")
    return roles | ({target: PREDICT} if target else {})


def kinds_of(section: DataSection) -> dict[str, str]:
    """What every column that is used holds, in words."""
    kinds: dict[str, str] = {}
    for name, field in section.fields.items():
        if field.content is Content.TABLE:
            kinds |= {column.name: _kind(len(column.categories)) for column in field.columns}
        elif field.content is Content.TOKENS:
            kinds[name] = QCoreApplication.translate("Columns", "text")
        elif field.target:
            kinds[name] = _kind(len(field.classes))
    return kinds


def _kind(values: int) -> str:
    if not values:
        return QCoreApplication.translate("Columns", "numbers")
    return QCoreApplication.translate("Columns", "{count} values").format(count=values)


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


class Columns(QTableWidget):
    """One row per column. One is predicted above all: choosing another frees the one before."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__(0, 3)
        named(self, "columns")
        self.roles: dict[str, str] = {}
        self.setHorizontalHeaderLabels([self.tr("Column"), self.tr("Holds"), self.tr("Used")])
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().setDefaultSectionSize(34)

    def show_roles(self, roles: Mapping[str, str], kinds: Mapping[str, str]) -> None:
        """Show other columns, or other roles, and what they hold where that is known."""
        if dict(roles) == self.roles and self.rowCount() == len(roles):
            self._show_kinds(kinds)
            return
        self.roles = dict(roles)
        self.setRowCount(len(self.roles))
        for row, (name, role) in enumerate(self.roles.items()):
            item = QTableWidgetItem(name)
            item.setToolTip(tip(name))
            self.setItem(row, 0, item)
            self.setCellWidget(row, 2, self._choice(name, role))
        self._show_kinds(kinds)

    def _show_kinds(self, kinds: Mapping[str, str]) -> None:
        for row, name in enumerate(self.roles):
            self.setItem(row, 1, QTableWidgetItem(kinds.get(name, "–")))

    def choice(self, name: str) -> QComboBox:
        """The widget in which the role of a column is chosen."""
        found = self.cellWidget(list(self.roles).index(name), 2)
        assert isinstance(found, QComboBox)
        return found

    def _choice(self, name: str, role: str) -> QComboBox:
        box = QComboBox()
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

    def _choose(self, name: str, role: str) -> None:
        before = next((n for n, r in self.roles.items() if r == PREDICT), name)
        if role == PREDICT and before != name:
            self.roles[before] = LEARN
            self.choice(before).setCurrentIndex(self.choice(before).findData(LEARN))
        self.roles[name] = role
        self.edited.emit()
