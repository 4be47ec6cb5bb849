"""What raw values of a kind of data are: how they are fitted, encoded and shown.

Here as numbers, positions or marks, by the tensor that they become; a module beside this one for
each kind that needs more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, TypeAlias, cast

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.kinds.fitted_numbers import FittedNumbers, Spread, spread_of
from engine.data.ragged import Ragged
from engine.data.samples import Values
from engine.errors import DataError
from graphs.data import DataKind, Field, Normalize
from graphs.types import Kind
from graphs.wording.figures import figure

Shown: TypeAlias = (
    "Array | tuple[Array, ...] | tuple[dict[str, Any], ...] | tuple[str, ...] | tuple[float, ...]"
)
"""Pictures as samples × height × width × channels of bytes; series and rows of numbers as samples ×
steps × values, or as one array per sample where they differ in their steps; tokens that have a
spelling as texts; rows of a table by column; classes by name, those of several steps as one text;
numbers."""

BLOCK = 256
"""Samples that are fitted at a time."""
MOST_TOLD = 8
"""Numbers of a sample that are told in words."""


class RawValues:
    """Base of all, and what serves for a kind that has none of its own.

    Subclassing it with a kind of data registers it for that kind and those derived from it. All
    take a field and values as ``Samples`` hold them.
    """

    _of: ClassVar[dict[type[DataKind], RawValues]] = {}

    def __init_subclass__(cls, *, of: type[DataKind]) -> None:
        if of in RawValues._of:
            raise TypeError(f"two classes hold the raw values of {of.id}")
        RawValues._of[of] = cls()

    @staticmethod
    def of(kind: DataKind) -> RawValues:
        """What is registered for a kind, or for what it is derived from."""
        return kind.companion(RawValues._of) or _PLAIN

    # ---- fitting ----

    def fitted(
        self, field: Field, values: Values, rows: Array, poll: Poll = go_on
    ) -> FittedNumbers:
        """What is fitted on these rows. Raises DataError for what cannot be computed with.

        ``poll`` is called between blocks, as values on a disk take long, and may raise.
        """
        if is_left_alone(field):
            return FittedNumbers()
        spread = spread_of(field.normalize, partial(self.blocks, field, values, rows, poll))
        return self.scaled_by(spread)

    def scaled_by(self, spread: Spread) -> FittedNumbers:
        """What follows from a spread. Raises DataError for what cannot be computed with."""
        if not np.isfinite(spread.scale).all():
            raise DataError("The data holds values too large to compute with. Correct them.")
        return FittedNumbers(tuple(spread.shift.tolist()), tuple(spread.scale.tolist()))

    def fits(self, field: Field, numbers: FittedNumbers) -> bool:
        """Whether there are as many numbers as ``fitted`` gives."""
        count = 0 if is_left_alone(field) else scale_count(field)
        return numbers.counts() == (count, count, 0) and not numbers.span

    def blocks(
        self, field: Field, values: Values, rows: Array, poll: Poll = go_on
    ) -> Iterator[Array]:
        """The samples at these rows a few at a time, as rows with a column for each scale."""
        for part in np.split(rows, range(BLOCK, len(rows), BLOCK)):
            poll()
            taken = cast("Array | Ragged", values)[part]
            array = taken.values if isinstance(taken, Ragged) else taken
            block = scales_last(field, self.floats(array))
            yield block.reshape(-1, scale_count(field)).astype(np.float64, copy=False)

    def floats(self, values: Array) -> Array:
        """Raw numbers as floats in which none of them changes; itself where they are."""
        if values.dtype.kind == "f":
            return values
        return values.astype(np.float32 if values.itemsize <= 2 else np.float64)

    # ---- encoding ----

    def encoded(self, name: str, field: Field, numbers: FittedNumbers, values: Values) -> Array:
        """The values as a tensor holds them, samples first; ``name`` is for messages.

        Raises DataError.
        """
        array = cast("Array", values)
        match field.kind.tensor:
            case Kind.FLOAT:
                return self._scaled(field, numbers, array)
            case Kind.INDEX | Kind.TOKENS:
                return _positions(name, array, field.kind.values(field) or 0)
            case Kind.MASK:
                return _marks(name, field, array)

    def scales(self, field: Field, numbers: FittedNumbers) -> tuple[Array, Array]:
        """Scale and shift of each value, shaped to be computed with a batch of them."""
        axis = field.kind.scaled_axis(field)
        further = len(field.sizes) - 1 - axis if axis is not None and axis >= 0 else 0
        shape = (-1, *(1,) * further)
        return np.array(numbers.scale).reshape(shape), np.array(numbers.shift).reshape(shape)

    def _scaled(self, field: Field, numbers: FittedNumbers, values: Array) -> Array:
        raw = self.floats(values)
        if raw is values:  # in place from here on, and the source keeps its own
            raw = raw.copy()
        with np.errstate(over="ignore", invalid="ignore"):
            if numbers.shift:
                columns = scales_last(field, raw)
                columns -= np.array(numbers.shift, dtype=raw.dtype)
                columns *= numbers.factor().astype(raw.dtype)
            encoded = np.ascontiguousarray(raw, dtype=np.float32)
        if not np.isfinite(encoded).all():
            raise DataError("The data holds values that are no finite numbers. Remove them.")
        return encoded

    def in_file(self, path: Path) -> Array | None:
        """What a file of the kind's own format holds, one sample or several. Raises DataError.

        None where there is no such format. Files of arrays and of JSON are read for every kind.
        """
        return None

    # ---- showing ----

    def shown(self, field: Field, values: Values, fields: Iterable[Field]) -> Shown:
        """A few samples for the eye; ``fields`` are all of the data."""
        if isinstance(values, Ragged):
            return tuple(values.sample(row) for row in range(len(values)))
        return cast("Array", values)

    def told(self, field: Field, value: Array, joint: str) -> str:
        """One sample in words; ``joint`` stands between those of several steps."""
        if field.kind.has_classes and field.kind.tensor is Kind.INDEX:
            return joint.join(field.classes[int(label)] for label in value.reshape(-1))
        return ", ".join(figure(float(number)) for number in value.reshape(-1)[:MOST_TOLD])


_PLAIN = RawValues()


def is_left_alone(field: Field) -> bool:
    """Whether nothing is fitted."""
    return field.normalize is Normalize.NONE or field.kind.tensor is not Kind.FLOAT


def scale_count(field: Field) -> int:
    """How many pairs of numbers are fitted: per channel, per value of a step, or per number."""
    axis = field.kind.scaled_axis(field)
    return 1 if axis is None else int(field.sizes[axis])


def scales_last(field: Field, values: Array) -> Array:
    """A view of samples that has the places with scales of their own as its last axis."""
    axis = field.kind.scaled_axis(field)
    return values if axis is None or axis < 0 else np.moveaxis(values, axis + 1, -1)


def _positions(name: str, values: Array, known: int) -> Array:
    """Checked here, because on a GPU one wrong label breaks everything that follows."""
    if len(values) and not (values.min() >= 0 and values.max() < known):
        raise DataError(
            "“{name}” has values outside of 0 to {last}. Choose the data again, so that the "
            "document knows all of them.",
            name=name,
            last=known - 1,
        )
    return values.astype(np.int64)


def _marks(name: str, field: Field, values: Array) -> Array:
    """Yes and no: as numbers where they are learned, which losses compute with."""
    if not np.isin(values, (0, 1)).all():
        raise DataError("“{name}” holds something else than 0 and 1. Choose other data.", name=name)
    return values.astype(np.float32 if field.target else np.bool_)
