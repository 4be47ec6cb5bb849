"""Padded series, N × steps × ..., of which only the first steps of each sample are real.

Of a sample without steps every answer is zero, and so is its gradient.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from engine.modules import mask_like
from engine.modules.reductions import euclidean_norm

States: TypeAlias = Tensor | tuple[Tensor, Tensor]


def _without_padding(x: Tensor, lengths: Tensor, instead: float) -> Tensor:
    return x.masked_fill(~mask_like(lengths, x), instead)


def _beside(each: Tensor, values: Tensor) -> Tensor:
    """One value per sample, to be broadcast to ``values``."""
    return each.view(-1, *[1] * (values.dim() - 1))


def without_padding(x: Tensor, lengths: Tensor) -> Tensor:
    """The real steps as they are, and zeros behind them."""
    return _without_padding(x, lengths, 0.0)


def sum_over_steps(x: Tensor, lengths: Tensor, keepdim: bool = False) -> Tensor:
    """The sum of the real steps."""
    return _without_padding(x, lengths, 0.0).sum(1, keepdim=keepdim)


def mean_over_steps(x: Tensor, lengths: Tensor, keepdim: bool = False) -> Tensor:
    """The mean of the real steps."""
    total = sum_over_steps(x, lengths, keepdim)
    return total / _beside(lengths.clamp(min=1).to(x.dtype), total)


def max_over_steps(x: Tensor, lengths: Tensor, keepdim: bool = False) -> Tensor:
    """The largest values of the real steps."""
    largest = _without_padding(x, lengths, -torch.inf).amax(1, keepdim=keepdim)
    return largest.masked_fill(_beside(lengths < 1, largest), 0.0)


def min_over_steps(x: Tensor, lengths: Tensor, keepdim: bool = False) -> Tensor:
    """The smallest values of the real steps."""
    return -max_over_steps(-x, lengths, keepdim)


def norm_over_steps(x: Tensor, lengths: Tensor, keepdim: bool = False) -> Tensor:
    """The root of the sum of squares of the real steps."""
    return euclidean_norm(_without_padding(x, lengths, 0.0), 1, keepdim)


def logsumexp_over_steps(x: Tensor, lengths: Tensor, keepdim: bool = False) -> Tensor:
    """The logarithm of the sum of exponentials of the real steps."""
    found = _without_padding(x, lengths.clamp(min=1), -torch.inf).logsumexp(1, keepdim=keepdim)
    return found.masked_fill(_beside(lengths < 1, found), 0.0)


def variance_over_steps(x: Tensor, lengths: Tensor, keepdim: bool = False) -> Tensor:
    """The variance of the real steps, divided by how many there are."""
    apart = x - mean_over_steps(x, lengths, keepdim=True)
    return mean_over_steps(apart * apart, lengths, keepdim)


def softmax_over_steps(x: Tensor, lengths: Tensor) -> Tensor:
    """Shares of the real steps; padding has none."""
    shares = _without_padding(x, lengths.clamp(min=1), -torch.inf).softmax(1)
    return _without_padding(shares, lengths, 0.0)


def softmin_over_steps(x: Tensor, lengths: Tensor) -> Tensor:
    """Shares of the real steps, the smallest values get the most; padding has none."""
    return softmax_over_steps(-x, lengths)


def log_softmax_over_steps(x: Tensor, lengths: Tensor) -> Tensor:
    """The logarithms of ``softmax_over_steps``; padding is 0, as minus infinity would spread."""
    shares = _without_padding(x, lengths.clamp(min=1), -torch.inf).log_softmax(1)
    return _without_padding(shares, lengths, 0.0)


def last_real_step(x: Tensor, lengths: Tensor) -> Tensor:
    """The last real step of each sample."""
    place = _beside(lengths.clamp(min=1) - 1, x)
    last = x.gather(1, place.expand(-1, 1, *x.shape[2:])).squeeze(1)
    return last.masked_fill(_beside(lengths < 1, last), 0.0)


def read_padded(
    forward: Callable[..., Any], x: Tensor, lengths: Tensor, states: States | None
) -> Any:
    """What a recurrent module makes of the real steps alone; its output is zero on padding.

    A sample without steps has states of zeros, whatever it began with, as in ONNX.
    """
    # torch wants to know on the CPU how long the samples are, and that each has a step.
    long = lengths.clamp(min=1).cpu()
    packed = pack_padded_sequence(x, long, batch_first=True, enforce_sorted=False)
    output, last = forward(packed, states)
    padded, _ = pad_packed_sequence(output, batch_first=True, total_length=x.shape[1])
    empty = lengths < 1
    padded = padded.masked_fill(empty[:, None, None], 0.0)
    if isinstance(last, tuple):
        return padded, tuple(state.masked_fill(empty[:, None], 0.0) for state in last)
    return padded, last.masked_fill(empty[:, None], 0.0)


class EmbeddingBag(nn.EmbeddingBag):
    """The rows of all real tokens of a sample as one; ``padding_idx`` is no real token either."""

    def forward(self, tokens: Tensor, lengths: Tensor | None = None) -> Tensor:  # type: ignore[override]
        """N × steps tokens, and how many steps of each sample are real, to N × features."""
        rows = functional.embedding(tokens, self.weight, self.padding_idx)
        real = torch.ones_like(tokens, dtype=torch.bool)
        if lengths is not None:
            real = mask_like(lengths, tokens)
        if self.padding_idx is not None:
            real = real & (tokens != self.padding_idx)
        real = real.unsqueeze(-1)
        if self.mode == "max":
            largest = rows.masked_fill(~real, -torch.inf).amax(1)
            return largest.masked_fill(~real.any(1), 0.0)
        total = rows.masked_fill(~real, 0.0).sum(1)
        return total if self.mode == "sum" else total / real.sum(1).clamp(min=1)


class PaddedRNN(nn.RNN):
    """An RNN with ``batch_first`` that ends, and backwards begins, at the last real step."""

    def forward(self, x: Tensor, lengths: Tensor, states: States | None = None) -> Any:  # type: ignore[override]
        """As torch's, for N × steps × features; outputs behind the real steps are 0."""
        return read_padded(super().forward, x, lengths, states)


class PaddedGRU(nn.GRU):
    """A GRU with ``batch_first`` that ends, and backwards begins, at the last real step."""

    def forward(self, x: Tensor, lengths: Tensor, states: States | None = None) -> Any:  # type: ignore[override]
        """As torch's, for N × steps × features; outputs behind the real steps are 0."""
        return read_padded(super().forward, x, lengths, states)


class PaddedLSTM(nn.LSTM):
    """An LSTM with ``batch_first`` that ends, and backwards begins, at the last real step."""

    def forward(self, x: Tensor, lengths: Tensor, states: States | None = None) -> Any:  # type: ignore[override]
        """As torch's, for N × steps × features; outputs behind the real steps are 0."""
        return read_padded(super().forward, x, lengths, states)
