"""Reductions as layers name them, where torch's own take further arguments."""

import torch
from torch import Tensor


def euclidean_norm(x: Tensor, dim: int, keepdim: bool = False) -> Tensor:
    """The root of the sum of squares along an axis."""
    found: Tensor = torch.linalg.vector_norm(x, dim=dim, keepdim=keepdim)
    return found


def variance(x: Tensor, dim: int, keepdim: bool = False) -> Tensor:
    """The mean of the squared differences from the mean along an axis."""
    return torch.var(x, dim, correction=0, keepdim=keepdim)
