"""Whether a loss was still on its way down when the training ended, and enough to go on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import ceil
from statistics import fmean, median

FEWEST, MOST = 4, 40
"""So many epochs at the end are looked at, a quarter of all between these."""
KEPT_FIRST, KEPT_LAST = 4, 4 * MOST
"""Of a long run the first and the last epochs are kept."""
CLEARLY = 0.75
"""Of all pairs of epochs the later one has to be lower in such a share, which noise seldom is."""
WORTH = 0.02
"""By so much of itself it has to have fallen from the first half of them to the second."""
WORTH_OF_ALL = 0.01
"""And by so much of all that it has fallen since the beginning.

A loss that goes to zero falls by the same share of itself for ever: of 0.0001 that is of no use to
anybody, and no measure of it alone can tell. Against the whole fall it can be told in any unit and
with any offset. What falls exponentially has about 1 % of its height left to win then.
"""


def kept(losses: Sequence[float]) -> list[float]:
    """What of the losses of all epochs is needed to judge them."""
    return [*losses[:KEPT_FIRST], *losses[KEPT_FIRST:][-KEPT_LAST:]]


def still_falls(losses: Sequence[float]) -> bool:
    """Whether more epochs would make the loss smaller by enough; no for less than two of them."""
    end = list(losses)[-min(max(FEWEST, ceil(len(losses) / 4)), MOST) :]
    if len(end) < 2:
        return False
    half, third = len(end) // 2, max(len(end) // 3, 1)
    gain = fmean(end[:half]) - fmean(end[half:])
    # The middle one of the first, as the very first may be beyond all measure.
    fallen = median(losses[:KEPT_FIRST]) - min(losses)
    pairs = list(combinations(end, 2))
    falling = sum(later < earlier for earlier, later in pairs)
    return (
        min(losses) in end[-third:]  # else the last ones did not get below what was there before
        and falling >= CLEARLY * len(pairs)
        and gain >= WORTH * abs(fmean(end[:half]))
        and gain >= WORTH_OF_ALL * fallen
    )
