"""What a trained run can do: what was measured on its test split, and single predictions."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QTabBar, QVBoxLayout, QWidget

from engine.runs.events.event_types import FoldsFinished
from engine.runs.events.record import MoreEpochs, RunRecord
from graphs.wording.visible import visible, visible_lines
from gui.jobs import Jobs
from gui.results.attention_view import AttentionView
from gui.results.measured import MeasuredView
from gui.results.opened_run import KeptRun, opened
from gui.results.shown_page import ShownPage
from gui.results.trained_run import TrainedRun
from gui.results.trying.try_page import TryPage
from gui.results.writing import TextGeneration
from gui.whose import ShownRun, part_words
from gui.widgets.building_blocks import button, named, tip, wrapped
from gui.widgets.elided import Elided
from gui.widgets.falling import FallingLoss
from gui.widgets.folds_table import FoldsTable

MEASURED, ASKING, WRITING, ATTENTION, FOLDS = range(5)
"""The pages."""


class Results(QWidget):
    """Opens a run on a thread, then shows what came out of its test split."""

    runs_asked = Signal()
    """Nothing is here to see, and the user wants to choose among past runs."""
    train_on_asked = Signal(int)
    """The run in view is to have so many epochs in all."""

    def __init__(
        self, jobs: Jobs, open_run: Callable[[Path], TrainedRun | KeptRun] = opened
    ) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._jobs, self._open_run = jobs, open_run
        self._asked = 0
        """Counts what was asked to be shown; answers to what was asked before are dropped."""
        self.trial: TrainedRun | None = None
        self._kept: KeptRun | None = None
        """The run in view in the place of a trial, where its data is not as it was."""
        self._told = wrapped("", "muted", "results_told")
        self._choose = button(self.tr("Choose a run"), "choose_run", self.runs_asked.emit)
        self._measured, self._asking = MeasuredView(), TryPage(jobs)
        self._writing, self._attention = TextGeneration(jobs), AttentionView(jobs)
        self._asking.shown.connect(self._attention.show_held)
        self._attention.walked.connect(self._asking.walk)
        self._asking.origin_changed.connect(self._say_whose)
        self._measured.cell_chosen.connect(self._choose_cell)
        self._tabs = self._make_tabs()
        self._folds = FoldsTable()
        self._across: FoldsFinished | None = None
        self._pages_place = ShownPage()
        self._pages = self._pages_place.pages
        for page in (
            self._measured,
            self._asking,
            self._writing,
            self._attention,
            self._folds,
        ):
            self._pages.addWidget(page)
        self._hint = named(Elided(""), "results_hint", "muted")
        self._whose = named(Elided(""), "whose", "muted")
        self._origin = wrapped("", "muted", "results_origin")
        self._kept_words = wrapped("", "warn", "kept_words")
        self._falling = FallingLoss("train_on_from_results")
        self._falling.train_on_asked.connect(self.train_on_asked)
        self._tabs.currentChanged.connect(self._show_page)
        self._lay_out()
        self.clear()

    def _make_tabs(self) -> QTabBar:
        tabs = named(QTabBar(), "results_tabs")
        tabs.setExpanding(False)
        tabs.setUsesScrollButtons(False)  # five tabs have room; arrows would hide them
        for words in (
            self.tr("Test split"),
            self.tr("Try it"),
            self.tr("Write"),
            self.tr("Attention"),
            self.tr("Folds"),
        ):
            tabs.addTab(words)
        return tabs

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._tabs)
        top.addStretch()
        top.addWidget(self._hint)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 8, 16, 12)
        rows.addLayout(top)
        rows.addWidget(self._whose)
        rows.addWidget(self._origin)
        rows.addWidget(self._kept_words)
        rows.addWidget(self._falling)
        rows.addWidget(self._pages_place, 1)
        rows.addWidget(self._nothing_page(), 1)

    def _nothing_page(self) -> QWidget:
        """In the middle, why there is nothing to see, and what to do about it."""
        self._nothing = QWidget()
        self._told.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        rows = QVBoxLayout(self._nothing)
        rows.addStretch()
        rows.addWidget(self._told)
        rows.addWidget(self._choose, alignment=Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch()
        return self._nothing

    # ---- which run ----

    def follow(self, shown: ShownRun, record: RunRecord) -> None:
        """Another run is in view, or the same at another time: show what it came to, if it can."""
        if shown.is_live:
            self.clear()
            words = self.tr("“{run}” is being trained. What it comes to is here when it ends.")
            here = self.tr("The training begins. What it comes to is here when it ends.")
            self._say(words.format(run=shown.title) if shown.title else here)
        elif shown.folder is None:
            self.clear()
        else:
            self.show_run(shown.folder, record.folds, record.more)

    def retitle(self, folder: Path, title: str) -> None:
        """A run has another name."""
        run = self.trial or self._kept
        if run is not None and run.folder == folder:
            run.whose = replace(run.whose, title=title)
            self._say_whose()

    def say_origin(self, sentence: str) -> None:
        """Say that the document that is open, or its network, is not that of the run."""
        self._origin.setText(sentence)
        self._origin.setVisible(bool(sentence) and self._whose.isVisibleTo(self))

    def clear(self) -> None:
        """No run to show."""
        self._asked += 1
        self.trial = self._kept = None
        self._writing.stop()
        self._say(self.tr("No run is shown. Results are here once one is trained or chosen."))
        self._choose.show()

    def show_run(
        self, folder: Path, folds: FoldsFinished | None = None, more: MoreEpochs | None = None
    ) -> None:
        """Measure the run in ``folder`` and show it; what comes too late is dropped.

        ``folds`` is what came of the cross-validation that it belongs to; with ``more`` epochs it
        could be trained on.
        """
        self._asked += 1
        asked, self._across = self._asked, folds
        self.trial = self._kept = None
        self._falling.offer(more)
        self._writing.stop()
        self._say(self.tr("Measuring…"))
        self._jobs.do(
            lambda: self._open_run(folder),
            lambda trial: self._show(trial, asked),
            lambda failed: self._fail(failed.message, asked),
            topic="results",
        )

    def show_figures(self) -> None:
        """Turn to what was measured, whatever page was looked at last."""
        self._tabs.setCurrentIndex(MEASURED if self._across is None else FOLDS)

    def _fail(self, sentence: str, asked: int) -> None:
        if asked == self._asked:
            self._say(sentence)
            self._choose.show()

    def _say(self, words: str) -> None:
        self._told.setText(words)
        self._nothing.setVisible(bool(words))
        self._choose.hide()
        for part in (self._tabs, self._hint, self._whose, self._pages_place):
            part.setVisible(not words)
        self._origin.setVisible(not words and bool(self._origin.text()))
        self._falling.setVisible(not words and self._falling.is_offered)
        self._kept_words.setVisible(not words and self._kept is not None)

    def _show_page(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        matrix = page == MEASURED and self.trial is not None and self.trial.evaluated.classes
        words = self.tr("Rows are the true classes. Click a cell to see its samples.")
        self._hint.setText(words if matrix else "")
        if page == ATTENTION:
            self._attention.read()
        self._say_whose()

    def stop(self) -> None:
        """End what is still being written."""
        self._writing.stop()

    def _say_whose(self) -> None:
        """Whose the figures are; the split only where what is looked at is of it."""
        run = self.trial or self._kept
        if run is None:
            return
        page = self._pages.currentIndex()
        own = page == WRITING or (page in {ASKING, ATTENTION} and not self._asking.is_of_split)
        words, more = run.whose.words(with_part=not own), run.whose.tip(with_part=not own)
        if page == FOLDS and self._across is not None:
            words = more = run.whose.of_folds(self._across.folds)
        self._whose.setText(visible(words))
        self._whose.setToolTip(tip(more))
        named_part = part_words("test" if run.whose.state == "finished" else "valid")
        self._tabs.setTabText(MEASURED, named_part[:1].upper() + named_part[1:])

    def _show(self, run: TrainedRun | KeptRun, asked: int) -> None:
        if asked != self._asked:  # another was asked for meanwhile, or none
            return
        self._measured.show_trial(run)
        if isinstance(run, KeptRun):
            self._kept = run
            self._kept_words.setText(visible_lines(run.words))
        else:
            self.trial = run
            self._attention.show_trial(run)
            self._asking.show_trial(run)
            self._writing.show_trial(run)
        trial = self.trial
        self._tabs.setTabVisible(ASKING, trial is not None)
        self._tabs.setTabVisible(WRITING, trial is not None and trial.writes)
        self._tabs.setTabVisible(ATTENTION, trial is not None and trial.attends)
        self._say("")
        self._tabs.setTabVisible(FOLDS, self._across is not None)
        self._tabs.updateGeometry()  # while it was hidden, nobody heard of more tabs
        if self._across is not None:
            self._folds.show_folds(self._across)
            self._tabs.setCurrentIndex(FOLDS)
        elif trial is None:
            self._tabs.setCurrentIndex(MEASURED)
        self._show_page(self._tabs.currentIndex())

    def _choose_cell(self, true: int, guess: int) -> None:
        if self.trial is not None:
            classes = self.trial.evaluated.classes
            cell = (classes[true], classes[guess])
            members = self.trial.swept.cells.get(cell, ())
            if members:
                self._asking.show_members(cell, members)
                self._tabs.setCurrentIndex(ASKING)

    def metrics(self) -> dict[str, float]:
        """The numbers as they are shown, with all digits."""
        return self._measured.metrics()
