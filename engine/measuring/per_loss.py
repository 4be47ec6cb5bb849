"""All that is measured of one loss on a whole split, gathered batch by batch."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F  # noqa: N812  # torch's own name for it
from torch import Tensor

from engine.data.preprocessing import Preprocessing, targets_last
from engine.measuring import metrics, sequences, unrecognised
from engine.measuring.metrics import TOP, Hits, perplexity, top_name
from engine.modules import mask_of
from engine.network.wiring import LossPlace
from graphs.data import Field
from graphs.wording.phrases import phrase

MOST_CONFUSED = 1000
"""With more classes per step than that, no class is measured by itself: the table would be huge."""
MOST_TARGETS = 20
"""With more numbers per sample than that, R2 is told of all together."""
ONE_NUMBER = "R2 is not defined for one sample alone. Measure it on two or more that differ."
SAME_NUMBERS = (
    "R2 is not defined: all measured samples have the same right value, so there is nothing "
    "to explain. Measure it on samples that differ."
)
SAME_NUMBERS_OF_SOME = (
    "R2 of {targets} is not defined: all measured samples have the same right value, so there is "
    "nothing to explain. Measure it on samples that differ."
)
ONE_CLASS = (
    "ROC AUC is not defined: all measured samples are of the same class. Measure it on samples of "
    "several classes."
)
ALL_IGNORED = (
    "Nothing can be measured: all right answers are of the class that the loss ignores. Measure it "
    "on samples of other classes, or empty ignore_index."
)


@dataclass(frozen=True, slots=True)
class Counted:
    """How well one class, or label, is told from all others."""

    name: str
    precision: float | None
    """None of what was never said."""
    recall: float | None
    """None of what is never there."""
    f1: float | None
    """None of what is neither."""
    support: int
    """How often it is there."""


@dataclass(frozen=True, slots=True)
class LossMetrics:
    """What one loss comes to."""

    metrics: Mapping[str, float]
    counted: tuple[Counted, ...] = ()
    """By class or label, where there are some."""
    confusion: tuple[tuple[int, ...], ...] = ()
    """Rows are the right classes, columns what was said; for one class per sample only."""
    remarks: tuple[str, ...] = ()
    """What cannot be measured, and why, as sentences."""
    positive: str = ""
    """Of two classes the one whose precision, recall and F1 they are."""


def _of_numbers(
    place: LossPlace, scores: Tensor, target: Tensor, preprocessing: Preprocessing
) -> LossMetrics:
    """MSE, MAE and R2; of several targets R2 is told of each, and their mean."""
    field = preprocessing.fields[place.target]
    wanted = target.to(scores.dtype).view_as(scores)
    predicted, wanted = (
        targets_last(field, preprocessing.restore(place.target, values))
        for values in (scores, wanted)
    )
    found = metrics.regressed(predicted, wanted)
    each = metrics.explained(predicted, wanted)
    names = _target_names(field, len(each))
    if 1 < len(each) <= MOST_TARGETS:
        told = zip(names, each, strict=True)
        found |= {f"r2[{name}]": share for name, share in told if share is not None}
        if names[0] != "1":  # a mean over visitors and money says little of either
            off = (predicted.double() - wanted.double()).abs().reshape(-1, len(each)).mean(0)
            found |= {f"mae[{name}]": one for name, one in zip(names, off.tolist(), strict=True)}
    unknown = [name for name, share in zip(names, each, strict=True) if share is None]
    if not unknown:
        return LossMetrics(found)
    if len(wanted) == 1:
        return LossMetrics(found, remarks=(phrase(ONE_NUMBER),))
    if len(each) == 1:
        return LossMetrics(found, remarks=(phrase(SAME_NUMBERS),))
    some = ", ".join(unknown[:MOST_TARGETS])
    return LossMetrics(found, remarks=(phrase(SAME_NUMBERS_OF_SOME, targets=some),))


def _target_names(field: Field, count: int) -> list[str]:
    """What the targets are called: by their columns, else by their number."""
    names = [column.name for column in field.columns] or list(field.names)
    return names if len(names) == count else [str(number + 1) for number in range(count)]


class Measure(ABC):
    """Base of what gathers scores and targets of one loss; padding is left out of them."""

    def __init__(self, place: LossPlace) -> None:
        self.place = place

    @abstractmethod
    def add(
        self,
        scores: Tensor,
        target: Tensor,
        lengths: Tensor | None,
        score_lengths: Tensor | None = None,
    ) -> None:
        """One more batch. Of padded samples ``lengths`` says how many steps are real.

        Those of scores whose steps are not those of the target are ``score_lengths``.
        """

    @abstractmethod
    def measured(self, preprocessing: Preprocessing) -> LossMetrics:
        """What it all comes to."""


def measure(place: LossPlace) -> Measure:
    """What gathers for the loss at ``place``, which learns something of a target."""
    if place.task == "sequence":
        return PerSeries(place)
    return PerStep(place) if place.steps else HeldScores(place)


class HeldScores(Measure):
    """Holds all scores: for metrics that look at all samples at once."""

    def __init__(self, place: LossPlace) -> None:
        super().__init__(place)
        self._scores: list[Tensor] = []
        self._targets: list[Tensor] = []

    def add(
        self,
        scores: Tensor,
        target: Tensor,
        lengths: Tensor | None,
        score_lengths: Tensor | None = None,
    ) -> None:
        if lengths is not None:
            real = mask_of(lengths, target.shape[1])
            scores, target = scores[real], target[real]
        if self.place.ignored is not None:
            counted = target != self.place.ignored
            scores, target = scores[counted], target[counted]
        self._scores.append(scores.cpu())
        self._targets.append(target.cpu())

    def measured(self, preprocessing: Preprocessing) -> LossMetrics:
        place, target = self.place, torch.cat(self._targets)
        scores = torch.cat(self._scores)
        if place.ignored is not None and not len(target):
            return LossMetrics({}, remarks=(phrase(ALL_IGNORED),))
        if place.task == "number":
            return _of_numbers(place, scores, target, preprocessing)
        shares, odds = metrics.probabilities(place, scores), metrics.evidence(place, scores)
        known = preprocessing.fields[place.target].classes
        if place.task == "labels":
            said = metrics.holds(shares, place.reading).long()
            hits = Hits.of_labels(said, target.long())
            found = metrics.labelled(shares, target, odds, place.reading)
            return LossMetrics(found, _counted(known, hits))
        chosen = metrics.decided(place, scores)
        table = metrics.confusion(chosen, target, shares.shape[1])
        ranked = scores if shares.shape[1] > 2 else None
        found = metrics.classified(shares, chosen, target, ranked, odds, place.ignored)
        return LossMetrics(
            found,
            _counted(known, Hits.of_table(table).without(place.ignored)),
            tuple(tuple(row) for row in table.tolist()),
            (
                *(() if "roc_auc" in found else (phrase(ONE_CLASS),)),
                *unrecognised.remarks(known, table),
            ),
            _positive(known),
        )


@dataclass(slots=True)
class _Sums:
    """What is added up of the steps so far."""

    steps: int = 0
    cost: float = 0.0
    top: dict[int, int] = field(default_factory=dict)
    table: Tensor | None = None


class PerStep(Measure):
    """Adds up, as a class for each step makes too many scores to hold."""

    def __init__(self, place: LossPlace) -> None:
        super().__init__(place)
        self._sums = _Sums()

    def add(
        self,
        scores: Tensor,
        target: Tensor,
        lengths: Tensor | None,
        score_lengths: Tensor | None = None,
    ) -> None:
        flat = scores.movedim(self.place.axis, -1)
        if lengths is not None:
            real = mask_of(lengths, target.shape[1])
            flat, target = flat[real], target[real]
        flat, target = flat.reshape(-1, flat.shape[-1]), target.reshape(-1).long()
        if self.place.ignored is not None:
            counted = target != self.place.ignored
            flat, target = flat[counted], target[counted]
        sums, classes = self._sums, flat.shape[1]
        sums.steps += len(target)
        sums.cost += float(F.cross_entropy(flat.double(), target, reduction="sum"))
        ranks = metrics.ranked(flat, target)
        for k in (1, *(k for k in TOP if k < classes)):
            sums.top[k] = sums.top.get(k, 0) + int((ranks < k).sum())
        if classes <= MOST_CONFUSED:
            table = metrics.confusion(flat.argmax(1), target, classes).cpu()
            sums.table = table if sums.table is None else sums.table + table

    def measured(self, preprocessing: Preprocessing) -> LossMetrics:
        sums, field = self._sums, preprocessing.fields[self.place.target]
        if self.place.ignored is not None and not sums.steps:
            return LossMetrics({}, remarks=(phrase(ALL_IGNORED),))
        shares = {k: hits / sums.steps for k, hits in sums.top.items()}
        found = {"accuracy": shares.pop(1)} | {top_name(k): share for k, share in shares.items()}
        if len(field.sizes) == 1 and self.place.reading != "scores":
            cost = sums.cost / sums.steps
            found["perplexity"] = perplexity(cost)
            if _is_of_characters(field, preprocessing.fields):
                found["bits_per_character"] = cost / math.log(2)
        if sums.table is None:
            return LossMetrics(found)
        hits = Hits.of_table(sums.table).without(self.place.ignored)
        if len(field.sizes) > 1:
            found["mean_iou"] = hits.mean_iou()
        said = unrecognised.remarks(field.classes, sums.table) if not field.words else ()
        return LossMetrics(
            found | hits.means(),
            _counted(field.classes, hits),
            remarks=said,
            positive=_positive(field.classes),
        )


class PerSeries(Measure):
    """Adds up how far the series of classes that are read are from the right ones."""

    def __init__(self, place: LossPlace) -> None:
        super().__init__(place)
        self._wrong = self._asked = self._whole = self._samples = 0

    def add(
        self,
        scores: Tensor,
        target: Tensor,
        lengths: Tensor | None,
        score_lengths: Tensor | None = None,
    ) -> None:
        wanted = sequences.right(target, lengths)
        off = sequences.distances(sequences.decided(self.place, scores, score_lengths), wanted)
        self._wrong += int(off.sum())
        self._asked += int(wanted.lengths.sum())
        self._whole += int((off == 0).sum())
        self._samples += len(off)

    def measured(self, preprocessing: Preprocessing) -> LossMetrics:
        return LossMetrics(
            {
                "exact_match": self._whole / self._samples,
                "label_error_rate": self._wrong / self._asked,
            }
        )


def _positive(classes: tuple[str, ...]) -> str:
    """The class that precision, recall and F1 are of; nothing where they are means over classes."""
    return classes[1] if len(classes) == 2 else ""


def _is_of_characters(target: Field, fields: Mapping[str, Field]) -> bool:
    """Whether each class is a character: as the tokens of the same spelling are written."""
    joints = [one.joint for one in fields.values() if one.words == target.classes]
    return not any(joints) if joints else all(len(name) == 1 for name in target.classes)


def _counted(names: tuple[str, ...], hits: Hits) -> tuple[Counted, ...]:
    columns = (hits.precision, hits.recall, hits.f1, hits.said, hits.there)
    rows = zip(names, *(column.tolist() for column in columns), strict=True)
    return tuple(
        Counted(
            name,
            precision if said else None,
            recall if there else None,
            f1 if said or there else None,
            there,
        )
        for name, precision, recall, f1, said, there in rows
    )
