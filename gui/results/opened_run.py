"""A past run as the results show it: measured now, or by the figures that its end left behind."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from engine import torch_ready
from gui.results.asked import Swept
from gui.results.trained_run import TrainedRun
from gui.whose import Whose, local, whose

if TYPE_CHECKING:  # they import torch
    from engine.measuring.measures import EvaluationResult
    from engine.runs.trained.kept import Kept
    from engine.runs.trained.read_run import MeasuredPart as Measured


@dataclass(slots=True)
class KeptRun:
    """A finished run whose data is not as it was: its figures are there, its samples are not."""

    folder: Path
    evaluated: EvaluationResult
    whose: Whose
    words: str
    """Why nothing was measured anew, and when these figures were measured."""
    swept: Swept = field(default_factory=Swept)


def opened(folder: Path) -> TrainedRun | KeptRun:
    """Measure the run, and make it ready to be asked.

    One that has finished is measured on its test split. Any other can still be trained, so that its
    test split stays unread, and it is measured on the samples that its best weights are chosen by.
    Where the data of a finished run is not as it was, what was measured at its end is shown.
    """
    torch_ready.load()  # parts of it, imported here while it still comes, would break
    from engine.errors import EngineError
    from engine.runs import Run
    from engine.runs.trained.evaluating import evaluate
    from engine.runs.trained.kept import kept
    from engine.runs.trained.read_run import ReadRun

    run = Run.open(folder)
    part: Measured = "test" if run.state == "finished" else "valid"
    try:
        read = ReadRun(folder)
        return TrainedRun(read, evaluate(read, part), part)
    except EngineError as error:
        found = kept(run, str(error))
        if found is None:
            raise
        return _kept_run(folder, found)


def _kept_run(folder: Path, found: Kept) -> KeptRun:
    from engine.runs import Run

    run = Run.open(folder)
    whose_it_is = whose(run, "test", int(run.best.get("epoch", 0)), 0)
    words = QCoreApplication.translate(
        "OpenedRun",
        "{why} These figures were measured at the end of the run, on {time}. To look at single "
        "samples or to try it here, put the data back as it was then.",
    )
    told = words.format(why=found.why, time=local(found.measured.isoformat()))
    measured = replace(whose_it_is, measured=found.measured)
    return KeptRun(folder, found.evaluated, measured, told)
