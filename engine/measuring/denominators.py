"""What the mean of a loss is divided by, so that means of parts add up to the mean of the whole.

The mean of a batch times its denominator is the sum that it was made of. With weights of classes,
a class that is ignored, or padding, batches of one size have different denominators.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import torch
from torch import Tensor

from engine.modules import counted_answers
from engine.network.wiring import LossPlace

Denominator = float | Tensor
"""A number where sizes alone decide it, so that nothing is fetched from a GPU for it."""


def denominators(places: Sequence[LossPlace], batch: Mapping[str, Tensor]) -> list[Denominator]:
    """That of each loss on a batch of fields."""
    samples = len(next(iter(batch.values())))
    return [
        denominator(
            place,
            batch[place.target] if place.target else None,
            batch[place.lengths] if place.lengths else None,
            samples,
        )
        for place in places
    ]


def denominator(
    place: LossPlace, target: Tensor | None, lengths: Tensor | None, samples: int
) -> Denominator:
    """That of one loss on some samples, of which ``lengths`` says how many steps are real."""
    if place.per_sample:
        return float(samples)
    if target is None:
        return float(samples) if lengths is None else lengths.sum()
    counted = counted_answers(target, lengths, place.ignored)
    if place.class_weights:
        weights = _on(target.device, place.class_weights)[target.long()]
        return (weights if counted is None else weights.masked_fill(~counted, 0.0)).sum()
    if counted is None:
        return float(target.numel())
    if lengths is None or place.ignored is not None:
        return counted.sum()
    return lengths.sum() * (target[:1, :1].numel() or 1)


@lru_cache(maxsize=16)
def _on(device: torch.device, weights: tuple[float, ...]) -> Tensor:
    """Weights of classes where the targets are; sent there once."""
    return torch.tensor(weights, device=device)
