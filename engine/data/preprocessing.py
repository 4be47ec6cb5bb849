"""What turns raw values into tensors: numbers fitted on the training split, kept as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import msgspec
import numpy as np
import torch

from engine.data.array import Array
from engine.data.pictures.value_range import Span, span_of
from engine.data.ragged import Ragged, check_lengths, padded
from engine.data.samples import Samples, Values
from engine.data.tables.encoded_rows import (
    encoded_rows,
    filled_columns,
    refuse_beyond,
    scaled_names,
)
from engine.errors import DataError
from graphs.data import (
    ClassKind,
    DataKind,
    Domain,
    Field,
    ImageKind,
    LabelsKind,
    Normalize,
    SeriesKind,
    TableKind,
    TokensKind,
)
from graphs.errors import FileError
from graphs.files import strict
from graphs.wording.visible import visible

if TYPE_CHECKING:
    import polars


VERSION = 1
GREATEST = float(np.finfo(np.float32).max)
GREATEST_FITTED = 1e300
"""Numbers as large as this have no finite square, and so no spread that could be computed."""
BLOCK = 256
"""Samples that are fitted at a time."""


@dataclass(frozen=True, slots=True)
class FittedNumbers:
    """What was fitted for one field, per column, channel or value of a step.

    ``encoded = (raw - shift) / scale``. A scale of 0 marks what was constant in training, and is
    encoded as 0.
    """

    shift: tuple[float, ...] = ()
    scale: tuple[float, ...] = ()
    fill: tuple[float, ...] = ()
    """What stands for a missing number: the median of the training samples."""
    span: tuple[float, ...] = ()
    """What black and white are in the raw numbers of pictures, where something says it."""

    def factor(self) -> Array:
        """One over ``scale``, and 0 where that is 0."""
        scale = np.array(self.scale)
        factor = np.zeros_like(scale)
        np.divide(1.0, scale, out=factor, where=scale != 0)
        return factor


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """The fields of the data and their fitted numbers: all that is needed to encode new samples."""

    fields: Mapping[str, Field]
    domains: Mapping[str, Domain]
    numbers: Mapping[str, FittedNumbers]
    version: int = VERSION

    @classmethod
    def fitted(cls, samples: Samples, rows: Array) -> Preprocessing:
        """Fit every field on ``rows`` alone, which are the training samples."""
        numbers = {
            name: _fitted(field, samples.values[name], rows)
            for name, field in samples.fields.items()
        }
        for name, each in numbers.items():
            if not _is_sane(each):
                raise DataError(f"“{name}” holds values too large to compute with. Correct them.")
        return cls(samples.fields, samples.domains, numbers)

    @classmethod
    def decoded(cls, data: bytes) -> Preprocessing:
        """What ``encoded`` wrote. Raises DataError for anything else."""
        try:
            read = strict.value(data, cls, "“preprocessing.json”")
        except FileError as error:
            raise DataError(
                f"The preprocessing of this run cannot be read. {error} Or train it again."
            ) from None
        if read.version != VERSION:
            raise DataError(
                f"The preprocessing of this run has version {read.version}, but this program reads "
                f"version {VERSION}. Use the program that wrote it."
            )
        for name, field in read.fields.items():
            if DataKind.find(field.content) is None:
                raise DataError(
                    f"The preprocessing of this run cannot be read: “{name}” is of the kind "
                    f"“{visible(field.content)}”, which this program does not know. Use the "
                    "program that wrote it."
                )
            if name in read.numbers and not _is_sane(read.numbers[name]):
                raise DataError(
                    f"The preprocessing of this run cannot be read: the numbers for “{name}” are "
                    "too large or too small to compute with. Put “preprocessing.json” back as it "
                    "was, or train it again."
                )
            if name not in read.numbers or not _fits(field, read.numbers[name]):
                raise DataError(
                    f"The preprocessing of this run cannot be read: the numbers for “{name}” do "
                    "not fit it. Train it again."
                )
        return read

    def encoded(self) -> bytes:
        """Itself as JSON, the same bytes for the same numbers."""
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
        match field.content:
            case ClassKind.id | TokensKind.id:
                known = field.vocabulary or len(field.classes)
                return _positions(name, cast("Array", values), known)
            case LabelsKind.id:
                return _labels(name, cast("Array", values), len(field.classes))
            case TableKind.id:
                return torch.from_numpy(
                    encoded_rows(field, numbers, cast("polars.DataFrame", values))
                )
            case _:
                return torch.from_numpy(_scaled(field, numbers, cast("Array", values)))

    def restore(self, name: str, encoded: torch.Tensor) -> torch.Tensor:
        """Predictions of a number field in the user's own units again."""
        numbers, field = self.numbers[name], self.fields[name]
        if not numbers.shift:
            return encoded
        both = (_per_value(field, values, rest) for values, rest in _pairs(numbers))
        scale, shift = (torch.tensor(v, dtype=encoded.dtype, device=encoded.device) for v in both)
        if field.content == ImageKind.id:  # channels × height × width
            scale, shift = scale[:, None, None], shift[:, None, None]
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


