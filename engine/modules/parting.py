"""One tensor as several parts of the same size."""

from torch import Tensor


def chunked(x: Tensor, chunks: int, dim: int) -> tuple[Tensor, ...]:
    """As ``torch.chunk`` for an axis that ``chunks`` divides, in steps that ONNX can say."""
    size = x.shape[dim] // chunks
    return tuple(x.narrow(dim, number * size, size) for number in range(chunks))
