"""Turns plain arrays into fields, by their dtype and shape."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.array import Array
from engine.data.arrays.array_files import held_in
from engine.data.arrays.kinds import (
    MOST_CLASSES,
    Channels,
    InputKind,
    TargetKind,
    are_labels,
    is_one_hot,
)
from engine.data.pictures.value_range import Span, span_of, told
from engine.data.samples import Values
from engine.data.tables.columns import number_name
from engine.errors import DataError
from graphs.data import (
    ClassKind,
    Column,
    Field,
    ImageKind,
    LabelsKind,
    Normalize,
    NumberKind,
    SeriesKind,
    TableKind,
    TokensKind,
)
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars


MOST_COLUMNS = 4096


@dataclass(frozen=True, slots=True)
class ArrayField:
    """An array as a field of the data, with its values as Samples hold them."""

    field: Field
    values: Values
    notices: tuple[str, ...] = ()


def as_tokens(name: str, array: Array) -> ArrayField:
    """Whole numbers as tokens. Raises DataError for others."""
    if array.dtype.kind not in "bui" or (array.size and array.min() < 0):
        raise DataError(
            "“{name}” cannot be read as tokens, which are whole numbers from 0 on. Choose "
            "another array.",
            name=name,
        )
    vocabulary = int(array.max(initial=0)) + 1
    field = Field(TokensKind.id, array.shape[1:], vocabulary=vocabulary)
    return ArrayField(field, array.astype(np.int64))


def as_classes(name: str, array: Array) -> ArrayField:
    """Whole numbers, yes and no, or texts as classes, one per sample or per step."""
    known, labels = np.unique(array, return_inverse=True)
    if len(known) > MOST_CLASSES:
        raise DataError(
            "“{name}” has {count:,} different values, too many to tell apart as classes. "
            "Read it as numbers, or choose another array.",
            name=name,
            count=len(known),
        )
    if len(known) < 2:
        raise DataError(
            "“{name}” has the same value everywhere, so there is nothing to learn. Choose "
            "another array to predict.",
            name=name,
        )
    names = tuple(_class_name(value) for value in known)
    sizes = () if array.shape[1:] == (1,) else array.shape[1:]
    labels = labels.reshape((len(array), *sizes)).astype(np.int64)
    return ArrayField(Field(ClassKind.id, sizes, classes=names, target=True), labels)


def _class_name(value: np.generic) -> str:
    return number_name(float(value)) if isinstance(value, np.floating) else str(value)


def as_target(name: str, array: Array, kind: TargetKind) -> ArrayField:
    """What is to be predicted, of the kind that was decided. Raises DataError."""
    match kind:
        case "classes":
            return as_classes(name, array)
        case "one_hot":
            return _as_one_hot(name, array)
        case "labels":
            return _as_labels(name, array)
        case "numbers":
            return as_numbers(name, array)


def _as_one_hot(name: str, array: Array) -> ArrayField:
    if not is_one_hot(array):
        raise DataError(
            "“{name}” cannot be read as one-hot rows, each of which has a single 1 and "
            "nothing else. Read it as classes or as numbers.",
            name=name,
        )
    names = tuple(map(str, range(array.shape[1])))
    labels = array.argmax(axis=1).astype(np.int64)
    return ArrayField(Field(ClassKind.id, classes=names, target=True), labels)


def _as_labels(name: str, array: Array) -> ArrayField:
    if not are_labels(array):
        raise DataError(
            "“{name}” cannot be read as labels, which are rows of 0 and 1 with a column "
            "for each. Read it as classes or as numbers.",
            name=name,
        )
    names = tuple(map(str, range(array.shape[1])))
    return ArrayField(Field(LabelsKind.id, classes=names, target=True), array.astype(np.uint8))


def as_numbers(name: str, array: Array) -> ArrayField:
    """Numbers to predict: N and N × 1 alike as one, anything else as it is."""
    numbers = _converted(_finite(name, array), np.float64)
    numbers = numbers[:, None] if numbers.ndim == 1 else numbers
    field = Field(NumberKind.id, numbers.shape[1:], normalize=Normalize.STANDARD, target=True)
    return ArrayField(field, numbers)


def as_input(name: str, array: Array, kind: InputKind, where: Channels) -> ArrayField:
    """What to learn from, of the kind that was decided. Raises DataError."""
    if array.dtype.kind not in "buif":
        raise DataError(
            "“{name}” holds {held}, which cannot be learned from. Choose other arrays.",
            name=name,
            held=held_in(array.dtype),
        )
    if array.ndim > 4:
        raise DataError(
            "“{name}” has {ndim} axes, and at most 4 can be learned from: samples, "
            "channels, height and width. Choose other arrays.",
            name=name,
            ndim=array.ndim,
        )
    match kind:
        case "pictures":
            return _pictures(name, _channels_first(name, array, where))
        case "series":
            return _series(name, array)
        case "tables":
            return _rows(name, array)


def _channels_first(name: str, array: Array, where: Channels) -> Array:
    """N × C × H × W, whichever way the pictures come. Raises DataError for what are none."""
    if array.ndim == 2 and (side := isqrt(array.shape[1])) ** 2 == array.shape[1]:
        return array.reshape(len(array), 1, side, side)
    if array.ndim == 3:
        return array[:, None]
    if array.ndim != 4:
        sizes = " × ".join(map(str, array.shape[1:])) or "1"
        raise DataError(
            "“{name}” has {sizes} numbers per sample, which are no pictures.",
            name=name,
            sizes=sizes,
        )
    return np.ascontiguousarray(np.moveaxis(array, -1, 1)) if where == "last" else array


def _series(name: str, array: Array) -> ArrayField:
    """Steps × values; steps of a single value where there is no axis for values."""
    if array.ndim not in (2, 3):
        raise DataError(
            "“{name}” has {ndim} axes, and a series has samples, steps and values. Read it "
            "as pictures.",
            name=name,
            ndim=array.ndim,
        )
    steps = _converted(_finite(name, array), np.float64)
    steps = steps[..., None] if array.ndim == 2 else steps
    return ArrayField(Field(SeriesKind.id, steps.shape[1:], normalize=Normalize.STANDARD), steps)


def _pictures(name: str, array: Array) -> ArrayField:
    if array.dtype == np.uint8:
        return ArrayField(Field(ImageKind.id, array.shape[1:]), array)
    numbers = _converted(_finite(name, array), np.float32)
    low, high = (float(numbers.min()), float(numbers.max())) if numbers.size else (0.0, 1.0)
    span = span_of(low, high, whole=array.dtype.kind in "ui")
    normalize = Normalize.NONE if span == Span(0, 1) else Normalize.STANDARD
    if span is not None and span.is_deep:
        normalize = Normalize.RANGE
    field = Field(ImageKind.id, numbers.shape[1:], normalize=normalize)
    return ArrayField(field, numbers, (told(name, low, high, span),))


def _rows(name: str, array: Array) -> ArrayField:
    """A table whose columns are numbered; what is not a number is missing."""
    import polars

    rows = array[:, None] if array.ndim == 1 else array.reshape(len(array), -1)
    if rows.shape[1] > MOST_COLUMNS:
        raise DataError(
            "“{name}” has {shape:,} numbers per sample, and a table has at most "
            "{most_columns:,}. Save it with a third axis, as steps or as a picture.",
            name=name,
            shape=rows.shape[1],
            most_columns=MOST_COLUMNS,
        )
    numbers = _converted(rows, np.float64)
    if np.isinf(numbers).any():
        raise DataError("“{name}” holds infinite numbers. Correct or remove them.", name=name)
    names = (
        [f"{name} {at}" for at in range(1, rows.shape[1] + 1)]
        if rows.shape[1] > 1 or array.ndim > 1
        else [name]
    )
    frame: polars.DataFrame = polars.DataFrame(
        [polars.Series(n, numbers[:, at]).fill_nan(None) for at, n in enumerate(names)]
    )
    columns = tuple(Column(one) for one in names)
    field = Field(TableKind.id, (len(names),), columns=columns, normalize=Normalize.STANDARD)
    return ArrayField(field, frame, _missing(name, numbers))


def _missing(name: str, numbers: Array) -> tuple[str, ...]:
    """What is said of values of a table that are no numbers."""
    none = np.isnan(numbers)
    count, rows = int(none.sum()), int(none.any(axis=1).sum())
    if not count:
        return ()
    return (
        phrase(
            "“{name}” has no number (NaN) in {count:,} of {size:,} places, in {rows:,} of "
            "{other_count:,} samples; they are taken as missing.",
            name=name,
            count=count,
            size=none.size,
            rows=rows,
            other_count=len(none),
        ),
    )


def _converted(array: Array, kind: type[np.floating[Any]]) -> Array:
    """The numbers as others; those that are too large become infinite, which is refused later."""
    with np.errstate(over="ignore"):
        return array.astype(kind)


def _finite(name: str, array: Array) -> Array:
    if array.dtype.kind not in "buif":
        raise DataError(
            "“{name}” holds {held} and no numbers. Choose another array.",
            name=name,
            held=held_in(array.dtype),
        )
    bad = ~np.isfinite(array.reshape(len(array), -1)).all(axis=1)
    if bad.any():
        raise DataError(
            "“{name}” holds values that are no finite numbers in {total:,} of {count:,} "
            "samples, the first of them sample {argmax}. Correct or remove them.",
            name=name,
            total=int(bad.sum()),
            count=len(array),
            argmax=int(bad.argmax()) + 1,
        )
    return array
