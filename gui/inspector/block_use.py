"""What can be done with a block where it is used: look into it, or make it its own."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from graphs.document.edits import NodeId
from graphs.steps.blocks import definitions
from gui.widgets.building_blocks import button
from gui.workspace import Workspace


class BlockUse(QWidget):
    """Two buttons; the second is there while other blocks compute the same graph."""

    def __init__(self, workspace: Workspace, node: NodeId) -> None:
        super().__init__()
        self._workspace, self._node = workspace, node
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(button(self.tr("Open block"), "open_block", self._open))
        self._own = button(self.tr("Make its own"), "make_own", self._make_own)
        self._own.setToolTip(
            self.tr(
                "Other blocks compute the same. What is edited in this one then changes it alone."
            )
        )
        row.addWidget(self._own)
        row.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Show what can be done now."""
        graph = self._workspace.graph
        self._own.setVisible(definitions.own_refusal(graph, self._node) is None)

    def _open(self) -> None:
        self._workspace.enter(self._node)

    def _make_own(self) -> None:
        graph = self._workspace.graph
        if definitions.own_refusal(graph, self._node) is None:
            self._workspace.history.do(definitions.make_own(graph, self._node))
