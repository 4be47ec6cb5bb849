"""What a promoted parameter is where a block does not say: edited inside of the block."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout, QWidget

from graphs.describe import Parameter
from graphs.document.document import Graph
from graphs.steps.blocks import promoting
from graphs.steps.blocks.promotion import promoted_parameters
from gui.forms.form import Form
from gui.workspace import Workspace


class UsualValue(QWidget):
    """One setting for a parameter of the graph that is shown; nothing where none takes it."""

    def __init__(self, workspace: Workspace, called: str) -> None:
        super().__init__()
        self._workspace, self._called = workspace, called
        self._taken: Parameter | None = None
        self._form: Form | None = None
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self.refresh()

    def refresh(self) -> None:
        """Show what it usually is now, in what fits the settings that take it."""
        taken = taken_by(self._workspace.graph, self._called)
        if taken != self._taken:
            self._taken = taken
            self._show_form(taken)
        if self._form is not None:
            usual = self._workspace.graph.definition.parameters
            self._form.show_values({_named(self._called): usual.get(self._called)})
        self.setVisible(self._form is not None)

    def _show_form(self, taken: Parameter | None) -> None:
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()
            self._form = None
        if taken is not None:
            title = self.tr("Usual value")
            shown = replace(taken, name=_named(self._called), title_template=title)
            self._form = Form([shown], {})
            self._form.edited.connect(lambda name, value: self._edit(value))
            self._form.settled.connect(lambda: self._workspace.history.end_gesture())
            self._rows.addWidget(self._form)

    def _edit(self, value: object) -> None:
        graph = self._workspace.graph
        step = promoting.set_usual(graph, self._called, value)
        if step.edits:
            self._workspace.history.do(step, gesture=f"usual {graph.id} {self._called}")


def taken_by(graph: Graph, called: str) -> Parameter | None:
    """What a promoted parameter may be, whatever it is now."""
    found = (one for one in promoted_parameters(graph) if one.name == called)
    return next((replace(one, default=None) for one in found), None)


def _named(called: str) -> str:
    return f"usual_{called}"
