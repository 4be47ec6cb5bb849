"""What is added up of the losses of a network: each of them, and one metric that costs little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from engine.measuring import sequences
from engine.measuring.denominators import Denominator, denominators
from engine.measuring.measures import Fetched, StepMeasures, Sums
from engine.measuring.metrics import Restore, decided, error, perplexity, prefix
from engine.measuring.stepped import LOSS, Stepped
from engine.modules import counted_answers, mask_of
from engine.network.compiling import StepResult
from engine.network.wiring import LossPlace

QUICK = {
    "classes": "accuracy",
    "binary": "accuracy",
    "labels": "accuracy",
    "number": "mae",
    "sequence": "label_error_rate",
}
"""The metric that costs next to nothing and is measured in every epoch."""


class _Waiting(NamedTuple):
    """One step of which nothing was fetched yet."""

    ran: StepResult
    targets: list[Tensor | None]
    """None for a loss without one."""
    lengths: list[Tensor | None]
    """Of the samples, where the targets are padded."""
    score_lengths: list[Tensor | None]
    """Of the samples, where the scores are padded and their steps are none of the targets."""
    denominators: list[Denominator]
    """What each loss is a mean over."""


class LossMeasures(StepMeasures[_Waiting]):
    """Adds up losses and hits of many steps, so that each loss is that of all samples at once.

    Each counts as it does in the loss: by the weight of its class, and where samples are padded, by
    its real steps.
    """

    losses = (LOSS,)

    def __init__(self, places: Sequence[LossPlace], restore: Restore) -> None:
        self._places, self._restore = tuple(places), restore
        self._names = [tuple(f"{p.name}/{one}" for one in _measured(p)) for p in self._places]
        self.means = tuple(name for names in self._names for name in names)

    def keep(self, stepped: Stepped, batch: Mapping[str, Tensor]) -> _Waiting:
        places = self._places
        targets = [batch[place.target] if place.target else None for place in places]
        lengths = [batch[place.lengths] if place.lengths else None for place in places]
        steps = [batch[place.score_lengths] if place.score_lengths else None for place in places]
        over = denominators(places, batch)
        return _Waiting(result_of(stepped), targets, lengths, steps, over)

    def held(self, waiting: _Waiting) -> int:
        return waiting.ran.scores[0].numel()

    def fetch(self, waiting: Sequence[_Waiting]) -> Fetched:
        sizes = [len(one.ran.scores[0]) for one in waiting]
        totals = _numbers([one.ran.total for one in waiting])
        sums: dict[str, Sequence[tuple[float, float]]] = {}
        for n, place in enumerate(self._places):
            alone = len(self._places) == 1 and place.weight == 1.0
            losses = totals if alone else _numbers([one.ran.losses[n] for one in waiting])
            over = _known([one.denominators[n] for one in waiting])
            of_loss, *of_hits = self._names[n]
            sums[of_loss] = [(d * loss, d) for loss, d in zip(losses, over, strict=True)]
            for name in of_hits:
                sums[name] = self._hits_of(place, n, waiting, _counts(waiting, n, sizes))
        return Fetched({LOSS: totals}, sums)

    def metrics(self, means: Mapping[str, float]) -> dict[str, float]:
        losses = [means[names[0]] for names in self._names]
        found = {LOSS: weighed(self._places, losses)}
        for n, place in enumerate(self._places):
            label = prefix(place, self._places)
            if label:
                found[f"{label}{LOSS}"] = losses[n]
            for name in self._names[n][1:]:
                found[f"{label}{QUICK[place.task]}"] = means[name]
            if place.likelihood:
                found[f"{label}perplexity"] = perplexity(losses[n])
        return found

    def formerly(self, state: Mapping[str, Any]) -> Sums:
        """Lists with one sum for each loss; once with the samples, or real steps, beside them."""
        over = state["denominators"] if "denominators" in state else state["counts"]
        losses = zip(state["losses"], over, strict=True)
        hits = zip(state["hits"], state["answers"], strict=True)
        pairs = zip(self._names, losses, hits, strict=True)
        return {
            name: sums for names, *both in pairs for name, sums in zip(names, both, strict=True)
        }

    def _hits_of(
        self, place: LossPlace, n: int, waiting: Sequence[_Waiting], counts: list[int]
    ) -> list[tuple[float, float]]:
        """Right answers and how many were asked for; for numbers how far they were off."""
        scores = [one.ran.scores[n].detach() for one in waiting]
        targets = [known for one in waiting if (known := one.targets[n]) is not None]
        lengths = [one.lengths[n] for one in waiting]
        parts = list(zip(scores, targets, lengths, strict=True))
        if place.task == "sequence":
            steps = [one.score_lengths[n] for one in waiting]
            both = [
                label_errors(place, *part, there) for part, there in zip(parts, steps, strict=True)
            ]
            wrong, labels = (_numbers([one[at] for one in both]) for at in (0, 1))
            return list(zip(wrong, labels, strict=True))
        if place.task == "number":
            off = [_mean(error(self._restore, place, s, t), real) for s, t, real in parts]
            errors = [count * mean for count, mean in zip(counts, off, strict=True)]
            return list(zip(_numbers(errors), counts, strict=True))
        if place.steps or place.lengths or place.ignored is not None:
            found = [right_answers(place, *part) for part in parts]
            right = _numbers([right.sum() for right, _ in found])
            asked = _numbers([asked for _, asked in found])
            return [(hits, int(count)) for hits, count in zip(right, asked, strict=True)]
        wanted = torch.cat(targets).flatten()
        right_ones = decided(place, torch.cat(scores)) == wanted
        return [(float(right_ones.sum().item()), len(wanted))]


def _measured(place: LossPlace) -> tuple[str, ...]:
    """What is added up of a loss: itself, and the metric that costs next to nothing."""
    return (LOSS, QUICK[place.task]) if place.task in QUICK else (LOSS,)


def right_answers(
    place: LossPlace, scores: Tensor, target: Tensor, lengths: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Where real answers are right, and how many real ones there are."""
    right = decided(place, scores).view_as(target) == target
    counted = counted_answers(target, lengths, place.ignored)
    if counted is None:
        return right, torch.tensor(right.numel())
    return right & counted, counted.sum()


def label_errors(
    place: LossPlace, scores: Tensor, target: Tensor, lengths: Tensor | None, steps: Tensor | None
) -> tuple[Tensor, Tensor]:
    """By how many classes the series that are read are off in all, and how many there are."""
    wanted = sequences.right(target, lengths)
    said = sequences.decided(place, scores, steps)
    return sequences.distances(said, wanted).sum(), wanted.lengths.sum()


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


def _counts(waiting: Sequence[_Waiting], n: int, sizes: list[int]) -> list[int]:
    """What each step has answers for: samples, or the real steps of padded ones."""
    known = [lengths.sum() for one in waiting if (lengths := one.lengths[n]) is not None]
    return [int(count) for count in _numbers(known)] if known else sizes


def _numbers(tensors: list[Tensor]) -> list[float]:
    found: list[float] = torch.stack(tensors).detach().tolist()
    return found


def result_of(stepped: Stepped) -> StepResult:
    """What the network gave in a step, which its details are."""
    assert isinstance(stepped.details, StepResult)
    return stepped.details
