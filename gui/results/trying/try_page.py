"""Trying a network: one sample after the other, changed by hand or taken from a file."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSize, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from engine.runs.events.event_types import Failed
from gui.jobs import Jobs
from gui.look.stylesheet import give_role
from gui.results.asked import Asked, AskedFile, Cell, HeldInput
from gui.results.trained_run import TrainedRun
from gui.results.trying.answer_saving import AnswerSaving, choose_files
from gui.results.trying.answer_view import AnswerView
from gui.results.trying.pad_part import DrawnField
from gui.results.trying.sample_form import SampleForm
from gui.widgets.brief import Brief
from gui.widgets.building_blocks import bring_into_view, button, label, wrapped
from gui.widgets.flowing import Flowing


def _pads(trial: TrainedRun) -> dict[str, DrawnField]:
    """How each field that can be drawn by hand is drawn."""

    def held(name: str, coverage: QImage) -> HeldInput:
        pixels = np.frombuffer(coverage.constBits(), dtype=np.uint8)
        rows = pixels.reshape(coverage.height(), coverage.bytesPerLine())[:, : coverage.width()]
        return trial.drawn(name, rows / 255)

    return {
        name: DrawnField(look.background, look.ink, partial(held, name))
        for name, look in trial.looks.items()
    }


Said = TypeVar("Said")
LOW = 112
"""Pixels that the sample and the answers have at least, where the panel has room for it."""
GAP, MOST = 24, 0.72
"""Pixels between the sample and the answers, and the share of the width that it takes at most."""
TOPIC = "asking"
"""Of the jobs here only the newest is answered."""


class _Side(QScrollArea):
    """Scrolls by itself, and asks for no more room than a low panel has.

    Else the sentence below it would be out of sight of the value that it is about.
    """

    wants_room = Signal()
    """What is inside may be of another width."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        self.setWidgetResizable(True)
        self.setWidget(inside)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), LOW)

    @property
    def wanted(self) -> int:
        """As wide as this nothing inside is cut off."""
        beside = self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()
        return self._inside.minimumSizeHint().width() + beside

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        handled = super().eventFilter(watched, event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.wants_room.emit()
        return handled


class TryPage(QWidget):
    """Walks through the test split. What the user changes is asked about at once."""

    shown = Signal(object)
    """Another sample is in the form: what it holds, by input."""
    origin_changed = Signal()
    """``is_of_split`` is another."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._jobs = jobs
        self._trial: TrainedRun | None = None
        self._members: Sequence[int] = ()
        self._file: AskedFile | None = None
        self._at = 0
        self.is_of_split = True
        """Whether the sample in the form is one of the split, and as it was."""
        self._entry, self._answers = SampleForm(), AnswerView()
        self._entry.changed.connect(self._ask_new)
        self._entry.file_chosen.connect(self._take_file)
        self._title = label("", "heading", "asking_title")
        self._which = label("", "muted", "which")
        self._told = wrapped("", "error", "asking_told")
        self._remarks = Brief("asking_remarks", "warn")
        self._sides = sides = QHBoxLayout()
        sides.setSpacing(GAP)
        self._held_side = _Side(self._entry)
        self._held_side.wants_room.connect(self._share)
        for side in (self._held_side, _Side(self._said_part())):
            sides.addWidget(side, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._walk_row())
        rows.addLayout(sides, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """What is tried has more than half where it needs that, and the answers have room left."""
        free = self.width() - GAP
        mine = max(free // 2, min(self._held_side.wanted, int(MOST * free)))
        for at, share in enumerate((mine, free - mine)):
            self._sides.setStretch(at, share)

    def _said_part(self) -> QWidget:
        """What is said of a sample: beside it, so that no message moves what is written in."""
        part = QWidget()
        rows = QVBoxLayout(part)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._told)
        rows.addWidget(self._remarks)
        rows.addWidget(self._answers, 1)
        return part

    def _walk_row(self) -> Flowing:
        self._choose = button(self.tr("Files…"), "ask_file", self._choose_files)
        self._saving = AnswerSaving(self._jobs, self._files)
        self._saving.said.connect(self._say_saved)
        back = self.tr("Back to the run's samples")
        self._all = button(back, "all_samples", self._show_all, "link")
        before = button(self.tr("Previous"), "previous", lambda: self.walk(-1))
        after = button(self.tr("Next"), "next", lambda: self.walk(1))
        words = (self._title, self._which, self._all)
        return Flowing((before, after, self._choose, self._saving, *words))

    def _files(self) -> Sequence[Path]:
        """The files whose samples are walked through."""
        return self._file.paths if self._file is not None else ()

    # ---- the test split ----

    def show_trial(self, trial: TrainedRun) -> None:
        """Walk through another run's test split, from its first sample."""
        self._trial = trial
        self._entry.show_fields(trial.fields, _pads(trial))
        self._choose.setVisible(len(trial.fields) == 1)
        self._saving.show_trial(trial)
        self._show_all()

    def _show_all(self) -> None:
        if self._trial is not None:
            self._show_members("", range(len(self._trial)))

    def show_members(self, cell: Cell, members: Sequence[int]) -> None:
        """Walk through the samples of one cell of the confusion matrix."""
        if members:
            self._show_members(self.tr("{0} taken for {1}").format(*cell), members)

    def _show_members(
        self, title: str, members: Sequence[int], file: AskedFile | None = None
    ) -> None:
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._all.setVisible(bool(title))
        self._members, self._file, self._at = members, file, 0
        self.walk(0)

    def walk(self, by: int) -> None:
        """Go on to a later sample, or back; behind the last comes the first."""
        trial, file = self._trial, self._file
        if trial is None or not self._members:
            return
        self._at = (self._at + by) % len(self._members)
        at = self._members[self._at]
        which = self.tr("sample {at} of {all}").format(at=self._at + 1, all=len(self._members))
        shown = file.samples[at] if file is not None else None
        of = shown.file if shown is not None and file is not None and len(file.paths) > 1 else ""
        place = shown.place if shown is not None else ""
        self._which.setText(" · ".join(one for one in (which, of, place) if one))
        self._say_origin(file is None)
        if file is not None:
            self._jobs.drop(TOPIC)
            self._show_asked(file.samples[at])
        else:
            self._do(lambda: trial.ask(at), self._show_asked)

    def _do(self, work: Callable[[], Said], show: Callable[[Said], None]) -> None:
        """Ask on a thread; an answer is dropped when another run is in view by then."""
        trial = self._trial

        def shown(said: Said) -> None:
            if trial is self._trial:
                show(said)

        def failed(why: Failed) -> None:
            if trial is self._trial:
                self._fail(why)

        self._jobs.do(work, shown, failed, topic=TOPIC)

    def _say_origin(self, is_of_split: bool) -> None:
        if is_of_split != self.is_of_split:
            self.is_of_split = is_of_split
            self.origin_changed.emit()

    # ---- new samples ----

    def _ask_new(self) -> None:
        """Ask about what the form holds now."""
        trial, held = self._trial, self._entry.held()
        if trial is None:
            return
        self._say_origin(False)
        if self._entry.is_blank:  # what it would say of nothing is no answer
            self._jobs.drop(TOPIC)
            self._which.setText(self.tr("nothing drawn yet"))
            self._say("", "warn")
            self._answers.show_answers(())
        else:
            self._which.setText(self.tr("changed by hand"))
            self._do(lambda: trial.ask_new(held), self._show_answers)

    def _take_file(self, name: str, path: Path) -> None:
        """Let one of several inputs hold what is in a file."""
        trial, held = self._trial, self._entry.held()
        if trial is None:
            return

        def asked() -> Asked:
            return trial.ask_new({**held, name: trial.held_in(name, path)})

        self._say_origin(False)
        self._which.setText(path.name)
        self._do(asked, self._show_asked)

    def _choose_files(self) -> None:
        choose_files(self, self.tr("New samples"), self.ask_files)

    def ask_files(self, paths: Sequence[Path]) -> None:
        """Say what the network thinks of the samples in files, or in those of a folder."""
        trial = self._trial
        if trial is not None and len(trial.fields) == 1:
            self._do(lambda: trial.ask_files(paths), self._show_file)

    def _show_file(self, file: AskedFile) -> None:
        if not file.samples:
            none = self.tr("There are no files. Choose others.")
            self._refuse(" ".join([*(file.problems or [none])[:1], *self._left_out(file)]))
            return
        several = self.tr("{count} files").format(count=f"{len(file.paths):,}")
        title = file.paths[0].name if len(file.paths) == 1 else several
        self._show_members(title, range(len(file.samples)), file)
        first = file.samples[0]
        if (told := self._about(file)) and not first.problem:
            self._say(" ".join([*told, *first.notes]), "warn", first.notices)
        elif told:
            self._say(" ".join([first.problem, *told]), "error")

    def _about(self, file: AskedFile) -> list[str]:
        """What is to be known of files that were chosen, beside their samples."""
        told = []
        if file.problems:
            broken = self.tr("{count} of the files cannot be read. {first}")
            told.append(broken.format(count=f"{len(file.problems):,}", first=file.problems[0]))
        if file.shown < len(file.paths):
            first = self.tr(
                "Only the first {shown} of {all} files are shown; all of them are saved."
            )
            told.append(first.format(shown=f"{file.shown:,}", all=f"{len(file.paths):,}"))
        return [*told, *self._left_out(file)]

    def _left_out(self, file: AskedFile) -> list[str]:
        if not file.left_out:
            return []
        told = self.tr("Left out: {count}. {first}")
        return [told.format(count=f"{len(file.left_out):,}", first=file.left_out[0])]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        alone = self._trial is not None and len(self._trial.fields) == 1
        if alone and _files_in(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = _files_in(event)
        if paths:
            event.acceptProposedAction()
            self.ask_files(paths)

    # ---- what is shown ----

    def held(self) -> dict[str, HeldInput]:
        """The sample in the form."""
        return self._entry.held()

    def _show_asked(self, asked: Asked) -> None:
        self._entry.show_held(asked.held)
        self._show_answers(asked)

    def _show_answers(self, asked: Asked) -> None:
        """What is said of a sample that the form holds already."""
        if asked.problem:
            self._refuse(asked.problem, asked.notices)
            return
        self._say(" ".join(asked.notes), "warn", asked.notices)
        self._answers.show_answers(asked.answers)
        self.shown.emit(asked.held)

    def _fail(self, failed: Failed) -> None:
        self._refuse(failed.message)

    def _refuse(self, why: str, remarks: Sequence[str] = ()) -> None:
        self._say(why, "error", remarks)
        self._answers.show_answers(())

    def _say_saved(self, sentence: str, role: str, remarks: Sequence[str]) -> None:
        """Say what has come of a button far above the sentence, where it is seen."""
        self._say(sentence, role, remarks)
        bring_into_view(self._told)

    def _say(self, sentence: str, role: str, remarks: Sequence[str] = ()) -> None:
        self._told.setText(sentence)
        self._told.setVisible(bool(sentence))
        give_role(self._told, role)
        if sentence and not self.is_of_split:  # what the user did is beside it: both are to be seen
            bring_into_view(self._told)
        self._remarks.say(remarks)


def _files_in(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls] if all(u.isLocalFile() for u in urls) else []
