"""Losses that torch has not, or not with the classes in any axis and without padding."""

import math
from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.modules import counted_answers, mask_like


class StepsCrossEntropyLoss(nn.CrossEntropyLoss):
    """Cross entropy with the classes in ``axis``, where torch has them in axis 1.

    Steps beyond the lengths, and those of the class ``ignore_index``, are left out of the sum and
    of what it is divided by.
    """

    def __init__(self, axis: int = -1, ignore_index: int | None = None, **settings: Any) -> None:
        super().__init__(**settings)
        self.axis, self.ignored = axis, ignore_index

    def forward(self, input: Tensor, target: Tensor, lengths: Tensor | None = None) -> Tensor:
        """One number: the mean over all steps, or over the real ones by ``lengths``."""
        scores = input.movedim(self.axis, 1)
        real = counted_answers(target, lengths, self.ignored)
        if real is None:
            return super().forward(scores, target)
        summed = functional.cross_entropy(
            scores,
            target.masked_fill(~real, self.ignore_index),
            self.weight,
            ignore_index=self.ignore_index,
            reduction="sum",
            label_smoothing=self.label_smoothing,
        )
        each = real if self.weight is None else self.weight[target].masked_fill(~real, 0.0)
        # Nothing to learn from costs nothing, where torch would divide by zero.
        return summed / each.sum().clamp(min=torch.finfo(scores.dtype).tiny)


class StepsNLLLoss(nn.NLLLoss):
    """The negative log likelihood with the classes in ``axis``, where torch has them in axis 1.

    Steps beyond the lengths, and those of the class ``ignore_index``, are left out of the sum and
    of what it is divided by.
    """

    def __init__(
        self, axis: int = -1, weight: Tensor | None = None, ignore_index: int | None = None
    ) -> None:
        super().__init__(weight)
        self.axis, self.ignored = axis, ignore_index

    def forward(self, input: Tensor, target: Tensor, lengths: Tensor | None = None) -> Tensor:
        """One number: the mean over all steps, or over the real ones by ``lengths``."""
        scores = input.movedim(self.axis, 1).contiguous()  # else torch has no way back in 2d
        real = counted_answers(target, lengths, self.ignored)
        if real is None:
            return super().forward(scores, target)
        each = functional.nll_loss(scores, target, self.weight, reduction="none")
        counted = torch.ones_like(each) if self.weight is None else self.weight[target]
        over = counted.masked_fill(~real, 0.0).sum()
        return each.masked_fill(~real, 0.0).sum() / over.clamp(min=torch.finfo(each.dtype).tiny)


class FocalLoss(nn.Module):
    """Cross entropy in which each answer counts by (1 - p) ** gamma; ``weight`` is by class.

    The mean over all answers but those of the class ``ignore_index``, as in Lin et al. 2017, https://arxiv.org/abs/1708.02002.
    """

    weight: Tensor | None

    def __init__(
        self,
        gamma: float = 2.0,
        weight: Tensor | None = None,
        axis: int = 1,
        ignore_index: int | None = None,
    ) -> None:
        super().__init__()
        self.register_buffer("weight", weight, persistent=False)
        self.gamma, self.axis, self.ignored = gamma, axis, ignore_index

    def forward(self, input: Tensor, target: Tensor, lengths: Tensor | None = None) -> Tensor:
        """One number: the mean over all steps, or over the real ones by ``lengths``."""
        logarithms = input.movedim(self.axis, 1).log_softmax(1)
        likelihood = logarithms.gather(1, target.unsqueeze(1)).squeeze(1)
        each = -_eased(-torch.expm1(likelihood), self.gamma) * likelihood
        if self.weight is not None:
            each = each * self.weight[target]
        real = counted_answers(target, lengths, self.ignored)
        if real is None:
            return each.mean()
        return each.masked_fill(~real, 0.0).sum() / real.sum().clamp(min=1)


class BinaryFocalLoss(nn.Module):
    """Binary cross entropy in which each answer counts by (1 - p) ** gamma.

    As in Lin et al. 2017, https://arxiv.org/abs/1708.02002; the right answers are 0 or 1.
    """

    def __init__(
        self, gamma: float = 2.0, alpha: float | None = None, reduction: str = "mean"
    ) -> None:
        super().__init__()
        self.gamma, self.alpha, self.reduction = gamma, alpha, reduction

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """One number, or the sizes of the input where ``reduction`` is none."""
        right = torch.where(target > 0.5, input, -input)
        each = -_eased(torch.sigmoid(-right), self.gamma) * functional.logsigmoid(right)
        if self.alpha is not None:
            each = each * torch.where(target > 0.5, self.alpha, 1 - self.alpha)
        return each if self.reduction == "none" else each.mean()


def _eased(wrong: Tensor, gamma: float) -> Tensor:
    """What an answer counts that is ``wrong`` by so much; at 0 a root would have no gradient."""
    return wrong.clamp(min=torch.finfo(wrong.dtype).tiny) ** gamma


