"""The canvas's actions, with shortcuts that work while it has the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas

Keys = QKeySequence.StandardKey | str


class Commands(QObject):
    """Made once. The window puts ``edit`` and ``view`` into its menus; None is a separator."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        editing, standard = canvas.editing, QKeySequence.StandardKey
        self.add = self._action("add", self.tr("Add layer…"), canvas.search_here, "Tab")
        self.cut = self._action("cut", self.tr("Cut"), editing.cut, standard.Cut)
        self.copy = self._action("copy", self.tr("Copy"), editing.copy, standard.Copy)
        self.paste = self._action("paste", self.tr("Paste"), canvas.paste, standard.Paste)
        self.duplicate = self._action(
            "duplicate", self.tr("Duplicate"), editing.duplicate, "Ctrl+D"
        )
        self.delete = self._action("delete", self.tr("Delete"), editing.delete, "Delete")
        self.delete.setShortcuts([QKeySequence("Delete"), QKeySequence("Backspace")])
        self.reconnect = self._action(
            "delete_and_reconnect",
            self.tr("Delete and reconnect"),
            editing.delete_and_reconnect,
            "Ctrl+Delete",
        )
        self.reconnect.setShortcuts([QKeySequence("Ctrl+Delete"), QKeySequence("Ctrl+Backspace")])
        self.rename = self._action(
            "rename", self.tr("Rename or edit words"), canvas.rename_selected, "F2"
        )
        self.select_all = self._action(
            "select_all", self.tr("Select all"), canvas.select_all, standard.SelectAll
        )
        self.wire = self._action("wire", self.tr("Wire to…"), canvas.wires.open, "W")
        self.note = self._action("note", self.tr("Add note"), canvas.writing.add_note, "N")
        self.put_frame = self._action(  # as Blender does; Ctrl+G is for blocks
            "put_frame", self.tr("Put a frame around"), canvas.writing.put_frame, "Ctrl+J"
        )
        self.arrange = self._action(
            "arrange", self.tr("Arrange nodes"), canvas.arrange, "Ctrl+Shift+L"
        )
        self.frame = self._action(
            "frame", self.tr("Zoom to selection"), canvas.frame_selection, "F"
        )
        self.frame_all = self._action("frame_all", self.tr("Zoom to all"), canvas.frame_all, "Home")
        self.zoom_in = self._action(
            "zoom_in", self.tr("Zoom in"), lambda: canvas.zoom_by(1), standard.ZoomIn
        )
        self.zoom_out = self._action(
            "zoom_out", self.tr("Zoom out"), lambda: canvas.zoom_by(-1), standard.ZoomOut
        )
        self.actual_size = self._action(
            "actual_size", self.tr("Actual size"), lambda: canvas.zoom_to(1.0), "Ctrl+0"
        )
        self.edit: tuple[QAction | None, ...] = (
            *(self.add, self.wire, self.note, self.put_frame, None),
            *(self.cut, self.copy, self.paste, self.duplicate, self.delete),
            self.reconnect,
            *(None, self.rename, self.select_all, self.arrange),
        )
        self.view: tuple[QAction | None, ...] = (
            *(self.frame, self.frame_all, None),
            *(self.zoom_in, self.zoom_out, self.actual_size),
        )
        canvas.workspace.selection_changed.connect(self._enable)
        self._enable()

    def _action(self, name: str, words: str, does: Callable[[], object], keys: Keys) -> QAction:
        action = QAction(words, self._canvas)
        action.setObjectName(f"canvas_{name}")
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda: does())
        self._canvas.addAction(action)
        return action

    def _enable(self) -> None:
        workspace = self._canvas.workspace
        nodes, marks = workspace.selection, workspace.selected_marks
        for action in (self.cut, self.copy, self.duplicate, self.put_frame):
            action.setEnabled(bool(nodes or marks))
        self.delete.setEnabled(bool(nodes or marks or workspace.selected_links))
        self.reconnect.setEnabled(bool(nodes))
        one = len(nodes) + len(marks.frames) + len(marks.notes) == 1
        self.rename.setEnabled(one)
        self.wire.setEnabled(len(nodes) == 1)
