"""A table as it stands in a file: named columns of texts or numbers, and where each row is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from engine.data.paths import unreadable
from engine.data.samples import Poll, go_on
from engine.errors import DataError

if TYPE_CHECKING:
    import polars

TABLE_ENDINGS = frozenset({".csv", ".tsv", ".parquet", ".pq"})
"""How files end that hold tables; texts of other names may hold one, too."""
MEMORY_PER_BYTE = 8
"""How many bytes of memory one byte of a file may take while it is read."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns of a file: raw texts as String, numbers as Float64, dates as Datetime.

    An empty cell is null; what else stands for no value is for ``engine.data.tables`` to say.
    """

    path: Path
    frame: polars.DataFrame
    lines: Sequence[int]
    """For each row, where it begins in the file."""
    counted: str = "line"
    """What ``lines`` counts: lines of a text, or rows."""
    left_out: tuple[str, ...] = ()
    """Columns of kinds that cannot be learned from, each with the reason, as sentences."""
    moments: Mapping[str, polars.Series] = field(default_factory=dict)
    """Columns of dates and times, as Float64 microseconds."""

    def place(self, row: int) -> str:
        """Where a row is, for a message: ``people.csv, line 17``."""
        return f"{self.path.name}, {self.counted} {self.lines[row]}"

    def column(self, name: str) -> polars.Series:
        """The column called ``name``. Raises DataError that lists what there is."""
        # The frame makes its list of names anew each time it is asked, slowly when there are many.
        column: polars.Series | None = self.frame.get_column(name, default=None)
        if column is None:
            known = self.frame.columns
            names = ", ".join(f"“{one}”" for one in known[:20])
            more = f" and {len(known) - 20} more" if known[20:] else ""
            raise DataError(
                f"{self.path.name} has no column “{name}”. Choose one of: {names}{more}."
            )
        return column


def read_sheet(path: Path, poll: Poll = go_on) -> Sheet:
    """The table in a Parquet file, or in a text file of any other name.

    Raises DataError, and whatever ``poll`` raises.
    """
    from engine.data.delimited import read_delimited
    from engine.data.parquet import read_parquet

    if not str(path) or path == Path():
        raise DataError("Choose a file with a table: CSV or Parquet.")
    try:
        if path.is_dir():
            raise DataError(f"{path} is a folder. Choose a CSV or Parquet file in it.")
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        raise DataError(unreadable(path, error)) from None
    if not size:
        raise DataError(f"{path.name} is empty. Choose a file with a table.")
    needed, free = size * MEMORY_PER_BYTE, psutil.virtual_memory().available
    if needed > free:
        raise DataError(
            f"{path.name} has {size / 1e9:.1f} GB and needs about {needed / 1e9:.0f} GB of memory, "
            f"but only {free / 1e9:.1f} GB are free. Choose a part of it."
        )
    parquet = path.suffix.lower() in {".parquet", ".pq"}
    return read_parquet(path) if parquet else read_delimited(path, poll)
