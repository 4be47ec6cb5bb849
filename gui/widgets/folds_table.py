"""What each fold of a cross-validation measured, and how far they lie apart."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem

from engine.runs.events.event_types import FoldsFinished
from gui.look import theme
from gui.widgets.building_blocks import to_read
from gui.widgets.metric_names import in_column, metric_words


class FoldsTable(QTableWidget):
    """One row per fold, then mean and spread; one column per metric."""

    def __init__(self) -> None:
        super().__init__(0, 0)
        to_read(self, "folds_table")
        header = self.horizontalHeader()
        header.setMinimumSectionSize(96)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show_folds(self, told: FoldsFinished) -> None:
        """Show these."""
        names = list(told.test)
        self.setColumnCount(1 + len(names))
        self.setHorizontalHeaderLabels([self.tr("Fold"), *map(metric_words, names)])
        self.setRowCount(len(told.each) + 2)
        for row, test in enumerate(told.each):
            self._write(row, str(row + 1), [in_column(test[name]) for name in names])
        last = len(told.each)
        self._write(last, self.tr("Mean"), [in_column(told.test[n]) for n in names], bold=True)
        spread = [f"± {in_column(told.spread[n])}" for n in names]
        self._write(last + 1, self.tr("Spread"), spread, bold=True)

    def _write(self, row: int, title: str, numbers: list[str], bold: bool = False) -> None:
        self.setItem(row, 0, _item(title, bold))
        for at, number in enumerate(numbers, 1):
            self.setItem(row, at, _item(number, bold))


def _item(text: str, bold: bool) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    face = theme.mono(12)
    face.setBold(bold)
    item.setFont(face)
    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item
