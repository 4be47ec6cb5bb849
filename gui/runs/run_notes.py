"""The dialog in which a run is named and noted about."""

from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from engine.runs import Notes
from engine.runs.notes import LONGEST_NAME
from engine.runs.run_index import Summary
from gui.widgets.building_blocks import label, named
from gui.widgets.on_screen import ScreenDialog

WIDTH = 420


class RunNotesDialog(ScreenDialog):
    """Name, note and star of one run; what is written there is asked for after it was accepted."""

    def __init__(self, run: Summary, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("run_notes")
        self.setWindowTitle(self.tr("Name and note"))
        self.setMinimumWidth(WIDTH)
        self._name = named(QLineEdit(run.title), "run_name")
        self._name.setMaxLength(LONGEST_NAME)
        self._name.setPlaceholderText(
            self.tr("{document} and a number").format(document=run.document)
        )
        self._name.setAccessibleName(self.tr("Name"))
        self._name.selectAll()
        self._note = named(QPlainTextEdit(run.note), "run_note")
        self._note.setAccessibleName(self.tr("Note"))
        self._note.setPlaceholderText(self.tr("What was tried, and what came of it"))
        self._note.setTabChangesFocus(True)
        self._star = named(QCheckBox(self.tr("Starred")), "run_starred")
        self._star.setChecked(run.starred)
        standard = QDialogButtonBox.StandardButton
        box = named(QDialogButtonBox(standard.Save | standard.Cancel), "run_notes_buttons")
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.addWidget(label(self.tr("Name"), "muted"))
        rows.addWidget(self._name)
        rows.addWidget(label(self.tr("Note"), "muted"))
        rows.addWidget(self._note, 1)
        rows.addWidget(self._star)
        rows.addWidget(box)

    def said(self) -> Notes:
        """What is written there now."""
        return Notes(self._name.text(), self._note.toPlainText(), self._star.isChecked())
