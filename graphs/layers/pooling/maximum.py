"""Pools that keep the largest value of each window."""

from graphs.describe import param
from graphs.layers.pooling.windows import OverImages, OverSeries, OverVolumes, Windows
from graphs.layers.sliding import Sides, each
from graphs.layers.spec import Module, Outputs, Ports, Reaching, Torch, Use
from graphs.problems import Problem, Set, problem
from graphs.setting_kinds import Pair, Triple
from graphs.sizes import at_least
from graphs.types import Kind, TensorType


class MaxWindows(Windows):
    """Base of pools that keep the largest value, and may say where it was."""

    dilation: Sides = param(default=1, low=1, help="Spacing between the places of one window.")
    return_indices: bool = param(
        default=False, help="Give the place of each value in its image as a second output."
    )

    @property
    def spacing(self) -> Sides:
        return self.dilation

    def hollow(self, tensor: TensorType) -> Problem | None:
        """With padding, a window that is spread wider than the input can step over all of it."""
        settings = (each(value, self.axes) for value in (self.padding, self.dilation))
        for length, padding, spacing in zip(tensor.sizes[2:], *settings, strict=True):
            if padding and not at_least(length, spacing):
                return problem(
                    "With dilation = {dilation} a window can step over the whole input, {size} "
                    "here, and hold nothing but padding. Lower dilation, or set padding to 0.",
                    setting="dilation",
                    fix=Set("dilation", 1),
                    dilation=spacing,
                    size=length,
                )
        return None

    def ports(self) -> Ports:
        return Ports(outputs=("output", "indices") if self.return_indices else ("output",))

    def outputs(self, tensor: TensorType, pooled: TensorType) -> Outputs:
        places = TensorType(Kind.INDEX, pooled.sizes, padded=pooled.padded, into=tensor.sizes[2:])
        return (pooled, places) if self.return_indices else (pooled,)

    def torch(self, given: Reaching) -> Torch:
        pattern = ("output", "indices") if self.return_indices else "output"
        return Torch(super().torch(given).module, Use(Module(), pattern))


class MaxPool1d(
    OverSeries,
    MaxWindows,
    id="max_pool1d",
    group="Pooling",
    search="maxpooling1d series downsample subsample shorter smaller halve sequence",
):
    """Keeps the largest value of each window of a series.

    y = max of x, over each window. L' = ⌊(L + 2 · padding - dilation · (kernel_size - 1) - 1) /
    stride⌋ + 1; with ceil_mode it is rounded up.
    N × C × L becomes N × C × L'; with return_indices, a second output says where in its channel
    each value was, by which a MaxUnpool1d puts it back.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool1d.html
    """

    dilation: int = param(default=1, low=1, help="Spacing between the steps of one window.")
    return_indices: bool = param(
        default=False, help="Give the place of each value in its channel as a second output."
    )


class MaxPool2d(
    OverImages,
    MaxWindows,
    id="max_pool2d",
    group="Pooling",
    search=(
        "picture half pooling strongest maxpooling2d downsample subsample shrink image "
        "smaller halve resolution most scale down"
    ),
):
    """Keeps the largest value of each window of an image.

    y = max of x, over each window. H' = ⌊(H + 2 · padding - dilation · (kernel_size - 1) - 1) /
    stride⌋ + 1; with ceil_mode it is rounded up.
    N × C × H × W becomes N × C × H' × W'; with return_indices, a second output says where in its
    image each value was, by which a MaxUnpool2d puts it back.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
    """

    dilation: Pair = param(
        default=1, low=1, unit="px", help="Spacing between the pixels of one window."
    )


class MaxPool3d(
    OverVolumes,
    MaxWindows,
    id="max_pool3d",
    group="Pooling",
    search="maxpooling3d volume video downsample smaller",
):
    """Keeps the largest value of each window of a volume.

    y = max of x, over each window. D' = ⌊(D + 2 · padding - dilation · (kernel_size - 1) - 1) /
    stride⌋ + 1; with ceil_mode it is rounded up.
    N × C × D × H × W becomes N × C × D' × H' × W'; with return_indices, a second output says where
    in its volume each value was, by which a MaxUnpool3d puts it back.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool3d.html
    """

    dilation: Triple = param(
        default=1, low=1, unit="px", help="Spacing between the voxels of one window."
    )
    return_indices: bool = param(
        default=False, help="Give the place of each value in its volume as a second output."
    )
