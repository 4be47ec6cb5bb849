"""What all pools share that slide a window over a series, an image or a volume."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graphs.describe import param
from graphs.layers.checks import empty, not_floats, not_grid, vanishing
from graphs.layers.sliding import Sides, alike, each, spelled, too_far
from graphs.layers.spec import Call, Layer, Outputs, Reaching, Torch
from graphs.problems import Problem, Recipe, Set, problem
from graphs.setting_kinds import Pair, Triple
from graphs.sizes import Size, at_least
from graphs.types import TensorType


def windowed(
    lengths: tuple[Size, ...], chosen: tuple[Sides, Sides, Sides, Sides], ceil_mode: bool
) -> tuple[Size, ...]:
    """The sides after pooling by kernel, stride, padding and spacing, as ``chosen`` holds them.

    A window that reaches over the edge counts only if it begins on the input or its left padding;
    with torch's limit on padding that is one formula, without a case for each size.
    """
    settings = (each(value, len(lengths)) for value in chosen)
    found = []
    for length, k, s, p, d in zip(lengths, *settings, strict=True):
        reach = 2 * p - d * (k - 1) - 1
        found.append((length + (min(reach + s - 1, p - 1) if ceil_mode else reach)) // s + 1)
    return tuple(found)


def beyond(tensor: TensorType, kernel: Sides) -> Problem | None:
    """Where torch wants a window no larger than the volume, whatever is added around it."""
    for length, side in zip(tensor.sizes[2:], each(kernel, tensor.rank - 2), strict=True):
        if not at_least(length, side):
            return problem(
                "The window may be no larger than the volume, of which a side has {size}. "
                "Lower kernel_size.",
                port="input",
                setting="kernel_size",
                fix=Set("kernel_size", 1),
                size=length,
            )
    return None


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
            close = self.sides(tensor, self.ceil_mode, 1) if self.spacing != 1 else ()
            small = vanishing(out, self._partial(tensor), undilated=close)
            return small or self.outputs(tensor, pooled)
        return self.outputs(tensor, pooled)

    def hollow(self, tensor: TensorType) -> Problem | None:
        """A window that could hold nothing but padding."""
        return None

    def outputs(self, tensor: TensorType, pooled: TensorType) -> Outputs:
        """What comes out, given the types of the image and of the pooled one."""
        return (pooled,)

    def sides(
        self, tensor: TensorType, ceil_mode: bool, spacing: Sides | None = None
    ) -> tuple[Size, ...]:
        """The sides of the output, with another spacing than its own if one is given."""
        stride = self.kernel_size if self.stride is None else self.stride
        chosen = (self.kernel_size, stride, self.padding, spacing or self.spacing)
        return windowed(tensor.sizes[2:], chosen, ceil_mode)

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

    def minds_padding(self, *, is_zero: bool) -> bool:
        return self.ceil_mode or any(each(self.padding, self.axes))

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[2:]

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call(f"torch.nn.{type(self).__name__}", self.settings))

    def brief(self) -> str:
        return spelled(self.kernel_size, self.axes)


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
