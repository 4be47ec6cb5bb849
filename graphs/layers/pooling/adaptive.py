"""Pools whose windows are chosen so that the output has a fixed size."""

from typing import ClassVar

from graphs.describe import param
from graphs.layers.checks import empty, not_floats, not_grid
from graphs.layers.sliding import Sides, each, spelled
from graphs.layers.spec import Call, Layer, Outputs, Reaching, Torch
from graphs.problems import Problem, Set, problem
from graphs.setting_kinds import Pair, Triple
from graphs.sizes import Size
from graphs.types import TensorType


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

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[2:]

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call(f"torch.nn.{type(self).__name__}", self.settings))

    def brief(self) -> str:
        return spelled(self.output_size, self.axes)


class AdaptiveAvgPool1d(
    Adaptive,
    id="adaptive_avg_pool1d",
    group="Pooling",
    search=("average mean series fixed length resize different lengths varying variable sequence"),
):
    """Averages a series down to a fixed length, however long it is.

    Place i is the mean of places ⌊i · L / L'⌋ up to, but without, ⌈(i + 1) · L / L'⌉, along each
    axis of length L that becomes L'.
    N × C × L becomes N × C × output_size.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool1d.html
    """

    axes = 1

    output_size: int = param(default=1, low=1, help="The length of the output.")


class AdaptiveAvgPool2d(
    Adaptive,
    id="adaptive_avg_pool2d",
    group="Pooling",
    search=(
        "globalaveragepooling global average mean image any size fixed resize smaller "
        "different sizes varying resolution picture"
    ),
):
    """Averages an image down to a fixed height and width, whatever its size.

    Place i is the mean of places ⌊i · L / L'⌋ up to, but without, ⌈(i + 1) · L / L'⌉, along each
    axis of length L that becomes L'.
    N × C × H × W becomes N × C × output_size; 1 leaves one value per channel.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
    """

    axes = 2

    output_size: Pair = param(default=1, low=1, unit="px", help="Height and width of the output.")


class AdaptiveMaxPool2d(
    Adaptive,
    id="adaptive_max_pool2d",
    group="Pooling",
    search=(
        "globalmaxpooling global maximum largest image any size fixed different sizes "
        "varying resolution picture"
    ),
):
    """Keeps the largest values of an image, as many as a fixed height and width hold.

    Place i is the maximum of places ⌊i · L / L'⌋ up to, but without, ⌈(i + 1) · L / L'⌉, along each
    axis of length L that becomes L'.
    N × C × H × W becomes N × C × output_size; 1 leaves one value per channel.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html
    """

    axes = 2

    output_size: Pair = param(default=1, low=1, unit="px", help="Height and width of the output.")


class AdaptiveMaxPool1d(
    Adaptive,
    id="adaptive_max_pool1d",
    group="Pooling",
    search=("largest series fixed length resize different lengths varying variable sequence"),
):
    """Keeps the largest values of a series, as many as a fixed length holds.

    Place i is the maximum of places ⌊i · L / L'⌋ up to, but without, ⌈(i + 1) · L / L'⌉, along each
    axis of length L that becomes L'.
    N × C × L becomes N × C × output_size.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool1d.html
    """

    axes = 1

    output_size: int = param(default=1, low=1, help="The length of the output.")


class AdaptiveAvgPool3d(
    Adaptive,
    id="adaptive_avg_pool3d",
    group="Pooling",
    search="global average mean volume video fixed size",
):
    """Averages a volume down to a fixed depth, height and width, whatever its size.

    Place i is the mean of places ⌊i · L / L'⌋ up to, but without, ⌈(i + 1) · L / L'⌉, along each
    axis of length L that becomes L'.
    N × C × D × H × W becomes N × C × output_size; 1 leaves one value per channel.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool3d.html
    """

    axes = 3

    output_size: Triple = param(
        default=1, low=1, unit="px", help="Depth, height and width of the output."
    )


class AdaptiveMaxPool3d(
    Adaptive,
    id="adaptive_max_pool3d",
    group="Pooling",
    search="global maximum largest volume video fixed size",
):
    """Keeps the largest values of a volume, as many as fixed sides hold.

    Place i is the maximum of places ⌊i · L / L'⌋ up to, but without, ⌈(i + 1) · L / L'⌉, along each
    axis of length L that becomes L'.
    N × C × D × H × W becomes N × C × output_size; 1 leaves one value per channel.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool3d.html
    """

    axes = 3

    output_size: Triple = param(
        default=1, low=1, unit="px", help="Depth, height and width of the output."
    )
