"""Sorting, which torch's exporter knows only without a word on equal values."""

from collections.abc import Callable
from typing import Any

import torch
from onnxscript import opset20


def _translated_sort(
    x: Any, stable: bool | None = None, dim: int = -1, descending: bool = False
) -> Any:
    """All entries by TopK, of which equal ones come in the order in which they stand."""
    at: Any = opset20.Constant(value_ints=[dim])
    size = opset20.Gather(opset20.Shape(x), at)
    return opset20.TopK(x, size, axis=dim, largest=int(descending), sorted=1)


TRANSLATIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    torch.ops.aten.sort.stable: _translated_sort,
}
"""What ``torch.onnx.export`` needs to know beside its own."""
