"""Normalization: bringing values to a common mean and spread, over the batch or per sample."""

from collections.abc import Mapping
from dataclasses import replace

from graphs.describe import param
from graphs.layers.checks import accepts, empty, not_fixed, not_floats, not_image
from graphs.layers.spec import Call, Given, Layer, Outputs, Torch
from graphs.problems import Problem, Replace, Set, problem
from graphs.sizes import BATCH, at_least, product, symbols
from graphs.types import TensorType


class BatchNorm(Layer):
    """Base of normalization over the batch: one mean and spread for each channel."""

    eps: float = param(
        default=1e-5, above=0, help="Added to the variance, so that nothing is divided by zero."
    )
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

    def infer(self, given: Given) -> Outputs | Problem:
        tensor = given["input"]
        wrong = not_floats(tensor) or self.form_fault(tensor)
        if wrong or (wrong := not_fixed(tensor.sizes[1], "num_features")):
            return wrong
        wrong = empty(tensor.sizes) or self._too_few(tensor)
        return wrong or (tensor.of(*tensor.sizes),)

    def _too_few(self, tensor: TensorType) -> Problem | None:
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

    def form_fault(self, tensor: TensorType) -> Problem | None:
        """What is wrong with the number of axes."""
        raise NotImplementedError

    def weights(self, given: Given) -> Mapping[str, tuple[int, ...]]:
        shape = (_channels(given),)
        return {"weight": shape, "bias": shape} if self.affine else {}

    def torch(self, given: Given) -> Torch:
        arguments = {"num_features": _channels(given), **self.settings}
        return Torch(Call(f"torch.nn.{type(self).__name__}", arguments))


class BatchNorm1d(BatchNorm, id="batch_norm1d", group="Normalization", search="batchnormalization"):
    """Normalizes each feature, or each channel of a series, over the batch.

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
    BatchNorm, id="batch_norm2d", group="Normalization", search="batchnormalization image"
):
    """Normalizes each channel of an image over the batch.

    N × C × H × W stays as it is.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
    """

    def form_fault(self, tensor: TensorType) -> Problem | None:
        wrong = not_image(self, tensor)
        if wrong is None or not accepts(BatchNorm1d(), tensor):
            return wrong
        return replace(wrong, fix=Replace("batch_norm1d"))


class LayerNorm(
    Layer, id="layer_norm", group="Normalization", search="layernormalization transformer"
):
    """Normalizes the last axes of each sample by themselves, whatever the batch.

    The normalized_shape of torch is the sizes of the last normalized_dims axes; all stay.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
    """

    normalized_dims: int = param(
        default=1, low=1, help="How many axes, counted from the last, are normalized together."
    )
    eps: float = param(
        default=1e-5, above=0, help="Added to the variance, so that nothing is divided by zero."
    )
    elementwise_affine: bool = param(default=True, help="Learn a scale for each value.")
    bias: bool = param(default=True, help="Learn an offset for each value as well.")

    def infer(self, given: Given) -> Outputs | Problem:
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
        return (tensor.of(*tensor.sizes),)

    def weights(self, given: Given) -> Mapping[str, tuple[int, ...]]:
        if not self.elementwise_affine:
            return {}
        shape = self._shape(given)
        return {"weight": shape, "bias": shape} if self.bias else {"weight": shape}

    def _shape(self, given: Given) -> tuple[int, ...]:
        last = given["input"].sizes[-self.normalized_dims :]
        return tuple(size for size in last if isinstance(size, int))

    def torch(self, given: Given) -> Torch:
        arguments = {k: v for k, v in self.settings.items() if k != "normalized_dims"}
        shape = {"normalized_shape": self._shape(given)}
        return Torch(Call("torch.nn.LayerNorm", shape | arguments))


def _channels(given: Given) -> int:
    size = given["input"].sizes[1]
    assert isinstance(size, int)  # infer has refused anything else
    return size
