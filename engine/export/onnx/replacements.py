"""Modules that torch's exporter writes wrong or not at all, and what stands in for them.

They stand in while a file is written, and only then: training keeps torch's own, faster modules.
"""

import copy
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias, cast

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

MaxPools: TypeAlias = nn.MaxPool1d | nn.MaxPool2d | nn.MaxPool3d
LpPools: TypeAlias = nn.LPPool1d | nn.LPPool2d | nn.LPPool3d
Unpools: TypeAlias = nn.MaxUnpool1d | nn.MaxUnpool2d | nn.MaxUnpool3d
Transposes: TypeAlias = nn.ConvTranspose1d | nn.ConvTranspose2d | nn.ConvTranspose3d
Adaptives: TypeAlias = (
    nn.AdaptiveMaxPool1d | nn.AdaptiveMaxPool2d | nn.AdaptiveMaxPool3d | nn.AdaptiveAvgPool3d
)
Forms: TypeAlias = tuple[
    tuple[type[nn.Module], Callable[[Any], bool], Callable[[Any], nn.Module]], ...
]
"""A kind of module, whether one of it is meant, and what stands in for it; the first counts."""
_CONVOLUTIONS = (functional.conv1d, functional.conv2d, functional.conv3d)
_TRANSPOSED = (
    functional.conv_transpose1d,
    functional.conv_transpose2d,
    functional.conv_transpose3d,
)


