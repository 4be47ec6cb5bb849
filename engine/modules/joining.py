"""Tensors behind each other, of which some are the same for all samples, and one in parts."""

from collections.abc import Sequence

import torch
from torch import Tensor


def joined(
    tensors: Sequence[Tensor], dim: int, repeated: Sequence[int] = (), like: int = 0
) -> Tensor:
    """``torch.cat``, once the tensors at ``repeated`` have as many samples as that at ``like``."""
    batch = tensors[like].shape[0]
    whole = [
        tensor.expand(batch, *tensor.shape[1:]) if at in repeated else tensor
        for at, tensor in enumerate(tensors)
    ]
    return torch.cat(whole, dim)


def chunked(x: Tensor, chunks: int, dim: int) -> tuple[Tensor, ...]:
    """As ``torch.chunk`` for an axis that ``chunks`` divides, in steps that ONNX can say."""
    size = x.shape[dim] // chunks
    return tuple(x.narrow(dim, number * size, size) for number in range(chunks))
