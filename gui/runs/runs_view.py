"""The list of past runs: look at one, go on with it, name it, open its network, or delete it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from PySide6.QtCore import Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from engine import runs
from engine.runs import Listing, Notes
from engine.runs.events.event_types import Failed
from engine.runs.run_index import Summary
from gui.jobs import Jobs
from gui.runs.compare_view import Compared, CompareView, compared
from gui.runs.run_notes import RunNotesDialog
from gui.runs.runs_table import RunsTable, best
from gui.whose import local
from gui.widgets.building_blocks import button, named, wrapped
from gui.widgets.flowing import Flowing
from gui.widgets.questions import ask

__all__ = ["RunsView", "best"]

CAN_GO_ON = {"new", "stopped", "failed"}
"""States from which a run can be resumed."""

Listed: TypeAlias = Listing | list[Summary]

AGAIN_MILLISECONDS = 2000

LOWEST = 64
"""Pixels that the table keeps: its header and a row."""


class RunsView(QWidget):
    """Reads the list on a thread when it is shown, and again and again while somebody looks at it:
    runs come and go unheard, in other windows and in shells."""

    show_asked = Signal(object)
    """The folder of the run whose curves and results are wanted."""
    resume_asked = Signal(object)
    network_asked = Signal(object)
    train_asked = Signal()
    """There is no run yet, and the user wants one."""
    described = Signal(object, str)
    """A run, by its folder, has another name."""
    deleted = Signal(object)
    """The folder of a run that is gone."""
    weights_asked = Signal(object)
    """The folder of the run from whose weights training is to start."""

    def __init__(self, jobs: Jobs, listed: Callable[[], Listed] = runs.listing) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._jobs, self._listed = jobs, listed
        self._runs: list[Summary] = []
        self._notice = ""
        self._found: Listing | None = None
        self._again = QTimer(self, interval=AGAIN_MILLISECONDS)
        self._again.timeout.connect(self._look_again)
        self._again.start()
        self._table = RunsTable()
        # It wants no height of its own, or the panel around it would scroll as well.
        self._table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._table.setMinimumHeight(LOWEST)
        self._table.itemSelectionChanged.connect(self._choose)
        self._table.opened.connect(lambda: self._ask(self.show_asked))
        self._table.renaming_asked.connect(self._ask_for_notes)
        self._table.deleting_asked.connect(self._ask_to_delete)
        self._sought = named(QLineEdit(), "sought_runs")
        self._sought.setPlaceholderText(self.tr("Search names, notes and states"))
        self._sought.setAccessibleName(self.tr("Search the runs"))
        self._sought.setClearButtonEnabled(True)
        self._sought.textChanged.connect(self._seek)
        self._starred_only = named(QCheckBox(self.tr("Starred only")), "starred_only")
        self._starred_only.toggled.connect(self._seek)
        self._told = wrapped("", "muted", "runs_told")
        self._show = button(self.tr("Show"), "show_run", lambda: self._ask(self.show_asked))
        self._resume = button(self.tr("Resume"), "resume_run", lambda: self._ask(self.resume_asked))
        self._network = button(
            self.tr("Open its network"), "open_network", lambda: self._ask(self.network_asked)
        )
        self._weights = button(
            self.tr("Start from its weights"),
            "start_from_run",
            lambda: self._ask(self.weights_asked),
        )
        self._delete = button(self.tr("Delete…"), "delete_run", self._ask_to_delete, "danger")
        self._describe = button(self.tr("Name and note…"), "describe_run", self._ask_for_notes)
        self._star = button(self.tr("Star"), "star_run", self._toggle_star)
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
        buttons = Flowing((self._show, self._compare, *self._buttons()[1:]))
        top = QHBoxLayout()
        top.addWidget(self._train)
        top.addWidget(self._sought, 1)
        top.addWidget(self._starred_only)
        rows = QVBoxLayout(page)
        rows.setContentsMargins(16, 8, 16, 12)
        rows.addWidget(self._told)
        rows.addLayout(top)
        rows.addWidget(self._table, 1)
        rows.addWidget(buttons)
        return page

    def _buttons(self) -> tuple[QPushButton, ...]:
        return (
            self._show,
            self._resume,
            self._describe,
            self._star,
            self._network,
            self._weights,
            self._delete,
        )

    # ---- the list ----

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Read the list again, if anybody looks at it."""
        if self.isVisible():
            self._jobs.do(self._read, self._fill, self._fail_to_list, topic="runs")

    def _look_again(self) -> None:
        """A panel behind another tab counts as visible to Qt.

        What a training here left in a folder that was out of reach is cleared away when this is
        back, whatever is looked at: other windows would show the run as one that is trained.
        """
        if runs.any_left():
            self._jobs.do(runs.remove_left, lambda _: None, lambda _: None, topic="left locks")
        if not self.visibleRegion().isEmpty():
            self.refresh()

    def _read(self) -> Listing:
        found = self._listed()
        return found if isinstance(found, Listing) else Listing(found)

    def _fill(self, found: Listing) -> None:
        if found == self._found:  # rows that are pointed at stay as they are
            return
        self._found, self._runs = found, found.runs
        self._notice = found.notice
        self._train.setVisible(not self._runs)
        for part in (self._sought, self._starred_only):
            part.setVisible(bool(self._runs))
        self._table.show_runs(self._runs)
        self._say_what_is_there()

    def _say_what_is_there(self) -> None:
        told = self._notice
        if not self._runs:
            told = self.tr("No runs yet. Press Train to begin one.")
        elif self._table.is_vain:
            told = self.tr("No run is called so. Search for fewer words.")
            if not self._sought.text().strip():
                told = self.tr("No run has a star. Choose one, and press Star.")
        self._told.setText(told)
        self._told.setVisible(bool(told))

    def _seek(self) -> None:
        self._table.seek(self._sought.text(), self._starred_only.isChecked())
        self._say_what_is_there()

    def _fail_to_list(self, failed: Failed) -> None:
        self._found = None
        self._fail(failed)

    def _fail(self, failed: Failed) -> None:
        self._told.setText(failed.message)
        self._told.show()

    def all_chosen(self) -> list[Summary]:
        """The runs in the rows that are chosen, from top to bottom."""
        return self._table.all_chosen()

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
        starred = run is not None and run.starred
        self._star.setText(self.tr("Unstar") if starred else self.tr("Star"))
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

    # ---- naming ----

    def _ask_for_notes(self) -> None:
        run = self.chosen()
        if run is None:
            return
        dialog = RunNotesDialog(run, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._keep(run, dialog.said()))
        dialog.open()

    def _toggle_star(self) -> None:
        run = self.chosen()
        if run is not None:
            self._keep(run, Notes(run.title, run.note, not run.starred))

    def _keep(self, run: Summary, said: Notes) -> None:
        def keep() -> str:
            words = {"name": said.name, "note": said.note, "starred": said.starred}
            before = {"name": run.title, "note": run.note, "starred": run.starred}
            new: dict[str, Any] = {k: word for k, word in words.items() if word != before[k]}
            return runs.describe(run.folder, **new).name

        self._jobs.do(keep, lambda title: self._tell_name(run, title), self._fail)

    def _tell_name(self, run: Summary, title: str) -> None:
        self.refresh()
        self.described.emit(Path(run.folder), title)

    # ---- deleting ----

    def _ask_to_delete(self) -> None:
        run = self.chosen()
        if run is None or run.state == "running":
            return
        question = self.tr("Delete the run “{name}” from {time}?")
        ask(
            self,
            "delete_question",
            question.format(name=self._table.title(run), time=local(run.started)),
            self.tr("Its weights and its curves are gone for good."),
            self.tr("Delete"),
            lambda: self._delete_run(run),
        )

    def _delete_run(self, run: Summary) -> None:
        self._jobs.do(lambda: runs.delete(run.folder), lambda _: self._tell_gone(run), self._fail)

    def _tell_gone(self, run: Summary) -> None:
        self.refresh()
        self.deleted.emit(Path(run.folder))
