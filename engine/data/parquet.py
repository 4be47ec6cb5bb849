"""Reads Parquet: numbers, texts and dates as columns, every other kind left out by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.data.sheet import Sheet
from engine.errors import DataError

if TYPE_CHECKING:
    import polars


def read_parquet(path: Path) -> Sheet:
    """The table in a Parquet file. Raises DataError."""
    import polars

    try:
        # The engine panics on some broken files, which is no ordinary Exception.
        frame = polars.read_parquet(path, use_pyarrow=False, glob=False)
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError):
        raise DataError(
            f"{path.name} is no Parquet file, or a damaged one. Choose another file."
        ) from None
    if not frame.height:
        raise DataError(f"{path.name} has no rows. Choose a file with samples.")
    columns, left_out, moments = [], [], {}
    for column in frame.iter_columns():
        if column.dtype in (polars.Date, polars.Datetime):
            micros = column.cast(polars.Datetime("us")).cast(polars.Int64)
            moments[column.name] = micros.cast(polars.Float64)
        if (read := _column(column)) is None:
            left_out.append(
                f"The column “{column.name}” holds {_called(column.dtype)}, which cannot be "
                "learned from as it is; it is left out."
            )
        else:
            columns.append(read)
    if not columns:
        raise DataError(f"{path.name} has no column of numbers or texts. Choose another file.")
    lines = range(1, frame.height + 1)
    return Sheet(path, polars.DataFrame(columns), lines, "row", tuple(left_out), moments)


def _column(column: polars.Series) -> polars.Series | None:
    import polars

    kind = column.dtype
    if kind == polars.Boolean:
        return column.cast(polars.String)
    if kind.is_numeric() or kind == polars.Null:
        return column.cast(polars.Float64).fill_nan(None)
    if kind in (polars.String, polars.Categorical, polars.Enum):
        texts = column.cast(polars.String).str.strip_chars()
        return texts.set(texts == "", None)
    if kind in (polars.Date, polars.Datetime):
        moments = column.cast(polars.Datetime("us", getattr(kind, "time_zone", None)))
        return moments.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return None


def _called(kind: polars.DataType) -> str:
    if kind.is_temporal():
        return "dates or times"
    if kind.is_nested():
        return "lists or records"
    return f"values of the kind {kind}"
