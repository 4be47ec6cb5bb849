"""Positions: numbers added to each step, by which a model that sees all at once knows the order."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class SinusoidalPosition(nn.Module):
    """Adds sines and cosines of ever longer waves to N × steps × features.

    As in "Attention is all you need" (https://arxiv.org/abs/1706.03762), section 3.5. ``steps``
    are known when every batch has as many: then the waves are computed once.
    """

    waves: Tensor | None

    def __init__(self, features: int, steps: int | None = None) -> None:
        super().__init__()
        self.features = features
        waves = None if steps is None else _waves(steps, features)
        self.register_buffer("waves", waves, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """N × steps × features, with the waves added."""
        _, steps, _ = x.shape
        if self.waves is not None:
            return x + self.waves.to(x.dtype)
        return x + _waves(steps, self.features, x.device).to(x.dtype)


def _waves(steps: int, features: int, device: torch.device | None = None) -> Tensor:
    """Steps × features: sine and cosine in turn; an odd last feature is a sine."""
    places = torch.arange(steps, dtype=torch.float32, device=device)[:, None]
    even = torch.arange(0, features, 2, dtype=torch.float32, device=device)
    angles = places * torch.exp(-math.log(10_000.0) * even / features)
    return torch.stack((angles.sin(), angles.cos()), -1).flatten(1)[:, :features]


class LearnedPosition(nn.Module):
    """Adds a learned row to each step of N × steps × features, for up to ``max_length`` steps."""

    def __init__(self, max_length: int, features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(max_length, features))
        nn.init.normal_(self.weight, std=0.02)  # as in GPT-2: small beside an embedding

    def forward(self, x: Tensor) -> Tensor:
        """N × steps × features, with the rows added; at most ``max_length`` steps."""
        _, steps, _ = x.shape
        return x + self.weight.narrow(0, 0, steps)
