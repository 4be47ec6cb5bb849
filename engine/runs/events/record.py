"""What a run has said so far, kept as curves that can be drawn at any time."""

import math
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.runs.events.event_types import (
    HELD_OUT,
    Continued,
    EpochEnded,
    Failed,
    Finished,
    FoldBegan,
    FoldsFinished,
    Metrics,
    Paused,
    Progress,
    Started,
    Stopped,
    TrainingEvent,
)

Floats = NDArray[np.float64]
LOSS = "loss"
MOST_EPOCHS = 1_000_000
"""As many as a plan can have."""
SHORT, FEWEST = 25, 5
"""The smoothed line forgets what lies farther back than such a part of the run, or than so many
steps where that is more."""


class GrowingCurve:
    """Points that are added at the end and read as two arrays without a copy."""

    def __init__(self) -> None:
        self._points = np.empty((2, 256))
        self._count = 0
        self.changes = 0
        """Grows with every change, so that whoever draws it knows what is new."""

    def __len__(self) -> int:
        return self._count

    @property
    def x(self) -> Floats:
        """Where the points lie, in epochs, rising."""
        return self._points[0, : self._count]

    @property
    def y(self) -> Floats:
        """Their values."""
        return self._points[1, : self._count]

    def add(self, x: float, y: float) -> None:
        """One more point, right of all others."""
        if self._count == self._points.shape[1]:
            self._points = np.concatenate([self._points, np.empty_like(self._points)], axis=1)
        self._points[:, self._count] = x, y
        self._count += 1
        self.changes += 1

    def cut(self, x: float) -> None:
        """Forget what lies right of ``x``."""
        self._count = int(np.searchsorted(self.x, x, side="right"))
        self.changes += 1


class Smoothed:
    """A running mean that forgets slowly; a constant comes out exactly as it goes in.

    Exponential weights that add up to one from the first value on, as in Adam's correction
    (Kingma and Ba, arXiv 1412.6980, section 3).
    """

    def __init__(self, memory: float) -> None:
        self._keep = 1 - 1 / max(memory, 1.0)
        self._first: float | None = None
        self._sum = self._weight = 0.0

    def next(self, value: float) -> float:
        """The mean after ``value``."""
        if self._first is None:
            self._first = value
        self._sum = self._keep * self._sum + (value - self._first)
        self._weight = self._keep * self._weight + 1
        return self._first + self._sum / self._weight


class StepLosses:
    """One loss of every step, as it was and smoothed."""

    def __init__(self) -> None:
        self.raw, self.smooth = GrowingCurve(), GrowingCurve()
        self.not_finite: list[float] = []
        """Where it was no finite number."""
        self._smoothed = Smoothed(1)

    def begin(self, reached: float, steps_per_epoch: int, memory: float) -> None:
        """Go on from a place, in epochs, and smooth over ``memory`` steps from there."""
        for curve in (self.raw, self.smooth):
            curve.cut(reached)
        self.not_finite = [x for x in self.not_finite if x <= reached]
        self._smoothed = Smoothed(memory)
        for value in self.raw.y[-steps_per_epoch:]:
            self._smoothed.next(float(value))

    def add(self, x: float, loss: float) -> None:
        """That of one more step."""
        if math.isfinite(loss):
            self.raw.add(x, loss)
            self.smooth.add(x, self._smoothed.next(loss))
        else:
            self.not_finite.append(x)


class State(StrEnum):
    """Where the run in the window stands."""

    EMPTY = "empty"
    STARTING = "starting"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"

    @property
    def is_live(self) -> bool:
        """Whether a thread is at work on it."""
        return self not in {State.EMPTY, State.STOPPED, State.FINISHED, State.FAILED}


class MoreEpochs(NamedTuple):
    """A run is proposed to go on."""

    further: int
    in_all: int


