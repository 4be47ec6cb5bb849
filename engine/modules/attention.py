"""Attention: every step of one series looks at the steps of another, or of the same one.

torch's own module keeps the length that it was exported with, and its fast paths differ between
training and use. Here is one path, on ``scaled_dot_product_attention``, with torch's weights.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.modules import mask_of


class MultiheadAttention(nn.MultiheadAttention):
    """torch's attention with batch_first: the same weights, drawn and named alike.

    A mask is added to the scores; one of truth values says where a query may look. Both are
    broadcast to N × heads × queries × keys. Keys beyond ``lengths`` are never looked at.
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        kdim: int | None = None,
        vdim: int | None = None,
        is_causal: bool = False,
        need_weights: bool = False,
    ) -> None:
        super().__init__(
            embed_dim, num_heads, dropout, bias, kdim=kdim, vdim=vdim, batch_first=True
        )
        self.is_causal, self.need_weights = is_causal, need_weights

    def forward(  # type: ignore[override]  # one way to mask instead of four
        self,
        query: Tensor,
        key: Tensor | None = None,
        value: Tensor | None = None,
        mask: Tensor | None = None,
        lengths: Tensor | None = None,
    ) -> Tensor | tuple[Tensor, Tensor]:
        """What each query found; after it the weights of each head, when they are wanted.

        The key is the query when none is given, and the value is the key.
        """
        queries, keys, values = self._projected(query, key, value)
        dropout = self.dropout if self.training else 0.0
        if self.need_weights:
            allowed = self._mask(queries, keys, mask, lengths)
            weights = functional.dropout(_weights(queries, keys, allowed), dropout)
            return self._joined(weights @ values), weights
        if mask is None and lengths is None:
            return self._joined(
                functional.scaled_dot_product_attention(
                    queries, keys, values, dropout_p=dropout, is_causal=self.is_causal
                )
            )
        allowed = self._mask(queries, keys, mask, lengths)
        return self._joined(
            functional.scaled_dot_product_attention(queries, keys, values, allowed, dropout)
        )

    def weights(
        self,
        query: Tensor,
        key: Tensor | None = None,
        value: Tensor | None = None,
        mask: Tensor | None = None,
        lengths: Tensor | None = None,
    ) -> Tensor:
        """How much each query looks at each key, N × heads × queries × keys; no dropout."""
        queries, keys, _ = self._projected(query, key, value)
        return _weights(queries, keys, self._mask(queries, keys, mask, lengths))

    def _projected(
        self, query: Tensor, key: Tensor | None, value: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values by head."""
        width = self.embed_dim
        weight: Tensor | None = self.in_proj_weight
        bias: Tensor | None = self.in_proj_bias
        if key is None and value is None and weight is not None:
            whole = functional.linear(query, weight, bias)
            queries, keys, values = whole.chunk(3, -1)
            return self._split(queries), self._split(keys), self._split(values)
        key = query if key is None else key
        # Slices and no split, which an exporter would leave to be done at each use.
        thirds = [slice(at * width, (at + 1) * width) for at in range(3)]
        weights = (
            [weight[third] for third in thirds]
            if weight is not None
            else [self.q_proj_weight, self.k_proj_weight, self.v_proj_weight]
        )
        biases = [None if bias is None else bias[third] for third in thirds]
        entering = (query, key, key if value is None else value)
        queries, keys, values = (
            self._split(functional.linear(*each))
            for each in zip(entering, weights, biases, strict=True)
        )
        return queries, keys, values

    def _split(self, x: Tensor) -> Tensor:
        """N × steps × features as N × heads × steps × head_dim."""
        batch, steps, _ = x.shape
        return x.view(batch, steps, self.num_heads, self.head_dim).transpose(1, 2)

    def _joined(self, x: Tensor) -> Tensor:
        output: Tensor = self.out_proj(x.transpose(1, 2).flatten(2))
        return output

    def _mask(
        self, queries: Tensor, keys: Tensor, mask: Tensor | None, lengths: Tensor | None
    ) -> Tensor | None:
        """All that limits where queries look, in one; None when nothing does."""
        allowed = _past(queries, keys) if self.is_causal else None
        if lengths is not None:
            # A sample without steps looks at padding, so that what it finds is still a number.
            real = mask_of(lengths.clamp(min=1), keys.shape[2])[:, None, None]
            allowed = real if allowed is None else allowed & real
        if mask is None:
            return allowed
        mask = mask.expand(*queries.shape[:3], keys.shape[2])
        if allowed is None:
            return mask
        if mask.dtype == torch.bool:
            return allowed & mask
        return torch.where(allowed, mask, float("-inf"))


def _past(queries: Tensor, keys: Tensor) -> Tensor:
    """Queries × keys: each query may look at the keys up to its own place."""
    of_query, of_key = (torch.arange(x.shape[2], device=x.device) for x in (queries, keys))
    return of_query[:, None] >= of_key


def _weights(queries: Tensor, keys: Tensor, mask: Tensor | None) -> Tensor:
    scores = queries @ keys.transpose(-2, -1) / math.sqrt(queries.shape[-1])
    if mask is not None and mask.dtype == torch.bool:
        scores = scores.masked_fill(~mask, float("-inf"))
    elif mask is not None:
        scores = scores + mask
    return scores.softmax(-1)
