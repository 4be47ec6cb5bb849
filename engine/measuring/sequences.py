"""Series of classes read from scores whose steps are no places of theirs, and how far they are off.

All of it for whole batches at once.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from engine.modules import mask_of
from engine.network.wiring import LossPlace


class ClassSeries(NamedTuple):
    """Classes one after the other, N × most, of which so many of each sample are real."""

    classes: Tensor
    lengths: Tensor

    def rows(self) -> list[list[int]]:
        """The classes of each sample."""
        pairs = zip(self.classes.tolist(), self.lengths.tolist(), strict=True)
        return [row[:length] for row, length in pairs]


def decided(place: LossPlace, scores: Tensor, steps: Tensor | None = None) -> ClassSeries:
    """What the likeliest class of each step comes to: repeats are one, and blanks are left out.

    This is greedy: the series that is likeliest by all its ways may be another.
    """
    assert place.blank is not None, "asked where there is a blank only"
    path = scores.argmax(place.axis)
    told = path != place.blank
    told[:, 1:] &= path[:, 1:] != path[:, :-1]
    if steps is not None:
        told &= mask_of(steps, path.shape[1])
    lengths = told.sum(1)
    # What is not told goes to a further column, which is cut off.
    columns = torch.where(told, told.cumsum(1) - 1, path.shape[1])
    found = path.new_zeros(len(path), path.shape[1] + 1).scatter(1, columns, path)
    return ClassSeries((found - (found > place.blank).long())[:, :-1], lengths)


def right(target: Tensor, lengths: Tensor | None) -> ClassSeries:
    """The right classes as a series."""
    whole = torch.full((len(target),), target.shape[1], device=target.device)
    return ClassSeries(target.long(), whole if lengths is None else lengths)


def distances(said: ClassSeries, wanted: ClassSeries) -> Tensor:
    """By how many insertions, deletions and replacements each series differs from the right one.

    After Levenshtein (1966), row by row of the table. Along a row a missing class costs one more
    than the place before it, which makes each place the least of all before it.
    """
    places = torch.arange(wanted.classes.shape[1] + 1, device=wanted.classes.device)
    ends = wanted.lengths.unsqueeze(1)
    row = places.expand(len(ends), -1)
    found = row.gather(1, ends)
    for at in range(int(said.lengths.max())):
        other = said.classes[:, at : at + 1] != wanted.classes
        replaced, deleted = row[:, :-1] + other.long(), row + 1
        best = torch.cat((deleted[:, :1], torch.minimum(deleted[:, 1:], replaced)), dim=1)
        row = (best - places).cummin(1).values + places
        found = torch.where(said.lengths.unsqueeze(1) == at + 1, row.gather(1, ends), found)
    return found.squeeze(1)
