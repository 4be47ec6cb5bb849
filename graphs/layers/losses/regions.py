"""Losses that compare regions: how much of a class is where it should be."""

from graphs.describe import param
from graphs.layers.losses.classes import ClassLoss
from graphs.problems import Problem, problem
from graphs.types import TensorType


class RegionLoss(ClassLoss):
    """Base of losses on the overlap of what is said and what is there, class by class.

    Each sample has an overlap for each class, and counts as the mean over its classes by their
    weights; the loss is the mean over samples.
    """

    is_usual = False
    per_sample = True

    smooth: float = param(
        default=1.0,
        above=0,
        help="Is added above and below the line, so that a class that is nowhere counts as found.",
    )

    @property
    def shares(self) -> tuple[float, ...]:
        """None: it is divided by the number of samples."""
        return ()

    def compare(self, scores: TensorType, target: TensorType) -> Problem | None:
        wrong = super().compare(scores, target)
        if wrong is None and target.rank < 2:
            return problem(
                "The target “{field}” has one class per sample, so there are no regions that could "
                "overlap. CrossEntropyLoss learns it.",
                setting="target",
                field=self.target,
            )
        return wrong


class DiceLoss(
    RegionLoss,
    id="dice_loss",
    title="DiceLoss",
    group="Loss",
    search=(
        "segmentation overlap f1 sorensen mask masks pixels imbalance small regions shape medical"
    ),
):
    """Compares the region of each class with the right one, by the Dice coefficient.

    Takes raw scores (logits) with a class for each pixel or step, and applies the softmax itself.
    With probabilities p and right classes t it is 1 - (2 Σ p t + smooth) / (Σ p + Σ t + smooth), so
    a small region counts as much as a large one.
    https://arxiv.org/abs/1606.04797
    """

    for_steps = "engine.modules.losses.DiceLoss"


class JaccardLoss(
    RegionLoss,
    id="jaccard_loss",
    title="JaccardLoss",
    group="Loss",
    search=("iou intersection over union segmentation overlap mask masks pixels regions shape"),
):
    """Compares the region of each class with the right one: intersection over union.

    Takes raw scores (logits) with a class for each pixel or step, and applies the softmax itself.
    With probabilities p and right classes t it is 1 - (Σ p t + smooth) / (union + smooth), where
    the union is Σ p + Σ t - Σ p t.
    https://arxiv.org/abs/1606.04797
    """

    for_steps = "engine.modules.losses.JaccardLoss"