def targets_last(field: Field, values: torch.Tensor) -> torch.Tensor:
    """Values with all that has a number of its own in the last axis, and one where none has.

    That is the channel of a picture, the value of a step, or one of several numbers.
    """
    if field.content == ImageKind.id:
        return values.movedim(1, -1)
    if not field.sizes or isinstance(field.sizes[-1], str):
        return values.reshape(-1, 1)
    return values.reshape(-1, 1) if _columns(field) == 1 else values


def _pairs(numbers: FittedNumbers) -> tuple[tuple[tuple[float, ...], float], ...]:
    """Scale and shift, each with what a value has that was left as it is."""
    return (numbers.scale, 1.0), (numbers.shift, 0.0)


def _per_value(field: Field, values: tuple[float, ...], rest: float) -> list[float]:
    """One number for each value of a row: those of categories were left as they are."""
    if field.content != TableKind.id:
        return list(values)
    known = iter(values)
    columns = (
        [rest] * column.width if column.categories else [next(known)] for column in field.columns
    )
    return [number for column in columns for number in column]


def _fits(field: Field, numbers: FittedNumbers) -> bool:
    """Whether there are as many numbers as ``_fitted`` gives."""
    lengths = len(numbers.shift), len(numbers.scale), len(numbers.fill)
    if len(numbers.span) not in (0, 2):
        return False
    if field.content == TableKind.id:
        count = len(scaled_names(field))
        return lengths == (count, count, count)
    if _is_left_alone(field):
        return lengths == (0, 0, 0)
    count = _columns(field)
    return lengths == (count, count, 0)


def _is_sane(numbers: FittedNumbers) -> bool:
    """Whether all numbers are such as ``_fitted`` gives: it refuses those that are not."""
    every = (*numbers.shift, *numbers.fill, *numbers.span)
    sizes = (*map(abs, every), *numbers.scale)
    return all(0 <= size < GREATEST_FITTED for size in sizes)


def _columns(field: Field) -> int:
    """How many pairs of numbers are fitted: per channel, per value of a step, or per number."""
    if field.content == SeriesKind.id and len(field.sizes) == 1:
        return 1  # one value per step, and all steps share their scale
    return int(field.sizes[0 if field.content == ImageKind.id else -1])


def _is_left_alone(field: Field) -> bool:
    named = {ClassKind.id, LabelsKind.id, TokensKind.id}
    return field.normalize is Normalize.NONE or field.content in named


