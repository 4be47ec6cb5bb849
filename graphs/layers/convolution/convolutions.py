"""Convolutions, which look for patterns."""

from typing import Literal, TypeAlias

from graphs.describe import param
from graphs.layers.checks import vanishing
from graphs.layers.convolution.filters import Filters, OnImages, OnSeries, OnVolumes, SameSides
from graphs.layers.sliding import MOST_PLACES, Sides, alike, each, sides
from graphs.problems import Problem, Recipe, Set, problem
from graphs.setting_kinds import Pair, Triple
from graphs.sizes import Size, at_least
from graphs.types import TensorType

PaddingMode: TypeAlias = Literal["zeros", "reflect", "replicate", "circular"]


class Convolution(Filters):
    """Base of convolutions, which look for patterns."""

    padding_mode: PaddingMode = param(default="zeros", help="What the added pixels hold.")

    def minds_padding(self, *, is_zero: bool) -> bool:
        """Not where windows end with the real steps, or zeros are read there in any case."""
        return any(self._added()) and not (is_zero and self.padding_mode == "zeros")

    def sides(self, tensor: TensorType) -> tuple[Size, ...]:
        return self._sides(tensor, self.padding)

    def _sides(self, tensor: TensorType, padding: Sides | SameSides) -> tuple[Size, ...]:
        if padding == "same":
            return tensor.sizes[2:]
        return sides(tensor.sizes[2:], self.kernel_size, self.stride, padding, self.dilation)

    def _undilated(self, tensor: TensorType) -> tuple[Size, ...]:
        """The sides if no pixels were left out between those that are looked at."""
        if self.padding == "same" or set(each(self.dilation, self.axes)) == {1}:
            return ()
        return sides(tensor.sizes[2:], self.kernel_size, self.stride, self.padding, 1)

    def shrinking(self, tensor: TensorType, out: tuple[Size, ...]) -> Problem | None:
        # The way out costs as much as the rule itself, so it is looked for only when needed.
        return vanishing(out) and vanishing(
            out, self._wider(tensor), undilated=self._undilated(tensor)
        )

    def _wider(self, tensor: TensorType) -> Recipe | None:
        """Padding that makes up for what the kernel takes away, if the input is too small."""
        enough = all(at_least(side, 1) for side in self._sides(tensor, self._half))
        fits = max(each(self._half, self.axes)) <= MOST_PLACES
        return Set("padding", self._half) if enough and fits else None

    @property
    def _half(self) -> Sides:
        """Padding by which an odd kernel takes nothing away."""
        return alike(self._reach())

    def settings_fault(self, tensor: TensorType) -> Problem | None:
        return self._stride_fault() or self._padding_fault(tensor)

    def _stride_fault(self) -> Problem | None:
        """Sides can stay as they are only where every place is looked at."""
        if self.padding != "same" or set(each(self.stride, self.axes)) == {1}:
            return None
        return problem(
            "padding = same keeps every side as long as it is, which only a stride of 1 does. Set "
            "stride to 1, or padding to {half}, by which a stride divides the sides.",
            setting="padding",
            fix=Set("padding", self._half),
            half=" × ".join(map(str, each(self._half, self.axes))),
        )

    def _padding_fault(self, tensor: TensorType) -> Problem | None:
        """Mirrored pixels must be there to be mirrored; those from the other side, too."""
        if self.padding_mode == "zeros":
            return None
        more = {"reflect": 1, "replicate": None, "circular": 0}[self.padding_mode]
        for length, padding in zip(tensor.sizes[2:], self._added(), strict=True):
            least = 1 if more is None else max(padding + more, 1)
            if not at_least(length, least):
                return problem(
                    "padding = {padding} with padding_mode = {mode} needs sides of at least "
                    "{least} pixels, but one is {size}.",
                    setting="padding",
                    fix=Set("padding_mode", "zeros"),
                    padding=self.padding if isinstance(self.padding, str) else padding,
                    mode=self.padding_mode,
                    least=least,
                    size=length,
                )
        return None

    def _added(self) -> tuple[int, ...]:
        """How much is added to each side at most: where that is odd, the end gets one more."""
        return self._reach() if self.padding == "same" else each(self.padding, self.axes)

    def _reach(self) -> tuple[int, ...]:
        """How far the kernel reaches to each side of its middle, rounded up."""
        settings = (each(value, self.axes) for value in (self.kernel_size, self.dilation))
        return tuple((d * (k - 1) + 1) // 2 for k, d in zip(*settings, strict=True))


class Conv1d(
    OnSeries,
    Convolution,
    id="conv1d",
    group="Convolution",
    formerly={"tied": "weights_of"},
    search=(
        "detect waveform time sensor convolution cnn series audio signal temporal filter "
        "kernel dilated causal depthwise local patterns extract ngrams sliding window "
        "pattern neighbours few steps"
    ),
):
    """Slides learned filters along a series.

    y[o, t] = bias[o] + Σ weight[o, i, k] · x[i, stride · t + dilation · k - padding], a sum over
    input channels i and places k of the kernel. L' = ⌊(L + 2 · padding - dilation · (kernel_size -
    1) - 1) / stride⌋ + 1.
    N × in_channels × L becomes N × out_channels × L'. With padding = same, L' is L; for an
    even kernel, one step more is added at the end than at the beginning.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv1d.html
    """

    padding: int | SameSides = param(
        default=0,
        low=0,
        help="Steps added at each end; same: as many as keep the length, with a stride of 1.",
    )
    padding_mode: PaddingMode = param(default="zeros", help="What the added steps hold.")


class Conv2d(
    OnImages,
    Convolution,
    id="conv2d",
    group="Convolution",
    formerly={"tied": "weights_of"},
    search=(
        "objects recognise detect picture convolution cnn image filter kernel edges "
        "features local patterns depthwise separable grouped pointwise strided dilated "
        "atrous channels downsample vision extract detector shapes texture sliding window "
        "bottleneck 1x1 spectral weight norm"
    ),
):
    """Slides learned filters over an image.

    y[o] = bias[o] + Σ weight[o, i] ⋆ x[i], a sum over input channels i, where ⋆ slides a filter
    over a channel and adds up products. H' = ⌊(H + 2 · padding - dilation · (kernel_size - 1) - 1)
    / stride⌋ + 1, and W' alike.
    N × in_channels × H × W becomes N × out_channels × H' × W'. With padding = same, the sides stay
    as they are; for an even kernel, one pixel more is added below, or on the right, than opposite.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """

    padding: Pair | SameSides = param(
        default=0,
        low=0,
        unit="px",
        help="Pixels added on each side; same: as many as keep the sides, with a stride of 1.",
    )


class Conv3d(
    OnVolumes,
    Convolution,
    id="conv3d",
    group="Convolution",
    formerly={"tied": "weights_of"},
    search="convolution cnn volume video voxel scan filter kernel extract motion sliding",
):
    """Slides learned filters through a volume or a video.

    y[o] = bias[o] + Σ weight[o, i] ⋆ x[i], a sum over input channels i, where ⋆ slides a filter
    through a channel and adds up products. D' = ⌊(D + 2 · padding - dilation · (kernel_size - 1) -
    1) / stride⌋ + 1, and H' and W' alike.
    N × in_channels × D × H × W becomes N × out_channels × D' × H' × W'. With padding = same, the
    sides stay as they are; for an even kernel, one voxel more is added at the far end of a side.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv3d.html
    """

    padding: Triple | SameSides = param(
        default=0,
        low=0,
        unit="px",
        help="Voxels added on each side; same: as many as keep the sides, with a stride of 1.",
    )
    padding_mode: PaddingMode = param(default="zeros", help="What the added voxels hold.")
