"""Samples that differ in their number of steps: as they are read, and as batches hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Self

import numpy as np

from engine.data.memory import check_memory
from engine.errors import DataError
from graphs.data import Domain
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    from engine.data.array import Array


@dataclass(frozen=True, slots=True, eq=False)
class Ragged:
    """The steps of all samples behind each other; sample ``i`` has those between two offsets."""

    values: Array
    """Steps along axis 0."""
    offsets: Array
    """Where each sample begins, and where the last one ends: one more than there are samples."""

    @classmethod
    def of(cls, samples: Sequence[Array]) -> Self:
        """One or more samples, each with its steps along axis 0."""
        lengths = [len(sample) for sample in samples]
        return cls(np.concatenate(samples), np.cumsum([0, *lengths], dtype=np.int64))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, rows: Array) -> Ragged:
        """The samples at these positions, in this order."""
        lengths = self.lengths[rows]
        offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        shift = np.repeat(self.offsets[:-1][rows] - offsets[:-1], lengths)
        return Ragged(self.values[np.arange(offsets[-1]) + shift], offsets)

    @property
    def lengths(self) -> Array:
        """How many steps each sample has."""
        return np.diff(self.offsets)

    def sample(self, position: int) -> Array:
        """The steps of one sample."""
        taken: Array = self.values[self.offsets[position] : self.offsets[position + 1]]
        return taken

    def with_values(self, values: Array) -> Ragged:
        """Samples of the same lengths with other values."""
        return Ragged(values, self.offsets)


ENCODED, MASKED = 8, 1
"""Bytes of a value once it is a tensor, and of a step while it is padded."""


def padded(ragged: Ragged, domain: Domain) -> Array:
    """Samples × steps × ..., where the steps that a sample has not are zeros.

    Raises DataError when one sample is so long that the memory does not hold all as long as it.
    """
    steps = steps_of(int(ragged.lengths.max(initial=0)), domain)
    at_each = prod(ragged.values.shape[1:]) * (ragged.values.itemsize + ENCODED) + MASKED
    check_memory(
        len(ragged) * steps * at_each,
        phrase(
            "{count:,} samples that are padded to {steps:,} steps, the length of the longest,",
            count=len(ragged),
            steps=steps,
        ),
        phrase("Leave long samples out, or read fewer steps of each."),
    )
    whole = np.zeros((len(ragged), steps, *ragged.values.shape[1:]), dtype=ragged.values.dtype)
    whole[np.arange(steps) < ragged.lengths[:, None]] = ragged.values
    return whole


def steps_of(longest: int, domain: Domain) -> int:
    """How many steps a batch has whose longest sample has so many: the next that is allowed."""
    return -(-max(longest, domain.low) // domain.multiple) * domain.multiple


def check_lengths(name: str, ragged: Ragged, domain: Domain) -> None:
    """Raise DataError when a sample is empty, or longer than the document says."""
    lengths = ragged.lengths
    if len(empty := np.flatnonzero(lengths < 1)):
        raise DataError(
            "“{name}” is empty in sample {empty}. Remove the sample, or give it a step.",
            name=name,
            empty=empty[0] + 1,
        )
    most = domain.high // domain.multiple * domain.multiple
    if len(long := np.flatnonzero(lengths > most)):
        raise DataError(
            "“{name}” has {lengths} steps in sample {long}, but at most {most} are known. "
            "Choose the data again, or shorten the sample.",
            name=name,
            lengths=lengths[long[0]],
            long=long[0] + 1,
            most=most,
        )
