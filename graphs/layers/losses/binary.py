"""Losses on two classes: told apart by one score, or several labels by one score each."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from graphs.describe import param
from graphs.layers.losses.losses import Paired, Task, not_a_class
from graphs.layers.spec import Call
from graphs.problems import Problem, Recipe, Set, problem
from graphs.sizes import same
from graphs.types import Kind, TensorType
from graphs.wording.phrases import phrase


class Binary(Paired):
    """Base of losses that learn to tell two classes apart by one score.

    With a target that holds several labels there is one score for each of them.
    """

    task: ClassVar[Task] = "binary"

    def learned(self, target: TensorType) -> Task:
        return "labels" if target.kind is Kind.MASK else self.task

    def target_fault(self, target: TensorType) -> Problem | None:
        if target.kind is Kind.MASK:
            return None
        if target.kind is not Kind.INDEX:
            return not_a_class(self.target)
        if target.values != 2:
            return problem(
                "The target “{field}” has {classes} classes; this loss tells two apart.",
                setting="target",
                field=self.target,
                classes=phrase("unknown") if target.values is None else target.values,
            )
        return None


class BCEWithLogitsLoss(
    Binary,
    id="bce_with_logits_loss",
    group="Loss",
    search=(
        "decide whether spam sick bce binary crossentropy sigmoid two classes yes no "
        "multilabel several labels imbalance weights true false healthy fraud rare positive"
    ),
):
    """Compares one score per sample, or per label, with the right answer.

    With p = sigmoid(x) and the answer t, 0 or 1, it is the mean of -pos_weight · t · log(p) - (1 -
    t) · log(1 - p).
    Takes raw scores (logits) of N × 1, not probabilities: it applies the sigmoid itself. With a
    target of K labels, of which several may hold at once, it takes N × K.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
    """

    reading = "sigmoid"

    pos_weight: tuple[float, ...] = param(
        default=(),
        above=0,
        help="How much the second class counts against the first, or each label that holds "
        "against one that does not; empty: alike.",
    )

    def compare(self, scores: TensorType, target: TensorType) -> Problem | None:
        """Weights lie along the last axis of the scores, as torch repeats them over the rest."""
        wrong = super().compare(scores, target)
        wanted = self.wanted(scores)
        if wrong or not self.pos_weight or wanted is None or same(wanted, len(self.pos_weight)):
            return wrong
        return problem(
            "pos_weight has {count} weights, but takes {wanted}.",
            setting="pos_weight",
            count=len(self.pos_weight),
            wanted=wanted,
        )

    def _mends(self, scores: TensorType, target: TensorType) -> Iterator[Recipe]:
        if self.pos_weight and replace(self, pos_weight=()).compare(scores, target) is None:
            yield Set("pos_weight", ())
        yield from super()._mends(scores, target)

    def arguments(self) -> dict[str, object]:
        weight = Call.of("torch.tensor", data=self.pos_weight)
        return {"pos_weight": weight} if self.pos_weight else {}

    def scale_fault(self, scores: TensorType) -> Problem | None:
        return gets_probabilities() if scores.scale.is_shares else None


class BCELoss(
    Binary,
    id="bce_loss",
    group="Loss",
    search=(
        "decide whether spam sick bce binary crossentropy two classes yes no multilabel "
        "several labels probabilities true false healthy probability fraud"
    ),
):
    """Compares one probability per sample, or per label, with the right answer.

    With the probability p and the answer t, 0 or 1, it is the mean of -t · log(p) - (1 - t) · log(1
    - p). Logarithms below -100 count as -100.
    Takes probabilities of N × 1, as a Sigmoid gives them; N × K with a target of K labels.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html
    """

    reading = "none"

    def scale_fault(self, scores: TensorType) -> Problem | None:
        if scores.scale.is_shares:
            return None
        return problem(
            "Needs probabilities between 0 and 1, as a Sigmoid gives them.", port="input"
        )


class BinaryFocalLoss(
    Binary,
    id="binary_focal_loss",
    title="BinaryFocalLoss",
    group="Loss",
    search=(
        "retinanet sigmoid hard examples rare imbalance two classes yes no multilabel gamma "
        "alpha few positive skewed"
    ),
):
    """Compares one score per sample or label with the answer; easy ones count less.

    With the probability p of the right answer it is the mean of -alpha · (1 - p) ** gamma · log(p),
    with 1 - alpha where the answer is no.
    A binary cross entropy in which each answer counts by (1 - p) ** gamma, where p is the
    probability of the right one. Takes raw scores (logits) of N × 1, or N × K with a target of K
    labels: it applies the sigmoid itself.
    https://arxiv.org/abs/1708.02002
    """

    reading = "sigmoid"
    is_usual = False

    gamma: float = param(default=2.0, low=0, help="How much easy answers lose; 0: nothing.")
    alpha: float | None = param(
        default=None,
        low=0,
        high=1,
        help="What the second class, or a label that holds, counts; the other counts 1 - alpha. "
        "Not set: alike.",
    )

    def each(self) -> str:
        return "engine.modules.losses.BinaryFocalLoss"

    def scale_fault(self, scores: TensorType) -> Problem | None:
        return gets_probabilities() if scores.scale.is_shares else None


def gets_probabilities() -> Problem:
    """That a loss which applies the sigmoid itself gets what has passed one."""
    return problem(
        "Gets probabilities, but applies the sigmoid itself; training would be slow and worse.",
        port="input",
    )
