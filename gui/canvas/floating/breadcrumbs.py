"""Where in the document the canvas is: the blocks that were entered, each a way back."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from gui.look.stylesheet import give_role
from gui.shown_graph import levels
from gui.workspace import Workspace

CORNER = QPoint(12, 12)


class Breadcrumbs(QFrame):
    """Shows the way from the main graph to the block that is shown; nothing where all is shown."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setObjectName("breadcrumbs")
        self.setAccessibleName(self.tr("Blocks that were entered"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 2, 6, 2)
        self._row.setSpacing(0)
        self.move(CORNER)
        for signal in (workspace.replaced, workspace.entered, workspace.history_changed):
            signal.connect(self.refresh)
        workspace.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the way as it is now."""
        names = self._names()
        if names == self.names():
            self.setVisible(len(names) > 1)
            return
        self.hide()  # what is added to a row that is shown counts only at the next turn
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for depth, name in enumerate(names):
            if depth:
                self._row.addWidget(QLabel("›"))
            self._row.addWidget(self._step(name, depth, is_here=depth == len(names) - 1))
        self.setVisible(len(names) > 1)
        self._row.activate()
        self.resize(self._row.sizeHint())
        self.raise_()

    def names(self) -> list[str]:
        """What is shown, from the document to the block."""
        items = (self._row.itemAt(at) for at in range(self._row.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [one.text() for one in widgets if isinstance(one, QPushButton)]

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def _names(self) -> list[str]:
        workspace = self._workspace
        names = []
        for way in levels(workspace.inside):
            name, copy = workspace.document.node_at(way).name, way[-1]
            names.append(f"{name}.{copy}" if isinstance(copy, int) else name)
        return [workspace.title.replace("&", "&&"), *names]

    def _step(self, name: str, depth: int, *, is_here: bool) -> QPushButton:
        step = QPushButton(name)
        give_role(step, "flat")
        step.setFocusPolicy(Qt.FocusPolicy.NoFocus if is_here else Qt.FocusPolicy.TabFocus)
        step.setCursor(Qt.CursorShape.ArrowCursor if is_here else Qt.CursorShape.PointingHandCursor)
        step.clicked.connect(lambda: self._go(depth))
        return step

    def _go(self, depth: int) -> None:
        ways = ((), *levels(self._workspace.inside))
        self._workspace.go(ways[min(depth, len(ways) - 1)])
