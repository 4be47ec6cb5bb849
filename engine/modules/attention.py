"""Attention: every step of one series looks at the steps of another, or of the same one.

torch's own module keeps the length that it was exported with, and its fast paths differ between
training and use. Here is one path, on ``scaled_dot_product_attention``, with torch's weights.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.modules import mask_of


class Looking(nn.Module):
    """What attentions have in common once they have their queries, keys and values by head.

    A mask is added to the scores; one of truth values says where a query may look. Both are
    broadcast to N × heads × queries × keys. Keys beyond ``lengths`` are never looked at. A query
    that may look nowhere finds zeros, as by ``scaled_dot_product_attention``, whose backends and
    translations do not agree on it: here no softmax is ever taken over nothing.
    """

    num_heads: int
    dropout: float
    is_causal: bool
    need_weights: bool

    def forward(
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
        if mask is None and lengths is None and not self.need_weights:
            return self._joined(
                functional.scaled_dot_product_attention(
                    queries, keys, values, dropout_p=dropout, is_causal=self.is_causal
                )
            )
        view = self._view(queries, keys, mask, lengths)
        if self.need_weights:
            weights = functional.dropout(_weights(queries, keys, view), dropout)
            return self._joined(weights @ values), weights
        found = functional.scaled_dot_product_attention(queries, keys, values, view.mask, dropout)
        return self._joined(_seeing(found, view))

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
        return _weights(queries, keys, self._view(queries, keys, mask, lengths))

    def _projected(
        self, query: Tensor, key: Tensor | None, value: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values by head."""
        raise NotImplementedError

    def _joined(self, x: Tensor) -> Tensor:
        """What was found by head, as N × steps × features."""
        raise NotImplementedError

    def _view(
        self, queries: Tensor, keys: Tensor, mask: Tensor | None, lengths: Tensor | None
    ) -> _View:
        """All that limits where queries look, in one."""
        allowed = _past(queries, keys) if self.is_causal else None
        if lengths is not None:
            real = mask_of(lengths, keys.shape[2])[:, None, None]
            allowed = real if allowed is None else allowed & real
            if mask is None:
                return _View(*_opened(allowed))
        if mask is None:  # the past of a step holds at least itself
            return _View(allowed)
        if allowed is None:
            allowed = mask
        elif mask.dtype == torch.bool:
            allowed = allowed & mask
        else:
            allowed = torch.where(allowed, mask, float("-inf"))
        mask, seeing = _opened(allowed)
        return _View(mask.expand(*queries.shape[:3], keys.shape[2]), seeing)


class MultiheadAttention(Looking, nn.MultiheadAttention):  # type: ignore[misc]  # one way to mask
    """torch's attention with batch_first: the same weights, drawn and named alike."""

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


class _View(NamedTuple):
    """Where queries look: a mask that hides nothing wholly, and which of them see anything."""

    mask: Tensor | None
    """None when nothing is hidden."""
    seeing: Tensor | None = None
    """... × queries × 1; None when all of them do."""


def _opened(mask: Tensor) -> tuple[Tensor, Tensor]:
    """A mask that hides nothing wholly, and which queries see anything by the one given.

    Queries that see nothing look everywhere instead, so that a softmax has something to share.

    What they find is set to zero afterwards, and so is its gradient.
    """
    if mask.dtype == torch.bool:
        seeing = mask.any(-1, keepdim=True)
        return mask | ~seeing, seeing
    seeing = (mask != float("-inf")).any(-1, keepdim=True)  # what is no number is to be seen
    return mask.masked_fill(~seeing, 0.0), seeing


def _seeing(found: Tensor, view: _View) -> Tensor:
    """What was found, and zeros by queries that see nothing."""
    return found if view.seeing is None else found.masked_fill(~view.seeing, 0.0)


def _past(queries: Tensor, keys: Tensor) -> Tensor:
    """Queries × keys: each query may look at the keys up to its own place."""
    of_query, of_key = (torch.arange(x.shape[2], device=x.device) for x in (queries, keys))
    return of_query[:, None] >= of_key


def _weights(queries: Tensor, keys: Tensor, view: _View) -> Tensor:
    scores = queries @ keys.transpose(-2, -1) / math.sqrt(queries.shape[-1])
    if view.mask is not None and view.mask.dtype == torch.bool:
        scores = scores.masked_fill(~view.mask, float("-inf"))
    elif view.mask is not None:
        scores = scores + view.mask
    return _seeing(scores.softmax(-1), view)
