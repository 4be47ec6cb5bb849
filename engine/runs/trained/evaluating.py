"""What a trained run is worth: its best weights, measured on a split that is read anew."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

import torch

from engine.data.batches import ordered_batches
from engine.data.prepare import prepare
from engine.measuring.evaluation import check_data, measuring_batch
from engine.measuring.measures import EvaluationResult
from engine.runs.folder import Run
from engine.runs.trained import checkpoints
from engine.runs.trained.trained_network import loaded

Part: TypeAlias = Literal["test", "valid"]
"""Of the samples: those kept for the end, or those that chose the best weights."""


def evaluate(folder: Path | str, part: Part = "test") -> EvaluationResult:
    """Measure the best weights of a run on its test split, or on another part, read anew.

    Raises RunError when there are no weights or the data is not what the run was trained with.
    """
    run = Run.open(folder)
    found = loaded(folder, whole=True)
    document, preprocessing = run.document, found.preprocessing
    prepared = prepare(document.data, document.plan, "cpu", preprocessing)
    checkpoint = checkpoints.newest(run)
    if checkpoint is not None:
        check_data(checkpoint.position.fingerprint, prepared.fingerprint)
    measures = found.procedure.split_measures(found.networks, preprocessing)
    with torch.no_grad():
        split = prepared.test() if part == "test" else prepared.valid
        for batch in ordered_batches(split, measuring_batch(document, prepared.sizes())):
            measures.add(found.procedure.validation_step(found.networks, batch), batch)
    return measures.evaluated(preprocessing)
