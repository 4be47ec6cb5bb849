"""The weights that a run has come to so far, wherever it stands, and of which epoch they are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from engine.errors import RunError
from engine.network.layout import laid_out
from engine.procedures.chosen_procedure import procedure_of
from engine.runs.folder import BEST, OTHERS, Run
from engine.runs.trained import checkpoints
from engine.runs.trained.checkpoints import MODEL, by_network
from engine.weights import initial_weights, weights_file
from engine.weights.origins import Origin
from graphs.checking.evaluation import evaluated


class Trained(NamedTuple):
    """Weights of a run."""

    tensors: Mapping[str, Tensor]
    epoch: int
    """After which epoch they were, counted from 1; 0 when they are those of a step."""
    step: int = 0
    """After how many steps they were, when no epoch had ended."""
    preprocessing: str = ""
    """The SHA-256 of what encoded the data they learned from; empty in runs of before."""
    others: Mapping[str, Mapping[str, Tensor]] = {}
    """Those that further networks had at that time, by network."""


def trained(run: Run, best: bool = True, model: str = MODEL) -> Trained:
    """The best weights of a run by what its procedure looks at, or those of its last step.

    Those of the last step, too, while no epoch has ended. A run that has finished keeps the best in
    a file of their own, any other has them in its newest checkpoint. Raises RunError without any.
    """
    finished = run.state == "finished"
    if best and finished and os.path.lexists(run.folder / BEST):
        found = weights_file.read(run.folder / BEST)
        sha = str(found.facts.get("preprocessing", ""))
        epoch = _epoch(found.facts.get("best"))
        return Trained(found.tensors, epoch, preprocessing=sha, others=_others(run))
    checkpoint = checkpoints.newest(run)
    if checkpoint is None and finished:
        raise RunError(
            "“{best}” is missing from the run in {folder}. Put it back, or start a new run.",
            best=BEST,
            folder=run.folder,
        )
    if checkpoint is None and run.state == "diverged":
        why = run.status.message
        raise RunError("The run “{run}” has kept no weights. {why}", run=run.title, why=why)
    if checkpoint is None:
        raise run.ended_early() or RunError(
            "The run “{run}” has no weights yet. Go on with its training first.", run=run.title
        )
    here = checkpoint.position
    at_best = best and bool(checkpoint.best())
    every = checkpoint.best_of_all(model) if at_best else checkpoint.networks()
    epoch, step = (_epoch(here.best), 0) if at_best else (0, here.step)
    return Trained(every.pop(model, {}), epoch, step, here.preprocessing, every)


def _others(run: Run) -> Mapping[str, Mapping[str, Tensor]]:
    if not os.path.lexists(run.folder / OTHERS):
        return {}
    return by_network(weights_file.read(run.folder / OTHERS).tensors)


def kept_for_documents(folder: Path) -> str:
    """Keep the best weights of a run, or those of its newest checkpoint; returns their SHA-256.

    Documents start from weights by that name. Raises RunError when the run has none, and NotSaved.
    """
    run = Run.open(folder)
    model = procedure_of(run.document.plan).model
    found = trained(run, model=model)
    lenders = laid_out(evaluated(run.document.main)).lenders()
    origin = Origin(run=run.title, epoch=found.epoch, lenders=lenders)
    return initial_weights.of_tensors(found.tensors, origin)


def _epoch(measured: object) -> int:
    """The epoch that was best, as it was written down beside the weights."""
    epoch = measured.get("epoch") if isinstance(measured, dict) else None
    return int(epoch) if isinstance(epoch, int | float) else 0
