"""Modules that torch's exporter writes wrong or not at all, and what stands in for them.

They stand in while a file is written, and only then: training keeps torch's own, faster modules.
"""

import copy
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.export.onnx.recurrent import (
    WrittenGRU,
    WrittenLSTM,
    WrittenPaddedGRU,
    WrittenPaddedLSTM,
    WrittenPaddedRNN,
    WrittenRNN,
)
from engine.modules.steps import PaddedGRU, PaddedLSTM, PaddedRNN


class WrittenAvgPool(nn.Module):
    """Computes what an ``nn.AvgPool1d`` or ``nn.AvgPool2d`` computes: sums, divided by counts.

    torch's exporter leaves ``divisor_override`` out without a word. With ``ceil_mode`` and a stride
    beyond the window, ONNX counts one window more than torch, whose windows all begin inside.
    """

    def __init__(self, of: nn.AvgPool1d | nn.AvgPool2d) -> None:
        super().__init__()
        axes = 2 if isinstance(of, nn.AvgPool2d) else 1
        self.kernel, self.stride, self.padding = (
            _each(size, axes) for size in (of.kernel_size, of.stride, of.padding)
        )
        self.ceil, self.counts_padding = of.ceil_mode, of.count_include_pad
        self.divisor: int | None = getattr(of, "divisor_override", None)
        self.sum = functional.conv2d if axes == 2 else functional.conv1d

    def forward(self, x: Tensor) -> Tensor:
        """N × C × L to N × C × windows, or N × C × H × W to windows along both sides."""
        sums = self._sums(functional.pad(x, self._sides(self.padding)))
        if self.divisor is not None:
            return self._inside(sums, x) / self.divisor
        ones = torch.ones_like(x[:1, :1])
        ones = functional.pad(ones, self._sides(self.padding), value=float(self.counts_padding))
        return self._inside(sums / self._sums(ones), x)

    def _sums(self, padded: Tensor) -> Tensor:
        """Of all windows that begin before the end of what is padded."""
        if self.ceil:  # windows reach beyond the padding, by less than a stride
            padded = functional.pad(padded, self._sides([s - 1 for s in self.stride], before=False))
        window = torch.ones(1, 1, *self.kernel, dtype=padded.dtype)
        # Channels become samples, as there may be a number of them that varies.
        found: Tensor = self.sum(padded.flatten(0, 1).unsqueeze(1), window, stride=self.stride)
        return found.reshape(*padded.shape[:2], *found.shape[2:])

    def _inside(self, found: Tensor, x: Tensor) -> Tensor:
        """Without windows that begin in the padding behind."""
        for axis, (k, s, p) in enumerate(
            zip(self.kernel, self.stride, self.padding, strict=True), start=2
        ):
            if self.ceil and p + s >= k:
                found = found.narrow(axis, 0, (x.shape[axis] + p + s - 1) // s)
        return found

    def _sides(self, sizes: Sequence[int], before: bool = True) -> list[int]:
        """As ``pad`` wants them: from the last axis to the first, before and behind."""
        return [side for size in reversed(sizes) for side in (size * before, size)]


class WrittenMaxPool(nn.Module):
    """Computes what an ``nn.MaxPool1d`` or ``nn.MaxPool2d`` with ``ceil_mode`` computes.

    Torch's windows all begin inside. ONNX's own rule for shapes counts one more where the stride
    takes a window beyond, so that readers of the file disagree about its sizes. Here there is
    enough behind the input for whole windows, and none is counted that begins there.
    """

    def __init__(self, of: nn.MaxPool1d | nn.MaxPool2d) -> None:
        super().__init__()
        self.windows = _windows_of(of)
        sizes: tuple[Any, ...] = (of.kernel_size, of.stride, of.padding, of.dilation)
        kind: Any = type(of)
        self.pool = kind(*sizes, of.return_indices)
        self.places = of.return_indices

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """N × C × L or N × C × H × W to the largest of each window, with places if asked."""
        behind = [side for one in reversed(self.windows) for side in (0, one.stride - 1)]
        wide = functional.pad(x, behind, value=float("-inf"))
        if not self.places:
            return self._inside(self.pool(wide), x)
        found, places = (self._inside(one, x) for one in self.pool(wide))
        if len(self.windows) == 1:
            return found, places
        rows = places // wide.shape[-1]
        return found, places - rows * (wide.shape[-1] - x.shape[-1])

    def _inside(self, found: Tensor, x: Tensor) -> Tensor:
        for axis, one in enumerate(self.windows, start=2):
            if one.may_begin_behind:
                count = (x.shape[axis] + one.padding - 1) // one.stride + 1
                found = found.narrow(axis, 0, count)
        return found


class _Window(NamedTuple):
    """How a window of a pool slides along one axis."""

    kernel: int
    stride: int
    padding: int
    dilation: int

    @property
    def may_begin_behind(self) -> bool:
        """Whether, with ``ceil_mode``, the stride can take it beyond the last value."""
        return self.padding + self.stride > self.dilation * (self.kernel - 1) + 1


def _windows_of(pool: nn.MaxPool1d | nn.MaxPool2d) -> list[_Window]:
    axes = 2 if isinstance(pool, nn.MaxPool2d) else 1
    sizes = (pool.kernel_size, pool.stride, pool.padding, pool.dilation)
    return list(map(_Window, *(_each(cast("int", size), axes) for size in sizes)))


def _counts_otherwise(pool: nn.MaxPool1d | nn.MaxPool2d) -> bool:
    """Whether ONNX's rule counts windows that torch leaves out."""
    return pool.ceil_mode and any(one.may_begin_behind for one in _windows_of(pool))


class WrittenConvTranspose2d(nn.Module):
    """Computes what an ``nn.ConvTranspose2d`` computes: painted whole, then extended and cut.

    Where ``output_padding`` is not below the stride, which torch allows with a dilation beyond it,
    onnxruntime refuses ONNX's operator.
    """

    def __init__(self, of: nn.ConvTranspose2d) -> None:
        super().__init__()
        self.weight, self.bias, self.groups = of.weight, of.bias, of.groups
        sizes = (of.stride, of.padding, of.dilation, of.output_padding)
        self.stride, self.padding, self.dilation, self.added = (
            _pair(cast("int | tuple[int, int]", size)) for size in sizes
        )

    def forward(self, x: Tensor) -> Tensor:
        """N × C × H × W to N × filters × taller × wider, as torch counts them."""
        whole = functional.conv_transpose2d(
            x, self.weight, None, self.stride, 0, 0, self.groups, self.dilation
        )
        down, right = self.added
        whole = functional.pad(whole, (0, right, 0, down))
        for axis, cut in enumerate(self.padding, start=2):
            whole = whole.narrow(axis, cut, whole.shape[axis] - 2 * cut)
        return whole if self.bias is None else whole + self.bias[:, None, None]


def _adds_a_stride(of: nn.ConvTranspose2d) -> bool:
    sizes = (cast("int | tuple[int, int]", size) for size in (of.output_padding, of.stride))
    return any(added >= stride for added, stride in zip(*map(_pair, sizes), strict=True))


class WrittenAdaptiveMaxPool2d(nn.Module):
    """Computes what an ``nn.AdaptiveMaxPool2d`` computes: the largest value of slice after slice.

    torch's exporter knows no such pool. Sides that vary are pooled to one value only.
    """

    def __init__(self, of: nn.AdaptiveMaxPool2d) -> None:
        super().__init__()
        self.sides = _pair(cast("int | tuple[int, int]", of.output_size))

    def forward(self, x: Tensor) -> Tensor:
        """N × C × H × W to N × C × sides, whatever H and W are."""
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
    (nn.MaxPool1d, _counts_otherwise, WrittenMaxPool),
    (nn.MaxPool2d, _counts_otherwise, WrittenMaxPool),
    (nn.ConvTranspose2d, _adds_a_stride, WrittenConvTranspose2d),
    (nn.AvgPool1d, lambda pool: pool.ceil_mode, WrittenAvgPool),
    (nn.AvgPool2d, lambda pool: pool.ceil_mode or pool.divisor_override, WrittenAvgPool),
)


def _each(value: int | tuple[int, ...], axes: int) -> tuple[int, ...]:
    return (value,) * axes if isinstance(value, int) else value


def _pair(value: int | tuple[int, int]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value
