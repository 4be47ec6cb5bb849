"""The list of past runs: look at one, go on with it, open its network, or delete it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QItemSelectionModel, Qt, Signal, SignalInstance
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine import runs
from engine.events import Failed
from engine.run_index import Summary
from gui import theme
from gui.compare_view import Compared, CompareView, compared
from gui.elided import ElidedButton
from gui.parts import button, named, wrapped
from gui.questions import ask
from gui.worker import Jobs

CAN_GO_ON = {"new", "stopped", "failed"}
"""States from which a run can be resumed."""

NARROWEST = 72
"""Pixels that a button with long words keeps."""


class RunsView(QWidget):
    """Reads the list on a thread whenever it is shown."""

    show_asked = Signal(object)
    """The folder of the run whose curves and results are wanted."""
    resume_asked = Signal(object)
    network_asked = Signal(object)
    train_asked = Signal()
    """There is no run yet, and the user wants one."""
    weights_asked = Signal(object)
    """The folder of the run from whose weights training is to start."""

    def __init__(self, jobs: Jobs, listed: Callable[[], list[Summary]] = runs.listed) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._jobs, self._listed = jobs, listed
        self._runs: list[Summary] = []
        self._table = self._make_table()
        self._told = wrapped("", "muted", "runs_told")
        self._show = button(self.tr("Show"), "show_run", lambda: self._ask(self.show_asked))
        self._resume = button(self.tr("Resume"), "resume_run", lambda: self._ask(self.resume_asked))
        self._network = _giving_way(
            self.tr("Open its network"), "open_network", lambda: self._ask(self.network_asked)
        )
        self._weights = _giving_way(
            self.tr("Start from its weights"),
            "start_from_run",
            lambda: self._ask(self.weights_asked),
        )
        self._delete = button(self.tr("Delete…"), "delete_run", self._ask_to_delete, "danger")
        self._compare = button(self.tr("Compare"), "compare_runs", self.compare_chosen)
        self._train = button(self.tr("Train"), "train_from_runs", self.train_asked.emit, "primary")
        self._comparison = CompareView()
        self._comparison.back_asked.connect(self._show_list)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._list_page())
        self._pages.addWidget(self._comparison)
        self._comparison.setContentsMargins(16, 8, 16, 12)
        self._choose()

    def _list_page(self) -> QWidget:
        page = QWidget()
        buttons = QHBoxLayout()
        for each in (self._show, self._compare, *self._buttons()[1:]):
            buttons.addWidget(each)
        buttons.addStretch()
        top = QHBoxLayout()
        top.addWidget(self._told)
        top.addWidget(self._train)
        top.addStretch()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(16, 8, 16, 12)
        rows.addLayout(top)
        rows.addWidget(self._table, 1)
        rows.addLayout(buttons)
        return page

    def _buttons(self) -> tuple[QPushButton, ...]:
        return self._show, self._resume, self._network, self._weights, self._delete

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
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
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
        chosen = {run.folder for run in self.all_chosen()}
        self._runs = found
        self._told.setText("" if found else self.tr("No runs yet. Press Train to begin one."))
        self._told.setVisible(not found)
        self._train.setVisible(not found)
        self._table.setRowCount(len(found))
        for row, run in enumerate(found):
            state = self._state_words(run.state)
            cells = (run.document, _local(run.started), state, str(run.epochs), best(run))
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if column in {1, 3, 4}:
                    item.setFont(theme.mono(12))
                self._table.setItem(row, column, item)
        self._select([row for row, run in enumerate(found) if run.folder in chosen])
        self._choose()

    def _select(self, rows: list[int]) -> None:
        model, flag = self._table.selectionModel(), QItemSelectionModel.SelectionFlag
        model.clearSelection()
        for row in rows:
            model.select(self._table.model().index(row, 0), flag.Select | flag.Rows)

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

    def all_chosen(self) -> list[Summary]:
        """The runs in the rows that are chosen, from top to bottom."""
        rows = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        return [self._runs[row] for row in rows if row < len(self._runs)]

    def chosen(self) -> Summary | None:
        """The one run that is chosen."""
        every = self.all_chosen()
        return every[0] if len(every) == 1 else None

    def _choose(self) -> None:
        run = self.chosen()
        for each in self._buttons():
            each.setEnabled(run is not None)
        self._resume.setEnabled(run is not None and run.state in CAN_GO_ON)
        self._delete.setEnabled(run is not None and run.state != "running")
        several = len(self.all_chosen()) > 1
        self._compare.setEnabled(several)
        self._compare.setToolTip(
            "" if several else self.tr("Choose two runs or more, with Ctrl or Shift held.")
        )

    # ---- comparing ----

    def compare_chosen(self) -> None:
        """Show the chosen runs side by side."""
        folders = [Path(run.folder) for run in self.all_chosen()]
        self._jobs.do(
            lambda: compared(folders), self._show_comparison, self._fail, topic="compared runs"
        )

    def _show_comparison(self, found: Compared) -> None:
        self._comparison.show_compared(found)
        self._pages.setCurrentWidget(self._comparison)

    def _show_list(self) -> None:
        self._pages.setCurrentIndex(0)

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


def _giving_way(text: str, name: str, clicked: Callable[[], object]) -> QPushButton:
    """A button with long words, which are cut off where the window is narrow."""
    made = named(ElidedButton(text, NARROWEST), name)
    made.setAutoDefault(False)
    made.clicked.connect(lambda: clicked())
    return made


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
