"""Layers that make one value of all values along axes."""

from typing import ClassVar

from graphs.describe import param
from graphs.layers.checks import empty, no_axis, not_floats
from graphs.layers.spec import Function, In, Layer, LengthsOf, Outputs, Reaching, Torch, Use
from graphs.problems import Problem, problem
from graphs.sizes import Size
from graphs.types import Scale, TensorType
from graphs.wording.phrases import phrase


class Reduction(Layer):
    """Base of layers that take axes away."""

    function: ClassVar[str]
    takes_nothing: ClassVar[bool] = False
    """Whether an axis without values has a result: only a sum has, 0."""

    keepdim: bool = param(
        default=False, help="Leave axes of size 1 where values were put together."
    )

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := not_floats(tensor) or self.axis_fault(tensor):
            return wrong
        axes = self.axes(tensor)
        along = () if self.takes_nothing else (tensor.sizes[axis] for axis in axes)
        return empty(along) or (self.reduced(tensor, axes),)

    def axis_fault(self, tensor: TensorType) -> Problem | None:
        """What is wrong with the axes."""
        raise NotImplementedError

    def axes(self, tensor: TensorType) -> tuple[int, ...]:
        """The axes along which values are put together, counted from the front."""
        raise NotImplementedError

    def reduced(self, tensor: TensorType, axes: tuple[int, ...]) -> TensorType:
        """What is left of a tensor."""
        kept = (1,) if self.keepdim else ()
        sizes = ((size,) if axis not in axes else kept for axis, size in enumerate(tensor.sizes))
        left = tensor.rearranged(*(size for part in sizes for size in part))
        return left.stepwise(tensor) if min(axes, default=2) > 1 else left

    def along(self, given: Reaching) -> tuple[Size, ...]:
        tensor = given["input"]
        return tuple(tensor.sizes[axis] for axis in self.axes(tensor))

    def torch(self, given: Reaching) -> Torch:
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
    search=(
        "summarize globalaveragepooling1d globalaveragepooling2d gap mean average whole "
        "image one value vector summary picture per channel collapse pooling"
    ),
):
    """Averages each channel over all of its sides.

    y = Σ x / count, over all places of a channel.
    N × C × L or N × C × H × W becomes N × C.
    https://docs.pytorch.org/docs/stable/generated/torch.mean.html
    """

    function = "torch.mean"


class GlobalMaxPool(
    GlobalPool,
    id="global_max_pool",
    group="Pooling",
    search=(
        "summarize globalmaxpooling1d globalmaxpooling2d gmp largest strongest whole image "
        "one value vector summary picture per channel collapse pooling"
    ),
):
    """Keeps the largest value of each channel, wherever it is.

    y = max of x, over all places of a channel.
    N × C × L or N × C × H × W becomes N × C.
    https://docs.pytorch.org/docs/stable/generated/torch.amax.html
    """

    function = "torch.amax"


class AlongAxis(Reduction):
    """Base of layers that make one value of all along one axis."""

    over_steps: ClassVar[str]
    """What computes it along the real steps of a padded series."""

    dim: int = param(default=1, help="The axis to take away; 0 is the batch, -1 is the last.")

    def axis_fault(self, tensor: TensorType) -> Problem | None:
        return no_axis(self.dim, tensor.rank, "dim")

    def axes(self, tensor: TensorType) -> tuple[int, ...]:
        return (self.dim % tensor.rank,)

    def torch_axes(self, tensor: TensorType) -> int | tuple[int, ...]:
        return self.dim

    def torch(self, given: Reaching) -> Torch:
        tensor = given["input"]
        if tensor.padded is None or self.axes(tensor) != (1,):
            return super().torch(given)
        named = {"keepdim": self.keepdim}
        return Torch(use=Use(Function(self.over_steps, (In(), LengthsOf()), named)))

    def brief(self) -> str:
        return phrase("axis {dim}", dim=self.dim)


