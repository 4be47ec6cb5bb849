"""What the columns of a sheet are for learning: numbers, dates, categories, or of no use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.data.pictures.named import mostly_pictures
from engine.data.tables import judging
from engine.data.tables.cells import likenesses, missing
from engine.data.tables.cells.numbers import EXACT
from engine.data.tables.cells.spellings import variants
from engine.data.tables.evidence import may_be_plain
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.open_columns import Judgement
from engine.data.tables.plain_columns import plain_columns
from engine.data.tables.undecided import Undecided
from engine.errors import DataError
from graphs.data import Column
from graphs.notation import OPEN, Notation
from graphs.wording.phrases import counted, phrase

if TYPE_CHECKING:
    import polars

MANY_CATEGORIES = 100
"""More than so many are proposed to be ignored: each becomes a column of its own."""
MOST_CATEGORIES = 1000
"""More than so many are refused."""
TOLD_ALONE, NAMED_GAPS = 3, 8
"""With more columns than this without some values, one sentence tells of all; so many by name."""
FEW_ROWS = 10
"""Below this, values that are all different say nothing about a column."""
ID_NAME = re.compile(
    r"(?i)^(id|uuid|guid|key|index|idx|row|no|nr|column 1)$|[ _-](id|uuid)$|[a-z]I[Dd]$"
)
"""Names of columns in which another number in each row is an id."""
_PLAIN = frozenset({Notation("number", ".", "", ()), Notation("text", missing=())})
"""What need not be said of a column."""


@dataclass(frozen=True, slots=True)
class Read:
    """A column with its kind settled: Float64 for numbers, String for categories, Datetime."""

    values: polars.Series
    whole: bool = False
    """Whether all its numbers are whole."""
    notation: Notation = OPEN
    """How its cells are written."""

    @property
    def is_text(self) -> bool:
        """Whether it holds categories."""
        import polars

        return self.values.dtype == polars.String

    @property
    def is_date(self) -> bool:
        """Whether it holds dates."""
        return self.values.dtype.is_temporal()


def decided(found: Mapping[str, Judgement], target: str = "") -> None:
    """Raise Undecided when a column can be read in several ways."""
    for judgement in found.values():
        if judgement.ways:
            raise Undecided(judgement.question, found, target)


def read_as(sheet: Sheet, name: str, notation: Notation) -> Read:
    """The column as it was decided. Raises DataError, with the place, for infinite numbers."""
    import polars

    column = sheet.column(name)
    if notation.holds == "text" and column.dtype != polars.String:
        column = _as_texts(missing.emptied(column, notation.missing or ()))
    is_likely = notation.holds == "number" and may_be_plain(notation)
    plain = plain_columns(sheet, [name]).get(name) if is_likely else None
    values = judging.read(column, notation, plain)
    counted = sheet.column(name) if values.dtype.is_temporal() else values
    infinite = counted.is_infinite().arg_true() if counted.dtype.is_float() else counted.head(0)
    if infinite.len():
        raise DataError(
            "{place}: the column “{name}” holds an infinite number. Correct it, or leave it empty.",
            place=sheet.place(infinite[0]),
            name=name,
        )
    if not values.dtype.is_float():
        return Read(values, notation=notation)
    present = values.drop_nulls()
    # The first numbers mostly settle it, so that the rest is not looked at.
    whole = all((one == one.round()).all() for one in (present.head(FEW_ROWS), present))
    return Read(values, whole, notation)


def _as_texts(column: polars.Series) -> polars.Series:
    """Numbers and dates written as people write them: 3 rather than 3.0."""
    import polars

    if column.dtype.is_temporal():
        texts = [None if v is None else str(v).removesuffix(" 00:00:00") for v in column]
        return polars.Series(column.name, texts, polars.String)
    if column.dtype.is_float():
        texts = [None if v is None else number_name(v) for v in column]
        return polars.Series(column.name, texts, polars.String)
    return column.cast(polars.String)


def number_name(value: float) -> str:
    """A number as the name of a class or category."""
    return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)


def as_held(cell: object) -> str:
    """A cell as sentences show it: a whole number without “.0”, which its file does not hold."""
    return number_name(cell) if isinstance(cell, float) else str(cell)


def reason_to_ignore(name: str, read: Read) -> str | None:
    """Why a column is of no use for learning, as the end of a sentence; None when it may be."""
    values = read.values
    present = values.drop_nulls()
    if not present.len():
        return phrase("has no values")
    if not (read.is_text or read.whole):
        return None
    distinct = present.n_unique()
    unique = distinct == values.len() >= FEW_ROWS
    if read.is_text:
        if mostly_pictures(present.to_list()):
            return phrase(
                "names pictures, which “Pictures named in a table” reads where they lie beside "
                "the file or below"
            )
        if unique:
            return phrase("has another text in every row, like an id") + _although(present)
        if distinct > MANY_CATEGORIES:
            return phrase("has {distinct} different texts", distinct=distinct) + _although(present)
        return None
    low, high = _ends(present)
    if max(-low, high) > EXACT:
        return phrase("has numbers too large to be exact, like an id")
    if not unique:
        return None
    if ID_NAME.search(name):
        return phrase("has another number in every row, like an id")
    return phrase("counts the rows") if high - low == distinct - 1 else None


def _although(texts: polars.Series) -> str:
    """What texts look like that are not learned from, and how to have them."""
    found = likenesses.of(texts)
    return (
        phrase(", though they look like {kind} ({example})", kind=found[0], example=found[1])
        if found
        else ""
    )


def _ends(numbers: polars.Series) -> tuple[float, float]:
    low, high = numbers.min(), numbers.max()
    assert isinstance(low, float)
    assert isinstance(high, float)
    return low, high


def described(sheet: Sheet, read: Read) -> Column:
    """The column as the document describes it. Raises DataError for too many categories."""
    name = read.values.name
    notation = None if read.notation in _PLAIN else read.notation
    if not read.is_text:
        return Column(name, notation=notation)
    categories = tuple(sorted(read.values.drop_nulls().unique().to_list()))
    if len(categories) > MOST_CATEGORIES:
        raise DataError(
            "The column “{name}” of {path_name} has {count} different texts, and at most "
            "{most_categories} can be learned from. Name it among the columns to ignore.",
            name=name,
            path_name=sheet.path.name,
            count=len(categories),
            most_categories=MOST_CATEGORIES,
        )
    return Column(name, categories, notation)


def remarks(reads: Sequence[Read]) -> list[str]:
    """What the user should know about columns that are learned from, as sentences."""
    said = [
        *_about_gaps(
            [read for read in reads if read.is_text],
            phrase("there, all columns of its categories are 0"),
        ),
        *_about_gaps(
            [read for read in reads if not read.is_text],
            phrase("there, the median of the training rows is taken"),
        ),
    ]
    for read in reads:
        values, name = read.values, read.values.name
        present = values.drop_nulls()
        if present.len() and present.min() == present.max():
            said.append(
                phrase(
                    "The column “{name}” has the same value in every row; it cannot help.",
                    name=name,
                )
            )
        said += spelled_in_several_ways(read)
    return said


def _about_gaps(reads: Sequence[Read], policy: str) -> list[str]:
    """A sentence for each column without some values, or one for all when they are many."""
    gaps = {read.values.name: count for read in reads if (count := read.values.null_count())}
    if len(gaps) <= TOLD_ALONE:
        return [
            phrase(
                "The column “{name}” has no value in {rows}; {policy}.",
                name=name,
                rows=counted(count, "{count} row", "{count} rows"),
                policy=policy,
            )
            for name, count in gaps.items()
        ]
    shown = ", ".join(f"“{name}” ({count:,})" for name, count in list(gaps.items())[:NAMED_GAPS])
    rest = len(gaps) - NAMED_GAPS
    more = phrase(" and {count:,} more columns", count=rest) if rest > 1 else ""
    if rest == 1:
        more = phrase(" and one more column")
    return [
        phrase(
            "{count:,} columns have no value in some rows; {policy}. In brackets, how many rows: "
            "{shown}{more}.",
            count=len(gaps),
            policy=policy,
            shown=shown,
            more=more,
        )
    ]


def spelled_in_several_ways(read: Read) -> list[str]:
    """A sentence when texts differ in capitals or composed letters only, and how to merge them."""
    if not read.is_text or read.notation.merge:
        return []
    groups = variants(read.values)
    if not groups:
        return []
    shown = "; ".join(
        phrase(
            "“{usual}” also as {value}",
            usual=usual,
            value=", ".join(f"“{other}”" for other in others[:3]),
        )
        for usual, *others in groups[:3]
    )
    more = phrase(", and {count} more so", count=len(groups) - 3) if groups[3:] else ""
    return [
        phrase(
            "The column “{name}” writes {shown}{more}. They count as different; merge the "
            "spellings of the column to take them as one.",
            name=read.values.name,
            shown=shown,
            more=more,
        )
    ]
