"""Metrics of scores and targets as plain functions; nothing is accumulated here.

Names are ``loss``, ``accuracy`` and so on with one loss; with several ``output/accuracy``, beside
the ``loss`` of them all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.network.wiring import LossPlace
from graphs.layers.losses.losses import Reading

TOP = (3, 5)
"""With more classes than that it is told how often the right one is among the so many likeliest."""

EVEN = 0.5
"""The probability beyond which a label is said to hold."""

Restore = Callable[[str, Tensor], Tensor]
"""Brings numbers of a field back to the user's units."""


def prefix(place: LossPlace, places: Sequence[LossPlace]) -> str:
    """What the metrics of a loss begin with: nothing, or the name of its output and a slash."""
    return "" if len(places) == 1 else f"{place.output or place.name}/"


def error(restore: Restore, place: LossPlace, scores: Tensor, target: Tensor) -> Tensor:
    """How far predicted numbers are off, in the user's units."""
    wanted = target.to(scores.dtype).view_as(scores)
    return (restore(place.target, scores) - restore(place.target, wanted)).abs()


def decided(place: LossPlace, scores: Tensor) -> Tensor:
    """The class that scores speak for: one per sample, or per step of it; labels one by one."""
    if place.task == "classes":
        return scores.argmax(place.axis)
    threshold = EVEN if place.reading == "none" else 0.0
    return (scores.flatten() > threshold).long()


def probabilities(place: LossPlace, scores: Tensor, reading: Reading | None = None) -> Tensor:
    """Samples × classes, from what reaches a loss on classes; samples × labels of one on labels.

    With a class per step the classes are in the axis that they have in the scores. An output behind
    a Softmax or Sigmoid has another reading, as it shows probabilities already. Where nothing makes
    such of scores, these are given themselves, the larger the more they speak for a class.
    """
    reading = reading or place.reading
    if place.task == "classes":
        return scores.double().softmax(place.axis) if reading == "softmax" else scores.double()
    if place.task == "labels":
        return scores.double().sigmoid() if reading == "sigmoid" else scores.double()
    one = scores.double().flatten()
    if reading == "scores":
        return torch.stack((-one, one), 1)
    one = one.sigmoid() if reading == "sigmoid" else one
    return torch.stack((1 - one, one), 1)


def evidence(place: LossPlace, scores: Tensor) -> Tensor:
    """How much speaks for each class or label, in the order of ``probabilities`` and shaped alike.

    Logits where scores become shares: shares near 0 and 1 can no longer be told apart. Those of a
    softmax are a score less what all other classes come to.
    """
    scores = scores.double()
    if place.task == "classes" and place.reading == "scores":
        return scores - _largest_other(scores, place.axis)
    if place.task == "classes" and place.reading == "softmax":
        share = scores.log_softmax(place.axis)
        odds = share - torch.log1p(-share.exp())
        first = scores.argmax(place.axis, keepdim=True)  # where 1 less its share would be 0
        others = scores.scatter(place.axis, first, -torch.inf).logsumexp(place.axis, keepdim=True)
        return odds.scatter(place.axis, first, scores.gather(place.axis, first) - others)
    if place.task == "binary":
        return torch.stack((-scores.flatten(), scores.flatten()), 1)
    return scores


def _largest_other(scores: Tensor, axis: int) -> Tensor:
    """Beside each score the largest of all other classes; of one class alone there is none."""
    first = scores.argmax(axis, keepdim=True)
    second = scores.scatter(axis, first, -torch.inf).amax(axis, keepdim=True)
    return scores.amax(axis, keepdim=True).expand_as(scores).scatter(axis, first, second)


def holds(shares: Tensor, reading: Reading) -> Tensor:
    """Which labels are said to hold, by what ``probabilities`` gives."""
    return shares > (0.0 if reading == "scores" else EVEN)


# ---- measured once, on all samples of a split ----


@dataclass(frozen=True, slots=True)
class Hits:
    """Of each class, or label, how often it was right, was said, and was there."""

    right: Tensor
    said: Tensor
    there: Tensor

    @classmethod
    def of_table(cls, table: Tensor) -> Hits:
        """From a confusion matrix."""
        return cls(table.diagonal(), table.sum(0), table.sum(1))

    @classmethod
    def of_labels(cls, said: Tensor, there: Tensor) -> Hits:
        """From what was said of each label and what holds, samples × labels of 0 and 1."""
        return cls((said * there).sum(0), said.sum(0), there.sum(0))

    def without(self, ignored: int | None) -> Hits:
        """As if a class that is never asked for were never said either, so that no mean has it."""
        if ignored is None:
            return self
        said = self.said.clone()
        said[ignored] = 0
        return Hits(self.right, said, self.there)

    @property
    def precision(self) -> Tensor:
        """How much of what was said is right; 0 for what was never said."""
        return self.right.double() / self.said.clamp(min=1)

    @property
    def recall(self) -> Tensor:
        """How much of what is there was said; 0 for what never is."""
        return self.right.double() / self.there.clamp(min=1)

    @property
    def f1(self) -> Tensor:
        """The harmonic mean of both."""
        return 2 * self.right.double() / (self.said + self.there).clamp(min=1)

    @property
    def iou(self) -> Tensor:
        """Intersection over union: how much of what was said or is there was right."""
        return self.right.double() / (self.said + self.there - self.right).clamp(min=1)

    def mean_iou(self) -> float:
        """The mean intersection over union of the classes that occur."""
        return self.iou[(self.said + self.there) > 0].mean().item()

    def means(self) -> dict[str, float]:
        """Precision, recall and F1: with two classes those of the second, with more the mean.

        Of those classes that occur, each against the rest.
        """
        occurs = (self.said + self.there) > 0
        of = torch.tensor([1]) if len(self.right) == 2 else occurs.nonzero().flatten()
        return self.over(of)

    def over(self, of: Tensor) -> dict[str, float]:
        """The mean precision, recall and F1 of some of them."""
        return {
            "precision": self.precision[of].mean().item(),
            "recall": self.recall[of].mean().item(),
            "f1": self.f1[of].mean().item(),
        }


