"""The list of past runs: look at one, go on with it, open its network, or delete it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal, SignalInstance
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine import runs
from engine.events import Failed
from engine.run_index import Summary
from gui import theme
from gui.parts import button, named, wrapped
from gui.questions import ask
from gui.worker import Jobs

CAN_GO_ON = {"new", "stopped", "failed"}
"""States from which a run can be resumed."""


class RunsView(QWidget):
    """Reads the list on a thread whenever it is shown."""

    show_asked = Signal(object)
    """The folder of the run whose curves and results are wanted."""
    resume_asked = Signal(object)
    network_asked = Signal(object)

    def __init__(self, jobs: Jobs, listed: Callable[[], list[Summary]] = runs.listed) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._jobs, self._listed = jobs, listed
        self._runs: list[Summary] = []
        self._table = self._make_table()
        self._told = wrapped("", "muted", "runs_told")
        self._show = button(self.tr("Show"), "show_run", lambda: self._ask(self.show_asked))
        self._resume = button(self.tr("Resume"), "resume_run", lambda: self._ask(self.resume_asked))
        self._network = button(
            self.tr("Open its network"), "open_network", lambda: self._ask(self.network_asked)
        )
        self._delete = button(self.tr("Delete…"), "delete_run", self._ask_to_delete, "danger")
        buttons = QHBoxLayout()
        for each in self._buttons():
            buttons.addWidget(each)
        buttons.addStretch()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 8, 16, 12)
        rows.addWidget(self._told)
        rows.addWidget(self._table, 1)
        rows.addLayout(buttons)
        self._choose()

    def _buttons(self) -> tuple[QPushButton, ...]:
        return self._show, self._resume, self._network, self._delete

    def _make_table(self) -> QTableWidget:
        headers = [
            self.tr("Document"),
            self.tr("Started"),
            self.tr("State"),
            self.tr("Epochs"),
            self.tr("Best"),
        ]
        table = named(QTableWidget(0, len(headers)), "runs")
        table.setHorizontalHeaderLabels(headers)
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.itemSelectionChanged.connect(self._choose)
        table.itemDoubleClicked.connect(lambda: self._ask(self.show_asked))
        return table

    # ---- the list ----

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Read the list again, if anybody looks at it."""
        if self.isVisible():
            self._jobs.do(self._listed, self._fill, self._fail, topic="runs")

    def _fill(self, found: list[Summary]) -> None:
        chosen = self.chosen()
        self._runs = found
        self._told.setText("" if found else self.tr("No runs yet. Press Train to begin one."))
        self._told.setVisible(not found)
        self._table.setRowCount(len(found))
        for row, run in enumerate(found):
            state = self._state_words(run.state)
            cells = (run.document, _local(run.started), state, str(run.epochs), best(run))
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if column in {1, 3, 4}:
                    item.setFont(theme.mono(12))
                self._table.setItem(row, column, item)
            if chosen is not None and run.folder == chosen.folder:
                self._table.selectRow(row)
        self._choose()

    def _state_words(self, state: str) -> str:
        return {
            "new": self.tr("new"),
            "running": self.tr("running"),
            "stopped": self.tr("stopped"),
            "finished": self.tr("finished"),
            "failed": self.tr("failed"),
            "diverged": self.tr("diverged"),
        }.get(state, state)

    def _fail(self, failed: Failed) -> None:
        self._told.setText(failed.message)
        self._told.show()

    def chosen(self) -> Summary | None:
        """The run in the row that is chosen."""
        rows = self._table.selectionModel().selectedRows()
        at = rows[0].row() if rows else -1
        return self._runs[at] if 0 <= at < len(self._runs) else None

    def _choose(self) -> None:
        run = self.chosen()
        for each in self._buttons():
            each.setEnabled(run is not None)
        self._resume.setEnabled(run is not None and run.state in CAN_GO_ON)
        self._delete.setEnabled(run is not None and run.state != "running")

    def _ask(self, signal: SignalInstance) -> None:
        run = self.chosen()
        if run is not None:
            signal.emit(Path(run.folder))

    # ---- deleting ----

    def _ask_to_delete(self) -> None:
        run = self.chosen()
        if run is None:
            return
        question = self.tr("Delete the run of “{name}” from {time}?")
        ask(
            self,
            "delete_question",
            question.format(name=run.document, time=_local(run.started)),
            self.tr("Its weights and its curves are gone for good."),
            self.tr("Delete"),
            lambda: self._delete_run(run),
        )

    def _delete_run(self, run: Summary) -> None:
        self._jobs.do(lambda: runs.delete(run.folder), lambda _: self.refresh(), self._fail)


def best(run: Summary) -> str:
    """What was best in a run, in short: ``epoch 17: accuracy 0.991``."""
    measured = dict(run.best)
    epoch = measured.pop("epoch", None)
    telling = [name for name in measured if name.rpartition("/")[2] != "loss"] or list(measured)
    words = ", ".join(f"{name} {measured[name]:.4g}" for name in telling[:2])
    told = QCoreApplication.translate("RunsView", "epoch {epoch:.0f}: {words}")
    return told.format(epoch=epoch, words=words) if epoch is not None else words


def _local(started: str) -> str:
    """A time in UTC as the user's clock shows it."""
    try:
        return f"{datetime.fromisoformat(started).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return started