class WrittenAvgPool(nn.Module):
    """Computes what an ``nn.AvgPool1d``, 2d or 3d computes: sums, divided by counts.

    torch's exporter leaves ``divisor_override`` out without a word. With ``ceil_mode`` and a stride
    beyond the window, ONNX counts one window more than torch, whose windows all begin inside.
    """

    def __init__(self, of: nn.AvgPool1d | nn.AvgPool2d | nn.AvgPool3d) -> None:
        super().__init__()
        axes = _axes(of)
        self.kernel, self.stride, self.padding = (
            _each(size, axes) for size in (of.kernel_size, of.stride, of.padding)
        )
        self.ceil, self.counts_padding = of.ceil_mode, of.count_include_pad
        self.divisor: int | None = getattr(of, "divisor_override", None)
        self.sum: Callable[..., Tensor] = _CONVOLUTIONS[axes - 1]

    def forward(self, x: Tensor) -> Tensor:
        """N × C × sides to N × C × windows along each side."""
        sums = self._sums(functional.pad(x, self._sides(self.padding)))
        if self.divisor is not None:
            return self._inside(sums, x) / self.divisor
        found = self._inside(sums, x)
        return found / self._counts(found, x)

    def _counts(self, found: Tensor, x: Tensor) -> Tensor:
        """How many values each window holds: the product of how many it holds on each side."""
        counts = torch.ones((), dtype=x.dtype)
        for axis, (k, s, p) in enumerate(
            zip(self.kernel, self.stride, self.padding, strict=True), start=2
        ):
            begins = torch.arange(found.shape[axis]) * s - p
            ends = (begins + k).clamp(max=x.shape[axis] + p * self.counts_padding)
            held = ends - (begins if self.counts_padding else begins.clamp(min=0))
            counts = counts * held.to(x.dtype).view(-1, *[1] * (x.dim() - 1 - axis))
        return counts

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
                found = _first(found, axis, (x.shape[axis] + p + s - 1) // s)
        return found

    def _sides(self, sizes: Sequence[int], before: bool = True) -> list[int]:
        """As ``pad`` wants them: from the last axis to the first, before and behind."""
        return [side for size in reversed(sizes) for side in (size * before, size)]


class WrittenLpPool(nn.Module):
    """Computes what an ``nn.LPPool1d``, 2d or 3d with ``ceil_mode`` computes."""

    def __init__(self, of: LpPools) -> None:
        super().__init__()
        axes = _axes(of)
        kernel = _each(cast("int | tuple[int, ...]", of.kernel_size), axes)
        average: Any = (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)[axes - 1]
        self.mean = WrittenAvgPool(average(kernel, of.stride, ceil_mode=True))
        self.power, self.held = float(of.norm_type), math.prod(kernel)

    def forward(self, x: Tensor) -> Tensor:
        """N × C × sides to N × C × windows along each side."""
        means: Tensor = self.mean(x.pow(self.power))
        return (means.sign() * means.abs().relu() * self.held).pow(1 / self.power)


class WrittenMaxPool(nn.Module):
    """Computes what an ``nn.MaxPool1d``, 2d or 3d with ``ceil_mode`` computes.

    Torch's windows all begin inside. ONNX's own rule for shapes counts one more where the stride
    takes a window beyond, so that readers of the file disagree about its sizes. Here there is
    enough behind the input for whole windows, and none is counted that begins there.
    """

    def __init__(self, of: MaxPools) -> None:
        super().__init__()
        self.windows = _windows_of(of)
        sizes: tuple[Any, ...] = (of.kernel_size, of.stride, of.padding, of.dilation)
        kind: Any = type(of)
        pool = kind(*sizes, of.return_indices)
        self.pool = WrittenMaxPool1d(pool) if isinstance(of, nn.MaxPool1d) else pool
        self.places = of.return_indices

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """N × C × L or N × C × H × W to the largest of each window, with places if asked."""
        behind = [side for one in reversed(self.windows) for side in (0, one.stride - 1)]
        wide = functional.pad(x, behind, value=float("-inf"))
        if not self.places:
            return self._inside(self.pool(wide), x)
        found, places = (self._inside(one, x) for one in self.pool(wide))
        return found, self._as_if_narrow(places, wide, x)

    def _as_if_narrow(self, places: Tensor, wide: Tensor, x: Tensor) -> Tensor:
        """Places that are counted in ``wide``, counted in ``x``: they differ by its sides."""
        rest, counted, each = places, torch.zeros_like(places), 1
        for axis in range(x.dim() - 1, 2, -1):
            before = rest // wide.shape[axis]
            counted = counted + (rest - before * wide.shape[axis]) * each
            rest, each = before, each * x.shape[axis]
        return counted + rest * each

    def _inside(self, found: Tensor, x: Tensor) -> Tensor:
        for axis, one in enumerate(self.windows, start=2):
            if one.may_begin_behind:
                count = (x.shape[axis] + one.padding - 1) // one.stride + 1
                found = _first(found, axis, count)
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


def _first(x: Tensor, axis: int, count: int) -> Tensor:
    """So many entries; a slice would ask, when it is traced, whether these are all."""
    return x.index_select(axis, torch.arange(count))


class WrittenMaxPool1d(nn.Module):
    """Computes what an ``nn.MaxPool1d`` computes, as the pooling of a picture one pixel high.

    ``torch.export`` takes the length that it sees for the only one.
    """

    def __init__(self, of: nn.MaxPool1d) -> None:
        super().__init__()
        sizes = of.kernel_size, of.stride, of.padding, of.dilation
        kernel, stride, padding, dilation = (_each(size, 1)[0] for size in sizes)
        self.pool = nn.MaxPool2d(
            (1, kernel), (1, stride), (0, padding), (1, dilation), of.return_indices, of.ceil_mode
        )

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """N × C × length to N × C × windows; with indices, these beside it."""
        found = self.pool(x.unsqueeze(2))
        if isinstance(found, tuple):
            values, places = found
            return values.squeeze(2), places.squeeze(2)
        squeezed: Tensor = found.squeeze(2)
        return squeezed


def _windows_of(pool: MaxPools) -> list[_Window]:
    axes = _axes(pool)
    sizes = (pool.kernel_size, pool.stride, pool.padding, pool.dilation)
    return list(map(_Window, *(_each(cast("int", size), axes) for size in sizes)))


def _counts_otherwise(pool: MaxPools) -> bool:
    """Whether ONNX's rule counts windows that torch leaves out.

    ``torch.export`` asks of each length whether it is so, and takes the answer for all lengths.
    """
    return pool.ceil_mode and any(one.may_begin_behind for one in _windows_of(pool))


class WrittenConvTranspose(nn.Module):
    """Computes what an ``nn.ConvTranspose1d``, 2d or 3d computes: painted, then extended and cut.

    Where ``output_padding`` is not below the stride, which torch allows with a dilation beyond it,
    onnxruntime refuses ONNX's operator.
    """

    def __init__(self, of: Transposes) -> None:
        super().__init__()
        self.weight, self.bias, self.groups = of.weight, of.bias, of.groups
        sizes = (of.stride, of.padding, of.dilation, of.output_padding)
        axes = _axes(of)
        self.stride, self.padding, self.dilation, self.added = (
            _each(cast("int | tuple[int, ...]", size), axes) for size in sizes
        )
        self.paint: Callable[..., Tensor] = _TRANSPOSED[axes - 1]

    def forward(self, x: Tensor) -> Tensor:
        """N × C × sides to N × filters × larger sides, as torch counts them."""
        whole = self.paint(x, self.weight, None, self.stride, 0, 0, self.groups, self.dilation)
        whole = functional.pad(whole, [side for more in reversed(self.added) for side in (0, more)])
        for axis, cut in enumerate(self.padding, start=2):
            whole = whole.narrow(axis, cut, whole.shape[axis] - 2 * cut)
        offset = None if self.bias is None else self.bias.view(-1, *[1] * len(self.added))
        return whole if offset is None else whole + offset


def _adds_a_stride(of: Transposes) -> bool:
    sizes = (cast("int | tuple[int, ...]", size) for size in (of.output_padding, of.stride))
    added, strides = (_each(size, _axes(of)) for size in sizes)
    return any(more >= stride for more, stride in zip(added, strides, strict=True))


class WrittenAdaptivePool(nn.Module):
    """Computes what an adaptive pool computes, one side after the other and slice after slice.

    That is the same for largest values and for averages. torch's exporter knows no such pool. Sides
    that vary are pooled to one value only.
    """

    def __init__(self, of: Adaptives) -> None:
        super().__init__()
        self.sides = _each(cast("int | tuple[int, ...]", of.output_size), _axes(of))
        is_average = isinstance(of, nn.AdaptiveAvgPool3d)
        self.pooled: Callable[..., Tensor] = torch.mean if is_average else torch.amax

    def forward(self, x: Tensor) -> Tensor:
        """N × C × sides to N × C × the wanted sides, whatever they are."""
        for axis, count in enumerate(self.sides, start=2):
            x = self.pooled(x, axis, keepdim=True) if count == 1 else self._windows(x, axis, count)
        return x

    def _windows(self, x: Tensor, axis: int, count: int) -> Tensor:
        """The results of ``count`` windows along an axis, which overlap where it must be."""
        length = x.shape[axis]
        ends = ((at * length // count, -(-(at + 1) * length // count)) for at in range(count))
        parts = [self.pooled(x.narrow(axis, a, b - a), axis, keepdim=True) for a, b in ends]
        return torch.cat(parts, axis)


class WrittenMaxUnpool(nn.Module):
    """Computes what an ``nn.MaxUnpool1d``, 2d or 3d computes: zeros, and values at their places.

    torch's exporter knows none. Of several values for one place one stays, as there.
    """

    def __init__(self, of: Unpools) -> None:
        super().__init__()
        axes = _axes(of)
        self.kernel, self.stride, self.padding = (
            _each(cast("int | tuple[int, ...]", size), axes)
            for size in (of.kernel_size, of.stride, of.padding)
        )

    def forward(
        self, x: Tensor, indices: Tensor, output_size: tuple[int, ...] | None = None
    ) -> Tensor:
        """N × C × sides, and the place of each value, to N × C × larger sides."""
        sides = self._sides(x) if output_size is None else output_size
        zeros = x.new_zeros(*x.shape[:2], math.prod(sides))
        return zeros.scatter(2, indices.flatten(2), x.flatten(2)).reshape(*x.shape[:2], *sides)

    def _sides(self, x: Tensor) -> tuple[int, ...]:
        sliding = zip(x.shape[2:], self.kernel, self.stride, self.padding, strict=True)
        return tuple((length - 1) * s - 2 * p + k for length, k, s, p in sliding)


class WrittenLogSigmoid(nn.Module):
    """Computes what an ``nn.LogSigmoid`` computes, however far below 0.

    torch's exporter writes the logarithm of a sigmoid, which is 0 in ONNX Runtime from -18 on.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Any shape to the same."""
        return -functional.softplus(-x)


def written_out(module: nn.Module) -> nn.Module:
    """``module`` with every part in a form that can be written; itself when all parts have one."""
    return _in_forms(module, _FORMS)


def of_any_length(module: nn.Module) -> nn.Module:
    """``module`` with parts that ``torch.export`` does not take for parts of one length."""
    return _in_forms(module, _ANY_LENGTH)


def _in_forms(module: nn.Module, forms: Forms) -> nn.Module:
    for kind, is_meant, form in forms:
        if isinstance(module, kind) and is_meant(module):
            return form(module)
    parts = {name: part and _in_forms(part, forms) for name, part in module._modules.items()}
    if all(part is parts[name] for name, part in module._modules.items()):
        return module
    made = copy.copy(module)
    made._modules = parts
    return made


_CEILED: Forms = (
    *(
        (kind, _counts_otherwise, WrittenMaxPool)
        for kind in (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)
    ),
    *(
        (kind, lambda pool: pool.ceil_mode, WrittenAvgPool)
        for kind in (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)
    ),
    *(
        (kind, lambda pool: pool.ceil_mode, WrittenLpPool)
        for kind in (nn.LPPool1d, nn.LPPool2d, nn.LPPool3d)
    ),
)
_ANY_LENGTH: Forms = (*_CEILED, (nn.MaxPool1d, lambda pool: True, WrittenMaxPool1d))
_FORMS: Forms = (
    (PaddedLSTM, lambda lstm: True, WrittenPaddedLSTM),
    (PaddedGRU, lambda gru: True, WrittenPaddedGRU),
    (PaddedRNN, lambda rnn: True, WrittenPaddedRNN),
    (nn.LSTM, lambda lstm: True, WrittenLSTM),
    (nn.GRU, lambda gru: True, WrittenGRU),
    (nn.RNN, lambda rnn: True, WrittenRNN),
    *(
        (kind, lambda pool: True, WrittenAdaptivePool)
        for kind in (
            *(nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d),
            nn.AdaptiveAvgPool3d,
        )
    ),
    *_ANY_LENGTH,
    *(
        (kind, _adds_a_stride, WrittenConvTranspose)
        for kind in (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
    ),
    *(
        (kind, lambda unpool: True, WrittenMaxUnpool)
        for kind in (nn.MaxUnpool1d, nn.MaxUnpool2d, nn.MaxUnpool3d)
    ),
    (nn.RReLU, lambda relu: True, lambda relu: nn.LeakyReLU((relu.lower + relu.upper) / 2)),
    (nn.LogSigmoid, lambda log: True, lambda log: WrittenLogSigmoid()),
    (nn.AvgPool2d, lambda pool: pool.divisor_override, WrittenAvgPool),
    (nn.AvgPool3d, lambda pool: pool.divisor_override, WrittenAvgPool),
)


def _each(value: int | tuple[int, ...], axes: int) -> tuple[int, ...]:
    return (value,) * axes if isinstance(value, int) else value


def _axes(of: nn.Module) -> int:
    """How many sides a module of torch works along, which ends its name."""
    return int(type(of).__name__[-2])
