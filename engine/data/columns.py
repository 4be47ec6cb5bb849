"""What the columns of a sheet are: numbers, categories, or of no use for learning."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from engine.data.sheet import Sheet
from engine.errors import DataError
from graphs.data import Column

if TYPE_CHECKING:
    import polars

DecimalSign: TypeAlias = Literal[".", ","]

MISSING = ("NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "?", "-", "#N/A")
"""What stands for a missing value, beside an empty cell."""
MANY_CATEGORIES = 100
"""More than so many are proposed to be ignored: each becomes a column of its own."""
MOST_CATEGORIES = 1000
"""More than so many are refused."""
FEW_ROWS = 10
"""Below this, values that are all different say nothing about a column."""
EXACT = 2**53
"""Whole numbers beyond this are not exact as floats."""
COMMA: Final = r"^[+-]?\d*,\d+([eE][+-]?\d+)?$"
_ID_NAME = re.compile(
    r"(?i)^(id|uuid|guid|key|index|idx|row|no|nr|column 1)$|[ _-](id|uuid)$|[a-z]I[Dd]$"
)


@dataclass(frozen=True, slots=True)
class Read:
    """A column with its kind settled: Float64 for numbers, String for categories."""

    values: polars.Series
    whole: bool = False
    """Whether all its numbers are whole."""

    @property
    def is_text(self) -> bool:
        """Whether it holds categories."""
        import polars

        return self.values.dtype == polars.String


def read_column(
    sheet: Sheet, name: str, categories: Collection[str] = (), decimal: DecimalSign = "."
) -> Read:
    """The column as numbers when its values are, else as texts.

    Raises DataError, with the place, for a mixture of both and for infinite numbers.
    """
    import polars

    column = without_missing(sheet.column(name))
    if name in categories:
        return Read(_as_texts(column))
    if column.dtype != polars.String:
        numbers = column
    elif (parsed := _numbers(sheet, column, decimal)) is None:
        return Read(column)
    else:
        numbers = parsed
    if (infinite := numbers.is_infinite().arg_true()).len():
        raise DataError(
            f"{sheet.place(infinite[0])}: the column “{name}” holds an infinite number. Correct "
            "it, or leave it empty."
        )
    present = numbers.drop_nulls()
    return Read(numbers, whole=bool((present == present.round()).all()))


def without_missing(column: polars.Series) -> polars.Series:
    """The column of a sheet with null for every text that stands for a missing value."""
    import polars

    if column.dtype != polars.String:
        return column
    return column.set(column.is_in(list(MISSING)).fill_null(value=False), None)


def _numbers(sheet: Sheet, column: polars.Series, decimal: DecimalSign) -> polars.Series | None:
    """The column as numbers; None when it holds texts."""
    numbers = parsed(column, decimal)
    other = (column.is_not_null() & numbers.is_null()).arg_true()
    present = column.len() - column.null_count()
    if not other.len():
        return numbers
    row = int(other[0])
    if decimal == "." and column.gather(other).str.contains(COMMA).all():
        raise DataError(
            f"{sheet.place(row)}: the column “{column.name}” writes numbers with a decimal comma "
            f"(“{column[row]}”). Set the decimal sign to a comma."
        )
    if other.len() * 2 > present:
        return None
    raise DataError(
        f"{sheet.place(row)}: the column “{column.name}” holds numbers, but here "
        f"“{_short(column[row])}”{_more(other.len() - 1)}. Correct or empty it, or name the column "
        "among those to ignore or to read as categories."
    )


def parsed(column: polars.Series, decimal: DecimalSign) -> polars.Series:
    """Texts as numbers, null where they are none."""
    import polars

    texts = column
    if decimal == ",":
        comma = column.str.contains(COMMA)
        texts = column.zip_with(~comma, column.str.replace(",", ".", literal=True))
    return texts.cast(polars.Float64, strict=False).fill_nan(None)


def _as_texts(column: polars.Series) -> polars.Series:
    """Numbers written as people write them: 3 rather than 3.0."""
    import polars

    if column.dtype == polars.String:
        return column
    texts = [None if v is None else number_name(v) for v in column]
    return polars.Series(column.name, texts, polars.String)


def number_name(value: float) -> str:
    """A number as the name of a class or category."""
    return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)


def reason_to_ignore(name: str, read: Read) -> str | None:
    """Why a column is of no use for learning, as the end of a sentence; None when it may be."""
    values = read.values
    present = values.drop_nulls()
    if not present.len():
        return "has no values"
    distinct = present.n_unique()
    unique = distinct == values.len() >= FEW_ROWS
    if read.is_text:
        if unique:
            return "has another text in every row, like an id"
        if distinct > MANY_CATEGORIES:
            return f"has {distinct} different texts"
        return None
    if not read.whole:
        return None
    low, high = _ends(present)
    if max(-low, high) > EXACT:
        return "has numbers too large to be exact, like an id"
    if not unique:
        return None
    if _ID_NAME.search(name):
        return "has another number in every row, like an id"
    return "counts the rows" if high - low == distinct - 1 else None


def _ends(numbers: polars.Series) -> tuple[float, float]:
    low, high = numbers.min(), numbers.max()
    assert isinstance(low, float)
    assert isinstance(high, float)
    return low, high


def described(sheet: Sheet, read: Read) -> Column:
    """The column as the document describes it. Raises DataError for too many categories."""
    name = read.values.name
    if not read.is_text:
        return Column(name)
    categories = tuple(sorted(read.values.drop_nulls().unique().to_list()))
    if len(categories) > MOST_CATEGORIES:
        raise DataError(
            f"The column “{name}” of {sheet.path.name} has {len(categories)} different texts, and "
            f"at most {MOST_CATEGORIES} can be learned from. Name it among the columns to ignore."
        )
    return Column(name, categories)


def remarks(read: Read) -> list[str]:
    """What the user should know about a column that is learned from, as sentences."""
    values, name = read.values, read.values.name
    said = []
    if missing := values.null_count():
        rows = f"{missing} row{'s' * (missing != 1)}"
        policy = (
            "there, all columns of its categories are 0"
            if read.is_text
            else "there, the median of the training rows is taken"
        )
        said.append(f"The column “{name}” has no value in {rows}; {policy}.")
    if values.drop_nulls().n_unique() == 1:
        said.append(f"The column “{name}” has the same value in every row; it cannot help.")
    return said


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:30] + "..."


def _more(count: int) -> str:
    return f" (and {count} more like it)" if count else ""
