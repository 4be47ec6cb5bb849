"""Pools: one value for each window of a series or an image, nothing learned."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graphs.describe import param
from graphs.layers.checks import empty, not_floats, not_grid, vanishing
from graphs.layers.sliding import Sides, alike, each, spelled, too_far
from graphs.layers.spec import Call, Layer, Module, Outputs, Ports, Reaching, Torch, Use
from graphs.problems import Problem, Recipe, Set, problem
from graphs.setting_kinds import Pair, Triple
from graphs.sizes import Size, at_least
from graphs.types import Kind, Scale, TensorType


class Windows(Layer):
    """Base of pools that slide a window. They round and refuse alike."""

    axes: ClassVar[int]

    kernel_size: Sides = param(default=2, low=1, help="The sides of the window.")
    stride: Sides | None = param(
        default=None, low=1, help="How far to move; nothing stands for kernel_size."
    )
    padding: Sides = param(default=0, low=0, help="How much is added on each side.")
    ceil_mode: bool = param(
        default=False, help="Keep windows that reach over the edge, instead of leaving them out."
    )

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        return too_far(settings)

    @property
    def spacing(self) -> Sides:
        """Spacing between the pixels of a window."""
        return 1

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        wrong = not_floats(tensor) or not_grid(self, tensor, self.axes) or self._padding_fault()
        if wrong or (wrong := empty(tensor.sizes[1:])):
            return wrong
        if wrong := self.hollow(tensor):
            return wrong
        out = self.sides(tensor, self.ceil_mode)
        pooled = tensor.rearranged(*tensor.sizes[:2], *out).stepwise(tensor)
        if vanishing(out):
            return vanishing(out, self._partial(tensor)) or self.outputs(pooled)
        return self.outputs(pooled)

    def hollow(self, tensor: TensorType) -> Problem | None:
        """A window that could hold nothing but padding."""
        return None

    def outputs(self, pooled: TensorType) -> Outputs:
        """What comes out, given the type of the pooled image."""
        return (pooled,)

    def sides(self, tensor: TensorType, ceil_mode: bool) -> tuple[Size, ...]:
        """The sides of the output.

        A window that reaches over the edge counts only if it begins on the input or its left
        padding; with torch's limit on padding that is one formula, without a case for each size.
        """
        stride = self.kernel_size if self.stride is None else self.stride
        chosen = (self.kernel_size, stride, self.padding, self.spacing)
        settings = (each(value, self.axes) for value in chosen)
        found = []
        for length, k, s, p, d in zip(tensor.sizes[2:], *settings, strict=True):
            reach = 2 * p - d * (k - 1) - 1
            found.append((length + (min(reach + s - 1, p - 1) if ceil_mode else reach)) // s + 1)
        return tuple(found)

    def _partial(self, tensor: TensorType) -> Recipe | None:
        enough = all(at_least(side, 1) for side in self.sides(tensor, ceil_mode=True))
        return Set("ceil_mode", True) if enough else None

    def _padding_fault(self) -> Problem | None:
        kernel, padding = each(self.kernel_size, self.axes), each(self.padding, self.axes)
        most = tuple(min(p, k // 2) for k, p in zip(kernel, padding, strict=True))
        if padding == most:
            return None
        return problem(
            "padding may be at most half of kernel_size: {most} here.",
            setting="padding",
            fix=Set("padding", alike(most)),
            most=" × ".join(str(k // 2) for k in kernel),
        )

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call(f"torch.nn.{type(self).__name__}", self.settings))

    def brief(self) -> str:
        return spelled(self.kernel_size, self.axes)


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

    def outputs(self, pooled: TensorType) -> Outputs:
        places = TensorType(Kind.INDEX, pooled.sizes, padded=pooled.padded)
        return (pooled, places) if self.return_indices else (pooled,)

    def torch(self, given: Reaching) -> Torch:
        pattern = ("output", "indices") if self.return_indices else "output"
        return Torch(super().torch(given).module, Use(Module(), pattern))


class OverSeries(Windows):
    """Base of pools whose window is one number: so many steps of a series."""

    axes = 1

    kernel_size: int = param(default=2, low=1, help="How many steps the window is long.")
    stride: int | None = param(
        default=None, low=1, help="Steps to move between two looks; nothing stands for kernel_size."
    )
    padding: int = param(default=0, low=0, help="Steps added at each end.")


class OverImages(Windows):
    """Base of pools whose window has a height and a width."""

    axes = 2

    kernel_size: Pair = param(default=2, low=1, unit="px", help="Height and width of the window.")
    stride: Pair | None = param(
        default=None,
        low=1,
        unit="px",
        help="Pixels to move between two looks; nothing stands for kernel_size.",
    )
    padding: Pair = param(default=0, low=0, unit="px", help="Pixels added on each side.")


class OverVolumes(Windows):
    """Base of pools whose window has a depth, a height and a width."""

    axes = 3

    kernel_size: Triple = param(
        default=2, low=1, unit="px", help="Depth, height and width of the window."
    )
    stride: Triple | None = param(
        default=None,
        low=1,
        unit="px",
        help="Voxels to move between two looks; nothing stands for kernel_size.",
    )
    padding: Triple = param(default=0, low=0, unit="px", help="Voxels added on each side.")


class MaxPool1d(
    OverSeries,
    MaxWindows,
    id="max_pool1d",
    group="Pooling",
    search="maxpooling series downsample subsample",
):
    """Keeps the largest value of each window of a series.

    N × C × L becomes N × C × L'; with return_indices, a second output says where in its channel
    each value was.
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
    search="maxpooling downsample subsample",
):
    """Keeps the largest value of each window of an image.

    N × C × H × W becomes N × C × H' × W'; with return_indices, a second output says where in its
    image each value was.
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
    search="maxpooling volume video downsample",
):
    """Keeps the largest value of each window of a volume.

    N × C × D × H × W becomes N × C × D' × H' × W'; with return_indices, a second output says where
    in its volume each value was.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool3d.html
    """

    dilation: Triple = param(
        default=1, low=1, unit="px", help="Spacing between the voxels of one window."
    )
    return_indices: bool = param(
        default=False, help="Give the place of each value in its volume as a second output."
    )


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
    search="averagepooling mean series downsample",
):
    """Averages each window of a series.

    N × C × L becomes N × C × L'.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool1d.html
    """


class Divided(Average):
    """Base of averages whose divisor can be chosen."""

    divisor_override: int | None = param(
        default=None, low=1, help="Divide each sum by this instead of the number of pixels."
    )

    def outputs(self, pooled: TensorType) -> Outputs:
        return (pooled if self.divisor_override is None else pooled.scaled(Scale.ANY),)


class AvgPool2d(
    OverImages,
    Divided,
    id="avg_pool2d",
    group="Pooling",
    search="averagepooling mean downsample subsample",
):
    """Averages each window of an image.

    N × C × H × W becomes N × C × H' × W'.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
    """


class AvgPool3d(
    OverVolumes,
    Divided,
    id="avg_pool3d",
    group="Pooling",
    search="averagepooling mean volume video downsample",
):
    """Averages each window of a volume.

    N × C × D × H × W becomes N × C × D' × H' × W'.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool3d.html
    """

    def hollow(self, tensor: TensorType) -> Problem | None:
        """torch wants a window no larger than the volume, whatever is added around it."""
        for length, kernel in zip(tensor.sizes[2:], each(self.kernel_size, 3), strict=True):
            if not at_least(length, kernel):
                return problem(
                    "The window may be no larger than the volume, of which a side has {size}. "
                    "Lower kernel_size.",
                    port="input",
                    setting="kernel_size",
                    fix=Set("kernel_size", 1),
                    size=length,
                )
        return None


class Adaptive(Layer):
    """Base of pools whose windows are chosen so that the output has a fixed size."""

    axes: ClassVar[int]

    output_size: Sides = param(default=1, low=1, help="The sides of the output.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        wrong = not_floats(tensor) or not_grid(self, tensor, self.axes) or empty(tensor.sizes[1:])
        return wrong or self._free_sides(tensor) or (self._pooled(tensor),)

    def _pooled(self, tensor: TensorType) -> TensorType:
        sides = each(self.output_size, self.axes)
        return tensor.rearranged(*tensor.sizes[:2], *sides).stepwise(tensor)

    def _free_sides(self, tensor: TensorType) -> Problem | None:
        """ONNX has no such pool to more than 1; what torch writes is wrong at other sizes."""
        free = [side for side in tensor.sizes[2:] if not isinstance(side, int)]
        if not free or set(each(self.output_size, self.axes)) == {1}:
            return None
        return problem(
            "The sides of the input vary ({free}), and then only an output_size of 1 "
            "can be exported to ONNX.",
            setting="output_size",
            fix=Set("output_size", 1),
            free=", ".join(map(str, free)),
        )

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call(f"torch.nn.{type(self).__name__}", self.settings))

    def brief(self) -> str:
        return spelled(self.output_size, self.axes)


class AdaptiveAvgPool1d(
    Adaptive, id="adaptive_avg_pool1d", group="Pooling", search="average mean series fixed length"
):
    """Averages a series down to a fixed length, however long it is.

    N × C × L becomes N × C × output_size.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool1d.html
    """

    axes = 1

    output_size: int = param(default=1, low=1, help="The length of the output.")


class AdaptiveAvgPool2d(
    Adaptive,
    id="adaptive_avg_pool2d",
    group="Pooling",
    search="globalaveragepooling global average mean",
):
    """Averages an image down to a fixed height and width, whatever its size.

    N × C × H × W becomes N × C × output_size; 1 leaves one value per channel.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
    """

    axes = 2

    output_size: Pair = param(default=1, low=1, unit="px", help="Height and width of the output.")


class AdaptiveMaxPool2d(
    Adaptive,
    id="adaptive_max_pool2d",
    group="Pooling",
    search="globalmaxpooling global maximum largest",
):
    """Keeps the largest values of an image, as many as a fixed height and width hold.

    N × C × H × W becomes N × C × output_size; 1 leaves one value per channel.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html
    """

    axes = 2

    output_size: Pair = param(default=1, low=1, unit="px", help="Height and width of the output.")


class AdaptiveMaxPool1d(
    Adaptive, id="adaptive_max_pool1d", group="Pooling", search="largest series fixed length"
):
    """Keeps the largest values of a series, as many as a fixed length holds.

    N × C × L becomes N × C × output_size.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool1d.html
    """

    axes = 1

    output_size: int = param(default=1, low=1, help="The length of the output.")


class AdaptiveAvgPool3d(
    Adaptive, id="adaptive_avg_pool3d", group="Pooling", search="global average mean volume video"
):
    """Averages a volume down to a fixed depth, height and width, whatever its size.

    N × C × D × H × W becomes N × C × output_size; 1 leaves one value per channel.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool3d.html
    """

    axes = 3

    output_size: Triple = param(
        default=1, low=1, unit="px", help="Depth, height and width of the output."
    )
