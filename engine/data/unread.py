"""Samples that stay where they lie until rows are asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from engine.data.array import Array


class Unread(ABC):
    """Samples on a disk. They are an array, as far as rows of it are asked for."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def __len__(self) -> int:
        return self.shape[0]

    @abstractmethod
    def __getitem__(self, rows: Array) -> Array:
        """The samples at these positions, in this order. Raises DataError where one is gone."""

    @property
    @abstractmethod
    def digest(self) -> bytes:
        """SHA-256 of all their values, taken when they were found."""
