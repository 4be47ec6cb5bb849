"""Losses of sequences: the classes in the last axis, and padding that does not count."""

from typing import Any

from torch import Tensor, nn

from engine.modules import mask_like


class StepsCrossEntropyLoss(nn.CrossEntropyLoss):
    """Cross entropy with the classes in ``axis``, where torch has them in axis 1.

    Steps beyond the lengths are padding, and are ignored as torch ignores ``ignore_index``.
    """

    def __init__(self, axis: int = -1, **settings: Any) -> None:
        super().__init__(**settings)
        self.axis = axis

    def forward(self, input: Tensor, target: Tensor, lengths: Tensor | None = None) -> Tensor:
        if lengths is not None:
            target = target.masked_fill(~mask_like(lengths, target), self.ignore_index)
        return super().forward(input.movedim(self.axis, 1), target)


class RealStepsLoss(nn.Module):
    """The mean of a loss over all values that are not padding.

    ``loss`` gives one value for each (``reduction="none"``).
    """

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, input: Tensor, target: Tensor, lengths: Tensor) -> Tensor:
        each: Tensor = self.loss(input, target)
        real = mask_like(lengths, each).expand_as(each)
        # Not a product with the mask: what is not finite on padding would stay so.
        return each.masked_fill(~real, 0.0).sum() / real.sum()
