"""Losses that learn how likely each class is: cross entropy, and what is made of it."""

from collections.abc import Iterator

from graphs.describe import param
from graphs.layers.losses.classes import ClassLoss
from graphs.layers.spec import Outputs, Reaching
from graphs.problems import Insert, Problem, Recipe, Set, problem
from graphs.types import Scale, TensorType


class AnswerLoss(ClassLoss):
    """Base of losses that add up answers, of which those of one class may be left out."""

    ignore_index: int | None = param(
        default=None,
        low=0,
        help="The number of a class, counted from 0, whose samples, steps or pixels teach nothing "
        "and are not measured, such as what nobody labelled; empty: every class counts.",
    )

    def infer(self, given: Reaching) -> Outputs | Problem:
        answer = super().infer(given)
        if isinstance(answer, Problem) or self.ignore_index is None:
            return answer
        scores = given["input"]
        classes = scores.sizes[self.axis(scores, given.fields[self.target])]
        if not isinstance(classes, int) or self.ignore_index < classes:
            return answer
        return problem(
            "ignore_index is {index}, but there are {classes} classes, counted from 0.",
            setting="ignore_index",
            fix=Set("ignore_index", None),
            index=self.ignore_index,
            classes=classes,
        )

    @property
    def ignored(self) -> int | None:
        return self.ignore_index

    def arguments(self) -> dict[str, object]:
        found = super().arguments()
        if self.ignore_index is None:  # where torch has a number that is no class
            del found["ignore_index"]
        return found


class CrossEntropyLoss(
    AnswerLoss,
    id="cross_entropy_loss",
    group="Loss",
    search=(
        "one of many digits which right class ce crossentropy classification classify "
        "multiclass several categories softmax categorical sparse weights imbalance choose "
        "among multi kind recognition ignore ignored void unlabelled unlabeled masked words"
    ),
):
    """Compares one score per class with the right class.

    With the score x[t] of the right class, a sample costs log Σ exp(x[c]) - x[t], a sum over all
    classes c. Where classes have weights w, the loss is Σ w · cost / Σ w. With label_smoothing s,
    the right class counts 1 - s + s / classes and each other s / classes. Where ignore_index is a
    class, what has it for its right class is left out of both sums, and of what is measured.
    Takes raw scores (logits) of N × classes, not probabilities: it applies the softmax itself.
    With a class for each of T steps it takes N × T × classes, as Linear, LSTM and attention give
    them, and N × classes × T, as torch has it and Conv1d gives them.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """

    for_steps = "engine.modules.losses.StepsCrossEntropyLoss"
    is_torchs = True

    label_smoothing: float = param(
        default=0.0, low=0, high=1, help="The share of certainty that is spread over all classes."
    )

    @property
    def is_likelihood(self) -> bool:
        return not self.label_smoothing and not self.class_weights


class NLLLoss(
    AnswerLoss,
    id="nll_loss",
    group="Loss",
    search="negative log likelihood classification probabilities classes",
):
    """Compares the logarithm of one share per class with the right class.

    A sample costs -x[t], where t is the right class. Where classes have weights w, the loss is Σ w
    · cost / Σ w. What has the class ignore_index for its right one is left out.
    Takes what a LogSoftmax gives: both together are CrossEntropyLoss. With a class for each of T
    steps it takes N × T × classes and N × classes × T.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html
    """

    is_usual = False
    for_steps = "engine.modules.losses.StepsNLLLoss"
    is_torchs = True

    @property
    def is_likelihood(self) -> bool:
        return not self.class_weights

    def is_as_torch_has_it(self, target: TensorType) -> bool:
        # torch has no way back from pictures whose scores lie side by side in memory.
        return target.rank < 3 and super().is_as_torch_has_it(target)

    def scale_fault(self, scores: TensorType) -> Problem | None:
        if scores.scale is Scale.LOGARITHMS:
            return None
        return problem(
            "Needs logarithms of probabilities, as a LogSoftmax gives them.", port="input"
        )

    def _mends(self, scores: TensorType, target: TensorType) -> Iterator[Recipe]:
        logarithms = scores.scaled(Scale.LOGARITHMS)
        if scores.scale is Scale.ANY and self.compare(logarithms, target) is None:
            yield Insert("log_softmax", settings={"dim": self.axis(scores, target)})
        yield from super()._mends(scores, target)


class FocalLoss(
    AnswerLoss,
    id="focal_loss",
    title="FocalLoss",
    group="Loss",
    search=(
        "imbalanced few minority retinanet hard examples rare classes imbalance gamma alpha "
        "detection skewed unbalanced mistakes"
    ),
):
    """Compares one score per class with the right class; easy answers count less.

    With the probability p of the right class it is the mean of -w · (1 - p) ** gamma · log(p),
    where w is the weight of that class.
    A cross entropy in which each answer counts by (1 - p) ** gamma, where p is the probability of
    the right class. Takes raw scores (logits) as CrossEntropyLoss does, and is the mean over all
    answers but those of the class ignore_index; class_weights are the alpha of the paper.
    https://arxiv.org/abs/1708.02002
    """

    is_usual = False
    for_steps = "engine.modules.losses.FocalLoss"

    gamma: float = param(default=2.0, low=0, help="How much easy answers lose; 0: nothing.")

    @property
    def shares(self) -> tuple[float, ...]:
        """None: weights count in its sum, and it is divided by the number of answers."""
        return ()
