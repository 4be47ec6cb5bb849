"""What a trained run can do: its test metrics, what it takes for what, and single predictions."""

import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.asking import Asking
from gui.confusion import Confusion
from gui.parts import button, column, label, named, scrolled, wrapped
from gui.trial import Trial, opened
from gui.worker import Jobs

EXACT = Qt.ItemDataRole.UserRole
"""Where a cell keeps its number with all digits."""


class Results(QWidget):
    """Opens a run on a thread, then shows what came out of its test split."""

    def __init__(self, jobs: Jobs, open_run: Callable[[Path], Trial] = opened) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._jobs, self._open_run = jobs, open_run
        self._folder: Path | None = None
        self.trial: Trial | None = None
        self._told = wrapped("", "muted", "results_told")
        self._body = QWidget()
        self._metrics = self._make_metrics()
        self._confusion = named(Confusion(), "confusion")
        self._confusion.chosen.connect(self._choose_cell)
        self._asking = Asking(jobs)
        columns = QHBoxLayout(self._body)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(24)
        columns.addLayout(self._metrics_column(), 2)
        columns.addLayout(self._confusion_column(), 4)
        columns.addWidget(self._asking, 3)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 10, 16, 12)
        rows.addWidget(self._told)
        rows.addWidget(self._body, 1)
        self.clear()

    def _make_metrics(self) -> QTableWidget:
        table = named(QTableWidget(0, 2), "metrics")
        table.horizontalHeader().hide()
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        return table

    def _metrics_column(self) -> QVBoxLayout:
        rows = column()
        rows.addWidget(label(self.tr("Test split"), "heading"))
        rows.addWidget(self._metrics, 1)
        copy = button(self.tr("Copy as JSON"), "copy_metrics", self._copy)
        rows.addWidget(copy, alignment=Qt.AlignmentFlag.AlignLeft)
        return rows

    def _confusion_column(self) -> QVBoxLayout:
        self._confusion_title = label("", "heading")
        self._confusion_hint = label("", "muted")
        self._confusion_area = scrolled(self._confusion)
        rows = column()
        rows.addWidget(self._confusion_title)
        rows.addWidget(self._confusion_hint)
        rows.addWidget(self._confusion_area, 1)
        return rows

    # ---- which run ----

    def clear(self) -> None:
        """No run to show."""
        self._folder = self.trial = None
        self._say(self.tr("No results yet. When a training has finished, they are here."))

    def show_run(self, folder: Path) -> None:
        """Measure the run in ``folder`` and show it; what comes too late is dropped."""
        self._folder, self.trial = folder, None
        self._say(self.tr("Measuring the test split…"))
        self._jobs.do(
            lambda: self._open_run(folder),
            self._show,
            lambda failed: self._say(failed.message),
            topic="results",
        )

    def _say(self, words: str) -> None:
        self._told.setText(words)
        self._told.setVisible(bool(words))
        self._body.setVisible(not words)

    def _show(self, trial: Trial) -> None:
        if trial.folder != self._folder:  # cleared meanwhile
            return
        self.trial = trial
        evaluated = trial.evaluated
        self._metrics.setRowCount(len(evaluated.test))
        for row, (name, value) in enumerate(evaluated.test.items()):
            number = QTableWidgetItem(f"{value:.4f}" if abs(value) < 1e4 else f"{value:.4g}")
            number.setData(EXACT, value)
            number.setFont(theme.mono(12))
            number.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._metrics.setItem(row, 0, QTableWidgetItem(name))
            self._metrics.setItem(row, 1, number)
        self._confusion.show_counts(evaluated.confusion, evaluated.classes)
        classes = bool(evaluated.classes)
        self._confusion_title.setText(self.tr("What is taken for what") if classes else "")
        self._confusion_hint.setText(
            self.tr("Rows are the true classes. Click a cell to see its samples.")
            if classes
            else ""
        )
        self._confusion_area.setVisible(classes)
        self._asking.show_trial(trial)
        self._say("")

    def _choose_cell(self, true: int, guess: int) -> None:
        if self.trial is not None:
            classes = self.trial.evaluated.classes
            cell = (classes[true], classes[guess])
            self._asking.show_members(cell, self.trial.cells.get(cell, ()))

    def metrics(self) -> dict[str, float]:
        """The numbers as they are shown, with all digits."""
        rows = range(self._metrics.rowCount())
        cells = [(self._metrics.item(row, 0), self._metrics.item(row, 1)) for row in rows]
        return {name.text(): float(value.data(EXACT)) for name, value in cells if name and value}

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(json.dumps({"test": self.metrics()}, indent=2))
