"""How raw values of each kind of data are kept in a file, and become what the network takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias, cast

import numpy as np

from engine.data.array import Array
from engine.data.kinds.fitted_numbers import FittedNumbers
from engine.data.kinds.spec import is_left_alone
from engine.data.samples import Values
from engine.export.python.expressions import literal
from engine.export.python.layout import Code, Group
from engine.export.python.training.constants import Constants, call
from engine.export.python.training.taken_along.columns import (
    Category,
    CyclicDatePart,
    DatePart,
    Number,
)
from graphs.data import DataKind, Field, ImageKind, TableKind
from graphs.notation import SCALED_PARTS
from graphs.types import Kind

if TYPE_CHECKING:
    import polars

    from graphs.data import Column


AnyColumn: TypeAlias = Number | Category | DatePart | CyclicDatePart


@dataclass(frozen=True, slots=True)
class RawField:
    """A field of the data with its raw values and all that was fitted to it."""

    name: str
    field: Field
    numbers: FittedNumbers
    values: Array

    @property
    def held(self) -> str:
        """Where the file has the raw values."""
        return held(self.name)


class RawCode:
    """Base of all, and what serves for a kind that has none of its own.

    Subclassing it with a kind of data registers it for that kind and those derived from it.
    """

    _of: ClassVar[dict[type[DataKind], RawCode]] = {}

    def __init_subclass__(cls, *, of: type[DataKind]) -> None:
        if of in RawCode._of:
            raise TypeError(f"two classes write how {of.id} is encoded")
        RawCode._of[of] = cls()

    @staticmethod
    def of(kind: DataKind) -> RawCode:
        """What is registered for a kind, or for what it is derived from."""
        return kind.companion(RawCode._of) or _USUAL

    def kept(self, name: str, values: Values) -> dict[str, Array]:
        """The raw values as arrays by name."""
        return {name: cast("Array", values)}

    def code(self, raw: RawField, constants: Constants) -> Code:
        """The expression that makes an array of what is ``kept``, as tensors hold it."""
        match raw.field.kind.tensor:
            case Kind.INDEX | Kind.TOKENS:
                return f"{raw.held}.astype(np.int64)"
            case Kind.MASK:
                return f"{raw.held}.astype({'np.float32' if raw.field.target else 'np.bool_'})"
            case Kind.FLOAT:
                return self._floats(raw, constants)

    def _floats(self, raw: RawField, constants: Constants) -> Code:
        if is_left_alone(raw.field) or not raw.numbers.shift:
            return self._alone(raw)
        shift = constants.named(f"{raw.name} shift", raw.numbers.shift)
        scale = constants.named(f"{raw.name} scale", raw.numbers.scale)
        axis = raw.field.kind.scaled_axis(raw.field)
        along = {} if axis is None or axis == -1 else {"axis": str(axis + (axis >= 0))}
        return call("scaled", self._wide(raw), shift, scale, **along)

    def _alone(self, raw: RawField) -> Code:
        return f"{raw.held}.astype(np.float32)"

    def _wide(self, raw: RawField) -> str:
        """Raw numbers as floats in which none of them changes."""
        if raw.values.dtype.kind == "f":
            return raw.held
        return f"{raw.held}.astype(np.float{32 if raw.values.itemsize <= 2 else 64})"


class Pictures(RawCode, of=ImageKind):
    """Bytes count from 0 to 1."""

    def _alone(self, raw: RawField) -> Code:
        return self._wide(raw) if raw.values.dtype == np.uint8 else super()._alone(raw)

    def _wide(self, raw: RawField) -> str:
        return f"unit_range({raw.held})" if raw.values.dtype == np.uint8 else super()._wide(raw)


class Tables(RawCode, of=TableKind):
    """An array for each column."""

    def kept(self, name: str, values: Values) -> dict[str, Array]:
        frame = cast("polars.DataFrame", values)
        return {f"{name}.{one.name}": _plain(one) for one in frame.iter_columns()}

    def code(self, raw: RawField, constants: Constants) -> Code:
        columns = columns_of(raw.name, raw.field, raw.numbers, constants)
        return call("encode_table", "raw", literal(raw.name), columns)


_USUAL = RawCode()


def held(name: str) -> str:
    """Where the raw values are."""
    return f"raw[{literal(name)}]"


def columns_of(name: str, field: Field, numbers: FittedNumbers, constants: Constants) -> str:
    """The constant that says how each column of a table is encoded."""
    items = [call(type(one).__name__, *map(literal, one)) for one in table_columns(field, numbers)]
    return constants.spelled(f"{name} columns", Group("(", items, ",)" if len(items) == 1 else ")"))


def table_columns(field: Field, numbers: FittedNumbers) -> list[AnyColumn]:
    """How each column of a table is encoded, as the file says it."""
    known = iter(zip(numbers.fill, numbers.shift, numbers.scale, strict=True))
    return [one for column in field.columns for one in _of_column(column, known)]


def _of_column(column: Column, known: Iterator[tuple[float, float, float]]) -> Iterator[AnyColumn]:
    if column.categories:
        yield Category(column.name, column.categories)
        return
    if not column.is_date:
        yield Number(column.name, *next(known))
        return
    for part in column.parts:
        yield (
            DatePart(column.name, part, *next(known))
            if part in SCALED_PARTS
            else CyclicDatePart(column.name, part)
        )


def _plain(column: polars.Series) -> Array:
    """Numbers with NaN, dates with NaT, and texts with "" where nothing is."""
    import polars

    found: Array
    if column.dtype.is_temporal():
        found = column.cast(polars.Datetime("us")).to_numpy()
    elif column.dtype.is_numeric():
        found = column.cast(polars.Float64).to_numpy()
    else:
        found = np.array(column.fill_null("").to_list(), dtype=np.str_)
    return found