class RunRecord:
    """All that one run has told; ``version`` grows with every event, so views see what is new."""

    def __init__(self) -> None:
        self.version = 0
        self.state = State.EMPTY
        self.started: Started | None = None
        self.progress: Progress | None = None
        self.finished: Finished | None = None
        self.failed: Failed | None = None
        self.fold: FoldBegan | None = None
        """Which part of a cross-validation this is, if it is one."""
        self.folds: FoldsFinished | None = None
        """What came of the whole cross-validation, once all folds are done."""
        self.run = ""
        self.title = ""
        """What the run is called."""
        self.epoch = 0
        """The epoch under way, counted from 1."""
        self.whole_epochs = 0
        """How many are done, as in the list of runs."""
        self.best: int | None = None
        self.steps = {LOSS: StepLosses()}
        """The losses of every step by name; the first is the one that is drawn first."""
        self.train: dict[str, GrowingCurve] = {}
        self.valid: dict[str, GrowingCurve] = {}

    @property
    def leading(self) -> str:
        """The loss that is drawn first."""
        return next(iter(self.steps))

    @property
    def losses(self) -> GrowingCurve:
        """It after every step."""
        return self.steps[self.leading].raw

    @property
    def smooth(self) -> GrowingCurve:
        """The same, smoothed."""
        return self.steps[self.leading].smooth

    @property
    def not_finite(self) -> list[float]:
        """Where it was no finite number."""
        return self.steps[self.leading].not_finite

    @property
    def further(self) -> tuple[str, ...]:
        """The other losses of every step, where a step has several."""
        return tuple(self.steps)[1:]

    @property
    def epochs(self) -> int:
        """How many epochs are planned; 0 before the run has begun."""
        return self.started.epochs if self.started else 0

    @property
    def held_out(self) -> tuple[str, ...]:
        """The parts with samples of their own."""
        return self.started.held_out if self.started else HELD_OUT

    @property
    def can_go_on(self) -> bool:
        """Whether resuming makes sense; a run that broke at a node would break there again."""
        broke = self.failed is not None and self.failed.node is not None
        return self.state is State.STOPPED or (self.state is State.FAILED and not broke)

    @property
    def more(self) -> MoreEpochs | None:
        """As many epochs again are proposed where the loss was still falling."""
        alone = self.fold is None and self.state is State.FINISHED
        falls = alone and self.finished is not None and self.finished.falls
        in_all = min(2 * self.epochs, MOST_EPOCHS)
        further = in_all - self.epochs
        return MoreEpochs(further, in_all) if falls and further else None

    @property
    def done(self) -> float:
        """The share of the run that is done, from 0 to 1."""
        if self.state is State.FINISHED:
            return 1.0
        done = self.progress.step / self.progress.steps if self.progress else 0.0
        return (self.fold.fold - 1 + done) / self.fold.folds if self.fold else done

    @property
    def remaining(self) -> float | None:
        """About how many seconds are left, of all folds where there are some; None if unknown."""
        if self.progress is None:
            return None
        ahead = self.fold.folds - self.fold.fold if self.fold else 0
        left = self.progress.steps - self.progress.step
        if ahead and not left:
            return None
        of_this = self.progress.remaining
        return of_this + (of_this / left * self.progress.steps * ahead if ahead else 0)

    @property
    def metrics(self) -> tuple[str, ...]:
        """What was measured besides the loss, the most telling one first."""
        names = [name for name in {**self.valid, **self.train} if not _is_loss(name)]
        return tuple(sorted(names, key=_telling))

    def tell(self, event: TrainingEvent) -> None:  # noqa: C901  # one case per event is the point
        """Take in what the run says next."""
        self.version += 1
        match event:
            case Started():
                self._begin(event)
            case Progress():
                self._go_on(event)
            case EpochEnded():
                self._end_epoch(event)
            case Paused():
                self.state = State.PAUSED if self.state is not State.STOPPING else self.state
            case Continued() if self.started is None:  # it was paused while it read its data
                self.state = State.STARTING if self.state is State.PAUSED else self.state
            case Continued():
                self._run_on()
            case Finished():
                self.state, self.finished = State.FINISHED, event
                self.best = event.best_epoch or self.best
            case Stopped():
                self.state = State.STOPPED
            case FoldBegan():
                self.fold = event
            case FoldsFinished():
                self.state, self.folds = State.FINISHED, event
            case Failed():
                self.state, self.failed = State.FAILED, event
                self.run = event.run or self.run

    def wish(self, state: State) -> None:
        """The user wants the run to be in ``state``, and it has not said so yet."""
        self.version += 1
        self.state = state

    def _begin(self, event: Started) -> None:
        """Also after a kill: what was done after the last checkpoint is done again."""
        self._run_on()
        # What was said when it first began, such as whose weights it starts from, still holds.
        before = self.started.notices if self.started and self.run == event.run else ()
        notices = tuple(dict.fromkeys((*event.notices, *before)))
        self.run, self.started = event.run, replace(event, notices=notices)
        self.finished, self.failed = None, None
        self.epoch, self.whole_epochs = min(event.epoch + 1, event.epochs), event.epoch
        reached = event.step / max(event.steps_per_epoch, 1)
        for curve in (*self.train.values(), *self.valid.values()):
            curve.cut(event.epoch)
        if self.best is not None and self.best > event.epoch:
            self.best = None
        # Half an epoch, but in short runs less, or the line would hang above a loss that falls.
        half = event.steps_per_epoch / 2
        part = event.steps_per_epoch * event.epochs / SHORT
        memory = min(half, max(part, FEWEST))
        self.steps = {name: self.steps.get(name, StepLosses()) for name in event.step_losses}
        for losses in self.steps.values():
            losses.begin(reached, event.steps_per_epoch, memory)

    def _go_on(self, event: Progress) -> None:
        self._run_on()
        self.progress, self.epoch = event, event.epoch
        per_epoch = max(self.started.steps_per_epoch, 1) if self.started else 1
        first = event.step - len(event.losses) + 1
        for name, told in {self.leading: event.losses, **event.further}.items():
            losses = self.steps.setdefault(name, StepLosses())
            for step, loss in enumerate(told, first):
                losses.add(step / per_epoch, loss)

    def _run_on(self) -> None:
        """What still comes from before a wish was heard does not take the wish back."""
        if self.state not in {State.PAUSING, State.STOPPING}:
            self.state = State.RUNNING

    def _end_epoch(self, event: EpochEnded) -> None:
        self.whole_epochs = event.epoch
        if event.best:
            self.best = event.epoch
        _add(self.train, event.epoch, event.train)
        _add(self.valid, event.epoch, event.valid)


