"""Tables from files whose columns have kinds of their own: Parquet, workbooks and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.data.memory import check_memory
from engine.data.tables.cells.numbers import EXACT
from engine.data.tables.files.table_file import Sheet
from engine.errors import DataError
from graphs.data.sources.table_layout import TableLayout
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars

NAMED: Final = TableLayout(header="yes")
"""How a table lies in a file that names its columns itself."""


def typed_sheet(
    path: Path,
    frame: polars.DataFrame,
    lines: Sequence[int],
    counted: str = "row",
    layout: TableLayout = NAMED,
    notices: tuple[str, ...] = (),
) -> Sheet:
    """The columns that can be learned from; every other kind is left out by name.

    Raises DataError when none is left.
    """
    import polars

    if not frame.height:
        raise DataError("{name} has no rows. Choose a file with samples.", name=path.name)
    columns, left_out, moments, told = [], [], {}, list(notices)
    for column in frame.iter_columns():
        told += _of_times(column)
        if column.dtype in (polars.Date, polars.Datetime):
            micros = column.cast(polars.Datetime("us")).cast(polars.Int64)
            moments[column.name] = micros.cast(polars.Float64)
        if (read := _column(path, column)) is None:
            left_out.append(
                phrase(
                    "The column “{name}” holds {called}, which cannot be learned from as it is; it "
                    "is left out.",
                    name=column.name,
                    called=_called(column.dtype),
                )
            )
        else:
            columns.append(read)
    if not columns:
        raise DataError(
            "{name} has no column of numbers, dates or texts. Choose another file.", name=path.name
        )
    return Sheet(
        path,
        polars.DataFrame(columns),
        lines,
        counted,
        tuple(left_out),
        moments,
        zoned=frozenset(one.name for one in frame.iter_columns() if _is_zoned(one)),
        notices=tuple(told),
        layout=layout,
    )


def _of_times(column: polars.Series) -> list[str]:
    """What becomes of durations, and of times that are finer than what is kept."""
    import polars

    if column.dtype == polars.Duration:
        return [
            phrase(
                "The column “{name}” holds durations, which are taken in seconds.",
                name=column.name,
            )
        ]
    if column.dtype == polars.Datetime and _is_finer(column):
        return [
            phrase(
                "The column “{name}” holds times finer than microseconds, which are cut to these.",
                name=column.name,
            )
        ]
    return []


_IN_A_SECOND = {"ms": 10**3, "us": 10**6, "ns": 10**9}


def _is_finer(column: polars.Series) -> bool:
    """Whether times have more digits than are kept."""
    if getattr(column.dtype, "time_unit", "us") != "ns":
        return False
    return bool((column.to_physical() % 1000 != 0).any())


def _is_zoned(column: polars.Series) -> bool:
    return getattr(column.dtype, "time_zone", None) is not None


def _column(path: Path, column: polars.Series) -> polars.Series | None:
    import polars

    kind = column.dtype
    if kind == polars.Boolean:
        return column.cast(polars.String)
    if kind.is_integer() and any(abs(int(str(end))) > EXACT for end in _ends(column)):
        return column.cast(polars.String)  # with all digits, which floats do not hold
    if kind.is_numeric() or kind == polars.Null:
        return column.cast(polars.Float64).fill_nan(None)
    if kind in (polars.String, polars.Categorical, polars.Enum):
        texts = column.cast(polars.String)
        length = int(texts.str.len_bytes().sum() or 0)  # few texts can stand for many long ones
        check_memory(
            2 * length,
            phrase("The texts of {name}", name=path.name),
            phrase("Choose a part of it."),
        )
        texts = texts.str.strip_chars()
        return texts.set((texts == "").fill_null(value=False), None)
    if kind in (polars.Date, polars.Datetime):
        moments = column.cast(polars.Datetime("us", getattr(kind, "time_zone", None)))
        return moments.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    if isinstance(kind, polars.Duration):
        return column.to_physical().cast(polars.Float64) / _IN_A_SECOND[kind.time_unit]
    if kind == polars.Time:
        return column.dt.to_string("%H:%M:%S%.f")
    return None


def _ends(column: polars.Series) -> list[object]:
    return [end for end in (column.min(), column.max()) if end is not None]


def _called(kind: polars.DataType) -> str:
    import polars

    if kind.is_nested():
        return phrase("lists or records")
    return phrase("bytes") if kind == polars.Binary else phrase("values of a kind of its own")
