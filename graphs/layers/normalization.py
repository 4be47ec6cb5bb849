"""Normalization: bringing values to a common mean and spread, over the batch or per sample."""

from collections.abc import Mapping
from dataclasses import replace
from math import gcd
from typing import ClassVar

from graphs.describe import param
from graphs.layers.checks import accepts, empty, not_fixed, not_floats, not_grid, not_rank
from graphs.layers.sliding import MOST_PLACES
from graphs.layers.spec import Call, Layer, Outputs, Reaching, Torch
from graphs.layers.weighted import Weighted
from graphs.problems import Problem, Replace, Set, Severity, problem
from graphs.sizes import BATCH, Size, at_least, product, symbols
from graphs.types import TensorType
from graphs.wording.phrases import phrase


class ChannelNorm(Weighted):
    """Base of normalization with a scale and an offset for each channel, the second axis."""

    counts: ClassVar[str] = "num_features"
    """What torch calls the number of channels."""

    eps: float = param(
        default=1e-5, above=0, help="Added to the variance, so that nothing is divided by zero."
    )

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        wrong = not_floats(tensor) or self.form_fault(tensor)
        if wrong or (wrong := not_fixed(tensor.sizes[1], self.counts)):
            return wrong
        wrong = self.count_fault(given) or empty(tensor.sizes) or self.too_few(tensor)
        return wrong or (tensor.of(*tensor.sizes),)

    def form_fault(self, tensor: TensorType) -> Problem | None:
        """What is wrong with the number of axes."""
        raise NotImplementedError

    def count_fault(self, given: Reaching) -> Problem | None:
        """What is wrong with the number of channels."""
        return None

    def too_few(self, tensor: TensorType) -> Problem | None:
        """Values that could be alone, and then have no spread."""
        raise NotImplementedError

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        shape = (_channels(given),)
        return {"weight": shape, "bias": shape} if self.settings["affine"] else {}

    def torch(self, given: Reaching) -> Torch:
        arguments = {self.counts: _channels(given), **self.own_settings}
        return Torch(Call(f"torch.nn.{type(self).__name__}", arguments))


class BatchNorm(ChannelNorm):
    """Base of normalization over the batch: one mean and spread for each channel."""

    momentum: float | None = param(
        default=0.1,
        low=0,
        high=1,
        help="Share of the newest batch in the running averages; nothing: all batches count alike.",
    )
    affine: bool = param(default=True, help="Learn a scale and an offset for each channel.")
    track_running_stats: bool = param(
        default=True, help="Keep running averages and use them after training."
    )

    def too_few(self, tensor: TensorType) -> Problem | None:
        """torch wants two values per channel wherever it takes their spread from the batch.

        A last batch of one sample is left to the training, which can do without it; a trained
        model cannot choose.
        """
        count = product((tensor.sizes[0], *tensor.sizes[2:]))
        trained = symbols(BATCH) <= symbols(count)
        if at_least(count, 2) or (trained and self.track_running_stats):
            return None
        return problem(
            "A channel may hold one value only, which has no spread to normalize.",
            port="input",
            setting=None if self.track_running_stats else "track_running_stats",
            fix=Set("track_running_stats", True) if trained else None,
        )

    def caution(self, given: Reaching, outputs: Outputs) -> Problem | None:
        if self.track_running_stats:
            return super().caution(given, outputs)
        return problem(
            "Without running averages every sample is measured by those beside it, so a prediction "
            "depends on which others are asked with it.",
            setting="track_running_stats",
            fix=Set("track_running_stats", True),
            severity=Severity.WARNING,
        )


class BatchNorm1d(
    BatchNorm,
    id="batch_norm1d",
    group="Normalization",
    search=(
        "zero mean unit variance center bn stabilize training batchnorm batchnormalization "
        "standardize features series activations faster scale range"
    ),
):
    """Normalizes each feature, or each channel of a series, over the batch.

    y = (x - mean) / √(var + eps) · weight + bias, with the mean and variance over the batch and
    along the series. After training they are running averages: (1 - momentum) · old + momentum ·
    new, where the new variance is divided by one less than the count. Without affine, weight is 1
    and bias 0. From https://arxiv.org/abs/1502.03167.
    N × C or N × C × L stays as it is.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html
    """

    def form_fault(self, tensor: TensorType) -> Problem | None:
        if tensor.rank in (2, 3):
            return None
        return problem(
            "Needs features, or channels × length, but gets {got}.",
            port="input",
            fix=Replace("batch_norm2d") if tensor.rank == 4 else None,
            got=tensor,
        )


