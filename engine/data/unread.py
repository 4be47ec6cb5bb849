"""Samples that stay where they lie until rows are asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from engine.data.array import Array
from engine.data.ragged import Ragged


class Digest(NamedTuple):
    """What a part of some values was when it was read."""

    label: str
    dtype: str
    """As numpy writes it, such as ``<f4``."""
    shape: tuple[int, ...]
    digest: bytes
    """SHA-256 of its bytes."""


class Unread(ABC):
    """Samples on a disk. They are an array, as far as rows of it are asked for."""

    shape: tuple[int, ...]
    """How many there are, and the sizes of each; those of a step, where they differ in steps."""
    dtype: np.dtype[Any]
    lengths: Array | None = None
    """How many steps each has, where they differ; then what is taken is Ragged."""

    def __len__(self) -> int:
        return self.shape[0]

    @abstractmethod
    def __getitem__(self, rows: Array) -> Array | Ragged:
        """The samples at these positions, in this order.

        Raises DataError where one is gone, or is not what it was when the digests were taken.
        """

    @property
    @abstractmethod
    def digests(self) -> Iterable[Digest]:
        """The same as of values that are held: taken once, when they were found."""
