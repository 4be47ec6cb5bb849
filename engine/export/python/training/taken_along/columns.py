"""Raw numbers and columns of tables, brought to the scale that was fitted to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.export.python.training.taken_along.array_files import NUMBERS, UnfitSamplesError
from engine.export.python.training.taken_along.csv_files import csv_rows

MICROSECONDS_PER_DAY = 86_400_000_000
PERIODS = {"month": 12, "day": 31, "weekday": 7, "hour": 24}


def unit_range(values: NDArray[Any]) -> NDArray[Any]:
    """Bytes as numbers from 0 to 1; what is no bytes is such already."""
    is_bytes = values.dtype == np.uint8
    return np.divide(values, 255, dtype=np.float32) if is_bytes else values.astype(np.float32)


def reciprocals(scale: Sequence[float]) -> NDArray[np.float64]:
    """One over each, and 0 for what was the same in all training samples."""
    return np.array([1 / one if one else 0.0 for one in scale])


def scaled(
    values: NDArray[Any], shift: Sequence[float], scale: Sequence[float], axis: int = -1
) -> NDArray[np.float32]:
    """``(values - shift) / scale`` along an axis, or by one number for all."""
    shape = [1] * values.ndim
    shape[axis] = len(shift)
    wide = np.promote_types(values.dtype, np.float32)  # whole numbers would cut off the shift
    moved = values.astype(wide) - np.array(shift, wide).reshape(shape)
    return np.asarray(moved * reciprocals(scale).astype(wide).reshape(shape), np.float32)


class TableColumn(Protocol):
    """How one column of a table is read and encoded."""

    @property
    def name(self) -> str:
        """What the column is called."""

    @property
    def kinds(self) -> str:
        """The kinds of numpy's arrays that may hold it."""

    @property
    def noun(self) -> str:
        """What it holds."""

    def fault(self, cell: str) -> str:
        """What is wrong with a cell of a file; empty where nothing is."""

    def read(self, cells: Sequence[str]) -> NDArray[Any]:
        """What the cells of a file hold."""

    def encoded(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Rows × what the column becomes."""


class Number(NamedTuple):
    """A column of numbers: what stands for a missing one, and how all are scaled."""

    name: str
    fill: float
    shift: float
    scale: float

    @property
    def kinds(self) -> str:
        """The kinds of numpy's arrays that may hold it."""
        return NUMBERS

    @property
    def noun(self) -> str:
        """What it holds."""
        return "numbers"

    def fault(self, cell: str) -> str:
        """What is wrong with a cell of a file; empty where nothing is."""
        return "" if not cell or reads_as_number(cell) else "no number, as 1.5 is"

    def read(self, cells: Sequence[str]) -> NDArray[Any]:
        """The numbers of the cells of a file."""
        return np.array([float(cell) if cell else np.nan for cell in cells])

    def encoded(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Rows × 1."""
        filled = np.where(np.isnan(values), self.fill, values)
        return np.asarray((filled - self.shift) * reciprocals([self.scale]))[:, None]


class Category(NamedTuple):
    """A column that holds one of several values."""

    name: str
    values: tuple[str, ...]

    @property
    def kinds(self) -> str:
        """The kinds of numpy's arrays that may hold it."""
        return "U"

    @property
    def noun(self) -> str:
        """What it holds."""
        return "texts"

    def fault(self, cell: str) -> str:
        """Nothing: a value that is not known is like none."""
        return ""

    def read(self, cells: Sequence[str]) -> NDArray[Any]:
        """The texts of the cells of a file."""
        return np.array(cells, dtype=np.str_)

    def encoded(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Rows × values: 1 for the one that is there, all 0 for another."""
        return np.asarray(values[:, None] == np.array(self.values), np.float64)


class DatePart(NamedTuple):
    """A column of dates, of which one part is brought to a scale: days since 1970, or the year."""

    name: str
    part: str
    fill: float
    shift: float
    scale: float

    @property
    def kinds(self) -> str:
        """The kinds of numpy's arrays that may hold it."""
        return "M"

    @property
    def noun(self) -> str:
        """What it holds."""
        return "dates"

    def fault(self, cell: str) -> str:
        """What is wrong with a cell of a file; empty where nothing is."""
        return "" if not cell or reads_as_date(cell) else "no date, as 2026-01-31 is"

    def read(self, cells: Sequence[str]) -> NDArray[Any]:
        """The dates of the cells of a file, as ISO 8601 has them."""
        return np.array([cell or "NaT" for cell in cells], dtype="datetime64[us]")

    def encoded(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Rows × 1."""
        part = np.where(np.isnat(values), self.fill, date_part(values, self.part))
        return ((part - self.shift) * reciprocals([self.scale]))[:, None]


class CyclicDatePart(NamedTuple):
    """A column of dates, of which one part goes round, such as the month."""

    name: str
    part: str

    @property
    def kinds(self) -> str:
        """The kinds of numpy's arrays that may hold it."""
        return "M"

    @property
    def noun(self) -> str:
        """What it holds."""
        return "dates"

    def fault(self, cell: str) -> str:
        """What is wrong with a cell of a file; empty where nothing is."""
        return "" if not cell or reads_as_date(cell) else "no date, as 2026-01-31 is"

    def read(self, cells: Sequence[str]) -> NDArray[Any]:
        """The dates of the cells of a file, as ISO 8601 has them."""
        return np.array([cell or "NaT" for cell in cells], dtype="datetime64[us]")

    def encoded(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Rows × 2: sine and cosine; 0 where there is no date."""
        angle = date_part(values, self.part) * (2 * np.pi / PERIODS[self.part])
        pair = np.stack([np.sin(angle), np.cos(angle)], axis=1)
        return np.where(np.isnat(values)[:, None], 0.0, pair)


def reads_as_number(cell: str) -> bool:
    """Whether a cell holds a finite number, or says that there is none."""
    try:
        return abs(float(cell)) != np.inf and "_" not in cell
    except ValueError:
        return False


def reads_as_date(cell: str) -> bool:
    """Whether a cell holds a date as ISO 8601 has it, or says that there is none."""
    try:
        np.datetime64(cell, "us")
    except ValueError:
        return False
    return cell[:1].isdigit() or cell == "NaT"


def date_part(dates: NDArray[Any], part: str) -> NDArray[np.float64]:
    """Days since 1970, the year, or how far a period has come."""
    moments = np.where(np.isnat(dates), np.datetime64(0, "us"), dates)
    micros = moments.astype(np.int64)
    days, months = moments.astype("datetime64[D]"), moments.astype("datetime64[M]")
    match part:
        case "elapsed":
            return np.asarray(micros / MICROSECONDS_PER_DAY)
        case "year":
            return np.asarray(moments.astype("datetime64[Y]").astype(np.int64) + 1970.0)
        case "month":
            return np.asarray(months.astype(np.int64) % 12 * 1.0)
        case "day":
            return np.asarray((days - months).astype(np.int64) * 1.0)
        case "weekday":  # 1970 began on a Thursday
            return np.asarray((days.astype(np.int64) + 3) % 7 * 1.0)
        case _:
            return np.asarray(micros % MICROSECONDS_PER_DAY / (MICROSECONDS_PER_DAY / 24))


def encode_table(
    raw: Mapping[str, NDArray[Any]], name: str, columns: Sequence[TableColumn]
) -> NDArray[np.float32]:
    """All that the columns of a table become, side by side."""
    encoded = []
    for column in columns:
        values = raw[f"{name}.{column.name}"]
        if values.ndim != 1 or values.dtype.kind not in column.kinds:
            raise UnfitSamplesError(
                f"its array “{name}.{column.name}” is to hold {column.noun}, one for each sample."
            )
        encoded.append(column.encoded(values))
        if len(values) != len(encoded[0]):
            raise UnfitSamplesError(
                f"its array “{name}.{column.name}” has {len(values)} rows, and the first "
                f"column has {len(encoded[0])}. Save as many of each."
            )
    table = np.concatenate(encoded, axis=1).astype(np.float32)
    if not np.isfinite(table).all():
        raise UnfitSamplesError(f"“{name}” has numbers that are not finite.")
    return table


def read_csv(file: Path, name: str, columns: Sequence[TableColumn]) -> dict[str, NDArray[Any]]:
    """The columns of a CSV file with a header: numbers with a point, dates as ISO 8601 has them."""
    rows, found = csv_rows(file, [column.name for column in columns]), {}
    for column in columns:
        cells = [row.cells[column.name].strip() for row in rows]
        for row, cell in zip(rows, cells, strict=True):
            if fault := column.fault(cell):
                place = f"“{column.name}” in line {row.line} of {file.name}"
                raise ValueError(f"{place} is “{cell}”, which is {fault}.")
        found[f"{name}.{column.name}"] = column.read(cells)
    return found
