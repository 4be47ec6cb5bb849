"""Keeping a block to build with it again, in other documents as well."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog

from graphs.document.edits import NodeId
from graphs.errors import FileError
from graphs.files import opener
from graphs.library import kept
from graphs.wording.visible import visible
from gui.canvas.blocks import BlockCommands
from gui.canvas.surface import Surface
from gui.layers import ready_blocks
from gui.widgets.questions import ask


class KeepingBlocks(QObject):
    """Asks what the chosen block is to be called, and writes it where the palette looks."""

    changed = Signal()
    """Another block is kept."""

    def __init__(self, surface: Surface, blocks: BlockCommands) -> None:
        super().__init__(surface)
        self._surface, self._blocks = surface, blocks

    def for_all(self) -> None:
        """Keep it for all projects."""
        words = self.tr("It is offered among the layers of all documents as:")
        self._ask(ready_blocks.user_folder(), words)

    def for_project(self) -> None:
        """Keep it for the documents beside this one."""
        path = self._surface.workspace.path
        if path is None:
            self._say(self.tr("Save the document first: its blocks are kept beside it."))
        else:
            words = self.tr("It is offered among the layers of documents beside this one as:")
            self._ask(ready_blocks.project_folder(path), words)

    def _ask(self, folder: Path, words: str) -> None:
        node = self._blocks.chosen_block()
        if node is None:
            self._say(self.tr("Choose one block."))
            return
        dialog = QInputDialog(self._surface)
        dialog.setObjectName("keep_block_as")
        dialog.setWindowTitle(self.tr("Keep block"))
        dialog.setLabelText(words)
        dialog.setTextValue(self._blocks.title(node))
        dialog.setOkButtonText(self.tr("Keep"))
        dialog.textValueSelected.connect(lambda title: self.keep(node, folder, title.strip()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def keep(self, node: NodeId, folder: Path, title: str) -> None:
        """Keep a block under a title, after asking where another one would be replaced."""
        if not title or node not in self._surface.workspace.graph.nodes:
            return
        if not os.path.lexists(kept.file_for(folder, title)):
            self._keep(node, folder, title)
            return
        ask(
            self._surface,
            "replace_kept_block",
            self.tr("A block called “{title}” is kept there already.").format(title=title),
            self.tr("Networks that were built with it stay as they are."),
            self.tr("Replace"),
            lambda: self._keep(node, folder, title),
        )

    def _keep(self, node: NodeId, folder: Path, title: str) -> None:
        try:
            path = kept.keep(self._surface.workspace.graph, node, folder, title)
        except FileError as error:
            place = self.tr("Blocks are kept in “{folder}”.").format(folder=visible(folder))
            self._say(f"{error} {place}")  # which may be no place that can be chosen
            return
        self._say(self.tr("Kept as {name}.").format(name=opener.shown(path)), "plain")
        self.changed.emit()

    def _say(self, words: str, role: str = "warn") -> None:
        self._surface.hint.say(words, self._surface.pointer_place(), role)
