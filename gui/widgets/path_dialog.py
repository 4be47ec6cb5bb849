"""The dialogs in which files and folders are chosen; each begins where the last one ended."""

import os
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHeaderView, QTreeView, QWidget

NAME_WIDTH = 260
"""Pixels of the names of files, which give way to no other column."""


class FileDialog(QFileDialog):
    """Chooses a file to read, or to write where ``saves``. It begins in ``folder``, if given.

    Otherwise it begins where something was chosen last, and first of all at home: the folder in
    which the program was started says nothing of where the user's files are.
    """

    _last: ClassVar[str] = ""

    def __init__(
        self, parent: QWidget, title: str, *, saves: bool = False, folder: Path | None = None
    ) -> None:
        super().__init__(parent, title, str(folder or self.last_folder() or Path.home()))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
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

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
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
