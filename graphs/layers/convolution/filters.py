"""What all convolutions share: learned filters that slide."""

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from typing import Any, ClassVar, Literal, TypeAlias

from graphs.describe import param
from graphs.layers.checks import not_fixed, not_floats, not_grid
from graphs.layers.parametrized import Parametrized
from graphs.layers.sliding import Sides, each, spelled, too_far
from graphs.layers.spec import Call, Outputs, Reaching, Torch
from graphs.problems import Insert, Problem, Set, problem
from graphs.setting_kinds import Pair, Triple
from graphs.sizes import Size
from graphs.types import TensorType

SameSides: TypeAlias = Literal["same"]
"""Padding in place of a number: as much as keeps every side as long as it is."""

MOVES = frozenset({"stride", "padding", "padding_mode", "dilation", "output_padding"})
"""How filters move over what they see, which says nothing of what they look for."""


class Filters(Parametrized):
    """Base of layers that slide learned filters over a series or an image."""

    axes: ClassVar[int]

    out_channels: int = param(
        default=32, low=1, help="How many filters, each looking for one pattern."
    )
    kernel_size: Sides = param(default=3, low=1, help="The sides of each pattern.")
    stride: Sides = param(default=1, low=1, help="How far to move between two looks.")
    padding: Sides | SameSides = param(default=0, low=0, help="How much is added on each side.")
    dilation: Sides = param(default=1, low=1, help="Spacing between the places of one pattern.")
    groups: int = param(default=1, low=1, help="Blocks of channels that do not see each other.")
    bias: bool = param(default=True, help="Add a learned offset to each filter's map.")

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        return too_far(settings)

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        wrong = (
            not_floats(tensor)
            or not_grid(self, tensor, self.axes)
            or self._channels_fault(tensor)
            or self._groups_fault(_channels(given))
            or self.settings_fault(tensor)
        )
        if wrong:
            return wrong
        out = self.sides(tensor)
        return self.shrinking(tensor, out) or (tensor.of(tensor.sizes[0], self.out_channels, *out),)

    def sides(self, tensor: TensorType) -> tuple[Size, ...]:
        """The sides of the output."""
        raise NotImplementedError

    def settings_fault(self, tensor: TensorType) -> Problem | None:
        """What is wrong with settings of its own."""
        raise NotImplementedError

    def shrinking(self, tensor: TensorType, out: tuple[Size, ...]) -> Problem | None:
        """A side of the output that could shrink to nothing."""
        raise NotImplementedError

    def _channels_fault(self, tensor: TensorType) -> Problem | None:
        """A series of steps × features has its channels last; the fix puts them first."""
        wrong = not_fixed(tensor.sizes[1], "in_channels")
        if wrong is None or self.axes > 1 or not_fixed(tensor.sizes[2], "in_channels"):
            return wrong
        return replace(wrong, fix=Insert("permute", settings={"dims": (0, 2, 1)}))

    def _groups_fault(self, channels: int) -> Problem | None:
        if channels % self.groups == 0 and self.out_channels % self.groups == 0:
            return None
        return problem(
            "groups = {groups} must divide both in_channels ({into}) and out_channels ({out}).",
            setting="groups",
            fix=Set("groups", 1),
            groups=self.groups,
            into=channels,
            out=self.out_channels,
        )

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        kernel = (*self.planes(_channels(given)), *each(self.kernel_size, self.axes))
        return {**self.learned(kernel), **({"bias": (self.out_channels,)} if self.bias else {})}

    @property
    def may_differ(self) -> frozenset[str]:
        if self.parametrization == "spectral_norm":
            return frozenset()  # what it remembers of the weight is the module's own
        return MOVES

    def planes(self, channels: int) -> tuple[int, int]:
        """The first two sizes of the weight."""
        return self.out_channels, channels // self.groups

    def flops(self, given: Reaching, outputs: Outputs) -> Size:
        reads = self.planes(_channels(given))[1] * prod(each(self.kernel_size, self.axes))
        return self.looks(given, outputs).elements() * reads

    def looks(self, given: Reaching, outputs: Outputs) -> TensorType:
        """The tensor of which each value costs one look at a pattern."""
        return outputs[0]

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[2:]

    def torch(self, given: Reaching) -> Torch:
        arguments = {"in_channels": _channels(given), **self.own_settings}
        return Torch(self.wrapped(Call(f"torch.nn.{type(self).__name__}", arguments)))

    def brief(self) -> str:
        sides = spelled(self.kernel_size, self.axes)
        return self.told(str(self.out_channels), sides)


class OnSeries(Filters):
    """Base of filters for N × channels × steps."""

    axes = 1

    kernel_size: int = param(default=3, low=1, help="How many steps each pattern is long.")
    stride: int = param(default=1, low=1, help="Steps to move between two looks.")
    dilation: int = param(default=1, low=1, help="Spacing between the steps of one pattern.")


class OnImages(Filters):
    """Base of filters for N × channels × height × width."""

    axes = 2

    kernel_size: Pair = param(default=3, low=1, unit="px", help="Height and width of each pattern.")
    stride: Pair = param(default=1, low=1, unit="px", help="Pixels to move between two looks.")
    dilation: Pair = param(
        default=1, low=1, unit="px", help="Spacing between the pixels of one pattern."
    )


class OnVolumes(Filters):
    """Base of filters for N × channels × depth × height × width."""

    axes = 3

    kernel_size: Triple = param(
        default=3, low=1, unit="px", help="Depth, height and width of each pattern."
    )
    stride: Triple = param(default=1, low=1, unit="px", help="Voxels to move between two looks.")
    dilation: Triple = param(
        default=1, low=1, unit="px", help="Spacing between the voxels of one pattern."
    )


def _channels(given: Reaching) -> int:
    size = given["input"].sizes[1]
    assert isinstance(size, int)  # infer has refused anything else
    return size
