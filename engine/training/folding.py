"""Cross-validation: a folder of runs, one per fold, trained one after another as one thing."""

from __future__ import annotations

import statistics
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine import runs
from engine.errors import RunError
from engine.runs import FOLDS, Run, lock, making
from engine.runs.comparison import tested
from engine.runs.events.event_types import Finished, FoldBegan, FoldsFinished, TrainingEvent
from graphs.document.document import Document
from graphs.document.edits import ChangePlan, Step
from graphs.errors import FileError
from graphs.files import strict
from graphs.wording.phrases import phrase
from graphs.wording.visible import spelled

if TYPE_CHECKING:
    from engine.controls import Controls

VERSION = 1


class Folds(msgspec.Struct, frozen=True):
    """``folds.json``: that the folder holds the runs of one cross-validation."""

    version: int
    name: str
    folds: int


def is_folds(folder: Path | str) -> bool:
    """Whether a cross-validation lies in ``folder``."""
    return (Path(folder) / FOLDS).is_file()


def wanted(document: Document) -> bool:
    """Whether the plan asks for all folds, not for one run."""
    return document.plan.folds is not None and document.plan.fold is None


def create(
    document: Document,
    folder: Path | str | None = None,
    *,
    name: str = "",
    beside: Iterable[Path] = (),
) -> Path:
    """Set up one run per fold of the document's plan and return the folder that holds them.

    Raises what setting up a run raises.
    """
    plan = document.plan
    assert plan.folds is not None, "a plan without folds is one run"
    making.check(document, beside)
    name = spelled(name)
    place = making.place_for(folder, name)
    called, title = name or spelled(place.name), making.numbered(name)
    with making.new_folder(place) as work:
        for fold in range(1, plan.folds + 1):
            one = document.copy()
            one.apply(Step(phrase("Fold"), (ChangePlan(plan, replace(plan, fold=fold)),)))
            titled = making.title_of_fold(title or called, fold, plan.folds)
            folder_of(work, fold).mkdir()
            making.fill(folder_of(work, fold), one, called, titled, beside=beside)
        making.write(work / FOLDS, Folds(VERSION, called, plan.folds))
    for fold in range(1, plan.folds + 1):
        Run.open(folder_of(place, fold)).remember()
    return place


def folder_of(folder: Path | str, fold: int) -> Path:
    """Where the run of a fold lies; folds are counted from 1."""
    return Path(folder) / f"fold-{fold:03d}"


def part_of(run: Path | str) -> FoldBegan | None:
    """Which fold of which cross-validation a run is; None for a run of its own."""
    place = Path(run).absolute()
    if not is_folds(place.parent):
        return None
    folds = about(place.parent).folds
    for fold in range(1, folds + 1):
        if folder_of(place.parent, fold) == place:
            return FoldBegan(str(place.parent), fold, folds, str(place))
    return None


def about(folder: Path | str) -> Folds:
    """What ``folds.json`` says; raises RunError when it cannot be read."""
    try:
        found = strict.read(Path(folder) / FOLDS, Folds, within=Path(folder))
    except FileError as error:
        raise RunError(
            "The cross-validation in {folder} is broken: {error}", folder=folder, error=error
        ) from None
    if found.version > VERSION:
        raise RunError(
            "The cross-validation in {folder} was made by a newer version. Update Layerloom.",
            folder=folder,
        )
    if found.folds < 2:
        raise RunError(
            "The cross-validation in {folder} is broken: {folds} folds are none.",
            folder=folder,
            folds=found.folds,
        )
    return found


def _run_of(folder: Path | str, fold: int) -> Run:
    """The run of a fold; raises RunError when it is gone."""
    place = folder_of(folder, fold)
    if not (place / runs.ABOUT).is_file():
        raise RunError(
            "The cross-validation in {folder} is broken: the run of fold {fold} is "
            "missing. Put {name} back, or start a new one.",
            folder=folder,
            fold=fold,
            name=place.name,
        )
    return Run.open(place)


def train(folder: Path | str, controls: Controls) -> Generator[TrainingEvent]:
    """Train the folds that are not finished, and tell what each says, then how good all are.

    What a fold says follows a FoldBegan. The first one that stops or fails is the last.
    """
    from engine.training.loop import train as train_one

    place = Path(folder).absolute()
    folds = about(place).folds
    with lock.claimed(place):
        for fold in range(1, folds + 1):
            run = _run_of(place, fold)
            if run.state == "finished":
                continue
            yield FoldBegan(str(place), fold, folds, str(run.folder))
            last: TrainingEvent | None = None
            for last in train_one(run.folder, controls):
                yield last
            if not isinstance(last, Finished):
                return
    yield summary(place)


def summary(folder: Path | str) -> FoldsFinished:
    """How good the folds are that are finished, each on its own test split.

    Raises RunError when a finished one no longer says it: a mean of the others would be another.
    """
    folds = about(folder).folds
    tests = []
    for fold in range(1, folds + 1):
        run = _run_of(folder, fold)
        if run.state == "finished":
            tests.append(_tested(run, fold))
    return FoldsFinished(str(folder), folds, _mean(tests), _spread(tests), tuple(tests))


def _tested(run: Run, fold: int) -> dict[str, float]:
    events = run.events()
    if events and isinstance(events[-1], Finished):
        return dict(events[-1].test)
    if found := tested(run):
        return found
    raise RunError(
        "What fold {fold} measured cannot be read in {folder}. Put its files back, or "
        "start a new cross-validation.",
        fold=fold,
        folder=run.folder,
    )


def _mean(tests: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: statistics.fmean(column) for name, column in _columns(tests).items()}


def _spread(tests: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The standard deviation between folds, of a sample; 0 for a single one."""
    return {
        name: statistics.stdev(column) if len(column) > 1 else 0.0
        for name, column in _columns(tests).items()
    }


def _columns(tests: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    """The values of each metric that every fold has."""
    names = [name for name in (tests[0] if tests else ()) if all(name in test for test in tests)]
    return {name: [test[name] for test in tests] for name in names}
