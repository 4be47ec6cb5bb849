"""The button beside a setting inside of a block: whether blocks, or copies, say it themselves."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton

from graphs.describe import Parameter
from graphs.document.edits import NodeId
from graphs.problems import Problem
from graphs.setting_kinds import PerCopy, Promoted
from graphs.steps import operations
from graphs.steps.blocks import promoting
from graphs.steps.blocks.promoting import VALUES
from gui.look import icons
from gui.look.stylesheet import give_role
from gui.workspace import Workspace


class SettingMenu(QToolButton):
    """Offers what can be done with one setting. Why something cannot be is told below it."""

    def __init__(
        self,
        workspace: Workspace,
        node: NodeId,
        setting: Parameter,
        tell: Callable[[str], None],
        *,
        of_block: bool = False,
    ) -> None:
        super().__init__()
        self._of_block = of_block
        """Whether it is a parameter of the block that the node is."""
        self._workspace, self._node, self._tell = workspace, node, tell
        self._setting = setting.name
        self.setObjectName(f"more_{setting.name}")
        self.setAccessibleName(self.tr("Who says {setting}").format(setting=setting.title))
        self.setToolTip(self.tr("Have each block, or each copy, say it for itself"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        give_role(self, "flat")
        icons.wear(self, "chevron-down", "muted")
        menu = QMenu(self)
        self._fill(menu)
        self.setMenu(menu)
        self.setVisible(not menu.isEmpty())

    def _fill(self, menu: QMenu) -> None:
        value = self._value()
        if isinstance(value, Promoted):
            self._offer(menu, "take_back", self.tr("Take back"), self._take_back)
            self._offer(menu, "rename", self.tr("Rename parameter…"), self._ask_name)
        elif isinstance(value, PerCopy) and not self._of_block:
            self._offer(menu, "same", self.tr("Same in all copies"), self._level)
        else:
            graph = self._workspace.graph
            if promoting.promotion_refusal(graph, *self._what, of_block=self._of_block) is None:
                self._offer(menu, "promote", self.tr("Promote"), self._promote)
            if (
                not self._of_block
                and isinstance(value, int | float)
                and not isinstance(value, bool)
            ):
                words = self.tr("Grow from copy to copy")
                self._offer(menu, "grow", words, self._grow)

    def _offer(self, menu: QMenu, name: str, words: str, does: Callable[[], None]) -> None:
        action = menu.addAction(words)
        action.setObjectName(name)
        action.triggered.connect(lambda: does())

    @property
    def _what(self) -> tuple[NodeId, str]:
        return self._node, self._setting

    def _value(self) -> object:
        settings = self._workspace.graph.nodes[self._node].settings
        held = (settings.get(VALUES) or {}) if self._of_block else settings
        return held.get(self._setting)

    def _promote(self) -> None:
        graph = self._workspace.graph
        if self._is_told(promoting.promotion_refusal(graph, *self._what, of_block=self._of_block)):
            return
        step, _ = promoting.promote(graph, *self._what, of_block=self._of_block)
        self._workspace.history.do(step)

    def _take_back(self) -> None:
        graph = self._workspace.graph
        if self._is_told(
            promoting.taking_back_refusal(graph, *self._what, of_block=self._of_block)
        ):
            return
        self._workspace.history.do(promoting.take_back(graph, *self._what, of_block=self._of_block))

    def _is_told(self, refused: Problem | None) -> bool:
        if refused is not None:
            self._tell(refused.message)
        return refused is not None

    def _ask_name(self) -> None:
        value = self._value()
        if not isinstance(value, Promoted):
            return
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Rename parameter"))
        dialog.setLabelText(self.tr("What blocks call “{name}”:").format(name=value.parameter))
        dialog.setTextValue(value.parameter)
        dialog.textValueSelected.connect(self.rename)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def rename(self, name: str) -> None:
        """Call the promoted parameter by another name, or say why it cannot be."""
        value, name, graph = self._value(), name.strip(), self._workspace.graph
        if not isinstance(value, Promoted) or name == value.parameter:
            return
        if (fault := promoting.parameter_fault(graph, value.parameter, name)) is not None:
            self._tell(fault)
            return
        self._workspace.history.do(promoting.rename_parameter(graph, value.parameter, name))

    def _grow(self) -> None:
        value = self._value()
        if isinstance(value, int | float):
            self._set(PerCopy(value, type(value)(0)))

    def _level(self) -> None:
        value = self._value()
        if isinstance(value, PerCopy):
            self._set(value.start)

    def _set(self, value: object) -> None:
        graph = self._workspace.graph
        self._workspace.history.do(operations.set_setting(graph, self._node, self._setting, value))
