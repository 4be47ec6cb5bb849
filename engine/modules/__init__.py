"""Modules that torch has not, and that layers name."""

from typing import Literal

import torch
from torch import Tensor, nn


def mask_of(lengths: Tensor, steps: int) -> Tensor:
    """N × steps: True where a step of a padded sample is real."""
    return torch.arange(steps, device=lengths.device) < lengths.unsqueeze(1)


def mask_like(lengths: Tensor, values: Tensor) -> Tensor:
    """``mask_of`` for values of N × steps × any sizes, to be broadcast to these."""
    mask = mask_of(lengths, values.shape[1])
    return mask[(...,) + (None,) * (values.dim() - 2)]


def counted_answers(
    target: Tensor, lengths: Tensor | None, ignore_index: int | None
) -> Tensor | None:
    """Which of the right classes count, of the sizes of the target; None where all do.

    Not those beyond the lengths, and not those that are the class ``ignore_index``.
    """
    real = None if lengths is None else mask_like(lengths, target).expand_as(target)
    if ignore_index is None:
        return real
    counted = target != ignore_index
    return counted if real is None else counted & real


class Constant(nn.Module):
    """Gives the same tensor whenever it is called. It is no part of the state dict."""

    value: Tensor

    def __init__(self, sizes: tuple[int, ...], value: float) -> None:
        super().__init__()
        self.register_buffer("value", torch.full(sizes, value), persistent=False)

    def forward(self) -> Tensor:
        """The tensor itself, of the sizes that it was made with; there is no batch axis."""
        return self.value


class FreeParameter(nn.Module):
    """Gives a learned tensor."""

    def __init__(
        self, sizes: tuple[int, ...], init: Literal["normal", "zeros", "ones"], std: float
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(sizes))
        self.init, self.std = init, std
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """First values."""
        match self.init:
            case "normal":
                nn.init.normal_(self.weight, std=self.std)
            case "zeros":
                nn.init.zeros_(self.weight)
            case "ones":
                nn.init.ones_(self.weight)

    def forward(self) -> Tensor:
        """The learned tensor, of the sizes that it was made with; there is no batch axis."""
        return self.weight
