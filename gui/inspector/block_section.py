"""What the block that is shown is: its title, its ports in order, and its promoted parameters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from graphs.checking.node_kinds import block_ends
from graphs.document.document import Graph
from graphs.document.edits import Step
from graphs.steps.blocks import definitions, promoting
from gui.inspector.usual_value import UsualValue
from gui.look import icons
from gui.widgets.building_blocks import label, named
from gui.widgets.figures import words
from gui.workspace import Workspace

NAMES = 72
"""Pixels of the names before what is edited."""


class BlockSection(QWidget):
    """Edits the definition of a graph that blocks compute, as steps."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace, self._shown = workspace, workspace.graph
        self.setObjectName("block_section")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 8)
        whole.setSpacing(6)
        self._title = self._line("block_title", "", self._retitle)
        self._title.setPlaceholderText(self.tr("No title"))
        whole.addWidget(_row(self.tr("Title"), self._title))
        self._rows = QVBoxLayout()
        whole.addLayout(self._rows)
        self._fault = words("", "error")
        self._fault.setObjectName("block_fault")
        self._fault.hide()
        whole.addWidget(self._fault)
        self._usual: list[UsualValue] = []
        self._held: object = None

    def show_graph(self, graph: Graph) -> None:
        """Show what a graph is to its blocks; nothing changes where that is shown already."""
        self._shown = graph
        if not self._title.isModified():
            self._title.setText(graph.definition.title)
        ends, parameters = block_ends(graph), sorted(graph.definition.parameters)
        held = (graph.id, *map(tuple, ends), *parameters)
        if held == self._held:
            for usual in self._usual:
                usual.refresh()
            return
        self._held = held
        self._clear()
        for heading, names in zip((self.tr("Inputs"), self.tr("Outputs")), ends, strict=True):
            self._add_ports(heading, list(names))
        for name in parameters:
            line = self._line(f"parameter_{name}", name, partial(self._rename, name))
            self._rows.addWidget(_row(self.tr("Parameter"), line))
            self._usual.append(UsualValue(self._workspace, name))
            self._rows.addWidget(self._usual[-1])

    def _clear(self) -> None:
        self._usual.clear()
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._fault.hide()

    def _add_ports(self, heading: str, names: list[str]) -> None:
        for at, name in enumerate(names):
            shown = QLabel(name)
            if len(names) == 1:
                self._rows.addWidget(_row(heading, shown))
                continue
            up = self._mover(name, "chevron-up", self.tr("Move {port} up"), -1, at > 0)
            more = at + 1 < len(names)
            down = self._mover(name, "chevron-down", self.tr("Move {port} down"), 1, more)
            self._rows.addWidget(_row(heading if at == 0 else "", shown, up, down))

    def _mover(self, port: str, icon: str, told: str, by: int, can: bool) -> QToolButton:
        button = named(QToolButton(), f"move_{port}_{'up' if by < 0 else 'down'}", "plain")
        icons.wear(button, icon, "muted")
        button.setToolTip(told.format(port=port))
        button.setAccessibleName(told.format(port=port))
        button.setEnabled(can)
        button.clicked.connect(lambda: self._move(port, by))
        return button

    def _line(self, name: str, text: str, done: Callable[[str], object]) -> QLineEdit:
        line = named(QLineEdit(text), name)
        line.editingFinished.connect(lambda: done(line.text().strip()))
        return line

    # ---- what the user does ----

    def _retitle(self, title: str) -> None:
        self._title.setModified(False)
        self._do(definitions.retitle(self._shown, title))

    def _rename(self, old: str, new: str) -> None:
        if new == old or old not in self._shown.definition.parameters:
            return
        fault = promoting.parameter_fault(self._shown, old, new)
        self._fault.setText(fault or "")
        self._fault.setVisible(fault is not None)
        if fault is None:
            self._do(promoting.rename_parameter(self._shown, old, new))

    def _move(self, port: str, by: int) -> None:
        inputs, outputs = block_ends(self._shown)
        self._do(definitions.move_port(self._shown, {**inputs, **outputs}[port], by))

    def _do(self, step: Step) -> None:
        if step.edits:
            self._workspace.history.do(step)


def _row(name: str, first: QWidget, *further: QWidget) -> QWidget:
    """Widgets beside each other, of which the first takes the room, with their name before."""
    row = QWidget()
    across = QHBoxLayout(row)
    across.setContentsMargins(0, 0, 0, 0)
    across.setSpacing(4)
    told = label(name, "muted")
    told.setMinimumWidth(NAMES)
    told.setBuddy(first)
    across.addWidget(told)
    across.addWidget(first, 1)
    for widget in further:
        across.addWidget(widget)
    return row
