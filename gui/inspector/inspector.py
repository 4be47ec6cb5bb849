"""The inspector: the settings and facts of what is selected."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLineEdit, QScrollArea, QWidget

from graphs.document.document import DocumentChange
from graphs.document.edits import NodeId
from gui.inspector.node_page import NodePage
from gui.inspector.summary_page import SummaryPage
from gui.widgets.building_blocks import bring_into_view
from gui.workspace import Workspace

USUAL_SIZE = QSize(304, 640)


class Inspector(QScrollArea):
    """Shows one node, one link, how many nodes, or the whole document."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setObjectName("inspector")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page: NodePage | SummaryPage = SummaryPage(workspace)
        self.setWidget(self.page)
        workspace.selection_changed.connect(self.refresh)
        workspace.replaced.connect(self.refresh)
        workspace.entered.connect(self.refresh)
        workspace.changed.connect(self._follow)
        workspace.history_changed.connect(self._show_title)
        workspace.problems_changed.connect(self._show_problems)
        workspace.gathering.connect(self._gather)

    def sizeHint(self) -> QSize:
        return USUAL_SIZE

    def refresh(self) -> None:
        """Show what is chosen now."""
        selection = self._workspace.selection
        node = next(iter(selection)) if len(selection) == 1 else None
        old = self.takeWidget()  # setWidget would delete it at once, maybe amid its own signal
        self.page = (
            SummaryPage(self._workspace) if node is None else NodePage(self._workspace, node)
        )
        self.setWidget(self.page)
        if old is not None:
            old.hide()
            old.deleteLater()

    def focus_settings(self) -> None:
        """Bring the keys to the first setting of the node that is shown, or to its name."""
        if isinstance(self.page, NodePage):
            first = self.page.form.first() if self.page.form is not None else None
            (first or self.page.name).setFocus(Qt.FocusReason.ShortcutFocusReason)
            bring_into_view(first or self.page.name)

    def _gather(self) -> None:
        """What is written in a line counts, as if Enter had been pressed there."""
        for line in self.page.findChildren(QLineEdit):
            if line.hasFocus() and line.isModified():
                line.editingFinished.emit()

    def _follow(self, change: DocumentChange, fresh: frozenset[NodeId]) -> None:
        page = self.page
        if not isinstance(page, NodePage) or page.node not in self._workspace.graph.nodes:
            return
        if page.is_of_another_kind():
            self.refresh()
        else:
            page.refresh()

    def _show_title(self) -> None:
        """The document may have been saved under another name."""
        if isinstance(self.page, SummaryPage):
            self.page.show_title()

    def _show_problems(self) -> None:
        """At most once per turn: what is counted over all nodes is counted here as well."""
        if isinstance(self.page, SummaryPage):
            self.page.refresh()
        elif self.page.node in self._workspace.graph.nodes:
            self.page.show_problems()
