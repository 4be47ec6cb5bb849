"""The numbers that are fitted for one field, and how they are found in blocks of samples."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.data.array import Array
from graphs.data import Normalize


@dataclass(frozen=True, slots=True)
class FittedNumbers:
    """What was fitted for one field, per column, channel or value of a step.

    ``encoded = (raw - shift) / scale``. A scale of 0 marks what was constant in training, and is
    encoded as 0.
    """

    shift: tuple[float, ...] = ()
    scale: tuple[float, ...] = ()
    fill: tuple[float, ...] = ()
    """What stands for a missing number: the median of the training samples."""
    span: tuple[float, ...] = ()
    """What black and white are in the raw numbers of pictures, where something says it."""

    def counts(self) -> tuple[int, int, int]:
        """How many there are to shift and scale by, and to fill with."""
        return len(self.shift), len(self.scale), len(self.fill)

    def factor(self) -> Array:
        """One over ``scale``, and 0 where that is 0."""
        scale = np.array(self.scale)
        factor = np.zeros_like(scale)
        np.divide(1.0, scale, out=factor, where=scale != 0)
        return factor


class Spread(NamedTuple):
    """Of each column of a table: its limits, and what it is shifted and scaled by."""

    low: Array
    high: Array
    shift: Array
    scale: Array


@np.errstate(over="ignore", invalid="ignore")  # what is too large gives a scale that is not finite
def spread_of(how: Normalize, blocks: Callable[[], Iterable[Array]]) -> Spread:
    """For each column of a table that comes in blocks of rows, so that no second one is in memory.

    The blocks are gone through once, and once more for a standard deviation: reading them may take
    long. A column that varies by no more than rounding errors counts as constant.
    """
    lows, highs, sums, count = [], [], [], 0
    for block in blocks():
        lows.append(block.min(axis=0))
        highs.append(block.max(axis=0))
        sums.append(block.sum(axis=0))
        count += len(block)
    low, high = np.min(lows, axis=0), np.max(highs, axis=0)
    if how is Normalize.NONE:
        return Spread(low, high, np.zeros(len(low)), np.ones(len(low)))
    if how is Normalize.RANGE:
        shift, scale = low, high - low
    else:
        shift = np.sum(sums, axis=0) / count
        squares = [((block - shift) ** 2).sum(axis=0) for block in blocks()]
        scale = np.sqrt(np.sum(squares, axis=0) / count)
    noise = 10 * np.finfo(np.float64).eps * np.maximum(np.abs(low), np.abs(high))
    return Spread(low, high, shift, np.where(scale <= noise, 0.0, scale))
