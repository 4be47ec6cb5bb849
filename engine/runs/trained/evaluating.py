"""What a trained run is worth: its best weights, measured on a split."""

from __future__ import annotations

from pathlib import Path

import torch

from engine.data.batching.batches import ordered_batches
from engine.measuring.evaluation import measuring_batch
from engine.measuring.measures import EvaluationResult
from engine.runs.trained.read_run import MeasuredPart, ReadRun


def evaluate(run: Path | str | ReadRun, part: MeasuredPart = "test") -> EvaluationResult:
    """Measure the best weights of a run on its test split, or on another part.

    A folder is read anew. Raises RunError when there are no weights or the data is not what the run
    was trained with.
    """
    read = run if isinstance(run, ReadRun) else ReadRun(run)
    found = read.loaded
    split = read.split(part)
    measures = found.procedure.split_measures(found.networks, found.preprocessing)
    with torch.no_grad():
        for batch in ordered_batches(split, measuring_batch(read.document, read.sizes())):
            measures.add(found.procedure.validation_step(found.networks, batch), batch)
    return measures.evaluated(found.preprocessing)
