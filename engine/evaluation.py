"""All that is measured on a split once, such as the test split after training."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine import checkpoints, metrics
from engine.compiling import Network, Ran
from engine.data.batches import ordered_batches
from engine.data.prepare import prepare
from engine.data.preprocessing import Preprocessing
from engine.errors import RunError
from engine.prediction import load
from engine.runs import Run
from engine.wiring import LossPlace
from graphs.document import Document
from graphs.evaluation import evaluated
from graphs.sizes import Size, bounds, substituted, symbol, symbols

WORK_PER_BATCH = 10**9
"""Multiply-adds that are measured between two looks at whether somebody wants to stop."""
MOST_SAMPLES = 1024


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Metrics by name; and for the first output that says classes, what was taken for what."""

    test: Mapping[str, float]
    confusion: tuple[tuple[int, ...], ...] = ()
    """Rows are the right classes, columns what was said."""
    classes: tuple[str, ...] = ()


class Gathered:
    """Scores and targets of whole batches, added one by one."""

    def __init__(self, network: Network) -> None:
        self._places = network.losses
        self._scores: list[list[Tensor]] = [[] for _ in self._places]
        self._targets: list[list[Tensor]] = [[] for _ in self._places]
        self._losses = [0.0] * (len(self._places) + 1)
        self._count = 0

    def add(self, ran: Ran, batch: Mapping[str, Tensor]) -> None:
        """One more batch."""
        size = len(ran.scores[0])
        self._count += size
        losses = torch.stack((ran.total, *ran.losses)).double().tolist()
        self._losses = [s + size * loss for s, loss in zip(self._losses, losses, strict=True)]
        for n, place in enumerate(self._places):
            self._scores[n].append(ran.scores[n].cpu())
            self._targets[n].append(batch[place.target].cpu())

    def evaluated(self, preprocessing: Preprocessing) -> Evaluated:
        """What it all comes to; what is no finite number is left out."""
        test = {"loss": self._losses[0] / self._count}
        confusion: tuple[tuple[int, ...], ...] = ()
        classes: tuple[str, ...] = ()
        for n, place in enumerate(self._places):
            label = metrics.prefix(place, self._places)
            if label:
                test[f"{label}loss"] = self._losses[n + 1] / self._count
            scores, target = torch.cat(self._scores[n]), torch.cat(self._targets[n])
            if place.task == "number":
                found = _numbers(place, scores, target, preprocessing)
            else:
                shares, chosen = (
                    metrics.probabilities(place, scores),
                    metrics.decided(place, scores),
                )
                found = metrics.classified(shares, chosen, target)
                if not classes:
                    classes = preprocessing.fields[place.target].classes
                    table = metrics.confusion(chosen, target, shares.shape[1])
                    confusion = tuple(tuple(row) for row in table.tolist())
            test |= {f"{label}{name}": value for name, value in found.items()}
        sound = {name: value for name, value in test.items() if math.isfinite(value)}
        return Evaluated(sound, confusion, classes)


def evaluate(folder: Path | str) -> Evaluated:
    """Measure the best weights of a run on its test split, read anew.

    Raises RunError when there are no weights or the data is not what the run was trained with.
    """
    run = Run.open(folder)
    network, preprocessing = load(folder)
    document = run.document
    prepared = prepare(document.data, document.plan, "cpu", preprocessing)
    checkpoint = checkpoints.newest(run)
    if checkpoint is not None:
        check_data(checkpoint.position.fingerprint, prepared.fingerprint)
    gathered = Gathered(network)
    with torch.no_grad():
        for batch in ordered_batches(prepared.test(), measuring_batch(document, prepared.sizes())):
            gathered.add(network.run(batch), batch)
    return gathered.evaluated(preprocessing)


def check_data(then: str, now: str) -> None:
    """Raise RunError when the samples are not those that a run was trained with."""
    if then and then != now:
        raise RunError(
            "The data has changed since this run began. Put it back as it was, or start a new run."
        )


def measuring_batch(document: Document, longest: Mapping[str, int] | None = None) -> int:
    """How many samples are measured at once: few enough to be done in a fraction of a second.

    ``longest`` says how far sizes known only by name go in the data.
    """
    flops = evaluated(document).flops
    far: dict[str, Size] = {
        s.name: symbol(s.name, s.low, s.high, s.multiple) for s in symbols(flops)
    }
    each = max(1, bounds(substituted(flops, {**far, **(longest or {})}))[1])
    return max(1, min(MOST_SAMPLES, WORK_PER_BATCH // each))


def _numbers(
    place: LossPlace, scores: Tensor, target: Tensor, preprocessing: Preprocessing
) -> dict[str, float]:
    wanted = target.to(scores.dtype).view_as(scores)
    restored = (preprocessing.restore(place.target, values) for values in (scores, wanted))
    return metrics.regressed(*restored)
