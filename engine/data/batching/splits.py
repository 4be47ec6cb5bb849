"""A split: one part of the samples, asked for rows; its tensors are held or made on demand."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, TypeAlias

import torch

from engine.data.array import Array
from engine.data.preprocessing import Preprocessing
from engine.data.ragged import Ragged, steps_of
from engine.data.samples import Samples, bytes_as_tensors, steps_in
from graphs.data import Domain, Field, lengths_of

Batch: TypeAlias = Mapping[str, torch.Tensor]
"""A tensor for each field, the samples as first axis, and the lengths of ragged ones."""
Rows: TypeAlias = "torch.Tensor | slice"
"""Positions in a part, in any order, or a stretch of it."""


@dataclass(frozen=True, slots=True)
class Steps:
    """How many steps the samples of a ragged field have, known without asking the device."""

    lengths: torch.Tensor
    size: str
    """The name of the size; fields that share it have as many steps in a batch."""
    domain: Domain

    def longest(self, rows: Rows) -> int:
        """How many steps a batch of these samples needs."""
        return steps_of(int(self.lengths[rows].max()), self.domain)


class Split(ABC):
    """Base of both: one part of the samples, a tensor per field, the samples as first axis.

    A ragged field is padded, and its lengths are a tensor of their own.
    """

    is_held: ClassVar[bool]
    """Whether the tensors are there; otherwise asking for rows takes time."""
    steps: Mapping[str, Steps]
    """For each ragged field, what a batch is cut to."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def padded(self, rows: Rows) -> Batch:
        """The samples at these positions, ragged ones as long as suits all of them or longer.

        Raises DataError for what cannot be read any more.
        """

    @abstractmethod
    def nbytes(self) -> int:
        """How much memory its tensors take, or would take."""

    @abstractmethod
    def to(self, device: torch.device) -> Split:
        """The same on another device; itself where it is there already, or is not held."""

    @property
    @abstractmethod
    def device(self) -> torch.device:
        """Where its tensors are, on which positions are best."""

    def take(self, rows: Rows) -> Batch:
        """The samples at these positions, without steps that are padding in all of them.

        Raises DataError for what cannot be read any more.
        """
        return self.cut(rows, self.padded(rows))

    def cut(self, rows: Rows, batch: Batch) -> Batch:
        """The batch of these rows, which are on the CPU, without what is padding in all."""
        longest: dict[str, int] = {}
        for steps in self.steps.values():
            longest[steps.size] = max(longest.get(steps.size, 0), steps.longest(rows))
        shorter = {
            name: batch[name][:, : longest[steps.size]] for name, steps in self.steps.items()
        }
        return {**batch, **shorter} if shorter else batch


@dataclass(frozen=True, slots=True)
class HeldSplit(Split):
    """A part whose tensors are in memory. A ragged field is padded to its longest sample."""

    is_held: ClassVar[bool] = True
    tensors: Mapping[str, torch.Tensor]
    steps: Mapping[str, Steps] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.tensors.values())))

    def padded(self, rows: Rows) -> Batch:
        """A view of a stretch; a copy of rows by position."""
        if isinstance(rows, slice):
            return {name: tensor[rows] for name, tensor in self.tensors.items()}
        there = rows.to(self.device)
        return {name: tensor.index_select(0, there) for name, tensor in self.tensors.items()}

    def nbytes(self) -> int:
        return sum(tensor.nbytes for tensor in self.tensors.values())

    def to(self, device: torch.device) -> HeldSplit:
        return replace(self, tensors={n: t.to(device) for n, t in self.tensors.items()})

    @property
    def device(self) -> torch.device:
        return next(iter(self.tensors.values())).device


class RawSplit(Split):
    """A part of raw samples, which become tensors whenever they are asked for."""

    is_held = False

    def __init__(self, samples: Samples, rows: Array, preprocessing: Preprocessing) -> None:
        self._samples, self._rows, self._preprocessing = samples, rows, preprocessing
        self.steps = {
            name: _steps(samples, name, lengths[rows], preprocessing)
            for name, values in samples.values.items()
            if (lengths := steps_in(values)) is not None
        }

    def __len__(self) -> int:
        return len(self._rows)

    def padded(self, rows: Rows) -> Batch:
        asked = self._rows[rows if isinstance(rows, slice) else rows.numpy()]
        return dict(encoded(self._samples, asked, self._preprocessing).tensors)

    def nbytes(self) -> int:
        return bytes_as_tensors(self._samples) * len(self) // max(len(self._samples), 1)

    def to(self, device: torch.device) -> RawSplit:
        return self

    @property
    def device(self) -> torch.device:
        return torch.device("cpu")


def encoded(samples: Samples, rows: Array, preprocessing: Preprocessing) -> HeldSplit:
    """The samples at ``rows`` as tensors on the CPU. Raises DataError."""
    tensors: dict[str, torch.Tensor] = {}
    steps: dict[str, Steps] = {}
    for name in sorted(samples.fields):
        values = samples.values[name][rows]
        tensors[name] = preprocessing.encode(name, values)
        if isinstance(values, Ragged):
            steps[name] = _steps(samples, name, values.lengths, preprocessing)
            tensors[lengths_of(name)] = steps[name].lengths
    return HeldSplit(aligned(tensors, samples.fields), steps)


def aligned(
    tensors: Mapping[str, torch.Tensor], fields: Mapping[str, Field]
) -> dict[str, torch.Tensor]:
    """The tensors of fields, those that are ragged by the same size padded to the same steps."""
    sizes = {name: str(f.sizes[0]) for name, f in fields.items() if f.ragged and name in tensors}
    longest: dict[str, int] = {}
    for name, size in sizes.items():
        longest[size] = max(longest.get(size, 0), tensors[name].shape[1])
    found = dict(tensors)
    for name, size in sizes.items():
        if missing := longest[size] - tensors[name].shape[1]:
            deeper = (0, 0) * (tensors[name].dim() - 2)
            found[name] = torch.nn.functional.pad(tensors[name], (*deeper, 0, missing))
    return found


def _steps(samples: Samples, name: str, lengths: Array, preprocessing: Preprocessing) -> Steps:
    size = str(samples.fields[name].sizes[0])
    return Steps(torch.from_numpy(lengths), size, preprocessing.domains[size])
