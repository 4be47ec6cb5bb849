"""Attention in which several heads share one key and one value, with places as rotations."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.modules.attention import Looking


class GroupedQueryAttention(Looking):
    """Self-attention of N × steps × features, named as LLaMA names its weights.

    ``num_heads / num_kv_heads`` heads in a row share a key and a value, as in
    https://arxiv.org/abs/2305.13245. With ``rotary``, queries and keys are turned by their place,
    as in https://arxiv.org/abs/2104.09864, in LLaMA's order: the first half of the features of a
    head with the second.
    """

    def __init__(
        self,
        features: int,
        num_heads: int,
        num_kv_heads: int,
        dropout: float = 0.0,
        bias: bool = False,
        is_causal: bool = True,
        rotary: bool = True,
        rope_theta: float = 10_000.0,
        need_weights: bool = False,
    ) -> None:
        super().__init__()
        if num_heads % num_kv_heads:
            raise ValueError("heads that share keys share them evenly")
        self.num_heads, self.num_kv_heads = num_heads, num_kv_heads
        self.head_dim = features // num_heads
        self.dropout, self.is_causal, self.need_weights = dropout, is_causal, need_weights
        self.rope_theta = rope_theta if rotary else None
        shared = num_kv_heads * self.head_dim
        self.q_proj = nn.Linear(features, features, bias=bias)
        self.k_proj = nn.Linear(features, shared, bias=bias)
        self.v_proj = nn.Linear(features, shared, bias=bias)
        self.o_proj = nn.Linear(features, features, bias=bias)

    def _projected(
        self, query: Tensor, key: Tensor | None, value: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        queries = self._split(self.q_proj(query), self.num_heads)
        keys = self._split(self.k_proj(query), self.num_kv_heads)
        values = self._split(self.v_proj(query), self.num_kv_heads)
        if self.rope_theta is not None:
            cosine, sine = _turns(query, self.head_dim, self.rope_theta)
            queries, keys = _turned(queries, cosine, sine), _turned(keys, cosine, sine)
        return queries, self._for_all(keys), self._for_all(values)

    def _split(self, x: Tensor, heads: int) -> Tensor:
        """N × steps × features as N × heads × steps × head_dim."""
        batch, steps, _ = x.shape
        return x.view(batch, steps, heads, self.head_dim).transpose(1, 2)

    def _for_all(self, x: Tensor) -> Tensor:
        """One for each head, where several share one."""
        each = self.num_heads // self.num_kv_heads
        if each == 1:
            return x
        return x.unsqueeze(2).expand(-1, -1, each, -1, -1).flatten(1, 2)

    def _joined(self, x: Tensor) -> Tensor:
        output: Tensor = self.o_proj(x.transpose(1, 2).flatten(2))
        return output


def _turns(series: Tensor, head_dim: int, theta: float) -> tuple[Tensor, Tensor]:
    """Cosine and sine of steps × head_dim: how far each pair of features is turned at each step."""
    steps, device = series.shape[1], series.device
    places = torch.arange(steps, dtype=torch.float32, device=device)[:, None]
    pairs = torch.arange(0, head_dim, 2, dtype=torch.float32, device=device)
    angles = places * theta ** (-pairs / head_dim)
    whole = torch.cat((angles, angles), -1)
    return whole.cos().to(series.dtype), whole.sin().to(series.dtype)


def _turned(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    first, second = x.chunk(2, -1)
    return x * cosine + torch.cat((-second, first), -1) * sine
