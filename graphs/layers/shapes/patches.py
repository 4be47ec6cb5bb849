"""Layers that lay the windows of an image out side by side, and add them up to one again."""

from collections.abc import Mapping
from math import isqrt
from typing import Any

from graphs.describe import param
from graphs.layers.checks import empty, not_floats, not_grid, not_rank, vanishing
from graphs.layers.sliding import MOST_PLACES, alike, each, sides, spelled, too_far
from graphs.layers.spec import Call, Layer, Outputs, Reaching, Torch
from graphs.problems import Problem, Set, problem
from graphs.setting_kinds import Pair
from graphs.sizes import Size, divisible, product, quotient, same
from graphs.types import Scale


class OfWindows(Layer):
    """Base of both: which pixels a window covers, and how far it moves."""

    kernel_size: Pair = param(default=3, low=1, unit="px", help="Height and width of a window.")
    dilation: Pair = param(
        default=1, low=1, unit="px", help="Spacing between the pixels of one window."
    )
    padding: Pair = param(
        default=0, low=0, unit="px", help="Pixels added on each side, which are zero."
    )
    stride: Pair = param(default=1, low=1, unit="px", help="Pixels from one window to the next.")

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        return too_far(settings)

    def windows(self, image: tuple[Size, ...]) -> tuple[Size, ...]:
        """How many windows an image has from top to bottom, and from left to right."""
        return sides(image, self.kernel_size, self.stride, self.padding, self.dilation)

    def too_small(self, image: tuple[Size, ...]) -> Problem | None:
        """An image that could hold no window."""
        if not vanishing(self.windows(image)):
            return None
        close = sides(image, self.kernel_size, self.stride, self.padding, 1)
        is_dilated = max(each(self.dilation, 2)) > 1
        return vanishing(self.windows(image), undilated=close if is_dilated else ())

    @property
    def pixels(self) -> int:
        """How many pixels a window has."""
        height, width = each(self.kernel_size, 2)
        return height * width

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[1:]

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call(f"torch.nn.{type(self).__name__}", self.settings))

    def brief(self) -> str:
        return spelled(self.kernel_size, 2)


class Unfold(
    OfWindows,
    id="unfold",
    group="Shape",
    search="im2col patches windows sliding extract blocks pieces image window",
):
    """Lays the windows of an image out, each as one column of values.

    N × C × H × W becomes N × (C · height · width of a window) × windows, row by row.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Unfold.html
    """

    def infer(self, given: Reaching) -> Outputs | Problem:
        image = given["input"]
        wrong = not_floats(image) or not_grid(self, image, 2) or empty(image.sizes[1:])
        if wrong:
            return wrong
        if small := self.too_small(image.sizes[2:]):
            return small
        windows = self.windows(image.sizes[2:])
        return (image.rearranged(image.sizes[0], image.sizes[1] * self.pixels, product(windows)),)


class Fold(OfWindows, id="fold", group="Shape", search="col2im patches windows merge blocks"):
    """Adds windows up to an image, each at its place: the way back from Unfold.

    N × (C · height · width of a window) × windows becomes N × C × output_size. Where windows
    overlap their values are added.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Fold.html
    """

    output_size: Pair = param(
        default=8, low=1, high=MOST_PLACES, unit="px", help="Height and width of the image."
    )

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        wrong = (
            not_floats(tensor)
            or not_rank(tensor, (3,), "values × windows")
            or empty(tensor.sizes[1:])
        )
        if wrong:
            return wrong
        image = each(self.output_size, 2)
        if small := self.too_small(image):
            return small
        windows = self.windows(image)
        values, count = tensor.features
        if not divisible(values, self.pixels):
            return problem(
                "Each window has {values} values, which is no multiple of the {pixels} pixels "
                "that kernel_size gives it.",
                port="input",
                setting="kernel_size",
                values=values,
                pixels=self.pixels,
            )
        if not same(count, product(windows)):
            return problem(
                "There are {count} windows, but an image of output_size has {wanted}.",
                port="input",
                setting="output_size",
                fix=self._square(count),
                count=count,
                wanted=product(windows),
            )
        channels = quotient(values, self.pixels)
        assert channels is not None
        return (tensor.rearranged(tensor.sizes[0], channels, *image).scaled(Scale.ANY),)

    def _square(self, count: Size) -> Set | None:
        """The size of a square image that has so many windows."""
        side = isqrt(count) if isinstance(count, int) else 0
        if side < 1 or side * side != count:
            return None
        settings = (self.kernel_size, self.stride, self.padding, self.dilation)
        image = tuple(
            (side - 1) * step + spread * (kernel - 1) + 1 - 2 * pad
            for kernel, step, pad, spread in zip(*(each(one, 2) for one in settings), strict=True)
        )
        return (
            Set("output_size", alike(image))
            if 1 <= min(image) <= max(image) <= MOST_PLACES
            else None
        )

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call("torch.nn.Fold", self.settings))
