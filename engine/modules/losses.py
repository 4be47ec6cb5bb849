"""Losses of sequences: the classes in the last axis, and padding that does not count."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.modules import mask_like


class StepsCrossEntropyLoss(nn.CrossEntropyLoss):
    """Cross entropy with the classes in ``axis``, where torch has them in axis 1.

    Steps beyond the lengths are padding: left out of the sum and of what it is divided by.
    """

    def __init__(self, axis: int = -1, **settings: Any) -> None:
        super().__init__(**settings)
        self.axis = axis

    def forward(self, input: Tensor, target: Tensor, lengths: Tensor | None = None) -> Tensor:
        """One number: the mean over all steps, or over the real ones by ``lengths``."""
        scores = input.movedim(self.axis, 1)
        if lengths is None:
            return super().forward(scores, target)
        real = mask_like(lengths, target)
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
        return summed / each.expand_as(target).sum().clamp(min=torch.finfo(scores.dtype).tiny)


class RealStepsLoss(nn.Module):
    """The mean of a loss over all values that are not padding.

    ``loss`` gives one value for each (``reduction="none"``).
    """

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, input: Tensor, target: Tensor, lengths: Tensor) -> Tensor:
        """One number: the mean over the first ``lengths`` steps of each sample."""
        each: Tensor = self.loss(input, target)
        real = mask_like(lengths, each).expand_as(each)
        # Not a product with the mask: what is not finite on padding would stay so.
        return each.masked_fill(~real, 0.0).sum() / real.sum().clamp(min=1)
