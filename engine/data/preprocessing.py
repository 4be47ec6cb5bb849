"""What turns raw values into tensors: numbers fitted on the training split, kept as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

import msgspec
import numpy as np
import torch

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.kinds import RawValues
from engine.data.kinds.fitted_numbers import FittedNumbers
from engine.data.pictures.value_range import Span
from engine.data.ragged import Ragged, check_lengths, padded
from engine.data.samples import Samples, Values
from engine.errors import DataError
from graphs.data import DataKind, Domain, Field, Normalize
from graphs.errors import FileError
from graphs.files import strict
from graphs.wording.visible import visible

VERSION = 1
White: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=65535)]
"""The number that is white in pictures."""
GREATEST = float(np.finfo(np.float32).max)
GREATEST_FITTED = 1e300
"""Numbers as large as this have no finite square, and so no spread that could be computed."""


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """The fields of the data and their fitted numbers: all that is needed to encode new samples."""

    fields: Mapping[str, Field]
    domains: Mapping[str, Domain]
    numbers: Mapping[str, FittedNumbers]
    version: int = VERSION
    deep_white: Mapping[str, White] = dataclasses.field(default_factory=dict)
    """What became 255 where pictures of more bits are fields of bytes; runs of before lack it."""

    @classmethod
    def fitted(cls, samples: Samples, rows: Array, poll: Poll = go_on) -> Preprocessing:
        """Fit every field on ``rows`` alone, which are the training samples."""
        numbers = {
            name: RawValues.of(field.kind).fitted(field, samples.values[name], rows, poll)
            for name, field in samples.fields.items()
        }
        for name, each in numbers.items():
            if not _is_sane(each):
                raise DataError(
                    "“{name}” holds values too large to compute with. Correct them.", name=name
                )
        return cls(samples.fields, samples.domains, numbers, deep_white=samples.deep_white)

    @classmethod
    def decoded(cls, data: bytes) -> Preprocessing:
        """What ``encoded`` wrote. Raises DataError for anything else."""
        try:
            read = strict.value(data, cls, "“preprocessing.json”")
        except FileError as error:
            raise DataError(
                "The preprocessing of this run cannot be read. {error} Or train it again.",
                error=error,
            ) from None
        if read.version != VERSION:
            raise DataError(
                "The preprocessing of this run has version {version}, but this program reads "
                "version {known}. Use the program that wrote it.",
                version=read.version,
                known=VERSION,
            )
        for name, field in read.fields.items():
            _check(name, field, read.numbers.get(name))
        return read

    def encoded(self) -> bytes:
        """The preprocessing as JSON, the same bytes for the same numbers."""
        return msgspec.json.format(msgspec.json.encode(self, order="deterministic"), indent=2)

    def encode(self, name: str, values: Values) -> torch.Tensor:
        """Raw values of a field, as Samples hold them, as a tensor on the CPU. Raises DataError.

        What is ragged is padded with zeros at the end of each sample.
        """
        if isinstance(values, Ragged):
            domain = self.domains[str(self.fields[name].sizes[0])]
            check_lengths(name, values, domain)
            flat = self.encode(name, values.values)
            return torch.from_numpy(padded(values.with_values(flat.numpy()), domain))
        field, numbers = self.fields[name], self.numbers[name]
        return torch.from_numpy(RawValues.of(field.kind).encoded(name, field, numbers, values))

    def restore(self, name: str, encoded: torch.Tensor) -> torch.Tensor:
        """Predictions of a number field in the user's own units again, as float64.

        Beside a large mean, such as the seconds since 1970, float32 has no room for what differs.
        """
        numbers, field = self.numbers[name], self.fields[name]
        if encoded.device.type == "mps":  # which knows no float64
            encoded = encoded.cpu()
        encoded = encoded.double()
        if not numbers.shift:
            return encoded
        both = RawValues.of(field.kind).scales(field, numbers)
        scale, shift = (torch.tensor(v, dtype=encoded.dtype, device=encoded.device) for v in both)
        return encoded * scale + shift

    def span(self, name: str) -> Span | None:
        """What black and white are in the raw numbers of a field of pictures; None where unknown.

        Runs of before say nothing; where theirs may lie from 0 to 1, they were read so.
        """
        numbers, field = self.numbers[name], self.fields[name]
        if numbers.span:
            return Span(*numbers.span)
        widest = 1 if field.normalize is Normalize.RANGE else 0.5
        in_unit = all(0 <= shift <= 1 for shift in numbers.shift)
        return Span(0, 1) if in_unit and max(numbers.scale, default=0) <= widest else None

    def described(self) -> dict[str, Any]:
        """Fields, class names and numbers as plain JSON values, for an exported file's metadata."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def _check(name: str, field: Field, numbers: FittedNumbers | None) -> None:
    """Raise DataError for a field, or for what was fitted for it, that cannot be computed with."""
    if DataKind.find(field.content) is None:
        raise DataError(
            "The preprocessing of this run cannot be read: “{name}” is of the kind “{kind}”, which "
            "this program does not know. Use the program that wrote it.",
            name=name,
            kind=visible(field.content),
        )
    if numbers is not None and not _is_sane(numbers):
        raise DataError(
            "The preprocessing of this run cannot be read: the numbers for “{name}” are too large "
            "or too small to compute with. Put “preprocessing.json” back as it was, or train it "
            "again.",
            name=name,
        )
    is_fitted = numbers is not None and RawValues.of(field.kind).fits(field, numbers)
    if numbers is None or not is_fitted or not _is_left_alone(field, numbers):
        raise DataError(
            "The preprocessing of this run cannot be read: the numbers for “{name}” do not fit "
            "it. Train it again.",
            name=name,
        )


def _is_left_alone(field: Field, numbers: FittedNumbers) -> bool:
    """Whether numbers that are not to be scaled are neither shifted nor scaled."""
    if field.normalize is not Normalize.NONE:
        return True
    return not any(numbers.shift) and all(scale == 1 for scale in numbers.scale)


def targets_last(field: Field, values: torch.Tensor) -> torch.Tensor:
    """Values with all that has a number of its own in the last axis, and one where none has.

    That is the channel of a picture, the value of a step, or one of several numbers.
    """
    axis = field.kind.scaled_axis(field)
    if axis is not None and axis >= 0:
        return values.movedim(axis + 1, -1)
    each = field.sizes[axis] if axis is not None and field.sizes else 1
    return values.reshape(-1, 1) if each == 1 or isinstance(each, str) else values


def _is_sane(numbers: FittedNumbers) -> bool:
    """Whether all numbers are such as fitting gives: it refuses those that are not."""
    every = (*numbers.shift, *numbers.fill, *numbers.span)
    sizes = (*map(abs, every), *numbers.scale)
    return all(0 <= size < GREATEST_FITTED for size in sizes)
