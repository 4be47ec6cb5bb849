"""The one run that this window trains: started, paused, stopped, and heard from."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine import torch_ready
from engine.controls import Controls
from engine.runs.events.event_types import Failed, Finished, FoldBegan
from engine.runs.events.record import RunRecord, State, recorded
from gui.jobs import Worker
from gui.whose import ShownRun

Prepare = Callable[[], Path]
"""Says in which folder the run lies, and sets it up first when it is new."""


@dataclass(frozen=True, slots=True)
class Past:
    """What a run said before it goes on."""

    folder: Path
    record: RunRecord = field(default_factory=RunRecord)
    whole: Path | None = None
    """The folder of the cross-validation that it belongs to."""


def told_by(prepare: Prepare, controls: Controls) -> Iterator[object]:
    """The past of a run, then what it says from now on. torch is imported here, on the thread.

    Of a cross-validation each fold has its past; only the end of them all is told as an end.
    """
    torch_ready.load()
    from engine.runs import Run
    from engine.training import folding
    from engine.training.loop import train

    folder = prepare()
    if not folding.is_folds(folder):
        run = Run.open(folder)
        yield Past(folder, recorded(run.events(), run.title))
        yield from train(folder, controls)
        return
    for event in folding.train(folder, controls):
        match event:
            case FoldBegan():
                place = Path(event.fold_run)
                run = Run.open(place)
                record = recorded(run.events(), run.title)
                record.tell(event)
                yield Past(place, record, folder)
            case Finished():
                pass
            case _:
                yield event


class LiveRun(QObject):
    """Views look at ``record``; it stays after the run is over and after views were closed."""

    heard = Signal()
    """Something was said, or a wish was expressed: ``record`` is new."""
    state_changed = Signal()
    shown_changed = Signal(object)
    """Another run is in view, or the same at another time: a ``ShownRun``. Results follow this."""
    origin_changed = Signal(str)
    not_begun = Signal(object)
    """A run failed before it was there; the one that was in view before is in view again."""

    def __init__(
        self,
        tell: Callable[[Prepare, Controls], Iterable[object]] = told_by,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.record = RunRecord()
        self.folder: Path | None = None
        self.shown = ShownRun()
        self.origin = ""
        """Of which other document the run in view is, as a sentence; empty for the open one."""
        self._before: tuple[RunRecord, Path | None] = (self.record, None)
        self.whole: Path | None = None
        """What is gone on with: the run, or the cross-validation that it is a fold of."""
        self._tell = tell
        self._controls = Controls()
        self._worker: Worker | None = None

    @property
    def is_live(self) -> bool:
        """Whether a thread is at work, even if its run has said its last word."""
        return self._worker is not None

    def start(self, prepare: Prepare) -> None:
        """Train a run, from its beginning or from where it was left."""
        assert not self.is_live
        controls, tell = Controls(), self._tell
        self._before = (self.record, self.folder)
        self._controls = controls
        self._worker = Worker(lambda: tell(prepare, controls), self)
        self._worker.told.connect(self._hear)
        self._worker.finished.connect(self._end)
        self.show(RunRecord())
        self._wish(State.STARTING)
        self._worker.start()

    def show(self, record: RunRecord, folder: Path | None = None) -> None:
        """Look at another run."""
        self.record, self.folder = record, folder
        self.whole = Path(record.fold.run) if record.fold is not None else folder
        self._announce()
        self.say_origin("")
        self.state_changed.emit()

    def forget(self, folder: Path) -> None:
        """A run was deleted; if it was in view, none is."""
        if not self.is_live and self.folder is not None and folder in (self.folder, self.whole):
            self.show(RunRecord())

    def retitle(self, folder: Path, title: str) -> None:
        """A run has another name."""
        if folder == self.folder:
            self.record.title = title
            self.shown = replace(self.shown, title=title)
            self.heard.emit()

    def _announce(self) -> None:
        moment = self.shown.moment + 1
        self.shown = ShownRun(self.folder, self.record.title, self.is_live, moment)
        self.shown_changed.emit(self.shown)

    def say_origin(self, sentence: str) -> None:
        """Another document is open than the one the run in view is of, or the same one again."""
        self.origin = sentence
        self.origin_changed.emit(sentence)
        self.heard.emit()

    def pause(self) -> None:
        """Hold the run between two steps."""
        if self.record.state in {State.STARTING, State.RUNNING}:
            self._controls.pause()
            self._wish(State.PAUSING)

    def proceed(self) -> None:
        """Let a paused run go on."""
        if self.record.state in {State.PAUSED, State.PAUSING}:
            self._controls.proceed()
            self._wish(State.RUNNING)

    def stop(self) -> None:
        """End the run between two steps; it can be resumed."""
        if self.is_live and self.record.state.is_live:
            self._controls.stop()
            self._wish(State.STOPPING)

    def wait(self, milliseconds: int) -> bool:
        """Whether the thread is gone, after waiting for it at most so long."""
        return self._worker is None or self._worker.wait(milliseconds)

    def _wish(self, state: State) -> None:
        self.record.wish(state)
        self.heard.emit()
        self.state_changed.emit()

    def _hear(self, told: object) -> None:
        before = self.record.state
        match told:
            case Past(folder, record, whole):
                self.folder, self.record, self.whole = folder, record, whole or folder
                self.record.wish(before)
                self._announce()
            case _:
                self.record.tell(told)  # type: ignore[arg-type]  # a Qt signal carries objects
        self.heard.emit()
        if self.record.state is not before:
            self.state_changed.emit()

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        assert worker is not None
        worker.wait()
        worker.deleteLater()
        if self.record.state.is_live:
            self._hear(Failed(self.tr("The training ended without saying why.")))
        failed, (record, folder) = self.record.failed, self._before
        if self.folder is None and failed is not None and record.state is not State.EMPTY:
            self.show(record, folder)
            self.not_begun.emit(failed)
        else:
            self._announce()
            self.state_changed.emit()
