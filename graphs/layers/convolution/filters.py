"""What all convolutions share: learned filters that slide."""

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from typing import Any, ClassVar, Literal, TypeAlias

from graphs.describe import param
from graphs.layers.checks import not_fixed, not_floats, not_grid
from graphs.layers.sliding import Sides, each, spelled, too_far
from graphs.layers.spec import Call, Layer, Outputs, Reaching, Shared, Torch
from graphs.problems import Insert, Problem, Set, problem
from graphs.setting_kinds import NodeRef, Pair, Triple
from graphs.sizes import Size
from graphs.types import TensorType
from graphs.wording.phrases import phrase

SameSides: TypeAlias = Literal["same"]
"""Padding in place of a number: as much as keeps every side as long as it is."""


class Filters(Layer):
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
    tied: NodeRef | None = param(
        default=None,
        help="The layer of the same kind whose filters it is: one weight and one offset for both.",
    )

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
            or self._not_shared(given)
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

    def _not_shared(self, given: Reaching) -> Problem | None:
        """Why the filters of the other layer cannot be those of this one too."""
        other = given.refs.get("tied")
        if other is None:
            return None
        mine, theirs = self._filters(given), dict(other.weights)
        if other.layer.id != self.id or "weight" not in theirs:
            return problem(
                "Shares the filters of another {kind}, but “{name}” is of the kind {layer}.",
                setting="tied",
                fix=Set("tied", None),
                kind=self.title,
                name=other.name,
                layer=other.layer.title,
            )
        if mine["weight"] != theirs["weight"]:
            return problem(
                "The filters here are {mine}, but those of “{name}”, which it shares, are "
                "{theirs}.",
                setting="tied",
                fix=Set("tied", None),
                name=other.name,
                mine=" × ".join(map(str, mine["weight"])),
                theirs=" × ".join(map(str, theirs["weight"])),
            )
        if mine.keys() != theirs.keys():
            return problem(
                "It shares the filters of “{name}”, but only one of the two adds an offset; both "
                "must agree.",
                setting="bias",
                fix=Set("bias", "bias" in theirs),
                name=other.name,
            )
        return None

    def _filters(self, given: Reaching) -> dict[str, tuple[int, ...]]:
        kernel = (*self.planes(_channels(given)), *each(self.kernel_size, self.axes))
        return {"weight": kernel, **({"bias": (self.out_channels,)} if self.bias else {})}

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        return {} if "tied" in given.refs else self._filters(given)

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
        own = {name: value for name, value in self.settings.items() if name != "tied"}
        arguments = {"in_channels": _channels(given), **own}
        names = self._filters(given) if "tied" in given.refs else ()
        shared = {name: Shared("tied", name) for name in names}
        return Torch(Call(f"torch.nn.{type(self).__name__}", arguments), shared=shared)

    def brief(self) -> str:
        tied = (phrase("tied"),) if self.tied else ()
        sides = spelled(self.kernel_size, self.axes)
        return " · ".join((str(self.out_channels), sides, *tied))


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
