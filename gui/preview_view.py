"""The look at a data set: how much there is, first samples, class counts, and what was odd."""

from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.parts import column, label, named, scrolled, wrapped
from gui.preview import Preview
from gui.samples import Bars, TableModel, Tiles
from gui.stylesheet import give_role

MOST_LINES = 8
"""Skipped files and notices that are shown; the rest is counted."""


class PreviewView(QWidget):
    """Shows a preview, or a sentence in its place."""

    def __init__(self) -> None:
        super().__init__()
        self._told = wrapped("", "muted", "preview_told")
        self._summary = label("", "heading", "preview_summary")
        self._notices = wrapped("", "warn", "preview_notices")
        self._tiles, self._bars, self._model = Tiles(), Bars(), TableModel()
        self._bars_title = label("", "section")
        self._bars_note = label("", "faint")
        self._body = QWidget()
        self._samples = QStackedLayout()
        self._samples.addWidget(scrolled(self._tiles))
        self._samples.addWidget(self._make_table())
        beside = column()
        beside.addWidget(self._bars_title)
        beside.addWidget(scrolled(self._bars), 1)
        beside.addWidget(self._bars_note)
        row = QHBoxLayout(self._body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        row.addLayout(self._samples, 5)
        row.addLayout(beside, 3)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._told)
        rows.addWidget(self._summary)
        rows.addWidget(self._notices)
        rows.addWidget(self._body, 1)

    def _make_table(self) -> QTableView:
        table = named(QTableView(), "sample_table")
        table.setModel(self._model)
        table.verticalHeader().setDefaultSectionSize(26)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.setSelectionMode(QTableView.SelectionMode.NoSelection)
        return table

    def say(self, words: str, role: str = "muted") -> None:
        """A sentence in place of samples."""
        self._told.setText(words)
        give_role(self._told, role)
        self._told.setVisible(bool(words))
        for part in (self._summary, self._notices, self._body):
            part.setVisible(not words)

    def show_preview(self, preview: Preview) -> None:
        """Show the first samples of another data set."""
        self.say("")
        self._summary.setText(self.tr("{count:,} samples").format(count=preview.total))
        lines = [*preview.notices, *(self.tr("Left out: ") + one for one in preview.skipped)]
        shown = lines[:MOST_LINES]
        if more := len(lines) - len(shown):
            shown.append(self.tr("… and {count} more").format(count=more))
        self._notices.setText("\n".join(shown))
        self._notices.setVisible(bool(shown))
        self._tiles.show_tiles(preview.tiles)
        self._model.show_table(preview.table)
        self._samples.setCurrentIndex(0 if preview.tiles else 1)
        self._bars_title.setText(preview.target)
        self._bars.show_bars(preview.bars)
        more_classes = self.tr("… and {count} more classes").format(count=preview.more_bars)
        self._bars_note.setText(more_classes if preview.more_bars else "")
