"""Samples that differ in their number of steps, filled up and cut together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.export.python.training.taken_along.array_files import UnfitSamplesError


def longest_sample(raw: Mapping[str, NDArray[Any]], *names: str) -> int:
    """The number of steps of the longest sample, as far as these are there."""
    known = {name: raw[f"{name}.offsets"] for name in names if f"{name}.offsets" in raw}
    for name, offsets in known.items():
        is_plain = offsets.ndim == 1 and offsets.dtype.kind in "iu" and len(offsets) > 1
        if (
            not is_plain
            or offsets[0] != 0
            or (offsets[1:] < offsets[:-1]).any()
            or offsets[-1] != len(raw[name])
        ):
            raise UnfitSamplesError(
                f"“{name}.offsets” is to say where each sample of “{name}” begins, "
                "and where the last one ends."
            )
    return max(int(np.diff(offsets).max()) for offsets in known.values())


def allowed_steps(longest: int, least: int = 1, multiple: int = 1) -> int:
    """How many steps a batch has whose longest sample has so many."""
    return -(-max(longest, least) // multiple) * multiple


def trim_padding(
    batch: Mapping[str, Tensor], names: Sequence[str], least: int = 1, multiple: int = 1
) -> dict[str, Tensor]:
    """A batch without the steps that are padding in all of its samples."""
    there = [name for name in names if name in batch]
    longest = max(int(batch[f"{name}.lengths"].max()) for name in there)
    steps = allowed_steps(longest, least, multiple)
    return {**batch, **{name: batch[name][:, :steps] for name in there}}


def pad_samples(values: NDArray[Any], offsets: NDArray[np.int64], steps: int) -> NDArray[Any]:
    """Samples that lie behind each other, filled up with zeros to so many steps each."""
    whole = np.zeros((len(offsets) - 1, steps, *values.shape[1:]), values.dtype)
    whole[np.arange(steps) < np.diff(offsets)[:, None]] = values
    return whole


def real_steps(lengths: Tensor, like: Tensor) -> Tensor:
    """Where steps are real and no padding, for samples × steps × ..."""
    steps = torch.arange(like.shape[1], device=like.device) < lengths[:, None]
    return steps.view(*steps.shape, *(1,) * (like.dim() - 2)).expand_as(like)
