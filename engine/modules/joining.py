"""Tensors behind each other, of which some are the same for all samples."""

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
