"""The widget for a setting that refers to another node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from graphs.describe import Parameter
from graphs.document.edits import NodeId
from graphs.setting_kinds import NodeRef
from gui.forms.editor import Editor
from gui.widgets.elided import ElidedBox

Offered: TypeAlias = Mapping[NodeId, str]
"""The nodes to choose from and their names."""


class NodePick(Editor):
    """One of the nodes that fit, by name, or none."""

    def __init__(self, parameter: Parameter) -> None:
        box = self.box = ElidedBox()
        super().__init__(parameter, box)
        self._nodes: dict[NodeId, str] = {}
        self._value: Any = None
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.activated.connect(self._choose)
        self._fill()

    def show_nodes(self, nodes: Offered) -> None:
        """Offer these, under the names that they have now."""
        if dict(nodes) != self._nodes:
            self._nodes = dict(nodes)
            self._fill()

    def show_value(self, value: Any) -> None:
        if value != self._value:
            self._value = value
            self._fill()

    def _fill(self) -> None:
        """Write the list anew; what is chosen stays in it although it is no longer offered."""
        value = self._value
        names = dict(self._nodes)
        if isinstance(value, NodeRef):
            names.setdefault(NodeId(value.node), self.tr("a node that is not there"))
        self.box.clear()
        self.box.addItem(self.tr("none"), None)
        for node, name in names.items():
            self.box.addItem(name, node)
        if isinstance(value, NodeRef):
            self.box.setCurrentIndex(self.box.findData(value.node))
        else:  # files may hold what does not belong here
            self.box.setCurrentIndex(0 if value is None else -1)
        self.box.setPlaceholderText("" if value is None else str(value))

    def _choose(self) -> None:
        node = self.box.currentData()
        value = NodeRef(node) if node is not None else None
        if value != self._value:
            self._value = value
            self.edited.emit(value)
        self.settled.emit()
