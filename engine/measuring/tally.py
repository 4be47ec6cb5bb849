"""Running sums of losses and metrics while training and validating."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from engine.data.preprocessing import Preprocessing
from engine.measuring.measures import EvaluationResult, SplitMeasures, StepMeasures
from engine.measuring.stepped import Stepped

GROUP = 64
"""Steps whose numbers are looked at together: asking after each one would show on small models."""
HELD = 2**20
"""Scores that may be held until then."""


class Tally:
    """Adds up what the measures of a procedure make of many steps; what they are it does not know.

    All sums are of one number per step, in the order of the steps, so that they do not depend on
    when they are asked for. Nothing is fetched from a GPU before ``fetch``, which is due when it
    is ``full``.
    """

    def __init__(self, measures: StepMeasures[Any]) -> None:
        self._measures = measures
        self._waiting: list[Any] = []
        self._held = 0
        self._fetched = 0
        """Steps so far."""
        self._sums = {name: [0.0, 0.0] for name in measures.means}

    def add(self, stepped: Stepped, batch: Mapping[str, Tensor]) -> None:
        """Count one step."""
        kept = self._measures.keep(stepped, batch)
        self._waiting.append(kept)
        self._held += self._measures.held(kept)

    def add_and_fetch(self, stepped: Stepped, batch: Mapping[str, Tensor]) -> None:
        """Count one batch now: for measuring, where nobody asks for single losses."""
        self.add(stepped, batch)
        self.fetch()

    @property
    def full(self) -> bool:
        """Whether enough is waiting to be fetched."""
        return len(self._waiting) >= GROUP or self._held >= HELD

    def drop(self, steps: int) -> None:
        """Forget the last steps: they were not made."""
        del self._waiting[len(self._waiting) - steps :]

    def fetch(self) -> Mapping[str, list[float]]:
        """Add up what is waiting, and return the losses of each of these steps by name."""
        waiting, self._waiting, self._held = self._waiting, [], 0
        if not waiting:
            return {name: [] for name in self._measures.losses}
        fetched = self._measures.fetch(waiting)
        self._fetched += len(waiting)
        for name, pairs in fetched.sums.items():
            sums = self._sums[name]
            for numerator, denominator in pairs:
                sums[0] += numerator
                sums[1] += denominator
        return fetched.losses

    def metrics(self) -> dict[str, float]:
        """The means over what was fetched; empty before the first step."""
        if not self._fetched:
            return {}
        means = {name: n / d if d else math.nan for name, (n, d) in self._sums.items()}
        return self._measures.metrics(means)

    def state(self) -> dict[str, Any]:
        """The sums of what was fetched, for a checkpoint."""
        return {"count": self._fetched, "sums": self._sums}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take back what ``state`` gave."""
        sums = state["sums"] if "sums" in state else self._measures.formerly(state)
        self._fetched = state["count"]
        self._sums = {name: list(sums[name]) for name in self._measures.means}


class TalliedSplit(SplitMeasures):
    """Measures a whole split by what is added up of its batches, and by nothing else."""

    def __init__(self, measures: StepMeasures[Any]) -> None:
        self._tally = Tally(measures)

    def add(self, stepped: Stepped, batch: Mapping[str, Tensor]) -> None:
        self._tally.add_and_fetch(stepped, batch)

    def evaluated(self, preprocessing: Preprocessing) -> EvaluationResult:
        found = self._tally.metrics()
        return EvaluationResult({n: value for n, value in found.items() if math.isfinite(value)})
