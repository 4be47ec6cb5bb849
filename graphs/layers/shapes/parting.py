"""Layers that put tensors on a new axis, part one into several, or trade channels for pixels."""

from collections.abc import Mapping
from typing import Any

from graphs.describe import param
from graphs.layers.arithmetic.value_by_value import MANY
from graphs.layers.checks import no_axis, not_floats, not_grid, padded_apart
from graphs.layers.spec import (
    All,
    Call,
    Function,
    In,
    Layer,
    Outputs,
    Ports,
    Reaching,
    Torch,
    Use,
)
from graphs.problems import Problem, Set, problem
from graphs.sizes import Size, alike, divisible
from graphs.types import Scale, TensorType
from graphs.wording.phrases import phrase

MOST_PARTS = 64
"""So many outputs a node can show."""


class Stack(Layer, id="stack", group="Merge", search="join new axis pile together several along"):
    """Puts tensors of the same sizes side by side on a new axis.

    y[:, 0] = a and y[:, 1] = b with dim 1.
    Two of N × F with dim 1 become N × 2 × F.
    https://docs.pytorch.org/docs/stable/generated/torch.stack.html
    """

    dim: int = param(default=1, help="Where the new axis comes; 1 is after the batch, -1 is last.")

    def ports(self) -> Ports:
        return MANY

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensors = given.all("input")
        if not tensors:
            return problem("Wire the tensors to be put side by side.", port="input")
        first, places = tensors[0], tensors[0].rank + 1
        if not -places <= self.dim < places:
            return problem(
                "dim = {dim}, but a new axis can be added at 0 to {last}.",
                setting="dim",
                fix=Set("dim", -1),
                dim=self.dim,
                last=first.rank,
            )
        for tensor in tensors[1:]:
            if tensor.kind is not first.kind:
                return problem(
                    "Cannot stack {first} values and {second} values.",
                    port="input",
                    first=first.kind.value,
                    second=tensor.kind.value,
                )
            if not alike(tensor.sizes, first.sizes):
                return problem(
                    "Cannot stack {first} and {second}: all sizes must agree.",
                    port="input",
                    first=first,
                    second=tensor,
                )
        return padded_apart(tensors, "input") or (self._stacked(tensors),)

    def _stacked(self, tensors: tuple[TensorType, ...]) -> TensorType:
        first = tensors[0]
        axis = self.dim % (first.rank + 1)
        known = [tensor.values for tensor in tensors if tensor.values is not None]
        plain = any(not tensor.scale.is_shares for tensor in tensors)
        padded = next((tensor.padded for tensor in tensors if tensor.padded), None)
        return TensorType(
            first.kind,
            (*first.sizes[:axis], len(tensors), *first.sizes[axis:]),
            max(known) if len(known) == len(tensors) else None,
            Scale.ANY if plain else Scale.PROBABILITIES,
            padded if axis > 1 else None,
        )

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Function("torch.stack", (All("input"),), {"dim": self.dim})))

    def brief(self) -> str:
        return phrase("axis {dim}", dim=self.dim)


