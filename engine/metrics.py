"""How good a model is: what is added up while training, and all that is measured in the end.

Names are ``loss``, ``accuracy`` and so on with one loss; with several ``output/accuracy``, beside
the ``loss`` of them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from engine.compiling import Ran
from engine.wiring import LossPlace
from graphs.layers.losses import Reading

GROUP = 64
"""Steps whose numbers are looked at together: asking after each one would show on small models."""
HELD = 2**20
"""Scores that may be held until then."""

Restore = Callable[[str, Tensor], Tensor]
"""Brings numbers of a field back to the user's units."""


class Tally:
    """Adds up losses and hits of many steps, each sample counting the same.

    All sums are of one number per step, in the order of the steps, so that they do not depend on
    when they are asked for. Nothing is fetched from a GPU before ``fetch``, which is due when it
    is ``full``.
    """

    def __init__(self, losses: Sequence[LossPlace], restore: Restore) -> None:
        self._places, self._restore = tuple(losses), restore
        self._waiting: list[tuple[Ran, list[Tensor]]] = []
        self._held = 0
        self._numbered = range(len(losses))
        self.count = 0
        """Samples so far."""
        self._losses = [0.0] * (len(losses) + 1)
        self._hits = [0.0] * len(losses)

    def add(self, ran: Ran, batch: Mapping[str, Tensor]) -> None:
        """Count one step."""
        self._waiting.append((ran, [batch[place.target] for place in self._places]))
        self._held += ran.scores[0].numel()

    def add_and_fetch(self, ran: Ran, batch: Mapping[str, Tensor]) -> None:
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
        sizes = [len(ran.scores[0]) for ran, _ in waiting]
        totals = _numbers([ran.total for ran, _ in waiting])
        columns = [totals]
        if len(self._places) > 1:
            columns += [_numbers([ran.losses[n] for ran, _ in waiting]) for n in self._numbered]
        for n, column in enumerate(columns):
            for size, loss in zip(sizes, column, strict=True):
                self._losses[n] += size * loss
        self.count += sum(sizes)
        for n, place in enumerate(self._places):
            scores = [ran.scores[n].detach() for ran, _ in waiting]
            targets = [wanted[n] for _, wanted in waiting]
            for hits in self._hits_of(place, scores, targets, sizes):
                self._hits[n] += hits
        return totals

    def metrics(self) -> dict[str, float]:
        """The means over what was fetched; empty before the first step."""
        if not self.count:
            return {}
        found = {"loss": self._losses[0] / self.count}
        for n, place in enumerate(self._places):
            label = prefix(place, self._places)
            if label:
                found[f"{label}loss"] = self._losses[n + 1] / self.count
            found[f"{label}{QUICK[place.task]}"] = self._hits[n] / self.count
        return found

    def state(self) -> dict[str, Any]:
        """The sums of what was fetched, for a checkpoint."""
        return {"count": self.count, "losses": self._losses, "hits": self._hits}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take back what ``state`` gave."""
        self.count = state["count"]
        self._losses, self._hits = list(state["losses"]), list(state["hits"])

    def _hits_of(
        self, place: LossPlace, scores: list[Tensor], targets: list[Tensor], sizes: list[int]
    ) -> list[float]:
        """Per step: right answers, or for numbers how far they were off, added up."""
        if place.task != "number":
            right = decided(place, torch.cat(scores)) == torch.cat(targets).flatten()
            return [float(right.sum().item())]
        errors = [
            size * error(self._restore, place, score, target).mean(dtype=torch.float64)
            for size, score, target in zip(sizes, scores, targets, strict=True)
        ]
        return [float(total) for total in torch.stack(errors).tolist()]


def _numbers(tensors: list[Tensor]) -> list[float]:
    found: list[float] = torch.stack(tensors).detach().tolist()
    return found


QUICK = {"classes": "accuracy", "binary": "accuracy", "number": "mae"}
"""The metric that costs next to nothing and is measured in every epoch."""


def prefix(place: LossPlace, places: Sequence[LossPlace]) -> str:
    """What the metrics of a loss begin with: nothing, or the name of its output and a slash."""
    return "" if len(places) == 1 else f"{place.output or place.name}/"


def error(restore: Restore, place: LossPlace, scores: Tensor, target: Tensor) -> Tensor:
    """How far predicted numbers are off, in the user's units."""
    wanted = target.to(scores.dtype).view_as(scores)
    return (restore(place.target, scores) - restore(place.target, wanted)).abs()