class BatchNorm2d(
    BatchNorm,
    id="batch_norm2d",
    group="Normalization",
    search=(
        "zero mean unit variance center bn stabilize training batchnorm batchnormalization "
        "standardize image activations faster scale range"
    ),
):
    """Normalizes each channel of an image over the batch.

    y = (x - mean) / √(var + eps) · weight + bias, with the mean and variance over the batch, height
    and width. After training they are running averages: (1 - momentum) · old + momentum · new,
    where the new variance is divided by one less than the count. Without affine, weight is 1 and
    bias 0. From https://arxiv.org/abs/1502.03167.
    N × C × H × W stays as it is.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
    """

    def form_fault(self, tensor: TensorType) -> Problem | None:
        wrong = not_grid(self, tensor, 2)
        if wrong is None or not accepts(BatchNorm1d(), tensor):
            return wrong
        return replace(wrong, fix=Replace("batch_norm1d"))


class BatchNorm3d(
    BatchNorm,
    id="batch_norm3d",
    group="Normalization",
    search=(
        "zero mean unit variance center bn stabilize training batchnorm batchnormalization "
        "standardize volume video activations faster scale range"
    ),
):
    """Normalizes each channel of a volume over the batch.

    y = (x - mean) / √(var + eps) · weight + bias, with the mean and variance over the batch, depth,
    height and width. After training they are running averages: (1 - momentum) · old + momentum ·
    new, where the new variance is divided by one less than the count. Without affine, weight is 1
    and bias 0. From https://arxiv.org/abs/1502.03167.
    N × C × D × H × W stays as it is.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm3d.html
    """

    def form_fault(self, tensor: TensorType) -> Problem | None:
        return not_grid(self, tensor, 3)


class InstanceNorm(ChannelNorm):
    """Base of normalization of each channel of each sample by itself."""

    axes: ClassVar[int]

    momentum: float = param(
        default=0.1, low=0, high=1, help="Share of the newest batch in the running averages."
    )
    affine: bool = param(default=False, help="Learn a scale and an offset for each channel.")
    track_running_stats: bool = param(
        default=False, help="Keep running averages and use them after training."
    )

    def form_fault(self, tensor: TensorType) -> Problem | None:
        return not_grid(self, tensor, self.axes)

    def too_few(self, tensor: TensorType) -> Problem | None:
        if at_least(product(tensor.sizes[2:]), 2):
            return None
        return problem(
            "A sample may hold one value per channel only, which has no spread to normalize.",
            port="input",
            fix=Replace(f"batch_norm{self.axes}d"),
        )

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[2:]


class InstanceNorm1d(
    InstanceNorm,
    id="instance_norm1d",
    group="Normalization",
    search="instancenormalization series each sample",
):
    """Normalizes each channel of each series by itself.

    y = (x - mean) / √(var + eps), with the mean and variance over the steps of one channel of one
    sample; affine adds · weight + bias. From https://arxiv.org/abs/1607.08022.
    N × C × L stays as it is.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.InstanceNorm1d.html
    """

    axes = 1


class InstanceNorm2d(
    InstanceNorm,
    id="instance_norm2d",
    group="Normalization",
    search="instancenormalization style transfer image each sample contrast",
):
    """Normalizes each channel of each image by itself.

    y = (x - mean) / √(var + eps), with the mean and variance over height and width of one channel
    of one sample; affine adds · weight + bias. From https://arxiv.org/abs/1607.08022.
    N × C × H × W stays as it is.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.InstanceNorm2d.html
    """

    axes = 2


class InstanceNorm3d(
    InstanceNorm,
    id="instance_norm3d",
    group="Normalization",
    search="instancenormalization volume each sample",
):
    """Normalizes each channel of each volume by itself.

    y = (x - mean) / √(var + eps), with the mean and variance over depth, height and width of one
    channel of one sample; affine adds · weight + bias. From https://arxiv.org/abs/1607.08022.
    N × C × D × H × W stays as it is.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.InstanceNorm3d.html
    """

    axes = 3


class LocalResponseNorm(
    Layer,
    id="local_response_norm",
    group="Normalization",
    search="lrn alexnet neighbours normalize across channels compete",
):
    """Divides each value by a measure of its neighbours in the channels beside it.

    y = x / (k + alpha · Σ x² / size) ** beta, a sum over the size channels around it.
    N × C × ... stays as it is. From AlexNet.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LocalResponseNorm.html
    """

    size: int = param(
        default=5, low=1, high=MOST_PLACES, help="How many neighbouring channels are looked at."
    )
    alpha: float = param(default=1e-4, help="How much the neighbours count.")
    beta: float = param(default=0.75, help="The power to which their measure is raised.")
    k: float = param(default=1.0, above=0, help="Added to their measure.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        wrong = not_floats(tensor) or not_rank(
            tensor, tuple(range(3, max(tensor.rank, 3) + 1)), "channels × length"
        )
        return wrong or (tensor.of(*tensor.sizes),)

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call("torch.nn.LocalResponseNorm", self.settings))

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[1:2]


