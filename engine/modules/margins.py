"""Losses that ask for a margin: scores should lie apart by so much, and then cost nothing."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.modules.losses import mean_of_real_steps


class HingeLoss(nn.Module):
    """What lacks in the margin on the right side of zero; the right answers are 0 or 1.

    As in Cortes and Vapnik 1995, https://doi.org/10.1007/BF00994018; squared where asked.
    """

    def __init__(self, margin: float = 1.0, squared: bool = False, reduction: str = "mean") -> None:
        super().__init__()
        self.margin, self.squared, self.reduction = margin, squared, reduction

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """One number, or the sizes of the input where ``reduction`` is none."""
        lacks = (self.margin - torch.where(target > 0.5, input, -input)).clamp(min=0)
        each = lacks.square() if self.squared else lacks
        return each if self.reduction == "none" else each.mean()


class SoftMarginLoss(nn.Module):
    """torch's, of answers that are 0 or 1 in place of -1 and 1, and finite for any score."""

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__()
        self.reduction = reduction

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """One number, or the sizes of the input where ``reduction`` is none."""
        each = functional.softplus(torch.where(target > 0.5, -input, input))
        return each if self.reduction == "none" else each.mean()


class HingeEmbeddingLoss(nn.HingeEmbeddingLoss):
    """torch's, of a target that is 0 or 1 in place of -1 and 1, in the sizes of the input."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """One number, or the sizes of the input where ``reduction`` is none."""
        return super().forward(input, 2 * target.view_as(input).to(input.dtype) - 1)


class MarginRankingLoss(nn.MarginRankingLoss):
    """torch's, of one score per sample and a target that is 0 or 1 in place of -1 and 1."""

    def forward(self, input: Tensor, other: Tensor, target: Tensor) -> Tensor:
        """One number: the mean over samples."""
        return super().forward(input.flatten(), other.flatten(), 2 * target.flatten() - 1)


class StepsMultiMarginLoss(nn.Module):
    """torch's MultiMarginLoss with a class for each step and the classes in ``axis``.

    Steps beyond the lengths are padding and left out of the mean.
    """

    weight: Tensor | None

    def __init__(
        self, p: int = 1, margin: float = 1.0, weight: Tensor | None = None, axis: int = 1
    ) -> None:
        super().__init__()
        self.register_buffer("weight", weight, persistent=False)
        self.p, self.margin, self.axis = p, margin, axis

    def forward(self, input: Tensor, target: Tensor, lengths: Tensor | None = None) -> Tensor:
        """One number: the mean over all steps, or over the real ones by ``lengths``."""
        scores = input.movedim(self.axis, -1)
        rows, right = scores.reshape(-1, scores.shape[-1]), target.reshape(-1)
        each = functional.multi_margin_loss(
            rows, right, self.p, self.margin, self.weight, reduction="none"
        ).view(target.shape)
        return each.mean() if lengths is None else mean_of_real_steps(each, lengths)


class MultiLabelMarginLoss(nn.Module):
    """torch's, of labels that hold or not in place of a list of those that hold."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """One number: the mean over samples of what lacks between each two labels, by labels."""
        holds = target.to(torch.bool)
        lacks = (1 - (input.unsqueeze(2) - input.unsqueeze(1))).clamp(min=0)
        counted = holds.unsqueeze(2) & ~holds.unsqueeze(1)
        return lacks.masked_fill(~counted, 0.0).sum((1, 2)).mean() / input.shape[1]