def classified(
    shares: Tensor,
    chosen: Tensor,
    target: Tensor,
    scores: Tensor | None = None,
    odds: Tensor | None = None,
    ignored: int | None = None,
) -> dict[str, float]:
    """Accuracy, top-k accuracy, precision, recall, F1, ROC AUC; ``shares`` are samples × classes.

    Where they are given, classes of a sample are ranked by ``scores``, and samples by ``odds``,
    which is ``evidence``: tiny shares are no longer told apart.

    With two classes they are those of the second; with more the mean over the classes that occur,
    each against the rest, but for the one that is ``ignored``. What has no meaning, such as ROC AUC
    with one class, is left out.
    """
    table = confusion(chosen, target, shares.shape[1])
    hits = Hits.of_table(table).without(ignored)
    ranks = ranked(shares if scores is None else scores, target)
    found = {
        "accuracy": (hits.right.sum().double() / table.sum()).item(),
        **{top_name(k): (ranks < k).double().mean().item() for k in TOP if k < shares.shape[1]},
        **hits.means(),
    }
    areas = _areas(shares if odds is None else odds, target)
    return {**found, "roc_auc": sum(areas) / len(areas)} if areas else found


def labelled(
    shares: Tensor, target: Tensor, odds: Tensor | None = None, reading: Reading = "none"
) -> dict[str, float]:
    """Metrics of several labels at once; ``shares`` and ``target`` are samples × labels.

    Accuracy counts every label of every sample, ``exact_match`` samples with all labels right; the
    others are means over the labels. Samples are ranked by ``odds`` where they are given.
    """
    said, there = holds(shares, reading).long(), target.long()
    right = said == there
    odds = shares if odds is None else odds
    areas = [_area(odds[:, label], there[:, label] == 1) for label in range(there.shape[1])]
    known = [area for area in areas if area is not None]
    found = {
        "accuracy": right.double().mean().item(),
        "exact_match": right.all(1).double().mean().item(),
        **Hits.of_labels(said, there).over(torch.arange(there.shape[1])),
    }
    return {**found, "roc_auc": sum(known) / len(known)} if known else found


def ranked(shares: Tensor, target: Tensor) -> Tensor:
    """How many classes come before the right one; of equal ones the first comes first."""
    target = target.flatten().long()[:, None]
    own = shares.gather(1, target)
    earlier = torch.arange(shares.shape[1], device=shares.device) < target
    return ((shares > own) | ((shares == own) & earlier)).sum(1)


def top_name(k: int) -> str:
    """What the share of samples is called whose class is among the ``k`` likeliest."""
    return f"top_{k}_accuracy"


def perplexity(loss: float) -> float:
    """Among how many equally likely classes the choice would be as hard."""
    return math.exp(loss) if loss < 700 else math.inf


def confusion(chosen: Tensor, target: Tensor, classes: int) -> Tensor:
    """How often each class (row) was taken for each class (column)."""
    pairs = target.flatten().long() * classes + chosen.flatten()
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
    """MSE, MAE and R2, all in the user's units; targets are in the last axis.

    R2 is the mean over the targets that it is defined for; left out when there is none.
    """
    off = predicted.double() - wanted.double()
    found = {"mse": off.square().mean().item(), "mae": off.abs().mean().item()}
    known = [share for share in explained(predicted, wanted) if share is not None]
    return {**found, "r2": sum(known) / len(known)} if known else found


def explained(predicted: Tensor, wanted: Tensor) -> list[float | None]:
    """R2 of each target, rows × targets; None where all right values are the same.

    Each is held against its own mean: against one mean of all, targets of different sizes would
    explain each other.
    """
    predicted, wanted = (x.double().reshape(-1, x.shape[-1]) for x in (predicted, wanted))
    off = (predicted - wanted).square().sum(0)
    spread = (wanted - wanted.mean(0)).square().sum(0)
    # Not by the spread: the mean of equal numbers may be another one in its last digit.
    varied = (wanted != wanted[:1]).any(0) & (spread > 0)
    shares = (1 - off / spread).tolist()
    return [share if known else None for share, known in zip(shares, varied.tolist(), strict=True)]
