"""The look at a data set: how much there is, first samples, class counts, and what was odd."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QStackedLayout,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.columns import Columns
from gui.parts import column, label, named, scrolled, wrapped
from gui.preview import Preview
from gui.samples import Bars, TableModel, Tiles
from gui.stylesheet import give_role

MOST_LINES = 40
"""Skipped files and notices that are shown; the rest is counted."""
NOTICES_HEIGHT = 48
"""Pixels beyond which the notices scroll."""
SCROLLBAR = 12


class PreviewView(QWidget):
    """Shows a preview, or a sentence in its place."""

    def __init__(self, columns: Columns) -> None:
        super().__init__()
        self._tabs = named(QTabBar(), "preview_tabs")
        self._tabs.setExpanding(False)
        self._tabs.addTab(self.tr("Columns"))
        self._tabs.addTab(self.tr("First rows"))
        self._tabs.currentChanged.connect(self._show_tab)
        self._told = wrapped("", "muted", "preview_told")
        self._summary = label("", "heading", "preview_summary")
        self._notices = wrapped("", "warn", "preview_notices")
        self._notices_area = scrolled(self._notices)
        self._notices.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._tiles, self._bars, self._model = Tiles(), Bars(), TableModel()
        self._bars_title = label("", "section")
        self._bars_note = label("", "faint")
        self._body = QWidget()
        self._samples = QStackedLayout()
        self._samples.addWidget(scrolled(self._tiles))
        self._samples.addWidget(self._make_table())
        self._samples.addWidget(columns)
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
        rows.addWidget(self._notices_area)
        rows.addWidget(self._tabs)
        rows.addWidget(self._body, 1)

    def _make_table(self) -> QTableView:
        table = named(QTableView(), "sample_table")
        table.setModel(self._model)
        table.verticalHeader().setDefaultSectionSize(26)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.verticalHeader().hide()
        table.setSelectionMode(QTableView.SelectionMode.NoSelection)
        return table

    def say(self, words: str, role: str = "muted") -> None:
        """A sentence in place of samples."""
        self._told.setText(words)
        give_role(self._told, role)
        self._told.setVisible(bool(words))
        for part in (self._summary, self._notices_area, self._tabs, self._body):
            part.setVisible(not words)

    def show_preview(self, preview: Preview, *, choose_columns: bool = False) -> None:
        """Show the first samples of another data set, with its columns where they are chosen."""
        self.say("")
        self._summary.setText(self.tr("{count:,} samples").format(count=preview.total))
        lines = [*preview.notices, *(self.tr("Left out: ") + one for one in preview.skipped)]
        shown = lines[:MOST_LINES]
        if more := len(lines) - len(shown):
            shown.append(self.tr("… and {count} more").format(count=more))
        self._notices.setText("\n".join(shown))
        self._notices_area.setVisible(bool(shown))
        wanted = self._notices.heightForWidth(max(self.width() - SCROLLBAR, 200))
        self._notices_area.setFixedHeight(max(min(wanted, NOTICES_HEIGHT), 0))
        self._tiles.show_tiles(preview.tiles)
        self._model.show_table(preview.table)
        self._tabs.setVisible(choose_columns)
        if choose_columns:
            self._show_tab(self._tabs.currentIndex())
        else:
            self._samples.setCurrentIndex(0 if preview.tiles else 1)
        self._bars_title.setText(preview.target)
        self._bars.show_bars(preview.bars)
        more_classes = self.tr("… and {count} more classes").format(count=preview.more_bars)
        self._bars_note.setText(more_classes if preview.more_bars else "")

    def _show_tab(self, tab: int) -> None:
        self._samples.setCurrentIndex(2 if tab == 0 else 1)
