"""Whether a loss was still on its way down when the training ended."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import ceil
from statistics import fmean

FEWEST, MOST = 4, 40
"""So many epochs at the end are looked at, a quarter of all between these."""
CLEARLY = 0.75
"""Of all pairs of epochs the later one has to be lower in such a share, which noise seldom is."""
WORTH = 0.02
"""By so much of itself it has to have fallen from the first half of them to the second."""


def still_falls(losses: Sequence[float]) -> bool:
    """Whether more epochs would probably make the loss smaller; no for less than two of them."""
    end = list(losses)[-min(max(FEWEST, ceil(len(losses) / 4)), MOST) :]
    if len(end) < 2:
        return False
    half, third = len(end) // 2, max(len(end) // 3, 1)
    first, second = end[:half], end[half:]
    pairs = list(combinations(end, 2))
    falling = sum(later < earlier for earlier, later in pairs)
    return (
        min(losses) in end[-third:]  # else the last ones did not get below what was there before
        and falling >= CLEARLY * len(pairs)
        and fmean(first) - fmean(second) >= WORTH * abs(fmean(first))
    )
