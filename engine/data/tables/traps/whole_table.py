"""All that is odd in the rows that are learned from, seen together with what is predicted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.data.tables.columns import Read
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.traps import copies, lying_tables, sums, told_answers

if TYPE_CHECKING:
    import polars


def remarks(
    sheet: Sheet, columns: Sequence[Read], texts: Sequence[polars.Series], answers: Sequence[Read]
) -> list[str]:
    """Sentences about what lies, recurs, adds up, or tells the answer where it should not."""
    inputs = [_comparable(column.values) for column in columns]
    predicted = [_comparable(answer.values) for answer in answers]
    numbers = [one for one in (*inputs, *predicted) if one.dtype.is_float()]
    said = lying_tables.remarks(sheet) + sums.remarks(sheet, numbers)
    for answer in predicted:
        said += told_answers.remarks(inputs, answer)
    return said + copies.remarks(inputs, texts, predicted)


def _comparable(values: polars.Series) -> polars.Series:
    """Dates as numbers, which can be computed with."""
    import polars

    return values.cast(polars.Int64).cast(polars.Float64) if values.dtype.is_temporal() else values
