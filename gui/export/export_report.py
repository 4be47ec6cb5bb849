"""What was checked of an exported file, so that the user need not believe anybody."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.export import Checked, Exported
from gui.widgets.building_blocks import button, label, named, wrapped

Fact = tuple[str, str, str]
"""What it is, its value, and the role of the value's label."""


class ExportReport(QWidget):
    """Facts below each other, and a button that copies them."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "report")
        self._facts: list[Fact] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        copy = QHBoxLayout()
        copy.addWidget(button(self.tr("Copy report"), "copy_report", self._copy))
        copy.addStretch()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(self._grid)
        rows.addLayout(copy)

    def show_exported(self, exported: Exported, what: str) -> None:
        """Tell of a file that is done, and of ``what`` it is, as it was chosen."""
        self._facts = [(self.tr("What"), self._of(exported, what), ""), *self._told(exported)]
        for row, (what, value, role) in enumerate(self._facts):
            self._grid.addWidget(label(what, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            told = wrapped(value, role)
            told.setAlignment(Qt.AlignmentFlag.AlignTop)  # it may be higher than its words
            self._grid.addWidget(told, row, 1)

    def _told(self, exported: Exported) -> list[Fact]:
        facts = [(self.tr("File"), exported.path, "mono")]
        if exported.checked:
            checks = "\n".join(map(self._check_words, exported.checked))
            facts.append((self.tr("Compared with torch at"), checks, "mono"))
            facts.append((self.tr("Largest difference"), f"{exported.max_abs_diff:.2g}", "mono"))
        if len(exported.outputs) > 1:
            each = "\n".join(f"{name}  {gap:.2g}" for name, gap in exported.outputs.items())
            facts.append((self.tr("Of each output"), each, "mono"))
        facts.append((self.tr("SHA-256"), exported.sha256, "mono"))
        for one in exported.beside:
            facts.append((self.tr("Needs beside it"), one.path, "mono"))
            facts.append((self.tr("SHA-256"), one.sha256, "mono"))
        facts += [(self.tr("Note"), notice, "") for notice in exported.notices]
        return facts

    def _of(self, exported: Exported, what: str) -> str:
        if exported.run and not exported.epoch:  # no epoch has ended, so that none is the best
            last = self.tr("Weights of the last step of the run “{run}”")
            return last.format(run=exported.run)
        if not exported.run:
            return what
        return self.tr("{what}, after epoch {epoch}").format(what=what, epoch=exported.epoch)

    def _check_words(self, check: Checked) -> str:
        batch = self.tr("batch {size}").format(size=check.batch)
        return ", ".join([batch, *(f"{name} = {size}" for name, size in check.sizes.items())])

    def _copy(self) -> None:
        lines = [f"{what}: {value.replace(chr(10), '; ')}" for what, value, _ in self._facts]
        QGuiApplication.clipboard().setText("\n".join(lines))
