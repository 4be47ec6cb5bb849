"""Positions: numbers added to each step, by which a model that sees all at once knows the order."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional


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
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """First values."""
        nn.init.normal_(self.weight, std=0.02)  # as in GPT-2: small beside an embedding

    def forward(self, x: Tensor) -> Tensor:
        """N × steps × features, with the rows added; at most ``max_length`` steps."""
        _, steps, _ = x.shape
        return x + self.weight.narrow(0, 0, steps)


class RelativePositionBias(nn.Module):
    """Heads × queries × keys: a learned number for the distance of each two steps.

    As in T5 (https://arxiv.org/abs/1910.10683), section 2.1. Which bucket a distance has is kept as
    a table of whole numbers, since logarithms are rounded otherwise elsewhere, such as in ONNX.
    """

    buckets: Tensor

    def __init__(
        self,
        num_heads: int,
        bidirectional: bool = True,
        num_buckets: int = 32,
        max_distance: int = 128,
    ) -> None:
        super().__init__()
        self.one_way = num_buckets // 2 if bidirectional else num_buckets
        self.bidirectional = bidirectional
        self.weight = nn.Parameter(torch.empty(num_buckets, num_heads))
        table = torch.tensor(_buckets(self.one_way, max_distance))
        self.register_buffer("buckets", table, persistent=False)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """First values."""
        nn.init.normal_(self.weight, std=0.02)  # small beside the scores that it is added to

    def forward(self, query: Tensor, key: Tensor | None = None) -> Tensor:
        """From N × T × ... and N × S × ..., which is the query if none is given."""
        of_query, of_key = (
            torch.arange(series.shape[1], device=self.weight.device)
            for series in (query, query if key is None else key)
        )
        behind = of_key - of_query[:, None]
        distance = behind.abs() if self.bidirectional else (-behind).clamp(min=0)
        bucket = self.buckets[distance.clamp(max=len(self.buckets) - 1)]
        if self.bidirectional:
            bucket = bucket + (behind > 0) * self.one_way
        return functional.embedding(bucket, self.weight).permute(2, 0, 1)


def _buckets(count: int, max_distance: int) -> list[int]:
    """The bucket of each distance from 0 to ``max_distance``, exactly as the formula has it."""
    single = count // 2
    wide = count - single
    found = list(range(single))
    for distance in range(single, max_distance + 1):
        power = math.log(distance / single) / math.log(max_distance / single) * wide
        near = round(power)
        if abs(power - near) < 1e-6:  # too near for a logarithm to tell on which side it is
            is_there = distance**wide * single**near >= max_distance**near * single**wide
            power = near if is_there else near - 1
        found.append(min(single + math.floor(power), count - 1))
    return found
