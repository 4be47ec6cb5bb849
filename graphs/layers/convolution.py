"""Convolutions."""

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from typing import Any, ClassVar, Literal

from graphs.describe import param
from graphs.layers.checks import empty, not_fixed, not_floats, not_grid, vanishing
from graphs.layers.sliding import Sides, alike, each, sides, spelled, too_far
from graphs.layers.spec import Call, Layer, Outputs, Reaching, Shared, Torch
from graphs.problems import Insert, Problem, Recipe, Set, problem
from graphs.setting_kinds import NodeRef, Pair, Triple
from graphs.sizes import Size, at_least
from graphs.types import TensorType
from graphs.wording.phrases import phrase

PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]


class Filters(Layer):
    """Base of layers that slide learned filters over a series or an image."""

    axes: ClassVar[int]

    out_channels: int = param(
        default=32, low=1, help="How many filters, each looking for one pattern."
    )
    kernel_size: Sides = param(default=3, low=1, help="The sides of each pattern.")
    stride: Sides = param(default=1, low=1, help="How far to move between two looks.")
    padding: Sides = param(default=0, low=0, help="How much is added on each side.")
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


class Convolution(Filters):
    """Base of convolutions, which look for patterns."""

    padding_mode: PaddingMode = param(default="zeros", help="What the added pixels hold.")

    def sides(self, tensor: TensorType) -> tuple[Size, ...]:
        return self._sides(tensor, self.padding)

    def _sides(self, tensor: TensorType, padding: Sides) -> tuple[Size, ...]:
        return sides(tensor.sizes[2:], self.kernel_size, self.stride, padding, self.dilation)

    def shrinking(self, tensor: TensorType, out: tuple[Size, ...]) -> Problem | None:
        # The way out costs as much as the rule itself, so it is looked for only when needed.
        return vanishing(out) and vanishing(out, self._wider(tensor))

    def _wider(self, tensor: TensorType) -> Recipe | None:
        """Padding that makes up for what the kernel takes away, if the input is too small."""
        padding = alike(tuple(side // 2 for side in each(self.kernel_size, self.axes)))
        enough = all(at_least(side, 1) for side in self._sides(tensor, padding))
        return Set("padding", padding) if enough else None

    def settings_fault(self, tensor: TensorType) -> Problem | None:
        """Mirrored pixels must be there to be mirrored; those from the other side, too."""
        if self.padding_mode == "zeros":
            return None
        more = {"reflect": 1, "replicate": None, "circular": 0}[self.padding_mode]
        for length, padding in zip(tensor.sizes[2:], each(self.padding, self.axes), strict=True):
            least = 1 if more is None else max(padding + more, 1)
            if not at_least(length, least):
                return problem(
                    "padding = {padding} with padding_mode = {mode} needs sides of at least "
                    "{least} pixels, but one is {size}.",
                    setting="padding",
                    fix=Set("padding_mode", "zeros"),
                    padding=padding,
                    mode=self.padding_mode,
                    least=least,
                    size=length,
                )
        return None


class Transposed(Filters):
    """Base of convolutions backwards, which paint patterns."""

    output_padding: Sides = param(default=0, low=0, help="How much is added at the end of a side.")

    def sides(self, tensor: TensorType) -> tuple[Size, ...]:
        return self._sides(tensor, self.padding)

    def _sides(self, tensor: TensorType, padding: Sides) -> tuple[Size, ...]:
        kernel, stride = each(self.kernel_size, self.axes), each(self.stride, self.axes)
        settings = (
            kernel,
            stride,
            each(padding, self.axes),
            each(self.dilation, self.axes),
            self._added,
        )
        return tuple(
            (length - 1) * s + (d * (k - 1) - 2 * p + more + 1)
            for length, k, s, p, d, more in zip(tensor.sizes[2:], *settings, strict=True)
        )

    @property
    def _added(self) -> tuple[int, ...]:
        return each(self.output_padding, self.axes)

    def shrinking(self, tensor: TensorType, out: tuple[Size, ...]) -> Problem | None:
        enough = all(at_least(side, 1) for side in self._sides(tensor, 0))
        fix = Set("padding", 0) if enough else None
        return vanishing(
            out, fix, "padding", phrase("The {axis} would shrink to {size}. Lower padding.")
        )

    def settings_fault(self, tensor: TensorType) -> Problem | None:
        limits = zip(each(self.stride, self.axes), each(self.dilation, self.axes), strict=True)
        most = tuple(max(limit) - 1 for limit in limits)
        if all(added <= limit for added, limit in zip(self._added, most, strict=True)):
            return empty(tensor.sizes[2:])
        return problem(
            "output_padding must be less than stride or dilation: at most {most} here.",
            setting="output_padding",
            fix=Set("output_padding", alike(tuple(map(min, self._added, most)))),
            most=" × ".join(map(str, most)),
        )

    def planes(self, channels: int) -> tuple[int, int]:
        return channels, self.out_channels // self.groups

    def looks(self, given: Reaching, outputs: Outputs) -> TensorType:
        return given["input"]


class OnSeries(Filters):
    """Base of filters for N × channels × steps."""

    axes = 1

    kernel_size: int = param(default=3, low=1, help="How many steps each pattern is long.")
    stride: int = param(default=1, low=1, help="Steps to move between two looks.")
    padding: int = param(default=0, low=0, help="Steps added at each end.")
    dilation: int = param(default=1, low=1, help="Spacing between the steps of one pattern.")


class OnImages(Filters):
    """Base of filters for N × channels × height × width."""

    axes = 2

    kernel_size: Pair = param(default=3, low=1, unit="px", help="Height and width of each pattern.")
    stride: Pair = param(default=1, low=1, unit="px", help="Pixels to move between two looks.")
    padding: Pair = param(default=0, low=0, unit="px", help="Pixels added on each side.")
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
    padding: Triple = param(default=0, low=0, unit="px", help="Voxels added on each side.")
    dilation: Triple = param(
        default=1, low=1, unit="px", help="Spacing between the voxels of one pattern."
    )


class Conv1d(
    OnSeries,
    Convolution,
    id="conv1d",
    group="Convolution",
    search=(
        "detect waveform time sensor convolution cnn series audio signal temporal filter "
        "kernel dilated causal depthwise local patterns extract ngrams sliding window "
        "pattern"
    ),
):
    """Slides learned filters along a series.

    y[o, t] = bias[o] + Σ weight[o, i, k] · x[i, stride · t + dilation · k - padding], a sum over
    input channels i and places k of the kernel. L' = ⌊(L + 2 · padding - dilation · (kernel_size -
    1) - 1) / stride⌋ + 1.
    N × in_channels × L becomes N × out_channels × L'.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv1d.html
    """

    padding_mode: PaddingMode = param(default="zeros", help="What the added steps hold.")


class Conv2d(
    OnImages,
    Convolution,
    id="conv2d",
    group="Convolution",
    search=(
        "objects recognise detect picture convolution cnn image filter kernel edges "
        "features local patterns depthwise separable grouped pointwise strided dilated "
        "atrous channels downsample vision extract detector shapes texture sliding window "
        "bottleneck 1x1"
    ),
):
    """Slides learned filters over an image.

    y[o] = bias[o] + Σ weight[o, i] ⋆ x[i], a sum over input channels i, where ⋆ slides a filter
    over a channel and adds up products. H' = ⌊(H + 2 · padding - dilation · (kernel_size - 1) - 1)
    / stride⌋ + 1, and W' alike.
    N × in_channels × H × W becomes N × out_channels × H' × W'.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """


class Conv3d(
    OnVolumes,
    Convolution,
    id="conv3d",
    group="Convolution",
    search="convolution cnn volume video voxel scan filter kernel extract motion sliding",
):
    """Slides learned filters through a volume or a video.

    y[o] = bias[o] + Σ weight[o, i] ⋆ x[i], a sum over input channels i, where ⋆ slides a filter
    through a channel and adds up products. D' = ⌊(D + 2 · padding - dilation · (kernel_size - 1) -
    1) / stride⌋ + 1, and H' and W' alike.
    N × in_channels × D × H × W becomes N × out_channels × D' × H' × W'.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv3d.html
    """

    padding_mode: PaddingMode = param(default="zeros", help="What the added voxels hold.")


class ConvTranspose1d(
    OnSeries,
    Transposed,
    id="conv_transpose1d",
    group="Convolution",
    search=("conv1dtranspose deconvolution deconv upsample enlarge longer decoder series audio"),
):
    """Paints learned patterns into a longer series: a convolution backwards.

    L' = (L - 1) · stride - 2 · padding + dilation · (kernel_size - 1) + output_padding + 1.
    N × in_channels × L becomes N × out_channels × L'; a stride of 2 doubles the length.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html
    """

    stride: int = param(default=1, low=1, help="Steps between two patterns.")
    padding: int = param(default=0, low=0, help="Steps cut off at each end.")
    output_padding: int = param(default=0, low=0, help="Steps added at the end.")


class ConvTranspose2d(
    OnImages,
    Transposed,
    id="conv_transpose2d",
    group="Convolution",
    search=(
        "generate picture learned unpool conv2dtranspose deconvolution deconv upsample "
        "enlarge larger decoder image generator full resolution back"
    ),
):
    """Paints learned patterns into a larger image: a convolution backwards.

    H' = (H - 1) · stride - 2 · padding + dilation · (kernel_size - 1) + output_padding + 1, and W'
    alike.
    N × in_channels × H × W becomes N × out_channels × H' × W'; a stride of 2 doubles the sides.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
    """

    stride: Pair = param(default=1, low=1, unit="px", help="Pixels between two patterns.")
    padding: Pair = param(default=0, low=0, unit="px", help="Pixels cut off on each side.")
    output_padding: Pair = param(
        default=0, low=0, unit="px", help="Pixels added at the lower and right side."
    )


class ConvTranspose3d(
    OnVolumes,
    Transposed,
    id="conv_transpose3d",
    group="Convolution",
    search="conv3dtranspose deconvolution deconv upsample enlarge larger decoder volume",
):
    """Paints learned patterns into a larger volume: a convolution backwards.

    D' = (D - 1) · stride - 2 · padding + dilation · (kernel_size - 1) + output_padding + 1, and H'
    and W' alike.
    N × in_channels × D × H × W becomes N × out_channels × D' × H' × W'; a stride of 2 doubles the
    sides.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose3d.html
    """

    stride: Triple = param(default=1, low=1, unit="px", help="Voxels between two patterns.")
    padding: Triple = param(default=0, low=0, unit="px", help="Voxels cut off on each side.")
    output_padding: Triple = param(
        default=0, low=0, unit="px", help="Voxels added at the far end of each side."
    )


def _channels(given: Reaching) -> int:
    size = given["input"].sizes[1]
    assert isinstance(size, int)  # infer has refused anything else
    return size
