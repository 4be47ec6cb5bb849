"""All keys on one sheet: those of the menus, and those that only the canvas knows."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QGridLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from graphs.wording.ranking import rank
from gui.widgets.building_blocks import label, named
from gui.widgets.on_screen import ScreenDialog

HEIGHT = 600

CANVAS_KEYS = (
    ("Go to the next node, along links", "Arrows"),
    ("Choose the next node as well", "Shift+Arrows"),
    ("Move what is chosen", "Ctrl+Arrows"),
    ("Move it farther", "Ctrl+Shift+Arrows"),
    ("Edit the settings of the chosen node", "Enter"),
    ("Pan", "Space and drag"),
    ("Give up a drag, leave a block, choose nothing", "Escape"),
    ("From a panel back to the canvas", "Escape"),
    ("Keep the words of a note", "Ctrl+Enter"),
)
"""What is no action, and so stands in no menu."""


def canvas_keys() -> list[tuple[str, str]]:
    """The keys that are no actions, in the user's language."""
    say = QCoreApplication.translate
    return [(say("shortcuts", words), keys) for words, keys in CANVAS_KEYS]


def spelled(action: QAction) -> list[str]:
    """The keys of an action, without those that only some keyboards have, such as “Open”."""
    keys = [shortcut.toString() for shortcut in action.shortcuts()]
    return [key for key in keys if not action.text().startswith(key)][:2]


def _with_keys(actions: Iterable[QAction]) -> list[tuple[str, str]]:
    return [
        (action.iconText().replace("…", ""), "  ".join(spelled(action)))
        for action in actions
        if action.shortcuts()
    ]


class ShortcutsDialog(ScreenDialog):
    """Every action that has keys, with them; a word or a key filters the sheet."""

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts_dialog")
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        sheet = QWidget()
        grid = QGridLayout(sheet)
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(6)
        self._rows = []
        for row, (text, keys) in enumerate([*_with_keys(actions), *canvas_keys()]):
            words, spelling = label(text), label(keys, "mono")
            grid.addWidget(words, row, 0)
            grid.addWidget(spelling, row, 1)
            self._rows.append((words, spelling))
        grid.setRowStretch(len(self._rows), 1)
        self._filter = named(QLineEdit(), "shortcuts_filter")
        self._filter.setPlaceholderText(self.tr("Filter"))
        self._filter.setAccessibleName(self.tr("Filter the shortcuts"))
        self._filter.textChanged.connect(self._show)
        area = QScrollArea()
        area.setWidget(sheet)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        beside = area.verticalScrollBar().sizeHint().width() + 2 * area.frameWidth()
        area.setMinimumWidth(sheet.sizeHint().width() + beside)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.addWidget(self._filter)
        rows.addWidget(area)
        rows.addWidget(buttons)
        self.resize(self.sizeHint().width(), HEIGHT)

    def _show(self, text: str) -> None:
        for words, keys in self._rows:
            found = rank(words.text(), keys.text(), text) is not None
            words.setVisible(found)
            keys.setVisible(found)
