"""The look at a data set: how much there is, first samples, class counts, and what was odd."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QStackedLayout,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from gui.data.columns import Columns
from gui.look.stylesheet import give_role
from gui.samples.preview import ShownPreview
from gui.samples.sample_widgets import Bars, SampleRows, TableModel, Tiles
from gui.widgets.brief import Brief
from gui.widgets.building_blocks import (
    column,
    label,
    named,
    scrolled,
    tip,
    with_whole_words,
    wrapped,
)

MOST_LINES = 40
"""Skipped files and notices that are shown; the rest is counted."""
WIDE = 640
"""From this width on, the spread of the target is seen beside the samples, otherwise on a tab."""
WIDE_FOR_COLUMNS = 960
"""The same where columns are chosen, which need more room."""
COLUMNS, SAMPLES, SPREAD = range(3)
"""The tabs."""
OF_DATA = "of_data"
"""The property of a bar whose tabs are pages of some data, and of nothing without it."""
BESIDE = 12
"""Pixels between the tabs and the words right of them."""
FITTED, NARROWEST, WIDEST = 60, 56, 220
"""So many columns of a table are made as wide as their words, within these limits in pixels."""


class PreviewView(QWidget):
    """Shows a preview, or a sentence in its place."""

    def __init__(self, columns: Columns) -> None:
        super().__init__()
        self._chooses_columns = False
        self._had_keys: QWidget | None = None
        self._tabs = named(QTabBar(), "preview_tabs")
        self._tabs.setExpanding(False)
        self._tabs.setProperty(OF_DATA, True)
        self._tabs.setUsesScrollButtons(False)  # a long name is cut sooner than a tab is hidden
        for words in (self.tr("Columns"), self.tr("Samples"), self.tr("Spread")):
            self._tabs.addTab(words)
        self._tabs.currentChanged.connect(lambda tab: self._show_tab())
        self._told = wrapped("", "muted", "preview_told")
        self._summary = label("", "muted", "preview_summary")
        self._notices = Brief("preview_notices", "warn")
        self._tiles, self._bars, self._model = Tiles(), Bars(), TableModel()
        self._rows = SampleRows()
        self._body, self._samples_place = QWidget(), QWidget()
        self._samples = QStackedLayout(self._samples_place)
        self._tiles_area, self._rows_area = scrolled(self._tiles), scrolled(self._rows)
        self._table, self._columns = self._make_table(), columns
        for page in (self._tiles_area, self._rows_area, self._table, columns):
            self._samples.addWidget(page)
        row = QHBoxLayout(self._body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        row.addWidget(self._samples_place, 5)
        row.addWidget(self._spread_part(), 3)
        self._top = QWidget()
        top = QHBoxLayout(self._top)
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self._tabs)
        top.addStretch()
        top.addWidget(self._summary)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(self._told)
        rows.addWidget(self._top)
        rows.addWidget(self._body, 1)
        rows.addWidget(self._notices)  # below, so that what is clicked on does not move

    def _spread_part(self) -> QWidget:
        self._spread = QWidget()
        self._bars_title = label("", "section")
        self._bars_note = label("", "faint")
        rows = column()
        rows.setContentsMargins(0, 0, 0, 0)
        self._spread.setLayout(rows)
        rows.addWidget(self._bars_title)
        rows.addWidget(scrolled(self._bars), 1)
        rows.addWidget(self._bars_note)
        return self._spread

    def _make_table(self) -> QTableView:
        table = named(QTableView(), "sample_table")
        table.setModel(self._model)
        table.verticalHeader().setDefaultSectionSize(26)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.verticalHeader().hide()
        with_whole_words(table.horizontalHeader())
        table.setSelectionMode(QTableView.SelectionMode.NoSelection)
        table.setCornerButtonEnabled(False)
        return table

    def say(self, words: str, role: str = "muted") -> None:
        """A sentence in place of samples; the keys come back to where they were among these."""
        focus = _beneath(QApplication.focusWidget())
        if words and focus is not None and self._body.isAncestorOf(focus):
            self._had_keys = focus
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._told.setText(words)
        give_role(self._told, role)
        self._told.setVisible(bool(words))
        for part in (self._top, self._body):
            part.setVisible(not words)
        if words:
            self._notices.say(())
        if not words and self._had_keys is not None:
            if self.hasFocus() and isValid(self._had_keys):
                self._had_keys.setFocus(Qt.FocusReason.OtherFocusReason)
            self._had_keys = None

    def show_preview(self, preview: ShownPreview, *, choose_columns: bool = False) -> None:
        """Show the first samples of another data set, with its columns where they are chosen."""
        self.say("")
        counted = self.tr("{count:,} samples").format(count=preview.total)
        self._summary.setText(counted if preview.total else "")
        self._show_notices(preview)
        self._tiles.show_tiles(preview.tiles)
        self._rows.show_rows(preview.rows)
        self._model.show_table(preview.table)
        header = self._table.horizontalHeader()
        for at in range(min(header.count(), FITTED)):
            wanted = self._table.sizeHintForColumn(at), header.sectionSizeHint(at)
            header.resizeSection(at, min(max(*wanted, NARROWEST), WIDEST))
        self._bars_title.setText(preview.target)
        self._bars.show_bars(preview.bars)
        more = self.tr("… and {count} more").format(count=preview.more_bars)
        self._bars_note.setText(more if preview.more_bars else "")
        fresh = choose_columns and not self._chooses_columns
        self._chooses_columns = choose_columns
        self._tabs.setTabVisible(COLUMNS, choose_columns)
        if fresh or (not choose_columns and self._tabs.currentIndex() == COLUMNS):
            self._tabs.setCurrentIndex(COLUMNS if choose_columns else SAMPLES)
        self._tabs.setTabData(SPREAD, preview.target or self.tr("Spread"))
        self._tabs.setTabToolTip(SPREAD, tip(preview.target))
        self._show_tab()

    def _show_notices(self, preview: ShownPreview) -> None:
        lines = [*preview.notices, *(self.tr("Left out: ") + one for one in preview.skipped)]
        shown = lines[:MOST_LINES]
        if more := len(lines) - len(shown):
            shown.append(self.tr("… and {count} more").format(count=more))
        # Without samples something is to be chosen, and this says what.
        self._notices.say(shown, opened=not preview.total)

    def _name_spread(self) -> None:
        """The name of the target as long as there is room beside the other tabs."""
        bar = self._tabs
        words, metrics = str(bar.tabData(SPREAD) or ""), bar.fontMetrics()
        others = (bar.tabRect(at).width() for at in (COLUMNS, SAMPLES) if bar.isTabVisible(at))
        around = bar.tabRect(SPREAD).width() - metrics.horizontalAdvance(bar.tabText(SPREAD))
        room = self.width() - sum(others) - around - self._summary.sizeHint().width() - BESIDE
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(room, NARROWEST))
        if shown != bar.tabText(SPREAD):
            bar.setTabText(SPREAD, shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_tab()

    def _show_tab(self) -> None:
        """What the tab stands for; the spread also beside the rest where there is room."""
        least = WIDE_FOR_COLUMNS if self._chooses_columns else WIDE
        wide, bars = self.width() >= least, bool(self._bars.bars)
        self._tabs.setTabVisible(SPREAD, bars and not wide)
        self._name_spread()
        tab = self._tabs.currentIndex()
        alone = tab == SPREAD and not wide
        self._spread.setVisible(bars and (wide or alone))
        self._samples_place.setVisible(not alone)
        if tab == COLUMNS and self._chooses_columns:
            self._samples.setCurrentWidget(self._columns)
        elif self._rows.rows:
            self._samples.setCurrentWidget(self._rows_area)
        elif self._tiles.tiles:
            self._samples.setCurrentWidget(self._tiles_area)
        else:
            self._samples.setCurrentWidget(self._table)


def _beneath(focus: QWidget | None) -> QWidget | None:
    """What has the keys; of a list that a box has opened, the box."""
    while focus is not None and focus.window().windowType() == Qt.WindowType.Popup:
        focus = focus.window().parentWidget()
    return focus
