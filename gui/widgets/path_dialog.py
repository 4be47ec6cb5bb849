"""One dialog for files and folders: what is marked is taken, whichever of the two it is."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget


class PathDialog(QFileDialog):
    """A double click goes into a folder; the button takes it. ``fileSelected`` tells of either.

    Qt's own, since no system's dialog offers both.
    """

    def __init__(self, parent: QWidget, folder: str) -> None:
        super().__init__(parent, "", folder)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("path_dialog")
        self.setWindowTitle(self.tr("Choose a file or a folder"))
        self.setOption(QFileDialog.Option.DontUseNativeDialog)
        self.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.setLabelText(QFileDialog.DialogLabel.Accept, self.tr("Choose"))
        self.setLabelText(QFileDialog.DialogLabel.FileName, self.tr("File or folder:"))

    def accept(self) -> None:
        chosen = self.selectedFiles()
        if len(chosen) == 1 and Path(chosen[0]).is_dir():
            QDialog.accept(self)  # Qt's own would go into it
            self.fileSelected.emit(chosen[0])
        else:
            super().accept()
