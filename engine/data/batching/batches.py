"""Batches of a split, in order or shuffled by a function of seed, epoch, rank and world alone."""

from collections.abc import Iterator

import torch

from engine.data.batching.prefetch import in_background
from engine.data.batching.splits import Batch, Split
from engine.errors import DataError
from engine.seeds import derived

BLOCK = 16
"""Batches gathered at once: on small data this takes half the time of one by one."""
BLOCK_BYTES = 2**18
"""The most that a block of several batches takes: more leaves the cache before it is used."""


def epoch_batches(
    split: Split,
    batch_size: int,
    seed: int,
    epoch: int,
    rank: int = 0,
    world: int = 1,
    drop_single: bool = False,
    start: int = 0,
) -> Iterator[Batch]:
    """The training batches of one epoch from step ``start`` on, in shuffled order.

    With ``drop_single``, which batch normalisation needs, a last batch of one sample joins the one
    before it. With several ranks each takes its share of one common order; what does not divide
    evenly is left out, other samples in each epoch. Raises DataError when no batch can be made.
    """
    generator = torch.Generator().manual_seed(derived(seed, "order", epoch))
    order = torch.randperm(len(split), generator=generator)
    order = order[: len(split) // world * world][rank::world]
    sizes = _sizes(len(order), batch_size, drop_single)
    yield from _gathered(split, order[sum(sizes[:start]) :], sizes[start:])


def steps_per_epoch(count: int, batch_size: int, world: int = 1, drop_single: bool = False) -> int:
    """How many batches ``epoch_batches`` gives for a split of ``count`` samples."""
    return len(_sizes(count // world, batch_size, drop_single))


def ordered_batches(split: Split, batch_size: int) -> Iterator[Batch]:
    """All samples in their own order, for measuring."""
    stretches = (slice(at, at + batch_size) for at in range(0, len(split), batch_size))
    yield from _as_needed(split, map(split.take, stretches))


def _sizes(count: int, batch_size: int, drop_single: bool) -> list[int]:
    whole, rest = divmod(count, batch_size)
    sizes = [batch_size] * whole + [rest] * bool(rest)
    if drop_single and sizes and sizes[-1] == 1 and len(sizes) > 1:
        sizes[-2:] = [sizes[-2] + 1]
    if not sizes:
        raise DataError("There are fewer training samples than processes. Use fewer processes.")
    if drop_single and min(sizes) == 1:
        raise DataError(
            "Batch normalisation cannot learn from one sample at a time. Set the batch size to 2 "
            "or more, and keep at least 2 samples for training."
        )
    return sizes


def _gathered(split: Split, order: torch.Tensor, sizes: list[int]) -> Iterator[Batch]:
    each = split.nbytes() // max(len(split), 1)
    at_once = max(1, min(BLOCK, BLOCK_BYTES // max(each * max(sizes, default=1), 1)))
    blocks = [sizes[first : first + at_once] for first in range(0, len(sizes), at_once)]
    rows = torch.split(order.to(split.device), [sum(block) for block in blocks])
    own = iter(torch.split(order, sizes))
    for block, gathered in zip(blocks, _as_needed(split, map(split.padded, rows)), strict=True):
        if len(block) == 1:
            yield split.cut(next(own), gathered)
            continue
        parts = [torch.split(tensor, block) for tensor in gathered.values()]
        for batch in zip(*parts, strict=True):
            yield split.cut(next(own), dict(zip(gathered, batch, strict=True)))


def _as_needed(split: Split, asked: Iterator[Batch]) -> Iterator[Batch]:
    """What is asked of a split; where that takes time, ahead of its use."""
    return asked if split.is_held else in_background(asked)
