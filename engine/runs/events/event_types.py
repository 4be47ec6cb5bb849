"""What a training run says while it works. All values are JSON values; times are in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

Metrics: TypeAlias = Mapping[str, float]
"""By name: ``loss``, ``accuracy``; with several outputs ``output/accuracy``."""

ONE_LOSS = ("loss",)
"""What the losses of a step are called where it has one."""
HELD_OUT = ("valid", "test")
"""The parts whose samples nothing is learned from, where the plan gives each a share."""


@dataclass(frozen=True, slots=True)
class Started:
    """The run begins or goes on. ``run`` is its folder; ``step`` and ``epoch`` are done."""

    run: str
    epochs: int
    steps_per_epoch: int
    device: str
    parameters: int
    epoch: int = 0
    step: int = 0
    notices: tuple[str, ...] = ()
    """What the user should know about this run, as sentences."""
    step_losses: tuple[str, ...] = ONE_LOSS
    """The losses of each step by name, the one that ``Progress.losses`` holds first."""
    held_out: tuple[str, ...] = HELD_OUT
    """The parts with samples of their own; what is measured of others is of training samples."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Some steps are done. ``losses`` holds that of every step since the last event.

    Of a procedure whose steps have several losses it is the first; ``further`` holds the others.
    """

    epoch: int
    step: int
    steps: int
    losses: tuple[float, ...]
    learning_rate: float
    samples_per_second: float
    remaining: float
    further: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """By name, as many for each as in ``losses``."""


@dataclass(frozen=True, slots=True)
class EpochEnded:
    """An epoch is done, counted from 1. ``valid`` is measured after it, ``train`` during it."""

    epoch: int
    step: int
    train: Metrics
    valid: Metrics
    best: bool


@dataclass(frozen=True, slots=True)
class Paused:
    """The run waits between two steps, in validation or while loading."""

    epoch: int
    step: int


@dataclass(frozen=True, slots=True)
class Continued:
    """The run goes on after a pause."""

    epoch: int
    step: int


@dataclass(frozen=True, slots=True)
class Finished:
    """All is done; the test split was read once and measured with the best weights."""

    run: str
    test: Metrics
    best_epoch: int
    epochs: int
    samples_per_second: float
    seconds: float
    falls: bool = False
    """Whether the validation loss was still falling when all planned epochs were over."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The user stopped it; it can be resumed from ``run``."""

    run: str
    epoch: int
    """How many whole epochs are done, as in the list of runs; runs of before said one more."""
    step: int


@dataclass(frozen=True, slots=True)
class Failed:
    """It could not go on. ``node`` names the node where it broke, when one is known."""

    message: str
    details: str = ""
    node: str | None = None
    run: str | None = None


@dataclass(frozen=True, slots=True)
class FoldBegan:
    """The next run of a cross-validation: ``fold`` of ``folds``, counted from 1, in ``fold_run``.

    What follows is said by that run; ``run`` is the folder of them all.
    """

    run: str
    fold: int
    folds: int
    fold_run: str


@dataclass(frozen=True, slots=True)
class FoldsFinished:
    """All folds are done. ``test`` is the mean over their test splits, ``spread`` the standard
    deviation between them, ``each`` what each fold measured."""

    run: str
    folds: int
    test: Metrics
    spread: Metrics
    each: tuple[Metrics, ...]


TrainingEvent: TypeAlias = (
    Started
    | Progress
    | EpochEnded
    | Paused
    | Continued
    | Finished
    | Stopped
    | Failed
    | FoldBegan
    | FoldsFinished
)

_NAMES: dict[type[TrainingEvent], str] = {
    Started: "started",
    Progress: "progress",
    EpochEnded: "epoch",
    Paused: "paused",
    Continued: "continued",
    Finished: "finished",
    Stopped: "stopped",
    Failed: "failed",
    FoldBegan: "fold",
    FoldsFinished: "folds",
}


def encoded(event: TrainingEvent) -> dict[str, Any]:
    """The event as the JSON object that ``train --json`` prints."""
    built: dict[str, Any] = msgspec.to_builtins(event)
    match event:  # what hardly any run says
        case Started(step_losses=losses, held_out=parts):
            if losses == ONE_LOSS:
                del built["step_losses"]
            if parts == HELD_OUT:
                del built["held_out"]
        case Progress(further=further) if not further:
            del built["further"]
        case _:
            pass
    return {"event": _NAMES[type(event)], **built}


def decoded(line: Mapping[str, Any]) -> TrainingEvent:
    """The event that ``encoded`` wrote; raises msgspec.ValidationError for anything else."""
    kinds = {name: kind for kind, name in _NAMES.items()}
    values = dict(line)
    kind = kinds.get(values.pop("event", ""))
    if kind is None:
        raise msgspec.ValidationError("not an event")
    return msgspec.convert(values, kind)
