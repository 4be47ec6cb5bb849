"""Pools that average each window."""

from graphs.describe import param
from graphs.layers.pooling.windows import OverImages, OverSeries, OverVolumes, Windows, beyond
from graphs.layers.spec import Outputs
from graphs.problems import Problem
from graphs.types import Scale, TensorType


class Average(Windows):
    """Base of pools that average."""

    count_include_pad: bool = param(
        default=True, help="Count what is added, which is zero, in the average."
    )


class AvgPool1d(
    OverSeries,
    Average,
    id="avg_pool1d",
    group="Pooling",
    search="averagepooling1d mean average smooth series downsample moving halve sequence",
):
    """Averages each window of a series.

    y = Σ x / count, over each window. L' = ⌊(L + 2 · padding - kernel_size) / stride⌋ + 1; with
    ceil_mode it is rounded up.
    N × C × L becomes N × C × L'.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool1d.html
    """


class Divided(Average):
    """Base of averages whose divisor can be chosen."""

    divisor_override: int | None = param(
        default=None, low=1, help="Divide each sum by this instead of the number of pixels."
    )

    def outputs(self, tensor: TensorType, pooled: TensorType) -> Outputs:
        return (pooled if self.divisor_override is None else pooled.scaled(Scale.ANY),)


class AvgPool2d(
    OverImages,
    Divided,
    id="avg_pool2d",
    group="Pooling",
    search=(
        "picture half pooling averagepooling2d mean average downsample subsample shrink "
        "image smaller blur scale down"
    ),
):
    """Averages each window of an image.

    y = Σ x / count, over each window. H' = ⌊(H + 2 · padding - kernel_size) / stride⌋ + 1; with
    ceil_mode it is rounded up.
    N × C × H × W becomes N × C × H' × W'.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
    """


class AvgPool3d(
    OverVolumes,
    Divided,
    id="avg_pool3d",
    group="Pooling",
    search="averagepooling3d mean average volume video downsample smaller",
):
    """Averages each window of a volume.

    y = Σ x / count, over each window. D' = ⌊(D + 2 · padding - kernel_size) / stride⌋ + 1; with
    ceil_mode it is rounded up.
    N × C × D × H × W becomes N × C × D' × H' × W'.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool3d.html
    """

    def hollow(self, tensor: TensorType) -> Problem | None:
        return beyond(tensor, self.kernel_size)
