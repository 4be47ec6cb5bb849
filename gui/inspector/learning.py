"""How one node learns: frozen or not, and its factors of learning rate."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graphs.describe import Parameter
from graphs.document.edits import Node
from gui.forms.form import Form
from gui.widgets.figures import words

FROZEN = Parameter(
    "frozen",
    bool,
    False,
    "Whether its weights, and what a norm counts beside them, stay as they are in training.",
    title_template="Frozen",
)
RATE = Parameter(
    "rate",
    float,
    1.0,
    "What its learning rate is multiplied by.",
    high=1000.0,
    above=0.0,
    title_template="Learning rate ×",
)


class Learning(QWidget):
    """Shown for nodes that have weights, and for those that once were set otherwise than usual."""

    edited = Signal(str, object)
    settled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.form = Form((FROZEN, RATE), {})
        self.form.edited.connect(self.edited)
        self.form.settled.connect(self.settled)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 8, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(words(self.tr("Training"), "section"))
        rows.addWidget(self.form)

    def show_node(self, node: Node, parameters: int) -> None:
        """Show how ``node`` learns."""
        self.form.show_values({"frozen": node.frozen, "rate": node.rate})
        self.form.editor("rate").setEnabled(not node.frozen)
        self.setVisible(parameters > 0 or node.frozen or node.rate != 1.0)
