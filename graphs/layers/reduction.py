"""Layers that make one value of all values along axes."""

from typing import ClassVar

from graphs.describe import param
from graphs.layers.checks import empty, not_floats
from graphs.layers.spec import Function, Given, In, Layer, Outputs, Torch, Use
from graphs.problems import Problem, problem
from graphs.types import TensorType


class Reduction(Layer):
    """Base of layers that take axes away."""

    function: ClassVar[str]

    keepdim: bool = param(
        default=False, help="Leave axes of size 1 where values were put together."
    )

    def infer(self, given: Given) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := not_floats(tensor) or self.axis_fault(tensor):
            return wrong
        axes = self.axes(tensor)
        return empty(tensor.sizes[axis] for axis in axes) or (self._reduced(tensor, axes),)

    def axis_fault(self, tensor: TensorType) -> Problem | None:
        """What is wrong with the axes."""
        raise NotImplementedError

    def axes(self, tensor: TensorType) -> tuple[int, ...]:
        """The axes along which values are put together, counted from the front."""
        raise NotImplementedError

    def _reduced(self, tensor: TensorType, axes: tuple[int, ...]) -> TensorType:
        kept = (1,) if self.keepdim else ()
        sizes = ((size,) if axis not in axes else kept for axis, size in enumerate(tensor.sizes))
        return tensor.rearranged(*(size for part in sizes for size in part))

    def torch(self, given: Given) -> Torch:
        arguments = (In(), self.torch_axes(given["input"]))
        return Torch(use=Use(Function(self.function, arguments, {"keepdim": self.keepdim})))

    def torch_axes(self, tensor: TensorType) -> int | tuple[int, ...]:
        """The axes as torch is told."""
        return self.axes(tensor)


class GlobalPool(Reduction):
    """Base of pools over all sides of a series or an image."""

    def axis_fault(self, tensor: TensorType) -> Problem | None:
        if tensor.rank > 2:
            return None
        return problem(
            "Needs channels and at least one side, but gets {got}.", port="input", got=tensor
        )

    def axes(self, tensor: TensorType) -> tuple[int, ...]:
        return tuple(range(2, tensor.rank))


class GlobalAvgPool(
    GlobalPool,
    id="global_avg_pool",
    group="Pooling",
    search="globalaveragepooling1d globalaveragepooling2d gap mean",
):
    """Averages each channel over all of its sides.

    N × C × L or N × C × H × W becomes N × C.
    https://docs.pytorch.org/docs/stable/generated/torch.mean.html
    """

    function = "torch.mean"


class GlobalMaxPool(
    GlobalPool,
    id="global_max_pool",
    group="Pooling",
    search="globalmaxpooling1d globalmaxpooling2d gmp largest",
):
    """Keeps the largest value of each channel, wherever it is.

    N × C × L or N × C × H × W becomes N × C.
    https://docs.pytorch.org/docs/stable/generated/torch.amax.html
    """

    function = "torch.amax"
