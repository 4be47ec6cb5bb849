"""What is added up while training and validating: losses, and one metric that costs little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from engine.measuring.denominators import Denominator, denominators
from engine.measuring.metrics import Restore, decided, error, perplexity, prefix
from engine.modules import mask_like, mask_of
from engine.network.compiling import StepResult
from engine.network.wiring import LossPlace

GROUP = 64
"""Steps whose numbers are looked at together: asking after each one would show on small models."""
HELD = 2**20
"""Scores that may be held until then."""

QUICK = {"classes": "accuracy", "binary": "accuracy", "labels": "accuracy", "number": "mae"}
"""The metric that costs next to nothing and is measured in every epoch."""


class _Waiting(NamedTuple):
    """One step of which nothing was fetched yet."""

    ran: StepResult
    targets: list[Tensor]
    lengths: list[Tensor | None]
    """Of the samples, where the targets are padded."""
    denominators: list[Denominator]
    """What each loss is a mean over."""


class Tally:
    """Adds up losses and hits of many steps, so that each loss is that of all samples at once.

    Each counts as it does in the loss: by the weight of its class, and where samples are padded, by
    its real steps. All sums are of one number
    per step, in the order of the steps, so that they do not depend on when they are asked for.
    Nothing is fetched from a GPU before ``fetch``, which is due when it is ``full``.
    """

    def __init__(self, losses: Sequence[LossPlace], restore: Restore) -> None:
        self._places, self._restore = tuple(losses), restore
        self._waiting: list[_Waiting] = []
        self._held = 0
        self._numbered = range(len(losses))
        self.count = 0
        """Samples so far."""
        self._losses, self._hits = [0.0] * len(losses), [0.0] * len(losses)
        self._denominators, self._answers = [0.0] * len(losses), [0] * len(losses)
        """What losses and hits are means over."""

    def add(self, ran: StepResult, batch: Mapping[str, Tensor]) -> None:
        """Count one step."""
        targets = [batch[place.target] for place in self._places]
        lengths = [batch[place.lengths] if place.lengths else None for place in self._places]
        over = denominators(self._places, batch)
        self._waiting.append(_Waiting(ran, targets, lengths, over))
        self._held += ran.scores[0].numel()

    def add_and_fetch(self, ran: StepResult, batch: Mapping[str, Tensor]) -> None:
        """Count one batch now: for measuring, where nobody asks for single losses."""
        self.add(ran, batch)
        self.fetch()

    @property
    def full(self) -> bool:
        """Whether enough is waiting to be fetched."""
        return len(self._waiting) >= GROUP or self._held >= HELD

    def drop(self, steps: int) -> None:
        """Forget the last steps: they were not made."""
        del self._waiting[len(self._waiting) - steps :]

    def fetch(self) -> list[float]:
        """Add up what is waiting, and return the loss of each of these steps."""
        waiting, self._waiting, self._held = self._waiting, [], 0
        if not waiting:
            return []
        sizes = [len(one.ran.scores[0]) for one in waiting]
        totals = _numbers([one.ran.total for one in waiting])
        self.count += sum(sizes)
        for n, place in enumerate(self._places):
            alone = len(self._places) == 1 and place.weight == 1.0
            losses = totals if alone else _numbers([one.ran.losses[n] for one in waiting])
            over = _known([one.denominators[n] for one in waiting])
            for loss, denominator in zip(losses, over, strict=True):
                self._losses[n] += denominator * loss
                self._denominators[n] += denominator
            counts = _counts(waiting, n, sizes)
            for hits, answers in self._hits_of(place, n, waiting, counts):
                self._hits[n] += hits
                self._answers[n] += answers
        return totals

    def metrics(self) -> dict[str, float]:
        """The means over what was fetched; empty before the first step."""
        if not self.count:
            return {}
        means = [sums / n for sums, n in zip(self._losses, self._denominators, strict=True)]
        found = {"loss": weighed(self._places, means)}
        for n, place in enumerate(self._places):
            label = prefix(place, self._places)
            if label:
                found[f"{label}loss"] = means[n]
            found[f"{label}{QUICK[place.task]}"] = self._hits[n] / self._answers[n]
            if place.likelihood:
                found[f"{label}perplexity"] = perplexity(means[n])
        return found

    def state(self) -> dict[str, Any]:
        """The sums of what was fetched, for a checkpoint."""
        return {
            "count": self.count,
            "losses": self._losses,
            "hits": self._hits,
            "denominators": self._denominators,
            "answers": self._answers,
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Take back what ``state`` gave."""
        self.count = state["count"]
        self._losses, self._hits = list(state["losses"]), list(state["hits"])
        # Checkpoints of older versions hold the samples, or the real steps, instead.
        known = state["denominators"] if "denominators" in state else state["counts"]
        self._denominators, self._answers = list(known), list(state["answers"])

    def _hits_of(
        self, place: LossPlace, n: int, waiting: list[_Waiting], counts: list[int]
    ) -> list[tuple[float, int]]:
        """Right answers and how many were asked for; for numbers how far they were off."""
        scores = [one.ran.scores[n].detach() for one in waiting]
        targets = [one.targets[n] for one in waiting]
        lengths = [one.lengths[n] for one in waiting]
        parts = zip(scores, targets, lengths, strict=True)
        if place.task == "number":
            off = [_mean(error(self._restore, place, s, t), real) for s, t, real in parts]
            errors = [count * mean for count, mean in zip(counts, off, strict=True)]
            return list(zip(_numbers(errors), counts, strict=True))
        if place.steps or place.lengths:
            found = [right_answers(place, *part) for part in parts]
            right = _numbers([right.sum() for right, _ in found])
            asked = _numbers([asked for _, asked in found])
            return [(hits, int(count)) for hits, count in zip(right, asked, strict=True)]
        wanted = torch.cat(targets).flatten()
        right_ones = decided(place, torch.cat(scores)) == wanted
        return [(float(right_ones.sum().item()), len(wanted))]


def right_answers(
    place: LossPlace, scores: Tensor, target: Tensor, lengths: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Where real answers are right, and how many real ones there are."""
    right = decided(place, scores).view_as(target) == target
    if lengths is None:
        return right, torch.tensor(right.numel())
    real = mask_like(lengths, target).expand_as(target)
    return right & real, real.sum()


def _mean(errors: Tensor, lengths: Tensor | None) -> Tensor:
    """The mean of all errors that are not on padding."""
    real = errors if lengths is None else errors[mask_of(lengths, errors.shape[1])]
    return real.mean(dtype=torch.float64)


def weighed(places: Sequence[LossPlace], means: Sequence[float]) -> float:
    """The losses by their weights, added up: what training makes small."""
    return sum(place.weight * mean for place, mean in zip(places, means, strict=True))


def _known(denominators: list[Denominator]) -> list[float]:
    """As numbers, fetched together where there is something to fetch."""
    tensors = [one for one in denominators if isinstance(one, Tensor)]
    if tensors:
        return _numbers(tensors)
    return [float(one) for one in denominators]


def _counts(waiting: list[_Waiting], n: int, sizes: list[int]) -> list[int]:
    """What each step has answers for: samples, or the real steps of padded ones."""
    known = [lengths.sum() for one in waiting if (lengths := one.lengths[n]) is not None]
    return [int(count) for count in _numbers(known)] if known else sizes


def _numbers(tensors: list[Tensor]) -> list[float]:
    found: list[float] = torch.stack(tensors).detach().tolist()
    return found
