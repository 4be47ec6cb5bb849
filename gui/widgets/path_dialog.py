"""The dialogs in which files and folders are chosen; each begins where the last one ended."""

import os
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QToolButton,
    QTreeView,
    QWidget,
)

from gui.look import icons
from gui.widgets.questions import ask

NAME_WIDTH = 260
"""Pixels of the names of files, which give way to no other column."""
ARROWS = {
    "backButton": "chevron-left", "forwardButton": "chevron-right", "toParentButton": "chevron-up",
}  # fmt: skip
"""The buttons of Qt's own dialog, which are black in every theme, and what they wear instead."""


class FileDialog(QFileDialog):
    """Chooses a file to read, or to write where ``saves`` gives the suffix of what is written.

    A name that is typed without the suffix gets it, and what is there under the name that results
    is asked about: Qt's own default suffix takes what follows any point for one, and the dialogs of
    some systems ask about the name as it was typed. It begins in ``folder``, if given. Otherwise
    it begins where something was chosen last, and first of all at home: the folder in which the
    program was started says nothing of where the user's files are.
    """

    _last: ClassVar[str] = ""

    def __init__(
        self, parent: QWidget, title: str, *, saves: str = "", folder: Path | None = None
    ) -> None:
        super().__init__(parent, title, str(folder or self.last_folder() or Path.home()))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._suffix = saves  # and no word of the parent: what a dialog holds, its end may destroy
        if saves:
            self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            self.setFileMode(QFileDialog.FileMode.AnyFile)
        else:
            self.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.accepted.connect(lambda: self.begin_next_in(Path(self.directory().absolutePath())))

    @classmethod
    def last_folder(cls) -> Path | None:
        """Where something was chosen last, if that folder is still there."""
        last = FileDialog._last
        return Path(last) if last and os.path.isdir(last) else None

    @classmethod
    def begin_next_in(cls, folder: Path) -> None:
        """The next dialog begins there: a file was chosen there, in one of these or by its path."""
        FileDialog._last = str(folder)

    def accept(self) -> None:
        chosen = self.selectedFiles()
        if self._suffix and len(chosen) == 1 and not os.path.isdir(chosen[0]):
            whole = self._with_suffix(chosen[0])
            if whole != chosen[0] and not self._take(whole):
                return
        super().accept()

    def _with_suffix(self, name: str) -> str:
        return name if name.lower().endswith(self._suffix.lower()) else f"{name}{self._suffix}"

    def _take(self, whole: str) -> bool:
        """Have this name in place of the one typed; whether Qt goes on with it by itself."""
        line = self.findChild(QLineEdit, "fileNameEdit")
        if line is not None:  # Qt's own dialog, which asks before it takes one that is there
            line.setText(whole)
            return True
        over = self.parentWidget()
        if over is None or not os.path.lexists(whole):
            self._give(whole)
        else:
            text = self.tr("“{name}” is there already.").format(name=Path(whole).name)
            more = self.tr("“Replace” writes over it.")
            yes = self.tr("Replace")
            ask(over, "replace", text, more, yes, lambda: self._give(whole))
        return False

    def _give(self, whole: str) -> None:
        QDialog.accept(self)
        self.fileSelected.emit(whole)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        for name, icon in ARROWS.items():
            if (arrow := self.findChild(QToolButton, name)) is not None:
                icons.wear(arrow, icon)
        for rows in self.findChildren(QTreeView):  # Qt's own dialog, which cuts sizes and dates
            header = rows.header()
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(0, NAME_WIDTH)


class PathDialog(FileDialog):
    """One for files and folders: what is marked is taken, whichever of the two it is.

    A double click goes into a folder; the button takes it. ``fileSelected`` tells of either. It is
    Qt's own, since no system's dialog offers both.
    """

    def __init__(self, parent: QWidget, folder: Path | None) -> None:
        super().__init__(parent, "", folder=folder)
        self.setObjectName("path_dialog")
        self.setWindowTitle(self.tr("Choose a file or a folder"))
        self.setOption(QFileDialog.Option.DontUseNativeDialog)
        self.setLabelText(QFileDialog.DialogLabel.Accept, self.tr("Choose"))
        self.setLabelText(QFileDialog.DialogLabel.FileName, self.tr("File or folder:"))

    def accept(self) -> None:
        chosen = self.selectedFiles()
        if len(chosen) == 1 and Path(chosen[0]).is_dir():
            QDialog.accept(self)  # Qt's own would go into it
            self.fileSelected.emit(chosen[0])
        else:
            super().accept()
