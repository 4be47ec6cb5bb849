"""Saving what a network says of many new samples: which files, where to, and how it ended."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.errors import DataError
from engine.runs.events.event_types import Failed
from gui.jobs import Jobs
from gui.results.asked import SavedAnswers
from gui.results.trained_run import TrainedRun
from gui.widgets.building_blocks import button, swap
from gui.widgets.path_dialog import FileDialog

SUFFIX = ".csv"


class AnswerSaving(QWidget):
    """A button that saves predictions, and stops while it does. It goes on behind other pages."""

    said = Signal(str, str, object)
    """A sentence on how it stands, its role, and what else is to be known, as sentences."""

    def __init__(self, jobs: Jobs, given: Callable[[], Sequence[Path]]) -> None:
        """``given`` says which files are shown already; where none are, they are asked for."""
        super().__init__()
        self._jobs, self._given = jobs, given
        self._trial: TrainedRun | None = None
        self._stop = Event()
        self._save = button(self.tr("Save predictions…"), "save_answers", self._begin)
        self._save.setToolTip(
            self.tr("Writes a table with what the network says of every file or row.")
        )
        self._end = button(self.tr("Stop saving"), "stop_answers", self._stop.set)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._save)
        row.addWidget(self._end)
        self._show_state(busy=False)

    def show_trial(self, trial: TrainedRun) -> None:
        """Let another network answer."""
        self._trial = trial
        self.setVisible(trial.takes_files)

    def _begin(self) -> None:
        paths = self._given()
        if paths:
            self._ask_where(paths)
        else:
            choose_files(self, self.tr("Save predictions: of which new samples?"), self._ask_where)

    def _ask_where(self, paths: Sequence[Path]) -> None:
        dialog = FileDialog(self, self.tr("Save predictions"), saves=SUFFIX)
        dialog.setNameFilter(self.tr("Tables (*.csv)"))
        dialog.selectFile(str(paths[0].parent / f"predictions{SUFFIX}"))
        dialog.fileSelected.connect(lambda name: self.save(paths, Path(name)))
        dialog.open()

    def save(self, paths: Sequence[Path], target: Path) -> None:
        """Write what is said of all these files into another."""
        trial = self._trial
        if trial is None:
            return
        self._stop.clear()
        self._show_state(busy=True)
        self.said.emit(self.tr("Saving predictions to {0}…").format(target.name), "muted", ())
        stopped = self.tr("Saving was stopped; nothing was written.")

        def poll() -> None:
            if self._stop.is_set():
                raise DataError(stopped)

        def saved() -> SavedAnswers:
            return trial.save_answers(paths, target, poll)

        self._jobs.do(saved, self._tell, self._fail)

    def _tell(self, saved: SavedAnswers) -> None:
        path, count, problems = saved.path, saved.count, saved.problems
        self._show_state(busy=False)
        told = (
            self.tr("One prediction is saved in {path}.")
            if count - problems == 1
            else self.tr("{count} predictions are saved in {path}.")
        ).format(count=f"{count - problems:,}", path=path.name)
        if problems:
            told = self.tr("{told} {count} could not be made; the table says why.").format(
                told=told, count=f"{problems:,}"
            )
        self.said.emit(told, "warn" if problems else "ok", saved.notices)

    def _fail(self, failed: Failed) -> None:
        self._show_state(busy=False)
        self.said.emit(failed.message, "error", ())

    def _show_state(self, *, busy: bool) -> None:
        gone, shown = (self._save, self._end) if busy else (self._end, self._save)
        swap(gone, shown)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not self.window().isVisible():  # the window closes; behind another page it goes on
            self._stop.set()


def choose_files(parent: QWidget, title: str, then: Callable[[Sequence[Path]], object]) -> None:
    """Ask for one file with new samples or many."""
    dialog = FileDialog(parent, title)
    dialog.setFileMode(FileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.open()
