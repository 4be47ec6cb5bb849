"""Losses that ask for a margin: they make no probabilities, but scores that lie apart."""

from graphs.describe import param
from graphs.layers.losses.binary import Binary, gets_probabilities
from graphs.layers.losses.classes import ClassLoss
from graphs.layers.losses.losses import TargetLoss, Task, padding_counts
from graphs.layers.losses.pairs import PairLoss
from graphs.layers.spec import Call, Outputs, Reaching, Torch
from graphs.problems import Problem, problem
from graphs.sizes import alike, product, same
from graphs.types import Kind, TensorType


class HingeLoss(
    Binary,
    id="hinge_loss",
    title="HingeLoss",
    group="Loss",
    search=(
        "svm support vector machine squared hinge margin binary two classes yes no labels "
        "discriminator"
    ),
):
    """Asks that one score per sample, or label, lies on the right side of zero.

    With t = 1 for the second class, or a label that holds, and t = -1 else, it is the mean of
    max(0, margin - t · x), squared where asked. Takes raw scores x of N × 1, or N × K with a target
    of K labels. The sign decides; how likely an answer is cannot be told.
    From https://doi.org/10.1007/BF00994018.
    """

    reading = "scores"
    is_usual = False

    margin: float = param(default=1.0, above=0, help="How far from zero a score costs nothing.")
    squared: bool = param(default=False, help="Whether what lacks is squared.")

    def each(self) -> str:
        return "engine.modules.margins.HingeLoss"

    def scale_fault(self, scores: TensorType) -> Problem | None:
        return _gets_shares(scores)


class SoftMarginLoss(
    Binary,
    id="soft_margin_loss",
    group="Loss",
    search="logistic binary two classes yes no multilabel labels",
):
    """Asks that one score per sample, or label, lies far on the right side of zero.

    With t = 1 for the second class, or a label that holds, and t = -1 else, it is the mean of
    log(1 + exp(-t · x)), which is what BCEWithLogitsLoss computes. Takes raw scores x of N × 1, or
    N × K with a target of K labels.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.SoftMarginLoss.html
    """

    reading = "sigmoid"
    is_usual = False

    def each(self) -> str:
        return "engine.modules.margins.SoftMarginLoss"

    def scale_fault(self, scores: TensorType) -> Problem | None:
        return gets_probabilities() if scores.scale.is_shares else None


class MultiMarginLoss(
    ClassLoss,
    id="multi_margin_loss",
    group="Loss",
    search="svm support vector machine categorical hinge multiclass classification margin",
):
    """Asks that the score of the right class lies above all others by a margin.

    With the score x[t] of the right class, a sample costs Σ max(0, margin - x[t] + x[c]) ** p /
    classes, a sum over all other classes c, times the weight of the right class. Takes raw scores
    as CrossEntropyLoss does. The largest decides; how likely it is cannot be told.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiMarginLoss.html
    """

    reading = "scores"
    is_usual = False
    for_steps = "engine.modules.margins.StepsMultiMarginLoss"

    p: int = param(
        default=1,
        low=1,
        high=2,
        help="The power of what lacks in the margin: 1, or 2 to square it.",
    )
    margin: float = param(default=1.0, above=0, help="By how much the right score should lead.")

    @property
    def shares(self) -> tuple[float, ...]:
        """None: weights count in its sum, and it is divided by the number of answers."""
        return ()

    def torch(self, given: Reaching) -> Torch:
        made = super().torch(given)
        if given.fields[self.target].rank > 1:
            return made
        return Torch(Call(self.each(), self.arguments()), TargetLoss.torch(self, given).use)

    def scale_fault(self, scores: TensorType) -> Problem | None:
        return _gets_shares(scores)


class MultiLabelMarginLoss(
    TargetLoss,
    id="multilabel_margin_loss",
    group="Loss",
    search="multilabel several labels tags ranking hinge svm",
):
    """Asks that labels which hold score above those which do not, by a margin of 1.

    With the scores x, a sample costs Σ max(0, 1 - x[a] + x[b]) / K, a sum over all labels a that
    hold and b that do not. Takes raw scores of N × K. It ranks the labels of a sample, and says of
    none whether it holds.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiLabelMarginLoss.html
    """

    is_usual = False
    per_sample = True

    def infer(self, given: Reaching) -> Outputs | Problem:
        answer = super().infer(given)
        return answer if isinstance(answer, Problem) else padding_counts(given) or ()

    def compare(self, scores: TensorType, target: TensorType) -> Problem | None:
        if target.kind is not Kind.MASK or target.rank != 2:
            return problem(
                "The target “{field}” does not hold several labels of each sample.",
                setting="target",
                field=self.target,
            )
        if not alike(scores.sizes, target.sizes):
            return problem(
                "Needs one score per label, {wanted}, but gets {got}.",
                port="input",
                wanted=target.elements(),
                got=scores,
            )
        return _gets_shares(scores)

    def each(self) -> str:
        return "engine.modules.margins.MultiLabelMarginLoss"


class HingeEmbeddingLoss(
    Binary,
    id="hinge_embedding_loss",
    group="Loss",
    search="siamese pairs distance margin similar same different metric learning semi-supervised",
):
    """Makes distances of what belongs together small, and others as large as a margin.

    A distance x whose target is the second class costs x, another one max(0, margin - x); the loss
    is the mean. Takes N × 1, such as PairwiseDistance gives.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.HingeEmbeddingLoss.html
    """

    task = "nothing"
    is_usual = False

    margin: float = param(
        default=1.0, above=0, help="The distance beyond which unlike pairs cost nothing."
    )

    def learned(self, target: TensorType) -> Task:
        return self.task

    def each(self) -> str:
        return "engine.modules.margins.HingeEmbeddingLoss"


class MarginRankingLoss(
    PairLoss,
    id="margin_ranking_loss",
    group="Loss",
    search="rank ranking order prefer preference recommend better compare two scores search",
):
    """Asks that of two scores the one that should be larger is so, by a margin.

    With t = 1 where the target is the second class, for which input should be larger, and t = -1
    else, a sample costs max(0, margin - t · (input - other)). Both are N × 1.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MarginRankingLoss.html
    """

    margin: float = param(default=0.0, low=0, help="By how much one score should be larger.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        answer = super().infer(given)
        if isinstance(answer, Problem) or same(product(given["input"].features), 1):
            return answer
        return problem(
            "Needs one score for each sample, but gets {got}.", port="input", got=given["input"]
        )

    def each(self) -> str:
        return "engine.modules.margins.MarginRankingLoss"


def _gets_shares(scores: TensorType) -> Problem | None:
    """That a loss which asks for a margin gets what cannot lie far apart."""
    if not scores.scale.is_shares:
        return None
    return problem(
        "Gets probabilities, which lie between 0 and 1. A margin needs raw scores.", port="input"
    )
