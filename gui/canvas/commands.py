"""The canvas's actions, with shortcuts that work while it has the focus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from gui.canvas.blocks import BlockCommands
from gui.canvas.keeping_blocks import KeepingBlocks
from gui.canvas.surface import Surface
from gui.canvas.view import FARTHEST, NEAREST
from gui.widgets.building_blocks import allow

ShortcutKeys = QKeySequence.StandardKey | str


@dataclass(frozen=True, slots=True)
class Does:
    """What those actions call that need more than the drawing area."""

    search: Callable[[], None]
    paste: Callable[[], None]
    duplicate: Callable[[], None]
    rename: Callable[[], None]
    replace: Callable[[], None]
    select_all: Callable[[], None]
    wire: Callable[[], None]
    add_note: Callable[[], None]
    put_frame: Callable[[], None]
    arrange: Callable[[], None]
    frame_selection: Callable[[], None]
    blocks: BlockCommands
    keeping: KeepingBlocks
    group: Callable[[], None]


class Commands(QObject):
    """Made once. The window puts ``edit`` and ``view`` into its menus; None is a separator."""

    def __init__(self, surface: Surface, does: Does) -> None:
        super().__init__(surface)
        self._surface = surface
        editing, standard = surface.editing, QKeySequence.StandardKey
        self.add = self._action("add", self.tr("Add layer…"), does.search, "Tab")
        self.cut = self._action("cut", self.tr("Cut"), editing.cut, standard.Cut)
        self.copy = self._action("copy", self.tr("Copy"), editing.copy, standard.Copy)
        self.paste = self._action("paste", self.tr("Paste"), does.paste, standard.Paste)
        self.duplicate = self._action("duplicate", self.tr("Duplicate"), does.duplicate, "Ctrl+D")
        self.delete = self._action("delete", self.tr("Delete"), editing.delete, "Delete")
        self.delete.setShortcuts([QKeySequence("Delete"), QKeySequence("Backspace")])
        self.reconnect = self._action(
            "delete_and_reconnect",
            self.tr("Delete and reconnect"),
            editing.delete_and_reconnect,
            "Ctrl+Delete",
        )
        self.reconnect.setShortcuts([QKeySequence("Ctrl+Delete"), QKeySequence("Ctrl+Backspace")])
        self.rename = self._action("rename", self.tr("Rename or edit words"), does.rename, "F2")
        self.replace = self._action("replace", self.tr("Replace with…"), does.replace, "Ctrl+R")
        self.select_all = self._action(
            "select_all", self.tr("Select all"), does.select_all, standard.SelectAll
        )
        self.wire = self._action("wire", self.tr("Wire to…"), does.wire, "W")
        self.note = self._action("note", self.tr("Add note"), does.add_note, "N")
        self.put_frame = self._action(  # as Blender does; Ctrl+G is for blocks
            "put_frame", self.tr("Put a frame around"), does.put_frame, "Ctrl+J"
        )
        self._add_blocks(does)
        self.arrange = self._action(
            "arrange", self.tr("Arrange nodes"), does.arrange, "Ctrl+Shift+L"
        )
        self._add_zooming(does)
        self.edit: tuple[QAction | None, ...] = (
            *(self.add, self.wire, self.note, self.put_frame, None),
            *(self.cut, self.copy, self.paste, self.duplicate, self.delete),
            self.reconnect,
            *(None, self.group, self.ungroup, self.own, self.enter, self.leave),
            *(self.block_input, self.block_output, self.keep_for_all, self.keep_for_project),
            *(None, self.rename, self.replace, self.select_all, self.arrange),
        )
        self.view: tuple[QAction | None, ...] = (
            *(self.frame, self.frame_all, None),
            *(self.zoom_in, self.zoom_out, self.actual_size),
        )
        surface.workspace.selection_changed.connect(self._enable)
        surface.workspace.changed.connect(self._enable)
        surface.workspace.history_changed.connect(self._enable)
        surface.zoomed.connect(self._enable_zoom)
        self._enable()
        self._enable_zoom(surface.zoom)

    def _add_zooming(self, does: Does) -> None:
        surface, standard = self._surface, QKeySequence.StandardKey
        self.frame = self._action("frame", self.tr("Zoom to selection"), does.frame_selection, "F")
        self.frame_all = self._action(
            "frame_all", self.tr("Zoom to all"), surface.frame_all, "Home"
        )
        self.zoom_in = self._action(
            "zoom_in",
            self.tr("Zoom in"),
            lambda: surface.zoom_by(1),
            standard.ZoomIn,
        )
        self.zoom_out = self._action(
            "zoom_out",
            self.tr("Zoom out"),
            lambda: surface.zoom_by(-1),
            standard.ZoomOut,
        )
        self.actual_size = self._action(
            "actual_size", self.tr("Actual size"), lambda: surface.zoom_to(1.0), "Ctrl+0"
        )

    def _add_blocks(self, does: Does) -> None:
        blocks = does.blocks
        self._blocks = blocks
        self.group = self._action("group", self.tr("Group to a block"), does.group, "Ctrl+G")
        self.ungroup = self._action("ungroup", self.tr("Ungroup"), blocks.ungroup, "Ctrl+Shift+G")
        self.own = self._action("make_own", self.tr("Make its own"), blocks.make_own, "")
        self.enter = self._action("enter", self.tr("Open block"), blocks.enter, "Alt+Down")
        self.leave = self._action("leave", self.tr("Leave block"), blocks.leave, "Alt+Up")
        self.block_input = self._action(
            "block_input", self.tr("Add input to this block"), blocks.add_input, ""
        )
        self.block_output = self._action(
            "block_output", self.tr("Add output to this block"), blocks.add_output, ""
        )
        self.keep_for_all = self._action(
            "keep_for_all", self.tr("Keep block for all projects…"), does.keeping.for_all, ""
        )
        self.keep_for_project = self._action(
            "keep_for_project",
            self.tr("Keep block for this project…"),
            does.keeping.for_project,
            "",
        )
        self._surface.workspace.entered.connect(self._enable)
        self._surface.workspace.replaced.connect(self._enable)

    def _action(
        self, name: str, words: str, does: Callable[[], object], keys: ShortcutKeys
    ) -> QAction:
        action = QAction(words, self._surface)
        action.setObjectName(f"canvas_{name}")
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda: does())
        self._surface.addAction(action)
        return action

    def _enable(self) -> None:
        """Say which commands find something to do, and what is missing for the others."""
        workspace = self._surface.workspace
        nodes, marks = workspace.selection, workspace.selected_marks
        anything = self.tr("Choose something first.")
        for action in (self.cut, self.copy, self.duplicate, self.put_frame):
            allow(action, bool(nodes or marks), self.tr("Choose a node, frame or note first."))
        allow(self.delete, bool(nodes or marks or workspace.selected_links), anything)
        allow(self.reconnect, bool(nodes), self.tr("Choose a node first."))
        one = len(nodes) + len(marks.frames) + len(marks.notes) == 1
        allow(self.rename, one, self.tr("Choose one node, frame or note."))
        for action in (self.wire, self.replace):
            allow(action, len(nodes) == 1, self.tr("Choose one node."))
        allow(self.group, bool(nodes), self.tr("Choose the nodes that are to be a block."))
        block = self._blocks.chosen_block() is not None
        for action in (self.ungroup, self.own, self.enter, self.keep_for_all):
            allow(action, block, self.tr("Choose one block."))
        saved = workspace.path is not None
        missing = self.tr("Save the document first.") if block else self.tr("Choose one block.")
        allow(self.keep_for_project, block and saved, missing)
        for action in (self.leave, self.block_input, self.block_output):
            allow(action, bool(workspace.inside), self.tr("This is inside of no block."))
        graph = workspace.graph
        drawn = bool(graph.nodes or graph.frames or graph.notes)
        for action in (self.select_all, self.frame, self.frame_all):
            allow(action, drawn, self.tr("Nothing is drawn yet."))
        allow(self.arrange, bool(graph.nodes), self.tr("There is no node to arrange."))

    def _enable_zoom(self, zoom: float) -> None:
        allow(self.zoom_in, zoom < NEAREST, self.tr("It is as near as can be."))
        allow(self.zoom_out, zoom > FARTHEST, self.tr("It is as far away as can be."))
        allow(self.actual_size, zoom != 1.0, self.tr("It is shown at its actual size."))
