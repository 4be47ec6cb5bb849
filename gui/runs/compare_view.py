"""Runs side by side: their curves in one plot, and a table of what they came to and differ in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.runs import Run
from engine.runs.comparison import ComparedPart, Comparison, compare
from engine.runs.events.record import LOSS, RunRecord, recorded
from engine.runs.run_index import Summary
from graphs.wording.visible import visible
from gui.look import theme
from gui.runs.strokes import stroke
from gui.whose import run_titles, short_part
from gui.widgets.building_blocks import button, legend, named, signs, tip, to_read
from gui.widgets.elided import ElidedBox
from gui.widgets.metric_names import figure, metric_words

if TYPE_CHECKING:
    from gui.runs.overlay import Overlay

NAME, VALUE = 190, 72
"""Pixels that a name takes at most, and the value of a run at least."""
EASY = 110
"""Pixels in which the value of a run is read easily; what is more, a longer name may take."""
UNREAD = ("new", "running", "stopped")
"""The states of runs whose end is still to come."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison with the records whose curves are drawn."""

    comparison: Comparison
    records: tuple[RunRecord, ...]

    def names(self) -> tuple[str, ...]:
        """What the runs are called, so that they can be told apart."""
        return run_titles(self.comparison.runs)


def compared(folders: Sequence[Path]) -> Compared:
    """Read what is to be compared; of long runs it takes a while. Raises RunError."""
    records = tuple(recorded(Run.open(folder).events()) for folder in folders)
    return Compared(compare(folders), records)


class CompareView(QWidget):
    """Shows a comparison until the user goes back."""

    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._compared: Compared | None = None
        self._overlay: Overlay | None = None
        self._legend = legend(name="compared_runs")
        self._legend.setWordWrap(True)
        self._metric = named(ElidedBox(), "compared_metric")
        self._metric.activated.connect(self._draw)
        self._table = to_read(QTableWidget(0, 0), "compared")
        self._table.viewport().installEventFilter(self)
        self._table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        top = QHBoxLayout()
        top.addWidget(button(self.tr("All runs"), "all_runs", self.back_asked.emit))
        top.addWidget(self._legend, 1)
        top.addWidget(self._metric)
        self._sides = QHBoxLayout()
        self._sides.setSpacing(16)
        self._sides.addWidget(self._table, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(top)
        rows.addLayout(self._sides, 1)

    def show_compared(self, compared: Compared) -> None:
        """Show other runs side by side."""
        self._compared = compared
        self._legend.setText(
            signs(
                (stroke(n).color.name(), stroke(n).sign, name)
                for n, name in enumerate(compared.names())
            )
        )
        names = dict.fromkeys(name for record in compared.records for name in record.metrics)
        self._metric.clear()
        losses = [name for record in compared.records for name in record.steps] or [LOSS]
        for name in dict.fromkeys((*losses, *names)):
            self._metric.addItem(metric_words(name), name)
        self._fill(compared.comparison)
        self._draw()

    def _fill(self, comparison: Comparison) -> None:
        """What they came to stands above what they differ in."""
        runs = comparison.runs
        rows: list[tuple[str, Sequence[str]]] = []
        for name, numbers in comparison.test.items():
            told = self.tr("{metric} (test)").format(metric=metric_words(name))
            pairs = list(zip(numbers, runs, strict=True))
            alike = [run.best.keys() for number, run in pairs if number is not None]
            rows.append((told, [_tested(number, run, alike) for number, run in pairs]))
        for name in dict.fromkeys(name for run in runs for name in run.best if name != "epoch"):
            told = self.tr("{metric} (best, validation)").format(metric=metric_words(name))
            rows.append((told, [_measured(run.best.get(name), run, "valid") for run in runs]))
        if any(run.note for run in runs):
            rows.append((self.tr("Note"), [run.note for run in runs]))
        rows += [
            (f"{self._part_words(one.part)}: {_in_words(one.name)}", one.values)
            for one in comparison.differences
        ]
        if not comparison.differences:
            rows.append((self.tr("They differ in no setting."), [""] * len(runs)))
        self._table.setColumnCount(1 + len(runs))
        titles = [visible(name) for name in Compared(comparison, ()).names()]
        self._table.setHorizontalHeaderLabels(["", *titles])
        for at, title in enumerate(titles, 1):
            header = self._table.horizontalHeaderItem(at)
            assert header is not None  # it has just been named
            header.setToolTip(tip(title))
        unread = self.tr(
            "A run's test split is read once, when it has finished. One that was stopped can "
            "be trained on."
        )
        self._table.setRowCount(len(rows))
        for row, (name, values) in enumerate(rows):
            of_row = QTableWidgetItem(name)
            of_row.setToolTip(tip(name))
            self._table.setItem(row, 0, of_row)
            for at, value in enumerate(values, 1):
                item = QTableWidgetItem(value)
                item.setFont(theme.mono(12))
                item.setToolTip(tip(unread if value == _not_read() else value))
                self._table.setItem(row, at, item)
        self._share_width()

    def _part_words(self, part: ComparedPart) -> str:
        return {
            "graph": self.tr("Network"),
            "data": self.tr("Data"),
            "plan": self.tr("Plan"),
            "run": self.tr("Run"),
        }[part]

    def _share_width(self) -> None:
        """Every run is in view; long names and values are cut off, and are in full in tooltips."""
        header, runs = self._table.horizontalHeader(), self._table.columnCount() - 1
        header.setMinimumSectionSize(VALUE)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        most = max(NAME, self._table.viewport().width() - runs * EASY)
        header.resizeSection(0, min(self._table.sizeHintForColumn(0) + 8, most))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._table.columnCount():
            self._share_width()
        return False

    def _draw(self) -> None:
        if self._compared is None:
            return
        from gui.runs.overlay import Overlaid, Overlay

        if self._overlay is None:  # late, because importing the plots takes long
            self._overlay = Overlay()
            self._sides.insertWidget(0, self._overlay, 1)
        metric = self._metric.currentData()
        self._overlay.show_runs(
            [
                Overlaid(name, record.train.get(metric), record.valid.get(metric))
                for name, record in zip(self._compared.names(), self._compared.records, strict=True)
            ]
        )


def _not_read() -> str:
    """What stands for a figure of a test split that a run has not read."""
    return QCoreApplication.translate("CompareView", "read at its end")


def _tested(number: float | None, run: Summary, alike: Sequence[Collection[str]]) -> str:
    """A figure of the test split, or that a run which goes on may come to one.

    ``alike`` is what those that have the figure measured while they were trained.
    """
    waits = number is None and run.state in UNREAD and (not run.best or run.best.keys() in alike)
    return _not_read() if waits else _measured(number, run, "test")


def _measured(number: float | None, run: Summary, part: str) -> str:
    """A figure, with the samples it is of where the part has none of its own."""
    if number is None:
        return ""
    of = "" if part in run.held_out else f" ({short_part(part, run.held_out)})"
    return f"{figure(number)}{of}"


def _in_words(name: str) -> str:
    """A setting as words, behind the name of its node or family, which stays as it is."""
    whose, dot, setting = name.rpartition(".")
    return f"{whose}{dot}{setting if '→' in name else setting.replace('_', ' ')}"
