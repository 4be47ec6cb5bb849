"""From pictures to series of patches, and the class token that is put in front of them."""

import torch
from torch import Tensor, nn


class PatchEmbedding(nn.Conv2d):
    """N × channels × height × width as N × patches × embed_dim, row by row.

    As in the Vision Transformer, https://arxiv.org/abs/2010.11929. A patch becomes a step by one
    linear map, which is a convolution whose stride is its kernel.
    """

    def __init__(
        self, in_channels: int, embed_dim: int, patch_size: int | tuple[int, int], bias: bool = True
    ) -> None:
        super().__init__(in_channels, embed_dim, patch_size, patch_size, bias=bias)

    def forward(self, input: Tensor) -> Tensor:
        """One step for each patch."""
        return super().forward(input).flatten(2).transpose(1, 2)


class ClassToken(nn.Module):
    """Puts a learned step before those of N × steps × features."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(1, 1, features))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """First values."""
        nn.init.normal_(self.weight, std=0.02)

    def forward(self, input: Tensor) -> Tensor:
        """N × (1 + steps) × features."""
        first = self.weight.to(input.dtype).expand(input.shape[0], -1, -1)
        return torch.cat((first, input), dim=1)
