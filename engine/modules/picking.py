"""The largest entries of an axis, in one order wherever they are computed, and rows of places."""

import torch
from torch import Tensor


def top(x: Tensor, k: int, dim: int, largest: bool) -> tuple[Tensor, Tensor]:
    """As ``torch.topk``; of equal values those in front come first, as ONNX has it."""
    values, places = torch.sort(x, dim=dim, descending=largest, stable=True)
    return values.narrow(dim, 0, k), places.narrow(dim, 0, k)


def one_hot(places: Tensor, count: int) -> Tensor:
    """As ``torch.nn.functional.one_hot``, in floats."""
    every = torch.arange(count, device=places.device)
    return (places.unsqueeze(-1) == every).to(torch.get_default_dtype())