def recorded(events: Iterable[TrainingEvent], title: str = "") -> RunRecord:
    """The record of all that was said by a run of that name; of a long run it takes a while."""
    record = RunRecord()
    record.title = title
    for event in events:
        record.tell(event)
    return record


def _add(curves: dict[str, GrowingCurve], epoch: int, metrics: Metrics) -> None:
    for name, value in metrics.items():
        if math.isfinite(value):
            curves.setdefault(name, GrowingCurve()).add(epoch, value)


def _is_loss(name: str) -> bool:
    return name.rpartition("/")[2] == LOSS


_TELLING = ("accuracy", "mae", "r2", "f1", "roc_auc")


def _telling(name: str) -> tuple[int, str]:
    metric = name.rpartition("/")[2]
    return (_TELLING.index(metric) if metric in _TELLING else len(_TELLING), name)


def envelope(x: Floats, y: Floats, pieces: int) -> tuple[Floats, Floats]:
    """At most two points for each of ``pieces`` stretches, the lowest and the highest of it.

    Nothing is left out that could be seen: every stretch keeps its extremes, the last one too.
    """
    if len(x) <= 2 * pieces:
        return x, y
    starts = np.linspace(0, len(x), pieces, endpoint=False).astype(np.intp)
    extremes = np.stack([np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)], axis=1)
    return np.repeat(x[starts], 2), extremes.reshape(-1)