class Chunk(
    Layer,
    id="chunk",
    group="Shape",
    search=(
        "half equal groups split part parts pieces divide halves two heads gates separate three"
    ),
):
    """Parts a tensor into several of the same size along one axis.

    N × F with 2 chunks along dim 1 becomes two of N × F/2.
    https://docs.pytorch.org/docs/stable/generated/torch.chunk.html
    """

    chunks: int = param(default=2, low=2, high=MOST_PARTS, help="How many parts.")
    dim: int = param(default=-1, help="The axis to part; 0 is the batch, -1 is the last.")

    def ports(self) -> Ports:
        return Ports(outputs=self._names())

    def _names(self) -> tuple[str, ...]:
        return tuple(f"part{number}" for number in range(1, self.chunks + 1))

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := no_axis(self.dim, tensor.rank, "dim"):
            return wrong
        axis = self.dim % tensor.rank
        size = tensor.sizes[axis]
        if not divisible(size, self.chunks):
            return problem(
                "The axis {axis} has {size} entries, which {chunks} parts do not always share "
                "evenly.",
                port="input",
                setting="chunks",
                axis=axis,
                size=size,
                chunks=self.chunks,
            )
        sizes = (*tensor.sizes[:axis], size // self.chunks, *tensor.sizes[axis + 1 :])
        part = tensor.rearranged(*sizes)
        return (part.stepwise(tensor) if axis > 1 else part,) * self.chunks

    def torch(self, given: Reaching) -> Torch:
        size = given["input"].sizes[self.dim]
        # ONNX cannot say torch's own where the size varies.
        chunk = "torch.chunk" if isinstance(size, int) else "engine.modules.joining.chunked"
        parted = Function(chunk, (In(), self.chunks, self.dim))
        return Torch(use=Use(parted, self._names()))

    def brief(self) -> str:
        return f"{self.chunks} · {phrase('axis {dim}', dim=self.dim)}"


class SplitWithSizes(
    Layer,
    id="split_with_sizes",
    title="Split",
    group="Shape",
    search=(
        "uneven unequal different sizes sections part parts pieces take apart cut divide separate "
        "lengths first rest"
    ),
):
    """Parts a tensor into several of chosen sizes along one axis.

    N × 10 with split_sizes 6, 4 along dim 1 becomes N × 6 and N × 4.
    https://docs.pytorch.org/docs/stable/generated/torch.split.html
    """

    split_sizes: tuple[int, ...] = param(
        default=(1, 1),
        low=1,
        help="The size of each part, in their order. Together they are the whole axis.",
    )
    dim: int = param(default=-1, help="The axis to part; 0 is the batch, -1 is the last.")

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        count = len(settings["split_sizes"])
        if 1 <= count <= MOST_PARTS:
            return {}
        told = phrase("names {count} parts; a node shows 1 to {most}", count=count, most=MOST_PARTS)
        return {"split_sizes": told}

    def ports(self) -> Ports:
        return Ports(outputs=self._names())

    def _names(self) -> tuple[str, ...]:
        return tuple(f"part{number}" for number, _ in enumerate(self.split_sizes, start=1))

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := no_axis(self.dim, tensor.rank, "dim"):
            return wrong
        axis = self.dim % tensor.rank
        whole, asked = tensor.sizes[axis], sum(self.split_sizes)
        if not isinstance(whole, int):
            return problem(
                "The axis {axis} has {size} entries, which is no fixed number, so parts of fixed "
                "sizes may not be all of it. Take them with Slice.",
                port="input",
                setting="dim",
                axis=axis,
                size=whole,
            )
        if asked != whole:
            return problem(
                "The axis {axis} has {size} entries, but the parts are {asked} together.",
                port="input",
                setting="split_sizes",
                fix=Set("split_sizes", self._sizes_of(whole)) if whole > 1 else None,
                axis=axis,
                size=whole,
                asked=asked,
            )
        before, behind = tensor.sizes[:axis], tensor.sizes[axis + 1 :]
        parts = (tensor.rearranged(*before, size, *behind) for size in self.split_sizes)
        return tuple(part.stepwise(tensor) if axis > 1 else part for part in parts)

    def _sizes_of(self, whole: int) -> tuple[int, ...]:
        """Those that are asked for with the last one made to fit, or else two halves."""
        *kept, _ = self.split_sizes
        rest = whole - sum(kept)
        return (*kept, rest) if rest > 0 else (whole - whole // 2, whole // 2)

    def torch(self, given: Reaching) -> Torch:
        parted = Function("torch.split", (In(), self.split_sizes, self.dim))
        return Torch(use=Use(parted, self._names()))

    def brief(self) -> str:
        sizes = ", ".join(map(str, self.split_sizes))
        return f"{sizes} · {phrase('axis {dim}', dim=self.dim)}"


class PixelShuffle(
    Layer,
    id="pixel_shuffle",
    group="Shape",
    search="depth to space subpixel upscale super resolution enlarge larger sharp image",
):
    """Makes an image larger out of its channels: r × r channels become r × r pixels.

    N × (C · r · r) × H × W becomes N × C × (H · r) × (W · r).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.PixelShuffle.html
    """

    upscale_factor: int = param(default=2, low=1, help="How many times the sides grow: r.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := not_floats(tensor) or not_grid(self, tensor, 2):
            return wrong
        batch, channels, *sides = tensor.sizes
        factor = self.upscale_factor
        if not divisible(channels, factor * factor):
            return problem(
                "The {channels} channels must be a multiple of {square}, the square of "
                "upscale_factor.",
                port="input",
                setting="upscale_factor",
                fix=Set("upscale_factor", 1),
                channels=channels,
                square=factor * factor,
            )
        larger = (side * factor for side in sides)
        return (tensor.rearranged(batch, channels // (factor * factor), *larger),)

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call("torch.nn.PixelShuffle", self.settings))

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[1:]


class PixelUnshuffle(
    Layer,
    id="pixel_unshuffle",
    group="Shape",
    search="space to depth downscale smaller patches without losing",
):
    """Makes an image smaller and keeps all of it: r × r pixels become r × r channels.

    N × C × (H · r) × (W · r) becomes N × (C · r · r) × H × W.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.PixelUnshuffle.html
    """

    downscale_factor: int = param(default=2, low=1, help="How many times the sides shrink: r.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := not_floats(tensor) or not_grid(self, tensor, 2):
            return wrong
        batch, channels, *sides = tensor.sizes
        factor = self.downscale_factor
        for side in sides:
            if not divisible(side, factor):
                return problem(
                    "Each side must be a multiple of downscale_factor = {factor}, but one is "
                    "{side}.",
                    port="input",
                    setting="downscale_factor",
                    fix=Set("downscale_factor", 1),
                    factor=factor,
                    side=side,
                )
        smaller = (side // factor for side in sides)
        return (tensor.rearranged(batch, channels * (factor * factor), *smaller),)

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call("torch.nn.PixelUnshuffle", self.settings))

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[1:]


class ChannelShuffle(
    Layer,
    id="channel_shuffle",
    group="Shape",
    search="shufflenet groups mix interleave exchange between information channels",
):
    """Mixes the channels of groups, for the grouped convolution that follows.

    With g groups of n channels, y[j · g + i] = x[i · n + j]. From https://arxiv.org/abs/1707.01083.
    N × C × H × W stays as it is; C must be a multiple of groups.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ChannelShuffle.html
    """

    groups: int = param(default=2, low=1, help="How many groups of channels are mixed.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := not_floats(tensor) or not_grid(self, tensor, 2):
            return wrong
        if not divisible(tensor.sizes[1], self.groups):
            return problem(
                "The {channels} channels must be a multiple of groups = {groups}.",
                port="input",
                setting="groups",
                fix=Set("groups", 1),
                channels=tensor.sizes[1],
                groups=self.groups,
            )
        return (tensor.rearranged(*tensor.sizes),)

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call("torch.nn.ChannelShuffle", self.settings))

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[1:2]
