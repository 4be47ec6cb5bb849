"""The interfaces for measuring: what a procedure adds up over steps and over a split."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeAlias, TypeVar

import torch
from torch import Tensor

from engine.data.preprocessing import Preprocessing
from engine.measuring.per_loss import Counted
from engine.measuring.stepped import Stepped

Waiting = TypeVar("Waiting")
Sums: TypeAlias = Mapping[str, Sequence[float]]
"""By the name of a mean, its numerator and what it is divided by."""


class Fetched(NamedTuple):
    """What some steps came to, as plain numbers."""

    losses: Mapping[str, list[float]]
    """By name, one for each step."""
    sums: Mapping[str, Sequence[tuple[float, float]]]
    """By the name of a mean, for each step its numerator and what it is divided by."""


class StepMeasures(ABC, Generic[Waiting]):
    """How the steps of a procedure are added up, and under which names what comes of it is told.

    Nothing is fetched from a GPU before ``fetch``, which is asked about many steps at once.
    """

    losses: tuple[str, ...]
    """The losses of one step by name, the one that is drawn first leading."""
    means: tuple[str, ...]
    """What is added up."""

    @abstractmethod
    def keep(self, stepped: Stepped, batch: Mapping[str, Tensor]) -> Waiting:
        """What is needed of a step until it is fetched."""

    def held(self, waiting: Waiting) -> int:
        """How many numbers it holds until then, where they are so many that they fill memory."""
        return 0

    @abstractmethod
    def fetch(self, waiting: Sequence[Waiting]) -> Fetched:
        """The numbers of these steps, which are one or more."""

    @abstractmethod
    def metrics(self, means: Mapping[str, float]) -> dict[str, float]:
        """What is told of all steps so far, by name: ``loss``, ``output/accuracy``."""

    def formerly(self, state: Mapping[str, object]) -> Sums:
        """The sums that an earlier version has written into a checkpoint in another form."""
        raise KeyError("sums")


class _Named(NamedTuple):
    """One step of which nothing was fetched yet."""

    samples: int
    values: list[Tensor]


class NamedMeans(StepMeasures[_Named]):
    """Losses and measures as they are named, each the mean over all samples."""

    def __init__(self, losses: Sequence[str], measures: Sequence[str] = ()) -> None:
        self.losses, self._measures = tuple(losses), tuple(measures)
        self.means = (*self.losses, *self._measures)

    def keep(self, stepped: Stepped, batch: Mapping[str, Tensor]) -> _Named:
        values = [stepped.losses[name].detach() for name in self.losses]
        values += [stepped.measures[name].detach() for name in self._measures]
        return _Named(samples_of(batch), values)

    def fetch(self, waiting: Sequence[_Named]) -> Fetched:
        rows = torch.stack([torch.stack(one.values).double() for one in waiting]).tolist()
        columns = dict(zip(self.means, map(list, zip(*rows, strict=True)), strict=True))
        sizes = [one.samples for one in waiting]
        return Fetched(
            {name: columns[name] for name in self.losses},
            {
                name: [(size * value, size) for size, value in zip(sizes, column, strict=True)]
                for name, column in columns.items()
            },
        )

    def metrics(self, means: Mapping[str, float]) -> dict[str, float]:
        return dict(means)


def samples_of(batch: Mapping[str, Tensor]) -> int:
    """How many samples a batch holds."""
    return len(next(iter(batch.values())))


# ---- of a whole split, measured once ----


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """Metrics by name; and for the first output that says classes, what was taken for what."""

    test: Mapping[str, float]
    confusion: tuple[tuple[int, ...], ...] = ()
    """Rows are the right classes, columns what was said."""
    classes: tuple[str, ...] = ()
    per_class: Mapping[str, tuple[Counted, ...]] = field(default_factory=dict)
    """By the name of the output: how well each class, or label, is told from the others."""
    remarks: tuple[str, ...] = ()
    """What cannot be measured, and why, as sentences."""
    positive: Mapping[str, str] = field(default_factory=dict)
    """By the name of the metric: of two classes the one that it is of."""


class SplitMeasures(ABC):
    """Base of what gathers all that is measured of a whole split, batch by batch."""

    @abstractmethod
    def add(self, stepped: Stepped, batch: Mapping[str, Tensor]) -> None:
        """One more batch."""

    @abstractmethod
    def evaluated(self, preprocessing: Preprocessing) -> EvaluationResult:
        """What it all comes to; what is no finite number is left out."""
