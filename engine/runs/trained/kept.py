"""The figures that a run's end left in its folder, for when they cannot be measured anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.errors import EngineError
from engine.measuring.measures import EvaluationResult
from engine.runs.folder import METRICS, Run
from engine.runs.trained.evaluating import evaluate
from graphs.wording.phrases import phrase

NEEDS_DATA = (
    "These are the figures that were measured at the end of the run. Single samples, and what is "
    "said of them, need the data of then."
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was measured at the end of a run, and why it is not measured again."""

    evaluated: EvaluationResult
    why: str
    measured: datetime

    @property
    def words(self) -> str:
        """What stands beside the figures."""
        return f"{self.why} {phrase(NEEDS_DATA)}"


def kept(run: Run, why: str) -> Kept | None:
    """The figures of a finished run on its test split; None where it has left none."""
    if run.state != "finished":
        return None
    found = run.metrics(EvaluationResult({}))
    if not found.test:
        return None
    measured = (run.folder / METRICS).stat().st_mtime
    return Kept(found, why, datetime.fromtimestamp(measured).astimezone())


def evaluated_or_kept(folder: Path | str) -> EvaluationResult | Kept:
    """Measure a run on its test split, or else tell what was measured at its end.

    Raises what ``evaluate`` raises where there is neither.
    """
    try:
        return evaluate(folder)
    except EngineError as error:
        found = kept(Run.open(folder), str(error))
        if found is None:
            raise
        return found
