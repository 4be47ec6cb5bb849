"""Letting a language model write: it goes on with a text, and each token is seen as it comes."""

from collections.abc import Callable, Iterator
from functools import partial
from threading import Event

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QHideEvent, QTextCursor
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from engine.runs.events.event_types import Failed
from gui.forms.editor import NoWheel
from gui.jobs import Jobs
from gui.look.stylesheet import give_role
from gui.results.asked import PromptRead, Wish
from gui.results.trained_run import TrainedRun
from gui.widgets.building_blocks import button, label, named, take_turns, wrapped

MOST_TOKENS = 10_000
WARMEST = 5.0
LARGEST_SEED = 2**31 - 1
FORM = 248
"""Width of the settings, in pixels."""


class TextGeneration(QWidget):
    """A prompt and how to draw to the left, the text that grows to the right."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._trial: TrainedRun | None = None
        self._stop = Event()
        self._busy = False
        self._prompt = named(QPlainTextEdit(), "prompt")
        self._prompt.setAccessibleName(self.tr("Prompt"))
        self._prompt.setPlaceholderText(self.tr("Where the text begins"))
        self._prompt.setTabChangesFocus(True)
        self._text = named(QPlainTextEdit(), "written")
        self._text.setAccessibleName(self.tr("What is written"))
        self._text.setReadOnly(True)
        self._told = wrapped("", "error", "writing_told")
        self._told.hide()
        left = QWidget()
        left.setFixedWidth(FORM)
        rows = QVBoxLayout(left)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._prompt, 1)
        rows.addLayout(self._buttons())  # in sight however low the panel is
        rows.addLayout(self._form())
        right = QVBoxLayout()
        right.addWidget(self._told)
        right.addWidget(self._text, 1)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(16)
        columns.addWidget(left)
        columns.addLayout(right, 1)
        self._show_state()

    def _form(self) -> QFormLayout:
        self._length = named(QSpinBox(), "length")
        self._length.setRange(1, MOST_TOKENS)
        self._length.setValue(300)
        self._length.setSuffix(self.tr(" tokens"))
        self._warmth = named(QDoubleSpinBox(), "temperature")
        self._warmth.setRange(0.0, WARMEST)
        self._warmth.setSingleStep(0.1)
        self._warmth.setValue(0.8)
        self._warmth.setToolTip(
            self.tr(
                "Below 1 likely tokens are preferred, above 1 all become alike; 0 takes the "
                "likeliest."
            )
        )
        self._seed = named(QSpinBox(), "seed")
        self._seed.setRange(0, LARGEST_SEED)
        self._seed.setToolTip(self.tr("The same prompt and seed give the same text."))
        for number in (self._length, self._warmth, self._seed):
            number.installEventFilter(NoWheel(number))
            number.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        rows = QFormLayout()
        rows.setVerticalSpacing(4)
        rows.addRow(label(self.tr("Length"), "muted"), self._length)
        rows.addRow(label(self.tr("Temperature"), "muted"), self._warmth)
        rows.addRow(label(self.tr("Seed"), "muted"), self._seed)
        return rows

    def _buttons(self) -> QHBoxLayout:
        self._begin = button(self.tr("Write"), "write", self.write, "primary")
        self._end = button(self.tr("Stop"), "stop_writing", self.stop)
        self._copy = button(self.tr("Copy"), "copy_written", self._copy_text)
        row = QHBoxLayout()
        self._copy.setEnabled(False)
        self._text.textChanged.connect(self._allow_copy)
        for each in (self._begin, self._end, self._copy):
            row.addWidget(each)
        row.addStretch()
        return row

    # ---- what is written ----

    def show_trial(self, trial: TrainedRun) -> None:
        """Let another network write; the prompt is the beginning of a sample it was tested on."""
        self.stop()
        self._trial = trial
        self._text.clear()
        self._say("")
        self._prompt.setPlainText(trial.prompt)

    def write(self) -> None:
        """Begin a text."""
        if self._trial is None or self._busy:
            return
        wish = Wish(
            self._prompt.toPlainText(),
            self._length.value(),
            self._warmth.value(),
            self._seed.value(),
        )
        self._stop = Event()
        self._busy = True
        self._say("")
        self._text.setPlainText(wish.prompt)
        self._text.moveCursor(QTextCursor.MoveOperation.End)
        written = _written(self._trial, wish, self._stop)
        hear = partial(self._hear, self._trial)
        self._jobs.follow(written, hear, partial(self._fail, self._trial), self._over)
        self._show_state()

    def stop(self) -> None:
        """End the text before its next token."""
        self._stop.set()

    def _hear(self, trial: TrainedRun, told: PromptRead | str) -> None:
        if trial is not self._trial:  # another run is in view by now
            return
        if isinstance(told, PromptRead):
            self._say(" ".join(told.notices), "warn")
            return
        cursor = self._text.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(told)
        self._text.ensureCursorVisible()

    def _over(self) -> None:
        self._busy = False
        self._show_state()

    def _fail(self, trial: TrainedRun, failed: Failed) -> None:
        if trial is self._trial:
            self._say(failed.message)

    def _say(self, sentence: str, role: str = "error") -> None:
        self._told.setText(sentence)
        self._told.setVisible(bool(sentence))
        give_role(self._told, role)

    def _show_state(self) -> None:
        gone, used = (self._begin, self._end) if self._busy else (self._end, self._begin)
        take_turns(gone, used)

    def _allow_copy(self) -> None:
        """Nothing that was written would empty the clipboard."""
        self._copy.setEnabled(not self._text.document().isEmpty())

    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.stop()  # nobody reads it


def _written(
    trial: TrainedRun, wish: Wish, stop: Event
) -> Callable[[], Iterator[PromptRead | str]]:
    return lambda: trial.written(wish, stop.is_set)