def decided(place: LossPlace, scores: Tensor) -> Tensor:
    """The class that scores speak for, one per sample."""
    if place.task == "classes":
        return scores.argmax(1)
    threshold = 0.0 if place.reading == "sigmoid" else 0.5
    return (scores.flatten() > threshold).long()


def probabilities(place: LossPlace, scores: Tensor, reading: Reading | None = None) -> Tensor:
    """Samples × classes, from what reaches a loss on classes.

    An output behind a Softmax or Sigmoid has another reading, as it shows probabilities already.
    """
    reading = reading or place.reading
    if place.task == "classes":
        return scores.double().softmax(1) if reading == "softmax" else scores.double()
    one = scores.double().flatten()
    one = one.sigmoid() if reading == "sigmoid" else one
    return torch.stack((1 - one, one), 1)


# ---- measured once, on all samples of a split ----


def classified(shares: Tensor, chosen: Tensor, target: Tensor) -> dict[str, float]:
    """Accuracy, precision, recall, F1 and ROC AUC; ``shares`` are samples × classes.

    With two classes they are those of the second; with more the mean over the classes that occur,
    each against the rest. What has no meaning, such as ROC AUC with one class, is left out.
    """
    table = confusion(chosen, target, shares.shape[1]).double()
    hits, called, there = table.diagonal(), table.sum(0), table.sum(1)
    occurs = (called + there) > 0
    of = torch.tensor([1]) if len(table) == 2 else occurs.nonzero().flatten()
    precision = hits / called.clamp(min=1)
    recall = hits / there.clamp(min=1)
    f1 = 2 * hits / (called + there).clamp(min=1)
    found = {
        "accuracy": (hits.sum() / table.sum()).item(),
        "precision": precision[of].mean().item(),
        "recall": recall[of].mean().item(),
        "f1": f1[of].mean().item(),
    }
    areas = _areas(shares, target)
    return {**found, "roc_auc": sum(areas) / len(areas)} if areas else found


def confusion(chosen: Tensor, target: Tensor, classes: int) -> Tensor:
    """How often each class (row) was taken for each class (column)."""
    pairs = target.flatten().long() * classes + chosen
    return torch.bincount(pairs, minlength=classes * classes).view(classes, classes)


def _areas(shares: Tensor, target: Tensor) -> list[float]:
    classes = [1] if shares.shape[1] == 2 else range(shares.shape[1])
    found = [_area(shares[:, c], target.flatten() == c) for c in classes]
    return [area for area in found if area is not None]


def _area(score: Tensor, positive: Tensor) -> float | None:
    """The chance that a positive sample scores above a negative one (Mann and Whitney)."""
    yes, no = int(positive.sum()), int((~positive).sum())
    if not yes or not no:
        return None
    _, place, counts = torch.unique(score, return_inverse=True, return_counts=True)
    ends = counts.cumsum(0).double()
    ranks = ends - (counts.double() - 1) / 2  # samples of equal score share their mean rank
    above: float = ranks[place][positive].sum().item() - yes * (yes + 1) / 2
    return above / (yes * no)


def regressed(predicted: Tensor, wanted: Tensor) -> dict[str, float]:
    """MSE, MAE and R2, all in the user's units; no R2 when there is nothing to explain."""
    predicted, wanted = predicted.double(), wanted.double()
    off = predicted - wanted
    found = {"mse": off.square().mean().item(), "mae": off.abs().mean().item()}
    spread = (wanted - wanted.mean()).square().sum().item()
    return {**found, "r2": 1 - off.square().sum().item() / spread} if spread else found