def _fitted(field: Field, values: Values, rows: Array) -> FittedNumbers:
    if field.content == TableKind.id:
        frame = cast("polars.DataFrame", values)[rows]
        names, filled, medians = filled_columns(field, frame)
        if not names:
            return FittedNumbers()
        shift, scale = _shift_and_scale(field.normalize, lambda: [filled])
        refuse_beyond(names, scale)
        return FittedNumbers(tuple(shift.tolist()), tuple(scale.tolist()), medians)
    if _is_left_alone(field):
        return FittedNumbers()
    samples = cast("Array | Ragged", values)

    def blocks() -> Iterator[Array]:
        for part in np.split(rows, range(BLOCK, len(rows), BLOCK)):
            taken = samples[part]
            array = taken.values if isinstance(taken, Ragged) else taken
            block = _columns_last(field, _unit(field, array))
            yield block.reshape(-1, _columns(field)).astype(np.float64, copy=False)

    span: tuple[float, ...] = ()
    if field.content == ImageKind.id:
        low = min(float(block.min()) for block in blocks())
        high = max(float(block.max()) for block in blocks())
        is_range = field.normalize is Normalize.RANGE
        whole = is_range or all((block == np.round(block)).all() for block in blocks())
        known = span_of(low, high, whole=whole)
        span = () if known is None else (known.black, known.white)
    shift, scale = _shift_and_scale(field.normalize, blocks)
    if not np.isfinite(scale).all():
        raise DataError("The data holds values too large to compute with. Correct them.")
    return FittedNumbers(tuple(shift.tolist()), tuple(scale.tolist()), span=span)


@np.errstate(over="ignore", invalid="ignore")  # what is too large gives a scale that is not finite
def _shift_and_scale(how: Normalize, blocks: Callable[[], Iterable[Array]]) -> tuple[Array, Array]:
    """For each column of a table that comes in blocks of rows, so that no second one is in memory.

    A column that varies by no more than rounding errors counts as constant.
    """
    low = np.min([block.min(axis=0) for block in blocks()], axis=0)
    high = np.max([block.max(axis=0) for block in blocks()], axis=0)
    if how is Normalize.NONE:
        return np.zeros(len(low)), np.ones(len(low))
    if how is Normalize.RANGE:
        shift, scale = low, high - low
    else:
        count = sum(len(block) for block in blocks())
        shift = np.sum([block.sum(axis=0) for block in blocks()], axis=0) / count
        squares = [((block - shift) ** 2).sum(axis=0) for block in blocks()]
        scale = np.sqrt(np.sum(squares, axis=0) / count)
    noise = 10 * np.finfo(np.float64).eps * np.maximum(np.abs(low), np.abs(high))
    return shift, np.where(scale <= noise, 0.0, scale)


def _unit(field: Field, values: Array) -> Array:
    """Pictures of bytes as floats from 0 to 1; everything else as it is."""
    if field.content == ImageKind.id and values.dtype == np.uint8:
        unit: Array = np.divide(values, np.float32(255), dtype=np.float32)
        return unit
    return values


def _columns_last(field: Field, values: Array) -> Array:
    return np.moveaxis(values, 1, -1) if field.content == ImageKind.id else values


def _scaled(field: Field, numbers: FittedNumbers, values: Array) -> Array:
    raw = _unit(field, values)
    if raw is values:  # in place from here on, and the source keeps its own
        raw = raw.copy()
    with np.errstate(over="ignore", invalid="ignore"):
        if numbers.shift:
            columns = _columns_last(field, raw)
            columns -= np.array(numbers.shift, dtype=raw.dtype)
            columns *= numbers.factor().astype(raw.dtype)
        encoded = np.ascontiguousarray(raw, dtype=np.float32)
    if not np.isfinite(encoded).all():
        raise DataError("The data holds values that are no finite numbers. Remove them.")
    return encoded


def _positions(name: str, values: Array, known: int) -> torch.Tensor:
    """Checked here, because on a GPU one wrong label breaks everything that follows."""
    if len(values) and not (values.min() >= 0 and values.max() < known):
        raise DataError(
            f"“{name}” has values outside of 0 to {known - 1}. Choose the data again, so that the "
            "document knows all of them."
        )
    return torch.from_numpy(values.astype(np.int64))


def _labels(name: str, values: Array, known: int) -> torch.Tensor:
    if values.shape[1:] != (known,) or not np.isin(values, (0, 1)).all():
        raise DataError(
            f"“{name}” does not say of {known} labels whether they hold. Choose the data again."
        )
    return torch.from_numpy(values.astype(np.float32))