class GroupNorm(
    ChannelNorm,
    id="group_norm",
    group="Normalization",
    search="gn groupnormalization channels small batch each sample",
):
    """Normalizes groups of channels of each sample by themselves.

    y = (x - mean) / √(var + eps) · weight + bias, with the mean and variance over the channels of a
    group and all that lies behind them. Without affine, weight is 1 and bias 0. From
    https://arxiv.org/abs/1803.08494.
    N × C × ... stays as it is. One group normalizes whole samples, C groups each channel.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html
    """

    counts = "num_channels"

    num_groups: int = param(default=1, low=1, help="How many groups; it must divide the channels.")
    affine: bool = param(default=True, help="Learn a scale and an offset for each channel.")

    def form_fault(self, tensor: TensorType) -> Problem | None:
        return not_rank(tensor, tuple(range(2, max(tensor.rank, 2) + 1)), "channels")

    def count_fault(self, given: Reaching) -> Problem | None:
        channels = _channels(given)
        if channels % self.num_groups == 0:
            return None
        return problem(
            "num_groups = {groups} must divide the {channels} channels.",
            setting="num_groups",
            fix=Set("num_groups", gcd(self.num_groups, channels)),
            groups=self.num_groups,
            channels=channels,
        )

    def too_few(self, tensor: TensorType) -> Problem | None:
        """torch wants two values somewhere, counted over the whole batch, which may be one."""
        batch, channels, *others = tensor.sizes
        assert isinstance(channels, int)  # infer has refused anything else
        if at_least(product((batch, channels // self.num_groups, *others)), 2):
            return None
        return problem(
            "A group may hold one value only, which has no spread to normalize.",
            port="input",
            setting="num_groups",
            fix=Set("num_groups", 1) if channels > 1 else None,
        )

    def brief(self) -> str:
        return phrase("{count} groups", count=self.num_groups)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[1:]


class OverLastAxes(Weighted):
    """Base of normalization of the last axes of each sample by themselves."""

    normalized_dims: int = param(
        default=1, low=1, help="How many axes, counted from the last, are normalized together."
    )

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := not_floats(tensor):
            return wrong
        axes = tensor.rank - 1 if tensor.sizes[:1] == (BATCH,) else tensor.rank
        if self.normalized_dims > axes:
            return problem(
                "normalized_dims = {dims}, but only {axes} can be normalized here.",
                setting="normalized_dims",
                fix=Set("normalized_dims", axes) if axes else None,
                dims=self.normalized_dims,
                axes=axes,
            )
        for size in tensor.sizes[-self.normalized_dims :]:
            if wrong := not_fixed(size, "normalized_shape"):
                return wrong
        return (tensor.of(*tensor.sizes).stepwise(tensor),)

    def shape(self, given: Reaching) -> tuple[int, ...]:
        """The sizes of the axes that are normalized."""
        last = given["input"].sizes[-self.normalized_dims :]
        return tuple(size for size in last if isinstance(size, int))

    def torch(self, given: Reaching) -> Torch:
        arguments = {k: v for k, v in self.own_settings.items() if k != "normalized_dims"}
        sizes = self.shape(given)
        shape = {"normalized_shape": sizes[0] if len(sizes) == 1 else sizes}
        return Torch(Call(f"torch.nn.{type(self).__name__}", shape | arguments))


class LayerNorm(
    OverLastAxes,
    id="layer_norm",
    group="Normalization",
    search=(
        "zero mean unit variance center ln stabilize training layernormalization "
        "transformer each sample standardize activations scale range independent of batch"
    ),
):
    """Normalizes the last axes of each sample by themselves, whatever the batch.

    y = (x - mean) / √(var + eps) · weight + bias, with the mean and variance over these axes. From
    https://arxiv.org/abs/1607.06450.
    The normalized_shape of torch is the sizes of the last normalized_dims axes; all stay.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
    """

    eps: float = param(
        default=1e-5, above=0, help="Added to the variance, so that nothing is divided by zero."
    )
    elementwise_affine: bool = param(default=True, help="Learn a scale for each value.")
    bias: bool = param(default=True, help="Learn an offset for each value as well.")

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        if not self.elementwise_affine:
            return {}
        shape = self.shape(given)
        return {"weight": shape, "bias": shape} if self.bias else {"weight": shape}


class RMSNorm(
    OverLastAxes,
    id="rms_norm",
    group="Normalization",
    search="root mean square llama transformer each sample scale faster",
):
    """Divides the last axes of each sample by the root of their mean square.

    y = x / √(mean of x² + eps) · weight. From https://arxiv.org/abs/1910.07467.
    As LayerNorm without a mean and an offset. All sizes stay.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.RMSNorm.html
    """

    eps: float | None = param(
        default=None,
        above=0,
        help="Added to the mean square; nothing stands for the least step of a float.",
    )
    elementwise_affine: bool = param(default=True, help="Learn a scale for each value.")

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        return {"weight": self.shape(given)} if self.elementwise_affine else {}


def _channels(given: Reaching) -> int:
    size = given["input"].sizes[1]
    assert isinstance(size, int)  # infer has refused anything else
    return size
