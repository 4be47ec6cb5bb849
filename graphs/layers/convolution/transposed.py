"""Convolutions backwards, which paint patterns."""

from graphs.describe import param
from graphs.layers.checks import empty, vanishing
from graphs.layers.convolution.filters import Filters, OnImages, OnSeries, OnVolumes
from graphs.layers.sliding import Sides, alike, each
from graphs.layers.spec import Outputs, Reaching
from graphs.problems import Problem, Set, problem
from graphs.setting_kinds import Pair, Triple
from graphs.sizes import Size, at_least
from graphs.types import TensorType
from graphs.wording.phrases import phrase


class Transposed(Filters):
    """Base of convolutions backwards, which paint patterns."""

    padding: Sides = param(default=0, low=0, help="How much is cut off on each side.")
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


class ConvTranspose1d(
    OnSeries,
    Transposed,
    id="conv_transpose1d",
    group="Convolution",
    formerly={"tied": "weights_of"},
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
    formerly={"tied": "weights_of"},
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
    formerly={"tied": "weights_of"},
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