class Mean(
    AlongAxis,
    id="mean",
    group="Pooling",
    search=(
        "average over time steps globalaveragepooling1d pool vector summarize sequence pooling"
    ),
):
    """Averages all values along one axis, such as the steps of a series.

    y = Σ x / count.
    The axis is gone afterwards: N × T × F with dim 1 becomes N × F. Padding does not count.
    https://docs.pytorch.org/docs/stable/generated/torch.mean.html
    """

    function = "torch.mean"
    over_steps = "engine.modules.steps.mean_over_steps"


class Max(
    AlongAxis,
    id="max",
    group="Pooling",
    search=(
        "highest value along maximum largest biggest peak amax vector summarize sequence "
        "pooling over time greatest"
    ),
):
    """Keeps the largest value along one axis, such as the steps of a series.

    y = max of x.
    The axis is gone afterwards: N × T × F with dim 1 becomes N × F. Padding does not count.
    https://docs.pytorch.org/docs/stable/generated/torch.amax.html
    """

    function = "torch.amax"
    over_steps = "engine.modules.steps.max_over_steps"


class Sum(
    AlongAxis,
    id="sum",
    group="Pooling",
    search="total add up together along pooling over time",
):
    """Adds up all values along one axis, such as the steps of a series.

    y = Σ x.
    The axis is gone afterwards: N × T × F with dim 1 becomes N × F. Padding does not count.
    https://docs.pytorch.org/docs/stable/generated/torch.sum.html
    """

    function = "torch.sum"
    over_steps = "engine.modules.steps.sum_over_steps"
    takes_nothing = True

    def minds_padding(self, *, is_zero: bool) -> bool:
        return not is_zero

    def reduced(self, tensor: TensorType, axes: tuple[int, ...]) -> TensorType:
        return super().reduced(tensor, axes).scaled(Scale.ANY)


class Min(
    AlongAxis,
    id="min",
    group="Pooling",
    search="lowest value along minimum smallest amin vector over time",
):
    """Keeps the smallest value along one axis, such as the steps of a series.

    y = min of x.
    The axis is gone afterwards: N × T × F with dim 1 becomes N × F. Padding does not count.
    https://docs.pytorch.org/docs/stable/generated/torch.amin.html
    """

    function = "torch.amin"
    over_steps = "engine.modules.steps.min_over_steps"


class Spreading(AlongAxis):
    """Base of layers whose result says something else than the values did."""

    def reduced(self, tensor: TensorType, axes: tuple[int, ...]) -> TensorType:
        return super().reduced(tensor, axes).scaled(Scale.ANY)


class Norm(
    Spreading,
    id="norm",
    group="Pooling",
    search="length magnitude euclidean l2 vector size how long strength unit one row",
):
    """Gives the length of the vector that lies along one axis.

    y = √Σ x².
    That is the root of the sum of squares. N × T × F with dim 2 becomes N × T. Padding does not
    count.
    https://docs.pytorch.org/docs/stable/generated/torch.linalg.vector_norm.html
    """

    function = "engine.modules.reductions.euclidean_norm"
    over_steps = "engine.modules.steps.norm_over_steps"
    takes_nothing = True

    def minds_padding(self, *, is_zero: bool) -> bool:
        return not is_zero


class LogSumExp(
    Spreading, id="logsumexp", group="Pooling", search="log sum exp soft smooth maximum"
):
    """Gives the logarithm of the sum of exponentials along one axis: a smooth maximum.

    y = log Σ exp(x).
    The axis is gone afterwards: N × T × F with dim 1 becomes N × F. Padding does not count.
    https://docs.pytorch.org/docs/stable/generated/torch.logsumexp.html
    """

    function = "torch.logsumexp"
    over_steps = "engine.modules.steps.logsumexp_over_steps"


class Var(
    Spreading,
    id="var",
    group="Pooling",
    search="variance spread deviation moments statistics std vary standard much",
):
    """Gives the variance of the values along one axis, divided by how many there are.

    y = Σ (x - mean)² / count.
    The axis is gone afterwards: N × T × F with dim 1 becomes N × F. Padding does not count.
    https://docs.pytorch.org/docs/stable/generated/torch.var.html
    """

    function = "engine.modules.reductions.variance"
    over_steps = "engine.modules.steps.variance_over_steps"