class RegionLoss(nn.Module, ABC):
    """Base of losses on the overlap of the region of each class with the right one.

    Each sample counts as the mean over its classes, by their weights; the loss is the mean over
    samples.
    """

    weight: Tensor | None

    def __init__(self, smooth: float = 1.0, weight: Tensor | None = None, axis: int = 1) -> None:
        super().__init__()
        self.register_buffer("weight", weight, persistent=False)
        self.smooth, self.axis = smooth, axis

    def forward(self, input: Tensor, target: Tensor, lengths: Tensor | None = None) -> Tensor:
        """One number. Steps beyond ``lengths`` belong to no region."""
        said = input.movedim(self.axis, -1).softmax(-1)
        there = functional.one_hot(target, said.shape[-1]).to(said.dtype)
        if lengths is not None:
            real = mask_like(lengths, target).expand_as(target).unsqueeze(-1)
            said, there = said.masked_fill(~real, 0.0), there.masked_fill(~real, 0.0)
        said, there = said.flatten(1, -2), there.flatten(1, -2)
        each = self.of((said * there).sum(1), said.sum(1), there.sum(1))
        if self.weight is None:
            return each.mean()
        return ((each * self.weight).sum(1) / self.weight.sum()).mean()

    @abstractmethod
    def of(self, common: Tensor, said: Tensor, there: Tensor) -> Tensor:
        """What each sample costs for each class, of the sizes of regions; all are N × classes."""


class DiceLoss(RegionLoss):
    """1 less the Dice coefficient, as in Milletari et al. 2016, https://arxiv.org/abs/1606.04797.

    Sums are of probabilities, not of their squares.
    """

    def of(self, common: Tensor, said: Tensor, there: Tensor) -> Tensor:
        return 1 - (2 * common + self.smooth) / (said + there + self.smooth)


class JaccardLoss(RegionLoss):
    """1 less the intersection over the union."""

    def of(self, common: Tensor, said: Tensor, there: Tensor) -> Tensor:
        return 1 - (common + self.smooth) / (said + there - common + self.smooth)


class GaussianNLLLoss(nn.Module):
    """torch's, that neither waits for a GPU nor raises: a negative variance costs NaN."""

    def __init__(self, full: bool = False, eps: float = 1e-6) -> None:
        super().__init__()
        self.full, self.eps = full, eps

    def forward(self, input: Tensor, var: Tensor, target: Tensor) -> Tensor:
        """One number: the mean over all values."""
        with torch.no_grad():  # as in torch: below eps the variance learns as if it were itself
            lifted = var.clamp(min=self.eps) - var
            lifted[var < 0] = torch.nan
        counted = var + lifted
        each = (counted.log() + (input - target).square() / counted) / 2
        return each.mean() + (0.5 * math.log(2 * math.pi) if self.full else 0.0)


class CosineEmbeddingLoss(nn.CosineEmbeddingLoss):
    """torch's, of a target that is 0 or 1 in place of -1 and 1."""

    def forward(self, input: Tensor, other: Tensor, target: Tensor) -> Tensor:
        """One number: the mean over pairs."""
        return super().forward(input, other, 2 * target - 1)


class ContrastiveLoss(nn.Module):
    """Half the squared distance of pairs that belong together, or of what lacks in the margin.

    As in Hadsell et al. 2006, https://ieeexplore.ieee.org/document/1640964, where 0 stands for
    pairs that belong together; here it is 1.
    """

    def __init__(self, margin: float = 1.0) -> None:
        super().__init__()
        self.margin = margin

    def forward(self, input: Tensor, other: Tensor, target: Tensor) -> Tensor:
        """One number: the mean over pairs."""
        distance = torch.linalg.vector_norm(input - other, dim=1)
        lacks = (self.margin - distance).clamp(min=0)
        return (torch.where(target > 0, distance, lacks) ** 2 / 2).mean()


class GaussianKLLoss(nn.Module):
    """The KL divergence of normal distributions from the standard normal one.

    Kingma and Welling 2013, https://arxiv.org/abs/1312.6114, appendix B.
    """

    def forward(self, mean: Tensor, logvar: Tensor) -> Tensor:
        """One number: summed over the values of a sample, and the mean over samples."""
        each = mean.square() + torch.expm1(logvar) - logvar
        return each.flatten(1).sum(1).mean() / 2 if each.dim() > 1 else each.mean() / 2


def mean_of_real_steps(input: Tensor, lengths: Tensor) -> Tensor:
    """The mean over the first ``lengths`` steps of each sample."""
    real = mask_like(lengths, input).expand_as(input)
    # Not a product with the mask: what is not finite on padding would stay so.
    return input.masked_fill(~real, 0.0).sum() / real.sum().clamp(min=1)


class CTCLoss(nn.Module):
    """torch's, of scores with the steps in axis 1, among which no class of the target is the blank.

    The score at the place ``blank`` is the blank's, and the classes lie around it.
    """

    def __init__(self, blank: int = 0, zero_infinity: bool = False) -> None:
        super().__init__()
        self.blank, self.zero_infinity = blank, zero_infinity

    def forward(
        self,
        input: Tensor,
        target: Tensor,
        lengths: Tensor | None = None,
        steps: Tensor | None = None,
    ) -> Tensor:
        """One number: what each sample costs by the number of its classes, and the mean of that.

        ``lengths`` says how many classes of each sample are real, and ``steps`` how many scores.
        """
        logarithms = input.log_softmax(-1)
        each = torch.ones(len(target), dtype=torch.long, device=target.device)
        return functional.ctc_loss(
            logarithms.transpose(0, 1),
            target + (target >= self.blank),
            each * input.shape[1] if steps is None else steps,
            each * target.shape[1] if lengths is None else lengths,
            self.blank,
            "mean",
            self.zero_infinity,
        )


class RealStepsLoss(nn.Module):
    """The mean of a loss over all values that are not padding.

    ``loss`` gives one value for each (``reduction="none"``).
    """

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, input: Tensor, target: Tensor, lengths: Tensor) -> Tensor:
        """One number: the mean over the first ``lengths`` steps of each sample."""
        return mean_of_real_steps(self.loss(input, target), lengths)
