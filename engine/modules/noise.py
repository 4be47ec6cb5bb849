"""Noise that is there while training alone."""

import torch
from torch import Tensor, nn


class GaussianNoise(nn.Module):
    """Adds normal noise with the spread ``std`` while training."""

    def __init__(self, std: float) -> None:
        super().__init__()
        self.std = std

    def forward(self, input: Tensor) -> Tensor:
        """The same sizes."""
        return input + self.std * torch.randn_like(input) if self.training else input


class StochasticDepth(nn.Module):
    """Sets whole samples to zero with the probability ``p`` while training; others are scaled up.

    As in Huang et al. 2016, https://arxiv.org/abs/1603.09382, with the scale in training.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, input: Tensor) -> Tensor:
        """The same sizes."""
        if not self.training or self.p == 0:
            return input
        if self.p == 1:
            return torch.zeros_like(input) * input
        first = input.shape[:1] + (1,) * (input.dim() - 1)
        kept = torch.empty(first, dtype=input.dtype, device=input.device).bernoulli_(1 - self.p)
        return input * kept / (1 - self.p)


class NormalSample(nn.Module):
    """Draws from normal distributions while training; afterwards it gives their means.

    By the reparameterization of Kingma and Welling 2013, https://arxiv.org/abs/1312.6114.
    """

    def forward(self, mean: Tensor, logvar: Tensor) -> Tensor:
        """The same sizes."""
        if not self.training:
            return mean
        return mean + torch.exp(logvar / 2) * torch.randn_like(mean)
