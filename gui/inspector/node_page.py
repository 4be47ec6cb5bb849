"""The page of the inspector for one node: name, settings, shapes and problems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from graphs.checking import references
from graphs.checking.evaluated_graph import NodeResult
from graphs.describe import Parameter
from graphs.document.edits import NodeId
from graphs.layers import Layer
from graphs.layers.ends import TargetInput
from graphs.layers.losses.losses import TargetLoss
from graphs.problems import Severity
from graphs.setting_kinds import PerCopy, Promoted
from graphs.steps import operations
from graphs.steps.blocks.promotion import promoted_parameters
from graphs.types import spell
from graphs.wording.explanations import TORCH, Explanation
from gui.forms.form import Form
from gui.inspector.block_use import BlockUse
from gui.inspector.learning import Learning
from gui.inspector.setting_menu import SettingMenu
from gui.inspector.usual_value import UsualValue
from gui.look import icons
from gui.look.stylesheet import give_role
from gui.problems.problem_cards import ProblemCard
from gui.widgets.building_blocks import line, link, wrapped
from gui.widgets.figures import Figures, counted, words
from gui.widgets.foldable import Foldable
from gui.workspace import Workspace

MARGIN = 16
VALUES = "values"
"""The setting of a block that says what its promoted parameters are."""


class NodePage(QWidget):
    """One node."""

    def __init__(self, workspace: Workspace, node: NodeId) -> None:
        super().__init__()
        self._workspace, self.node = workspace, node
        drawn = workspace.graph.nodes[node]
        self._layer, self._kind = drawn.layer, Layer.find(drawn.layer)
        self._fields = self._offered()
        self._promoted, self._was_bound = self._parameters(), self._bound()
        self.form: Form | None = None
        self.values: Form | None = None
        self._use: BlockUse | None = None
        self._usual: list[UsualValue] = []
        rows = self._rows = QVBoxLayout(self)
        rows.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        rows.setSpacing(8)
        self._add_heading()
        if self._kind is not None:
            self._add_form(self._kind)
        self._learning = Learning()
        self._learning.edited.connect(self._set_learning)
        self._learning.settled.connect(lambda: self._workspace.history.end_gesture())
        rows.addWidget(self._learning)
        rows.addSpacing(4)
        rows.addWidget(line())
        rows.addSpacing(4)
        self._facts = Figures()
        rows.addWidget(self._facts)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        rows.addLayout(self._cards)
        rows.addStretch(1)
        self.refresh()
        self.show_problems()

    def _add_heading(self) -> None:
        tile = QLabel()
        tile.setPixmap(icons.tile(self._layer, 22))
        self.name = QLineEdit()
        self.name.setObjectName("node_name")
        self.name.setAccessibleName(self.tr("Name of the node"))
        self.name.setToolTip(self.tr("Name in weights, scripts and exported files"))
        give_role(self.name, "name")
        self.name.textEdited.connect(self._check_name)
        self.name.editingFinished.connect(self._rename)
        self._undo = QShortcut(Qt.Key.Key_Escape, self.name)
        self._undo.setContext(Qt.ShortcutContext.WidgetShortcut)
        self._undo.setEnabled(False)  # else Escape would never lead back to the canvas
        self._undo.activated.connect(self._give_name_up)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(tile)
        top.addWidget(self.name, 1)
        self._rows.addLayout(top)
        self.fault = words("", "error")
        self.fault.setObjectName("name_fault")
        self.fault.hide()
        self._rows.addWidget(self.fault)
        self.about = words(self._about(), "muted")
        self._rows.addWidget(self.about)
        if self._kind is not None:
            self._rows.addWidget(self._explanation(self._kind.explanation()))
        self._rows.addSpacing(8)

    def _explanation(self, told: Explanation) -> Foldable:
        """What there is to know of the layer, folded away: formula, sizes and where it is from."""
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(wrapped(told.body, "muted", "explanation"))
        for page in told.pages:
            by_torch = page.startswith(TORCH)
            title = self.tr("How torch defines it") if by_torch else self.tr("Where it is from")
            rows.addWidget(link(title, page))
        return Foldable(self.tr("Formula and source"), inside, "more_about")

    def _about(self) -> str:
        if self._kind is None:
            return self.tr("{layer} · not known to this version").format(layer=self._layer)
        graphs = self._workspace.document.graphs
        blocks = self._workspace.graph.nodes[self.node].blocks.values()
        titles = (graphs[id].definition.title for id in blocks if id in graphs)
        return f"{next(titles, '') or self._kind.title} · {self._kind.summary()}"

    def _add_form(self, kind: type[Layer]) -> None:
        settings = self._workspace.graph.nodes[self.node].settings
        told = {VALUES, *self._workspace.graph.nodes[self.node].blocks}  # told below, and above
        shown = [
            _as_held(one, settings.get(one.name))
            for one in kind.parameters()
            if one.name not in told
        ]
        self.form = Form(shown, settings, fields=self._fields)
        if self._workspace.inside:
            self._add_menus(self.form, shown, of_block=False)
        self.form.edited.connect(self._edit)
        self.form.settled.connect(lambda: self._workspace.history.end_gesture())
        self._rows.addWidget(self.form)
        if self._promoted:
            self.values = Form(self._promoted, self._said())
            self.values.edited.connect(self._edit_value)
            self.values.settled.connect(lambda: self._workspace.history.end_gesture())
            self._rows.addWidget(self.values)
            if self._workspace.inside:
                self._add_menus(self.values, self._promoted, of_block=True)
        if self._workspace.graph.nodes[self.node].blocks:
            self._use = BlockUse(self._workspace, self.node)
            self._rows.addWidget(self._use)

    def _add_menus(self, form: Form, shown: Iterable[Parameter], *, of_block: bool) -> None:
        """Inside of a block, what blocks or copies are to say themselves is chosen per setting.

        What it is where a block does not say is edited below it.
        """
        settings = self._workspace.graph.nodes[self.node].settings
        held = (settings.get(VALUES) or {}) if of_block else settings
        for one in shown:
            if isinstance(value := held.get(one.name), Promoted):
                usual = UsualValue(self._workspace, value.parameter)
                self._usual.append(usual)
                form.put_below(one.name, usual)
            tell = partial(form.tell, one.name)
            menu = SettingMenu(self._workspace, self.node, one, tell, of_block=of_block)
            form.put_beside(one.name, menu)

    def _said(self) -> dict[str, Any]:
        """What the block says for its promoted parameters, and what these usually are."""
        said = self._workspace.graph.nodes[self.node].settings.get(VALUES) or {}
        usual = {one.name: one.default for one in self._promoted}
        return {**usual, **{name: said[name] for name in usual.keys() & said.keys()}}

    def _parameters(self) -> tuple[Parameter, ...]:
        """The promoted parameters of the graph that the node computes."""
        node, graphs = self._workspace.graph.nodes[self.node], self._workspace.document.graphs
        found = [promoted_parameters(graphs[id]) for id in node.blocks.values() if id in graphs]
        said = node.settings.get(VALUES) or {}
        return tuple(_as_held(one, said.get(one.name)) for each in found for one in each)

    def _bound(self) -> frozenset[str]:
        """The settings that stand for what is settled elsewhere."""
        settings = self._workspace.graph.nodes[self.node].settings
        return frozenset(n for n, one in settings.items() if isinstance(one, Promoted | PerCopy))

    def _edit_value(self, name: str, value: object) -> None:
        drawn = self._workspace.graph.nodes[self.node]
        said = drawn.settings.get(VALUES) or {}
        if said.get(name) != value or name not in said:
            new = {**said, name: value}
            step = operations.set_setting(self._workspace.graph, self.node, VALUES, new)
            self._workspace.history.do(step, gesture=f"set {self.node} {VALUES} {name}")

    def _offered(self) -> tuple[str, ...]:
        data = self._workspace.document.data
        compares = self._kind is not None and issubclass(self._kind, TargetLoss | TargetInput)
        return data.targets() if compares else data.inputs()

    def _nodes_for(self, setting: str) -> dict[NodeId, str]:
        """The names of the nodes that a setting can refer to, and of the one it refers to."""
        nodes = self._workspace.graph.nodes
        now = nodes.get(nodes[self.node].references.get(setting, NodeId("")))
        found = references.offered(self._workspace.evaluation, self.node, setting)
        return {one.id: one.name for one in (*found, *([now] if now is not None else []))}

    def is_of_another_kind(self) -> bool:
        """Whether the page has to be made anew: another layer, or other fields to choose from."""
        drawn = self._workspace.graph.nodes[self.node]
        if drawn.layer != self._layer or self._offered() != self._fields:
            return True
        return self._bound() != self._was_bound or self._parameters() != self._promoted

    # ---- what the user does ----

    def _edit(self, name: str, value: object) -> None:
        drawn = self._workspace.graph.nodes[self.node]
        if drawn.settings.get(name) != value or name not in drawn.settings:
            step = operations.set_setting(self._workspace.graph, self.node, name, value)
            self._workspace.history.do(step, gesture=f"set {self.node} {name}")

    def _set_learning(self, name: str, value: Any) -> None:
        step = operations.set_training(self._workspace.graph, [self.node], **{name: value})
        if step.edits:
            self._workspace.history.do(step, gesture=f"learn {self.node} {name}")

    def _check_name(self, text: str) -> None:
        self._undo.setEnabled(True)
        self._say_fault(text.strip())

    def _say_fault(self, name: str) -> bool:
        fault = operations.rename_fault(self._workspace.graph, self.node, name)
        self.fault.setText(fault or "")
        self.fault.setVisible(fault is not None)
        return fault is not None

    def _rename(self) -> None:
        """Rename the node; a name that cannot be stays where it is written, with the reason."""
        nodes, name = self._workspace.graph.nodes, self.name.text().strip()
        if self.node not in nodes or self._say_fault(name):
            return
        self.name.setModified(False)
        self._undo.setEnabled(False)
        if name != nodes[self.node].name:
            self._workspace.history.do(operations.rename(self._workspace.graph, self.node, name))

    def _give_name_up(self) -> None:
        self.name.setText(self._workspace.graph.nodes[self.node].name)
        self.name.setModified(False)
        self.fault.hide()
        self._undo.setEnabled(False)

    # ---- what is shown ----

    def refresh(self) -> None:
        """Show the node as it is now."""
        drawn = self._workspace.graph.nodes[self.node]
        if not self.name.isModified():
            self.name.setText(drawn.name)
        self.about.setText(self._about())
        if self._use is not None:
            self._use.refresh()
        for usual in self._usual:
            usual.refresh()
        if self.form is not None:
            self.form.show_nodes(self._nodes_for)
            self.form.show_values(drawn.settings)
        if self.values is not None:
            self.values.show_values(self._said())
        parameters = self._workspace.evaluation[self.node].parameters
        self._learning.show_node(drawn, parameters)
        self._facts.show_figures(self._figures(self._workspace.evaluation[self.node]))

    def _figures(self, result: NodeResult) -> Iterable[tuple[str, str]]:
        ports = result.layer.ports().inputs if result.layer is not None else ()
        given = result.given
        came = [(p.name, t) for p in ports for t in (given.all(p.name) if given else ())]
        for port, tensor in came:
            usual = port == "input" or len(came) == 1
            yield self.tr("Input") if usual else f"{self.tr('Input')} {port}", spell(tensor)
        for port, tensor in result.outputs.items():
            usual = port == "output" or len(result.outputs) == 1
            yield self.tr("Output") if usual else f"{self.tr('Output')} {port}", spell(tensor)
        if not result.accepted:
            yield self.tr("Parameters"), self.tr("not known yet")
            yield self.tr("Multiply-adds"), self.tr("not known yet")
            return
        drawn = self._workspace.graph.nodes[self.node]
        count = f"{result.parameters:,}"
        some = self.tr("{count}, frozen").format(count=count)
        yield self.tr("Parameters"), some if drawn.frozen and result.parameters else count
        yield self.tr("Multiply-adds"), counted(result.flops)

    def show_problems(self) -> None:
        """Show what is wrong with the node: at its setting where one is named, and as a card."""
        problems = self._workspace.problems_at(self.node)
        if self.form is not None:
            errors = [p for p in problems if p.severity is Severity.ERROR and p.setting]
            self.form.show_faults({str(p.setting): p.message for p in errors})
        _clear(self._cards)
        for problem in problems:
            card = ProblemCard(self._workspace, problem, shape="narrow")
            self._cards.addWidget(card)


def _clear(rows: QVBoxLayout) -> None:
    while (item := rows.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


def _as_held(parameter: Parameter, value: object) -> Parameter:
    """The setting as it is shown: what is settled elsewhere is told, and not edited here."""
    if isinstance(value, Promoted | PerCopy):
        return replace(parameter, kind=type(value))
    return parameter
