"""Reads Parquet: numbers, texts and dates as columns, every other kind left out by name."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

from engine.data.memory import check_memory
from engine.data.tables.files.table_file import Sheet, checked_names
from engine.data.tables.files.typed import typed_sheet
from engine.errors import DataError
from graphs.wording.phrases import counted, phrase

BYTES: Final = 16
"""What a value takes at least, in the file's own kind and in ours."""


def read_parquet(path: Path, data: bytes) -> Sheet:
    """The table in the bytes of a Parquet file. Raises DataError.

    How much it is, is asked of what the file says of itself before it is read: a small file can
    hold very many equal values.
    """
    import polars

    # The engine panics on some broken files, which is no ordinary Exception.
    broken = (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError)
    try:
        scanned = polars.scan_parquet(BytesIO(data), glob=False)
        width = len(scanned.collect_schema())
        rows = int(scanned.select(polars.len()).collect().item())
        check_memory(
            rows * width * BYTES,
            counted(
                width,
                "The {rows:,} rows of {count} column in {name}",
                "The {rows:,} rows of {count} columns in {name}",
                rows=rows,
                name=path.name,
            ),
            phrase("Choose a part of it."),
        )
        frame = polars.read_parquet(BytesIO(data), use_pyarrow=False, glob=False)
    except broken:
        raise DataError(
            "{name} is no Parquet file, or a damaged one. Choose another file.", name=path.name
        ) from None
    frame.columns = checked_names(path, frame.columns, phrase("Give each its own name."))
    return typed_sheet(path, frame, range(1, frame.height + 1))
