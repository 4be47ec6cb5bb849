"""The bar at the top: the document, the search for everything, Train and Export."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenuBar, QPushButton, QSizePolicy

from gui.look import icons
from gui.look.stylesheet import give_role
from gui.widgets.building_blocks import button, label, named, tip
from gui.widgets.elided import Elided
from gui.window.actions import Actions
from gui.workspace import Workspace

SHORTEST = 16
"""Pixels that at least are left to the document's name."""


class TopBar(QFrame):
    """Name, menus, document, search and the two buttons that matter most."""

    def __init__(self, actions: Actions, workspace: Workspace) -> None:
        super().__init__()
        named(self, "top_bar", "bar")
        self.setFixedHeight(44)
        self._workspace = workspace
        self.menus = QMenuBar()
        self.menus.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._document = named(Elided("", SHORTEST), "document_name", "muted")
        self._dot = label("●", "warn", "unsaved_dot")
        self._dot.setToolTip(self.tr("There are changes that are not saved"))
        self.search = button("", "search", None)
        give_role(self.search, "field")
        icons.wear(self.search, "search", "muted")
        self.search.setIconSize(QSize(14, 14))
        self.search.setMinimumWidth(120)
        self.search.setMaximumWidth(420)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.search.clicked.connect(actions["search"].trigger)
        words = named(Elided(self.tr("Search layers, commands, nodes, shapes…")), "", "muted")
        self.search.setAccessibleName(words.text())
        inside = QHBoxLayout(self.search)
        inside.setContentsMargins(32, 0, 10, 0)
        inside.addWidget(words, 1)
        inside.addWidget(label("Ctrl K", "keys"))
        for each in (words, *self.search.findChildren(QLabel)):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(label("Layerloom", "heading"))
        row.addWidget(self.menus)
        row.addSpacing(8)
        row.addWidget(self._document)
        row.addWidget(self._dot)
        row.addStretch(1)
        row.addWidget(self.search, 8)
        row.addStretch(1)
        train = actions["train"]
        row.addWidget(action_button(train, "train_button", train.text(), "primary"))
        export = self.tr("Export…")
        row.addWidget(action_button(actions["export"], "export_button", export, asks=True))
        workspace.history_changed.connect(self._show_document)
        workspace.replaced.connect(self._show_document)
        self._show_document()

    def _show_document(self) -> None:
        self._document.setText(self._workspace.title)
        self._document.setToolTip(tip(str(self._workspace.path or "")))
        self._dot.setVisible(not self._workspace.is_saved)


def action_button(
    action: QAction, name: str, text: str, role: str = "", *, asks: bool = False
) -> QPushButton:
    """A button that does what an action does, and can be used when the action can.

    One that ``asks`` in a dialog has the keys afterwards; else they stay where the user works.
    """
    made = button(text, name, action.trigger, role)
    made.setMinimumWidth(84)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus if asks else Qt.FocusPolicy.TabFocus)

    def follow() -> None:
        made.setEnabled(action.isEnabled())
        words = f"{action.toolTip()} ({action.shortcut().toString()})"
        otherwise = "" if action.isEnabled() else f"\n{action.property('otherwise')}"
        made.setToolTip(words + otherwise)

    action.changed.connect(follow)
    follow()
    return made
