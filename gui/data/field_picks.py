"""Which field of the data each Input brings in, and which each loss is held against."""

from functools import partial

from PySide6.QtWidgets import QFormLayout, QWidget

from graphs.document.edits import Node, NodeId
from graphs.layers.ends import input_layers, target_inputs
from graphs.layers.losses.losses import target_losses
from graphs.steps import operations
from gui.forms.form import LABELS
from gui.widgets.building_blocks import named, tip
from gui.widgets.elided import Elided, ElidedBox
from gui.workspace import Workspace


class FieldPicks(QWidget):
    """One choice for each Input and each loss, which lie in the main graph alone."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)

    def refresh(self) -> None:
        """Show the nodes and fields as they are now."""
        while self._form.rowCount():
            self._form.removeRow(0)
        document = self._workspace.document
        brings, targets = input_layers(), target_losses() | target_inputs()
        for node in sorted(document.main.nodes.values(), key=lambda node: node.name):
            if node.layer in brings:
                self._add(node, "field", self.tr("Data for"), document.data.inputs())
            elif node.layer in targets:
                self._add(node, "target", self.tr("Target of"), document.data.targets())

    def _add(self, node: Node, setting: str, words: str, offered: tuple[str, ...]) -> None:
        box = named(ElidedBox(), f"pick_{node.name}")
        box.addItems(offered)
        box.setCurrentIndex(box.findText(str(node.settings.get(setting, ""))))
        box.setPlaceholderText(self.tr("choose"))
        box.textActivated.connect(partial(self._pick, NodeId(node.id), setting))
        name = Elided(f"{words} {node.name}", LABELS)
        name.setMinimumHeight(box.sizeHint().height())
        name.setToolTip(tip(name.text()))
        self._form.addRow(name, box)

    def _pick(self, node: NodeId, setting: str, field: str) -> None:
        step = operations.set_setting(self._workspace.document.main, node, setting, field)
        self._workspace.history.do(step)
