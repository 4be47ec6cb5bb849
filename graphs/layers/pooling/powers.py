"""Pools that take the power average of each window, between a sum and a maximum."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graphs.describe import param
from graphs.layers.arithmetic.functions import MOST_POWER
from graphs.layers.checks import empty, not_floats, not_grid, vanishing
from graphs.layers.pooling.windows import beyond, windowed
from graphs.layers.sliding import Sides, spelled, too_far
from graphs.layers.spec import Call, Layer, Outputs, Reaching, Torch
from graphs.problems import Problem, Set
from graphs.setting_kinds import Pair, Triple
from graphs.sizes import Size, at_least
from graphs.types import Scale, TensorType
from graphs.wording.phrases import phrase


class PowerWindows(Layer):
    """Base of pools that add powers up and take the root of the sum."""

    axes: ClassVar[int]

    norm_type: float = param(
        default=2.0,
        low=1,
        help="The power: 1 adds up, 2 adds squares, more comes near the maximum.",
    )
    kernel_size: Sides = param(default=2, low=1, help="The sides of the window.")
    stride: Sides | None = param(
        default=None, low=1, help="How far to move; nothing stands for kernel_size."
    )
    ceil_mode: bool = param(
        default=False, help="Keep windows that reach over the edge, instead of leaving them out."
    )

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        return too_far(settings)

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        wrong = not_floats(tensor) or not_grid(self, tensor, self.axes) or empty(tensor.sizes[1:])
        if wrong or (wrong := self.hollow(tensor)):
            return wrong
        out = self._sides(tensor, self.ceil_mode)
        partial = all(at_least(side, 1) for side in self._sides(tensor, ceil_mode=True))
        if small := vanishing(out, Set("ceil_mode", True) if partial else None):
            return small
        pooled = tensor.rearranged(*tensor.sizes[:2], *out).stepwise(tensor)
        return (pooled.scaled(Scale.ANY),)

    def hollow(self, tensor: TensorType) -> Problem | None:
        """A window that torch does not take although part of it would count."""
        return None

    def _sides(self, tensor: TensorType, ceil_mode: bool) -> tuple[Size, ...]:
        stride = self.kernel_size if self.stride is None else self.stride
        return windowed(tensor.sizes[2:], (self.kernel_size, stride, 0, 1), ceil_mode)

    def domain(self) -> str:
        """Even powers take all numbers; of others there is no root where the sum is below 0."""
        if self.norm_type > MOST_POWER:
            return phrase(
                "It raises numbers to the power of {power:g}, which may give more than float32 "
                "holds. Lower norm_type, or put a Tanh before it.",
                power=self.norm_type,
            )
        if self.norm_type in {1, *range(2, MOST_POWER + 1, 2)}:
            return ""
        return phrase(
            "It adds up powers of {power:g}, and of a sum below 0 there is no root. Put a ReLU or "
            "an Abs before it, or set norm_type to 2.",
            power=self.norm_type,
        )

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[2:]

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call(f"torch.nn.{type(self).__name__}", self.settings))

    def brief(self) -> str:
        return spelled(self.kernel_size, self.axes)


class LPPool1d(
    PowerWindows, id="lp_pool1d", group="Pooling", search="power average norm series downsample"
):
    """Takes the root of the sum of powers of each window of a series.

    y = (Σ x ** norm_type) ** (1 / norm_type), over each window. L' = ⌊(L - kernel_size) / stride⌋ +
    1; with ceil_mode it is rounded up.
    N × C × L becomes N × C × L'.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LPPool1d.html
    """

    axes = 1

    kernel_size: int = param(default=2, low=1, help="How many steps the window is long.")
    stride: int | None = param(
        default=None, low=1, help="Steps to move between two looks; nothing stands for kernel_size."
    )


class LPPool2d(
    PowerWindows, id="lp_pool2d", group="Pooling", search="power average norm image downsample"
):
    """Takes the root of the sum of powers of each window of an image.

    y = (Σ x ** norm_type) ** (1 / norm_type), over each window. H' = ⌊(H - kernel_size) / stride⌋ +
    1; with ceil_mode it is rounded up.
    N × C × H × W becomes N × C × H' × W'.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LPPool2d.html
    """

    axes = 2

    kernel_size: Pair = param(default=2, low=1, unit="px", help="Height and width of the window.")
    stride: Pair | None = param(
        default=None,
        low=1,
        unit="px",
        help="Pixels to move between two looks; nothing stands for kernel_size.",
    )


class LPPool3d(
    PowerWindows, id="lp_pool3d", group="Pooling", search="power average norm volume video"
):
    """Takes the root of the sum of powers of each window of a volume.

    y = (Σ x ** norm_type) ** (1 / norm_type), over each window. D' = ⌊(D - kernel_size) / stride⌋ +
    1; with ceil_mode it is rounded up.
    N × C × D × H × W becomes N × C × D' × H' × W'.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LPPool3d.html
    """

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

    def hollow(self, tensor: TensorType) -> Problem | None:
        return beyond(tensor, self.kernel_size)
