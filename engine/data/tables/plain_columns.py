"""Columns whose cells are all numbers as programs write them: found out and cast once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from engine.data.tables.cells import numbers
from engine.data.tables.files.table_file import Sheet

if TYPE_CHECKING:
    import polars

HEAD: Final = 1000
"""Rows that are cast first, so that columns of texts need not be cast to their end."""


def plain_columns(sheet: Sheet, names: Iterable[str]) -> dict[str, polars.Series]:
    """Those of the columns that hold such numbers alone, as Float64; ``nan`` is null, as is empty.

    The sheet keeps what was found, for what is judged is read afterwards.
    """
    asked = list(names)
    known: dict[str, polars.Series | None] = {}
    if sheet.whole is None:
        known = sheet.found_once("plain columns", dict[str, "polars.Series | None"])
    known |= _found(sheet, [name for name in asked if name not in known])
    return {name: column for name in asked if (column := known[name]) is not None}


def _found(sheet: Sheet, names: list[str]) -> dict[str, polars.Series | None]:
    import polars

    found: dict[str, polars.Series | None] = dict.fromkeys(names)
    texts = {name: sheet.column(name) for name in names}
    likely = [
        name
        for name, column in texts.items()
        if column.dtype == polars.String and numbers.are_plain(column.head(HEAD))
    ]
    # All at once, as polars then casts several columns at a time.
    for cast in sheet.frame.select(polars.col(likely).cast(polars.Float64, strict=False)):
        if cast.null_count() == texts[cast.name].null_count():
            found[cast.name] = numbers.without_nan(cast)
    return found
