"""Functions that break at some numbers, of padded series: N × steps × ....

What stands on padding is made up, mostly 0, and no sample has it. Where it would become infinite
or no number, it would spread: by a mask of attention, which weighs it with 0, and by a gradient of
0 times infinity. So padding enters these functions as 1, and learns nothing.
"""

import torch
from torch import Tensor

from engine.modules import mask_like


def _sound(x: Tensor, lengths: Tensor) -> Tensor:
    return x.masked_fill(~mask_like(lengths, x), 1.0)


def exp_of_steps(x: Tensor, lengths: Tensor) -> Tensor:
    """e to the power of each value."""
    return _sound(x, lengths).exp()


def log_of_steps(x: Tensor, lengths: Tensor) -> Tensor:
    """The natural logarithm of each value."""
    return _sound(x, lengths).log()


def sqrt_of_steps(x: Tensor, lengths: Tensor) -> Tensor:
    """The square root of each value."""
    return _sound(x, lengths).sqrt()


def reciprocal_of_steps(x: Tensor, lengths: Tensor) -> Tensor:
    """One divided by each value."""
    return _sound(x, lengths).reciprocal()


def pow_of_steps(x: Tensor, lengths: Tensor, exponent: float) -> Tensor:
    """Each value to a power."""
    return torch.pow(_sound(x, lengths), exponent)


def divide_by_steps(x: Tensor, other: Tensor, lengths: Tensor) -> Tensor:
    """``x`` divided by ``other``, which is the one that is padded."""
    return x / _sound(other, lengths)
