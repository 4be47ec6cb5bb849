"""What was measured of a run: numbers, what is taken for what, and how far numbers are off."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from graphs.wording.visible import visible, with_shape
from gui.look import theme
from gui.results.confusion import Confusion
from gui.results.opened_run import KeptRun
from gui.results.trained_run import TrainedRun
from gui.widgets.building_blocks import button, column, named, scrolled, tip, to_read, wrapped
from gui.widgets.elided import ElidedBox
from gui.widgets.metric_names import in_column, metric_words

if TYPE_CHECKING:
    from gui.results.scatter import Scatter

EXACT = Qt.ItemDataRole.UserRole
"""Where a cell keeps its number with all digits."""
NAME = EXACT + 1
"""Where it keeps the name of its metric, as files and scripts call it."""
NUMBERS, SHARE = 220, 0.4
"""Least width of the table of metrics, in pixels, and its greatest as a share of the whole."""

GAP = 16
"""Pixels between what stands beside each other."""
MATRIX = (4, 5)
"""Shares of the confusion matrix, and of what stands beside it."""
LONGEST = 160
"""The most pixels that the name of a class takes."""


class MeasuredView(QWidget):
    """The metrics of a run, and beside them what its kind of output calls for."""

    cell_chosen = Signal(int, int)
    """A cell of the confusion matrix was clicked: the true class and the one that was said."""

    def __init__(self) -> None:
        super().__init__()
        self._trial: TrainedRun | KeptRun | None = None
        self._metrics = _table("metrics", 2)
        above = self._metrics.horizontalHeader()
        above.hide()
        above.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._remarks = wrapped(name="remarks")
        self._confusion = named(Confusion(), "confusion")
        self._confusion.chosen.connect(self.cell_chosen)
        self._scatter: Scatter | None = None
        self._output = named(ElidedBox(), "measured_output")
        self._output.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._output.activated.connect(self._show_output)
        self._per_class = _table("per_class", 5)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self._per_class.setHorizontalHeaderLabels(
            [
                self.tr("Class"),
                self.tr("Precision"),
                self.tr("Recall"),
                self.tr("F1"),
                self.tr("Count"),
            ]
        )
        header = self._per_class.horizontalHeaderItem(0)
        assert header is not None  # it has just been named
        header.setTextAlignment(left)
        _show_whole(self._per_class)
        self._columns = columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(GAP)
        columns.addLayout(self._metrics_column())
        self._confusion_area = scrolled(self._confusion)
        columns.addWidget(self._confusion_area, MATRIX[0])
        columns.addWidget(self._output_part(), MATRIX[1])
        columns.addStretch()  # the numbers stay at the left when they are all there is

    def _metrics_column(self) -> QVBoxLayout:
        self._metrics.setWordWrap(False)
        self._metrics.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # at the end: whose it is
        copy = button(self.tr("Copy as JSON"), "copy_metrics", self._copy)
        rows = column()
        rows.addWidget(self._metrics, 1)
        rows.addWidget(self._remarks)
        rows.addWidget(copy, alignment=Qt.AlignmentFlag.AlignLeft)
        return rows

    def _output_part(self) -> QWidget:
        """What is known of one output: class by class, or point by point."""
        self._of_output = QWidget()
        self._output_rows = QVBoxLayout(self._of_output)
        self._output_rows.setContentsMargins(0, 0, 0, 0)
        self._output_rows.addWidget(self._output, alignment=Qt.AlignmentFlag.AlignLeft)
        self._output_rows.addWidget(self._per_class, 1)
        return self._of_output

    def show_trial(self, trial: TrainedRun | KeptRun) -> None:
        """Show what was measured of another run."""
        self._trial = trial
        evaluated = trial.evaluated
        _fill(
            self._metrics,
            [
                (metric_words(name, evaluated.positive.get(name, "")), value)
                for name, value in evaluated.test.items()
            ],
        )
        for row, name in enumerate(evaluated.test):
            cell = self._metrics.item(row, 0)
            assert cell is not None  # it has just been filled
            cell.setData(NAME, name)
            cell.setToolTip(tip(cell.text()))
        self._give_width()
        self._remarks.setText("\n".join(map(visible, evaluated.remarks)))
        self._remarks.setVisible(bool(evaluated.remarks))
        self._confusion.show_counts(evaluated.confusion, evaluated.classes)
        self._confusion_area.setVisible(bool(evaluated.classes))
        names = [*evaluated.per_class, *trial.swept.points]
        self._output.clear()
        self._output.addItems(names)
        self._output.setVisible(len(names) > 1)
        self._of_output.setVisible(bool(names))
        self._show_output()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_width()
        self._give_output_width()

    def _give_width(self) -> None:
        """The metrics as wide as their names and numbers take, where there is room."""
        table = self._metrics
        beside = table.verticalScrollBar().sizeHint().width() + 2 * table.frameWidth()
        wanted = sum(map(table.sizeHintForColumn, range(table.columnCount()))) + beside
        width = max(NUMBERS, min(wanted, int(SHARE * self.width())))
        for part in (table, self._remarks):
            part.setFixedWidth(width)

    def _give_output_width(self) -> None:
        """What is known class by class as wide as it is, where there is room beside the matrix.

        By shares, and not by a least width: from that the view itself would grow, and ask anew.
        """
        table = self._per_class
        beside = table.verticalScrollBar().sizeHint().width() + 2 * table.frameWidth()
        wanted = table.horizontalHeader().length() + beside if table.rowCount() else 0
        free = self.width() - self._metrics.width() - 2 * GAP
        rest = free - wanted
        fits = wanted > 0 and rest >= self._confusion.minimumSizeHint().width() + beside
        shares = (rest, wanted) if fits and rest * MATRIX[1] < wanted * MATRIX[0] else MATRIX
        for part, share in zip((self._confusion_area, self._of_output), shares, strict=True):
            self._columns.setStretchFactor(part, share)

    def _show_output(self) -> None:
        name = self._output.currentText()
        trial = self._trial
        if trial is None:
            return
        counted = trial.evaluated.per_class.get(name, ())
        points = trial.swept.points.get(name, ())
        self._per_class.setVisible(bool(counted))
        _fill(
            self._per_class,
            [
                (with_shape(one.name), one.precision, one.recall, one.f1, one.support)
                for one in counted
            ],
            digits=3,
        )
        self._give_output_width()
        if points or self._scatter is not None:
            scatter = self._scatter or self._make_scatter()
            scatter.setVisible(bool(points))
            scatter.show_points(name, points)

    def _make_scatter(self) -> "Scatter":
        """Late, because importing the plots takes long."""
        from gui.results.scatter import Scatter

        self._scatter = Scatter()
        self._output_rows.addWidget(self._scatter, 1)
        return self._scatter

    def metrics(self) -> dict[str, float]:
        """The numbers as they are shown, with all digits."""
        rows = range(self._metrics.rowCount())
        cells = [(self._metrics.item(row, 0), self._metrics.item(row, 1)) for row in rows]
        return {
            name.data(NAME): float(value.data(EXACT)) for name, value in cells if name and value
        }

    def _copy(self) -> None:
        """By the part of the samples: a run that may go on is not measured on its test split."""
        part = self._trial.whose.part if self._trial is not None else "test"
        QGuiApplication.clipboard().setText(json.dumps({part: self.metrics()}, indent=2))


def _table(name: str, columns: int) -> QTableWidget:
    """A table to read, its first column as wide as there is room."""
    table = to_read(QTableWidget(0, columns), name)
    header = table.horizontalHeader()
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    header.setMinimumSectionSize(48)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return table


def _show_whole(table: QTableWidget) -> None:
    """Every column as wide as what stands in it; what is beyond the edge can be scrolled to."""
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setMaximumSectionSize(LONGEST)
    table.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # names often differ at their ends alone
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)


def _fill(
    table: QTableWidget, rows: Sequence[tuple[str | float | None, ...]], digits: int = 4
) -> None:
    """Names to the left, numbers to the right with all their digits behind them."""
    table.setRowCount(len(rows))
    for row, cells in enumerate(rows):
        for at, cell in enumerate(cells):
            table.setItem(row, at, _item(cell, digits))


def _item(cell: str | float | None, digits: int) -> QTableWidgetItem:
    """A name, or a number; a dash where a number has no meaning."""
    if isinstance(cell, str):
        return QTableWidgetItem(cell)
    if cell is None:
        short = "–"
    elif isinstance(cell, int):
        short = f"{cell:,}"
    else:
        short = in_column(cell, digits)
    item = QTableWidgetItem(short)
    item.setData(EXACT, cell)
    item.setFont(theme.mono(12))
    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item
