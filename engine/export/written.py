"""Modules that torch's exporter writes wrong or not at all, and what stands in for them.

They stand in while a file is written, and only then: training keeps torch's own, faster modules.
"""

import copy
from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.export.recurrent import (
    WrittenGRU,
    WrittenLSTM,
    WrittenPaddedGRU,
    WrittenPaddedLSTM,
    WrittenPaddedRNN,
    WrittenRNN,
)
from engine.modules.steps import PaddedGRU, PaddedLSTM, PaddedRNN


class WrittenAvgPool2d(nn.Module):
    """Computes what an ``nn.AvgPool2d`` with ``divisor_override`` computes, by a convolution.

    torch's exporter leaves the divisor out without a word.
    """

    def __init__(self, of: nn.AvgPool2d) -> None:
        super().__init__()
        self.of, self.kernel = of, _pair(of.kernel_size)
        (high, wide), (below, right) = _pair(of.padding), _pair(of.stride)
        # With ceil_mode windows reach beyond the padding, by less than a stride.
        self.sides = (wide, wide + right - 1, high, high + below - 1)

    def forward(self, x: Tensor) -> Tensor:
        channels = x.shape[1]
        share = torch.full((channels, 1, *self.kernel), 1 / cast("int", self.of.divisor_override))
        padded = functional.pad(x, self.sides)
        found = functional.conv2d(padded, share, stride=_pair(self.of.stride), groups=channels)
        height, width = self.of(x).shape[2:]
        return found[..., :height, :width]


class WrittenAdaptiveMaxPool2d(nn.Module):
    """Computes what an ``nn.AdaptiveMaxPool2d`` computes: the largest value of slice after slice.

    torch's exporter knows no such pool. Sides that vary are pooled to one value only.
    """

    def __init__(self, of: nn.AdaptiveMaxPool2d) -> None:
        super().__init__()
        self.sides = _pair(cast("int | tuple[int, int]", of.output_size))

    def forward(self, x: Tensor) -> Tensor:
        for axis, count in zip((2, 3), self.sides, strict=True):
            x = x.amax(axis, keepdim=True) if count == 1 else _windows(x, axis, count)
        return x


def _windows(x: Tensor, axis: int, count: int) -> Tensor:
    """The largest values of ``count`` windows along an axis, which overlap where it must be."""
    length = x.shape[axis]
    ends = ((at * length // count, -(-(at + 1) * length // count)) for at in range(count))
    return torch.cat([x.narrow(axis, a, b - a).amax(axis, keepdim=True) for a, b in ends], axis)


def written_out(module: nn.Module) -> nn.Module:
    """``module`` with every part in a form that can be written; itself when all parts have one."""
    for kind, is_meant, form in _FORMS:
        if isinstance(module, kind) and is_meant(module):
            return form(module)
    parts = {name: part and written_out(part) for name, part in module._modules.items()}
    if all(part is parts[name] for name, part in module._modules.items()):
        return module
    made = copy.copy(module)
    made._modules = parts
    return made


_FORMS: tuple[tuple[type[nn.Module], Callable[[Any], bool], Callable[[Any], nn.Module]], ...] = (
    (PaddedLSTM, lambda lstm: True, WrittenPaddedLSTM),
    (PaddedGRU, lambda gru: True, WrittenPaddedGRU),
    (PaddedRNN, lambda rnn: True, WrittenPaddedRNN),
    (nn.LSTM, lambda lstm: True, WrittenLSTM),
    (nn.GRU, lambda gru: True, WrittenGRU),
    (nn.RNN, lambda rnn: True, WrittenRNN),
    (nn.AdaptiveMaxPool2d, lambda pool: True, WrittenAdaptiveMaxPool2d),
    (nn.AvgPool2d, lambda pool: pool.divisor_override is not None, WrittenAvgPool2d),
)


def _pair(value: int | tuple[int, int]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value
