"""The run as it happens: where it stands, how long it takes, and its curves."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QProgressBar,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from engine.runs.events.record import LOSS, RunRecord, State, StepLosses
from graphs.wording.phrases import phrase
from gui.live_run import LiveRun
from gui.whose import short_part
from gui.widgets.brief import Brief
from gui.widgets.building_blocks import button, label, named, tip, wrapped
from gui.widgets.elided import Elided, ElidedBox
from gui.widgets.falling import FallingLoss
from gui.widgets.metric_names import figure, metric_words
from gui.widgets.rhythm import Rhythm

if TYPE_CHECKING:
    from gui.plots.run_plot import Plot, PlotLines

PLOT = 108
"""Pixels that the curves are high at least; with less room the panel scrolls."""
STEPS = 1000
"""How finely the bar shows the share that is done."""


class TrainingView(QWidget):
    """Shows ``training.record``. What the user asks for goes to the window as signals."""

    train_asked = Signal()
    resume_asked = Signal()
    results_asked = Signal()
    runs_asked = Signal()
    node_asked = Signal(str)
    train_on_asked = Signal(int)
    """The run in view is to have so many epochs in all."""

    def __init__(self, training: LiveRun) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._training = training
        self._plots: tuple[Plot, Plot] | None = None
        self._drawn = (RunRecord(), -1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._rhythm = Rhythm()
        self._timer.setInterval(self._rhythm.milliseconds)
        self._timer.timeout.connect(self._draw)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty_page())
        self._pages.addWidget(self._run_page())
        training.heard.connect(self._hear)
        training.state_changed.connect(self._show_state)
        self._show_state()

    # ---- what it is made of ----

    def _empty_page(self) -> QWidget:
        page = QWidget()
        words = label(self.tr("No run is shown. Train the network, or show a past run."), "muted")
        train = button(self.tr("Train"), "train_first", self.train_asked.emit, "primary")
        past = button(self.tr("Choose a run"), "choose_past_run", self.runs_asked.emit)
        rows = QVBoxLayout(page)
        rows.addStretch()
        rows.addWidget(words, alignment=Qt.AlignmentFlag.AlignHCenter)
        rows.addWidget(train, alignment=Qt.AlignmentFlag.AlignHCenter)
        rows.addWidget(past, alignment=Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch()
        return page

    def _run_page(self) -> QWidget:
        page = QWidget()
        self._notices = Brief("run_notices", "warn")
        self._origin = named(Elided(""), "origin", "muted")
        self._falling = FallingLoss("train_on")
        self._falling.train_on_asked.connect(self.train_on_asked)
        self._bar = named(QProgressBar(), "progress")
        self._bar.setMaximum(STEPS)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._curves = QHBoxLayout()
        self._curves.setSpacing(10)
        rows = QVBoxLayout(page)
        rows.setContentsMargins(16, 8, 16, 12)
        rows.setSpacing(8)
        rows.addLayout(self._header())
        rows.addWidget(self._bar)
        rows.addLayout(self._failure_row())
        rows.addWidget(self._falling)
        rows.addWidget(self._origin)
        rows.addLayout(self._curves, 1)
        rows.addWidget(self._notices)  # below, so that the curves stay where they are
        return page

    def _header(self) -> QHBoxLayout:
        self._state = label("", "heading", "state")
        self._numbers = named(Elided(""), "numbers", "muted")
        self._numbers.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._metric = named(ElidedBox(), "metric")
        self._metric.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._metric.hide()
        self._metric.activated.connect(self._draw)
        self._pause = button(self.tr("Pause"), "pause", self._training.pause)
        self._proceed = button(self.tr("Go on"), "proceed", self._training.proceed)
        self._stop = button(self.tr("Stop"), "stop", self._training.stop)
        self._resume = button(self.tr("Resume"), "resume", self.resume_asked.emit)
        self._see = button(self.tr("See results"), "see_results", self.results_asked.emit)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._state)
        row.addSpacing(6)
        row.addWidget(self._numbers, 1)
        states = (self._pause, self._proceed, self._stop, self._resume, self._see)
        for widget in (self._metric, *states):
            row.addWidget(widget)
        return row

    def _failure_row(self) -> QHBoxLayout:
        self._failure = wrapped("", "error", "failure")
        self._show_node = button(self.tr("Show node"), "show_node", self._ask_for_node, "link")
        row = QHBoxLayout()
        row.addWidget(self._failure, 1)
        row.addWidget(self._show_node)
        return row

    # ---- what it shows ----

    def _hear(self) -> None:
        """Draw soon, unless that is to happen anyway or nobody sees it."""
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._hear()

    def _show_state(self) -> None:
        state = self._training.record.state
        self._pages.setCurrentIndex(0 if state is State.EMPTY else 1)
        self._state.setText(self._state_words(state))
        self._state.setProperty("state", "" if state is State.EMPTY else state.value)
        self._pause.setVisible(state in {State.STARTING, State.RUNNING})
        self._pause.setEnabled(state in {State.STARTING, State.RUNNING})
        self._proceed.setVisible(state in {State.PAUSED, State.PAUSING})
        self._stop.setVisible(state.is_live)
        self._stop.setEnabled(state is not State.STOPPING)
        over = not self._training.is_live and bool(self._training.record.run)
        self._resume.setVisible(over and self._training.record.can_go_on)
        if not state.is_live:
            self._draw()  # the end is shown at once
        self._see.setVisible(over and state in {State.FINISHED, State.STOPPED})
        self._falling.offer(self._training.record.more if over else None)
        self._show_words()

    def _show_words(self) -> None:
        record = self._training.record
        numbers = " · ".join(self._number_words(record))
        self._numbers.setText(numbers)
        self._numbers.setToolTip(tip(f"{numbers}\n{record.run}".strip()))
        self._bar.setValue(round(record.done * STEPS))
        self._origin.setText(self._training.origin)
        self._origin.setToolTip(tip(self._training.origin))
        self._origin.setVisible(bool(self._training.origin))
        failed = record.failed
        self._failure.setText(failed.message if failed else "")
        self._failure.setToolTip(tip(failed.details) if failed else "")
        self._failure.setVisible(failed is not None)
        self._show_node.setVisible(failed is not None and failed.node is not None)
        notices = record.started.notices if record.started is not None else ()
        self._notices.say(notices)

    def _draw(self) -> None:
        record = self._training.record
        self._timer.setInterval(self._rhythm.beat())
        if not self.isVisible() or self._pages.currentIndex() == 0:
            return
        self._show_words()
        loss, metric = self._plots or self._make_plots()
        self._offer((*record.metrics, *record.further))
        chosen = self._metric.currentData() or ""
        from gui.plots.run_plot import PlotLines

        for plot in (loss, metric):
            plot.show_part(short_part("valid", record.held_out))
        loss.show_title(metric_words(record.leading))
        loss.show_lines(_of_loss(record, record.leading, record.steps[record.leading]))
        metric.setVisible(bool(chosen))
        metric.show_title(metric_words(chosen))
        metric.show_lines(
            _of_loss(record, chosen, record.steps[chosen])
            if chosen in record.further
            else PlotLines(
                training=record.train.get(chosen),
                valid=record.valid.get(chosen),
                best=record.best,
                epochs=record.epochs,
            )
        )

    def _make_plots(self) -> "tuple[Plot, Plot]":
        """Late, because importing the plots takes longer than showing the window."""
        from gui.plots.run_plot import Plot

        self._plots = Plot(metric_words(LOSS)), Plot("")
        for plot in self._plots:
            plot.setMinimumHeight(PLOT)
            self._curves.addWidget(plot, 1)
        return self._plots

    def _offer(self, names: tuple[str, ...]) -> None:
        if names != tuple(self._metric.itemData(i) for i in range(self._metric.count())):
            chosen = self._metric.currentData()
            self._metric.clear()
            for name in names:
                self._metric.addItem(metric_words(name), name)
            self._metric.setCurrentIndex(max(self._metric.findData(chosen), 0))
        self._metric.setVisible(len(names) > 1)

    def _ask_for_node(self) -> None:
        failed = self._training.record.failed
        if failed is not None and failed.node is not None:
            self.node_asked.emit(failed.node)

    # ---- words ----

    def _state_words(self, state: State) -> str:
        return {
            State.EMPTY: "",
            State.STARTING: self.tr("Starting"),
            State.RUNNING: self.tr("Training"),
            State.PAUSING: self.tr("Pausing"),
            State.PAUSED: self.tr("Paused"),
            State.STOPPING: self.tr("Stopping"),
            State.STOPPED: self.tr("Stopped"),
            State.FINISHED: self.tr("Finished"),
            State.FAILED: self.tr("Failed"),
        }[state]

    def _epoch_words(self, record: RunRecord) -> str:
        """Which epoch is under way, and afterwards how many are done, as the list of runs says."""
        if record.state.is_live:
            return self.tr("epoch {at} of {all}").format(at=record.epoch, all=record.epochs)
        done = self.tr("{done} of {all} epochs")
        return done.format(done=record.whole_epochs, all=record.epochs)

    def _pace_words(self, record: RunRecord) -> list[str]:
        if record.progress is None or record.state is not State.RUNNING:
            return []
        speed = f"{record.progress.samples_per_second:,.0f}"
        words = [self.tr("{speed} samples/s").format(speed=speed)]
        if (remaining := record.remaining) is not None:
            words.append(self.tr("{time} left").format(time=duration(remaining)))
        return words

    def _number_words(self, record: RunRecord) -> list[str]:
        place = record.fold.run if record.fold is not None else record.run
        called = record.title or run_name(place)  # one that failed early has not said its place
        words = [called] if called else []
        if record.fold is not None:
            fold = self.tr("fold {at} of {all}")
            told = fold.format(at=record.fold.fold, all=record.fold.folds)
            words += [] if told in record.title else [told]
        if record.started is not None and record.folds is None:
            words.append(self._epoch_words(record))
        words += self._pace_words(record)
        if record.folds is not None:
            for name in (*record.metrics[:1], record.leading):
                if name not in record.folds.test:
                    continue
                mean, spread = record.folds.test[name], record.folds.spread[name]
                told = self.tr("{name} {mean:.4g} ± {spread:.2g} (test, all {folds} folds)")
                of_all = {"mean": mean, "spread": spread, "folds": record.folds.folds}
                words.append(told.format(name=metric_words(name), **of_all))
        elif record.finished is not None:
            words.append(duration(record.finished.seconds))
            for name in (*record.metrics[:1], record.leading):
                if name in record.finished.test:
                    value = figure(record.finished.test[name])
                    told = self.tr("{name} {value} ({part})")
                    part = short_part("test", record.held_out)
                    words.append(told.format(name=metric_words(name), value=value, part=part))
        return words


def _of_loss(record: RunRecord, name: str, losses: StepLosses) -> "PlotLines":
    """A loss of every step, smoothed, and what it was on the validation split."""
    from gui.plots.run_plot import PlotLines

    return PlotLines(
        losses.raw,
        losses.smooth,
        record.valid.get(name),
        losses.not_finite,
        record.best,
        record.epochs,
    )


def run_name(folder: str) -> str:
    """What a run is called, without the time and the id that its folder begins with."""
    name = Path(folder.replace("\\", "/")).name
    return re.sub(r"^\d{8}-\d{6}-[0-9a-f]{8}-(?=.)", "", name)


def duration(seconds: float) -> str:
    """A time as people say it: ``12 s``, ``3 min``, ``1 h 05 min``."""
    whole = max(round(seconds), 0)
    if whole < 90:
        return phrase("{seconds} s", seconds=whole)
    minutes = round(whole / 60)
    if minutes < 90:
        return phrase("{minutes} min", minutes=minutes)
    return phrase("{hours} h {minutes:02} min", hours=minutes // 60, minutes=minutes % 60)
