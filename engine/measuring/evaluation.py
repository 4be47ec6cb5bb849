"""All that is measured of the losses of a network on a split once, after training."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from engine.data.prepare import Prepared
from engine.data.preprocessing import Preprocessing
from engine.errors import RunError
from engine.measuring import metrics
from engine.measuring.denominators import denominators
from engine.measuring.loss_measures import result_of, weighed
from engine.measuring.measures import EvaluationResult, SplitMeasures
from engine.measuring.per_loss import Counted, measure
from engine.measuring.stepped import Stepped
from engine.network.compiling import Network
from graphs.checking.evaluation import evaluated
from graphs.document.document import Document
from graphs.sizes import Size, bounds, substituted, symbol, symbols

WORK_PER_BATCH = 10**9
"""Multiply-adds that are measured between two looks at whether somebody wants to stop."""
MOST_SAMPLES = 1024
OF_ONE_CLASS = ("precision", "recall", "f1")
"""Metrics that of two classes tell of one."""


class Gathered(SplitMeasures):
    """What whole batches come to by the losses of a network, added one by one."""

    def __init__(self, network: Network) -> None:
        self._places = network.losses
        measured = {n: p for n, p in enumerate(self._places) if p.task != "nothing"}
        self._measures = {n: measure(place) for n, place in measured.items()}
        self._losses = [0.0] * len(self._places)
        self._denominators = [0.0] * len(self._places)

    def add(self, stepped: Stepped, batch: Mapping[str, Tensor]) -> None:
        ran = result_of(stepped)
        losses = torch.stack(ran.losses).double().tolist()
        known = [float(one) for one in denominators(self._places, batch)]
        for n, (place, denominator) in enumerate(zip(self._places, known, strict=True)):
            self._denominators[n] += denominator
            self._losses[n] += denominator * losses[n]
            lengths = batch[place.lengths] if place.lengths else None
            steps = batch[place.score_lengths] if place.score_lengths else None
            if n in self._measures:
                self._measures[n].add(ran.scores[n], batch[place.target], lengths, steps)

    def evaluated(self, preprocessing: Preprocessing) -> EvaluationResult:
        means = [
            sums / n if n else math.nan
            for sums, n in zip(self._losses, self._denominators, strict=True)
        ]
        test = {"loss": weighed(self._places, means)}
        confusion: tuple[tuple[int, ...], ...] = ()
        classes: tuple[str, ...] = ()
        per_class: dict[str, tuple[Counted, ...]] = {}
        remarks: list[str] = []
        positive: dict[str, str] = {}
        for n, (place, mean) in enumerate(zip(self._places, means, strict=True)):
            label = metrics.prefix(place, self._places)
            if label:
                test[f"{label}loss"] = mean
            if n not in self._measures:
                continue
            found = self._measures[n].measured(preprocessing)
            test |= {f"{label}{name}": value for name, value in found.metrics.items()}
            if found.positive:
                positive |= {f"{label}{name}": found.positive for name in OF_ONE_CLASS}
            remarks += [
                f"{place.output or place.name}: {said}" if label else said for said in found.remarks
            ]
            if found.counted:
                per_class[place.output or place.name] = found.counted
            if found.confusion and not confusion:
                confusion, classes = found.confusion, preprocessing.fields[place.target].classes
        sound = {name: value for name, value in test.items() if math.isfinite(value)}
        return EvaluationResult(
            sound,
            confusion,
            classes,
            per_class,
            tuple(remarks),
            {name: one for name, one in positive.items() if name in sound},
        )


def check_data(then: str, prepared: Prepared) -> None:
    """Raise RunError when the samples are not those whose fingerprint a run has kept."""
    if then and not prepared.is_of(then):
        raise RunError(
            "The data has changed since this run began. Put it back as it was, or start a new run."
        )


def measuring_batch(document: Document, longest: Mapping[str, int] | None = None) -> int:
    """How many samples are measured at once: few enough to be done in a fraction of a second.

    They are never fewer than in a training step, which takes more time and memory: a GPU that is
    given less at a time waits more than it computes. ``longest`` says how far sizes known only by
    name go in the data.
    """
    flops = evaluated(document.main).flops
    far: dict[str, Size] = {
        s.name: symbol(s.name, s.low, s.high, s.multiple) for s in symbols(flops)
    }
    each = max(1, bounds(substituted(flops, {**far, **(longest or {})}))[1])
    return max(document.plan.batch_size, min(MOST_SAMPLES, WORK_PER_BATCH // each))
