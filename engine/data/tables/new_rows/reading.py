"""The cells of new rows, read as those of the training were, and never by a guess of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.data.tables.cells import missing, numbers
from engine.data.tables.cells.dates import plain
from engine.data.tables.cells.spellings import alike
from engine.data.tables.columns import as_held, number_name, read_as
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import bare, read
from engine.data.tables.new_rows.signs import (
    percents_told,
    refuse_other_signs,
    refuse_two_signs,
)
from engine.data.tables.new_rows.times import other_zones, refuse_other_unit, zones_told
from engine.data.tables.new_rows.words import PLAIN, SHOWN, begun, listed
from engine.data.tables.remarks import Remark
from engine.data.tables.telling.words import quoted
from engine.errors import DataError
from graphs.data import Column
from graphs.notation import Notation
from graphs.wording.phrases import counted, phrase

if TYPE_CHECKING:
    import polars


def column_of(sheet: Sheet, column: Column, notices: list[str]) -> polars.Series:
    """One column of new rows; what is to be told is added. Raises DataError, with the place."""
    if column.categories:
        found = _category_column(sheet, column)
        taken = phrase("all columns of its categories are 0")
        notices += _unseen(found, column)
    else:
        found = scaled_column(sheet, column)
        if column.is_date and (mixed := zones_told(sheet, column.name)):
            notices.append(mixed)
        notices += percents_told(sheet, column)
        if column.is_date:
            notices += other_zones(sheet, column)
        taken = phrase("the median of the training samples is taken")
    if found.null_count():
        notices.append(_gaps_told(sheet, column.name, found, taken))
    return found


def _gaps_told(sheet: Sheet, name: str, found: polars.Series, taken: str) -> Remark:
    """What is told of rows without a value: that, and what is taken in its place."""
    alone = not sheet.path.name and len(found) == 1

    def told(_: Sequence[str], gaps: int) -> str:
        rows = "" if alone else counted(gaps, " in {count} row", " in {count} rows")
        return phrase(
            "The column “{name}” has no value{rows}; {taken}.", name=name, rows=rows, taken=taken
        )

    rows, cells = found.is_null().arg_true().to_list(), sheet.column(name)
    notes = {row: _gap_note(name, cells[row], taken) for row in rows}
    return Remark.of(("gaps", name), told, count=len(rows), notes=notes)


def _gap_note(name: str, cell: object, taken: str) -> str:
    """The same of one row, where something may stand that counts as no value."""
    if cell is None or not (held := as_held(cell).strip()):
        return phrase("The column “{name}” has no value; {taken}.", name=name, taken=taken)
    return phrase(
        "The column “{name}” holds {cell}, which counts as no value; {taken}.",
        name=name,
        cell=quoted(held),
        taken=taken,
    )


def unfilled(sheet: Sheet, columns: Mapping[str, Column | None]) -> list[bool]:
    """Whether each row holds nothing in any of the columns; None for one of texts."""
    empty = [_gaps(sheet.column(name), column) for name, column in columns.items()]
    whole = [all(row) for row in zip(*empty, strict=True)]
    return whole or [False] * len(sheet.frame)


def _gaps(cells: polars.Series, column: Column | None) -> polars.Series:
    """Whether each cell stands for no value; among numbers and dates more spellings do."""
    import polars

    notation = None if column is None else column.notation
    spellings = () if notation is None else notation.missing or ()
    if column is None or column.categories or cells.dtype != polars.String:
        return missing.emptied(cells, spellings).is_null()
    return missing.is_missing(cells, spellings)


def spelled(value: object, column: Column) -> str:
    """A value of a sample as a cell of its column, with all its digits."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return plain(value)
    if not isinstance(value, float):
        return str(value)
    text = number_name(value)
    comma = column.notation is not None and column.notation.decimal == ","
    return text.replace(".", ",") if comma else text


def fits(text: str, column: Column) -> bool:
    """Whether a cell of the column may hold a text; an empty one is a missing value."""
    import polars

    texts = polars.DataFrame({column.name: [text.strip() or None]}, {column.name: polars.String})
    try:
        scaled_column(Sheet(Path("cell"), texts, [1]), column)
    except DataError:
        return False
    return True


def _category_column(sheet: Sheet, column: Column) -> polars.Series:
    notation = column.notation or Notation("text", missing=())
    values = read_as(sheet, column.name, Notation("text", missing=notation.missing)).values
    values = _truths(values, column.categories)
    if notation.merge:
        return alike(values, column.categories)
    if column.notation is None:  # what was missing in runs of before
        gone = values.is_in(list(column.categories)) | ~missing.is_missing(values)
        return values.set(~gone.fill_null(value=True), None)
    return values


def _truths(values: polars.Series, categories: Sequence[str]) -> polars.Series:
    """True and false as the training spelled them: JSON, Excel and Python each have their own."""
    spelt = [name for name in categories if name.lower() in {"true", "false"}]
    known = {name.lower(): name for name in spelt}
    if not known or len(spelt) > len(known):
        return values
    lower = values.str.to_lowercase()
    is_truth = lower.is_in(list(known)).fill_null(value=False)
    return lower.replace(known).zip_with(is_truth, values)


def _unseen(values: polars.Series, column: Column) -> list[Remark]:
    rows = (~values.is_in(list(column.categories))).fill_null(value=False).arg_true().to_list()
    if not rows:
        return []
    known = column.categories
    more = phrase(" and {count} more", count=len(known) - SHOWN) if len(known) > SHOWN else ""

    def told(unseen: Sequence[str], _: int) -> str:
        return phrase(
            "The column “{name}” holds {listed}, which training did not know; all columns "
            "of its categories are 0. Known are {other_listed}{more}.",
            name=column.name,
            listed=listed(sorted(unseen)),
            other_listed=listed(known),
            more=more,
        )

    def note(value: str) -> str:
        return phrase(
            "The column “{name}” holds {cell}, which training did not know; all columns of its "
            "categories are 0.",
            name=column.name,
            cell=quoted(value),
        )

    notes = {row: note(values[row]) for row in rows}
    unseen = values[rows].unique().to_list()
    return [Remark.of(("unseen", column.name), told, unseen, notes=notes)]


def category_of(text: str, column: Column) -> str | None:
    """The category as which a cell counts; None for no value, and for one never seen."""
    import polars

    texts = polars.DataFrame({column.name: [text.strip() or None]}, {column.name: polars.String})
    (found,) = _category_column(Sheet(Path("cell"), texts, [1]), column)
    return found if found in column.categories else None


def scaled_column(sheet: Sheet, column: Column) -> polars.Series:
    """A column of numbers or dates, null where there is none. Raises DataError, with the place."""
    import polars

    raw, notation = sheet.column(column.name), column.notation or PLAIN
    values = read(raw, notation)
    if raw.dtype == polars.String and notation.holds == "number":
        values = _only_meant(sheet, column, values)
        refuse_other_signs(sheet, column)
    if notation.holds == "date":
        refuse_other_unit(sheet, column)
    spelled_so = notation.missing or ()
    if raw.dtype == polars.String:
        there = ~missing.is_missing(raw, spelled_so)
    else:
        there = missing.emptied(raw, spelled_so).is_not_null()
    if notation.holds != "date" and raw.dtype.is_temporal():
        values = polars.Series(column.name, [None] * len(raw), polars.Float64)
    fine = values.is_not_null()
    if values.dtype.is_float():
        fine &= values.is_finite().fill_null(value=False)
    if len(wrong := (there & ~fine).arg_true()):
        row = int(wrong[0])
        where = sheet.place(row)
        raise DataError(
            "{begin} {wanted}, but holds {raw}. Correct it, or leave it empty.",
            begin=begun(where, column.name),
            wanted=_wanted(notation),
            raw=_shown(raw[row], notation),
        )
    return values


def _only_meant(sheet: Sheet, column: Column, values: polars.Series) -> polars.Series:
    """Without what could be another number, as its thousands sign is not that of the training.

    Numbers that can only be meant with the other decimal sign, such as 12,34, are taken, where all
    of the file may be. Raises DataError, with the place, where some are and others are not.
    """
    notation = column.notation or PLAIN
    decimal: numbers.Decimal = "," if notation.decimal == "," else "."
    other: numbers.Decimal = "." if decimal == "," else ","
    groups = notation.thousands or ""
    if other in groups:
        return values
    raw = bare(sheet.column(column.name), notation)
    otherwise = numbers.parsed(raw, other)
    alone = (values.is_null() & otherwise.is_not_null()).fill_null(value=False)
    if sheet.whole is not None or alone.any():
        refuse_two_signs(sheet, column, decimal, other)
    both = values.is_not_null() & otherwise.is_not_null() & (values != otherwise)
    grouped = raw.str.contains(other, literal=True)
    meant = values.set((both & grouped).fill_null(value=False), None)
    return otherwise.zip_with(alone, meant)


def _wanted(notation: Notation) -> str:
    if notation.holds == "date":
        return (
            phrase("takes dates with the {order}", order=notation.order)
            if "first" in notation.order
            else phrase("takes times")
        )
    if notation.units:
        return phrase("takes numbers in “{units}”", units=notation.units[0])
    if notation.decimal == ",":
        return phrase("takes numbers with a decimal comma, such as 12,5")
    return phrase("takes numbers")


def _shown(cell: object, notation: Notation) -> str:
    """A cell that does not fit, and why it may not."""
    if isinstance(cell, datetime):
        return phrase(
            "{quoted}, a date, such as Excel makes of numbers like 1.5", quoted=quoted(plain(cell))
        )
    text = as_held(cell)
    return f"{quoted(text)}{_why(text, notation)}"


def _why(text: str, notation: Notation) -> str:
    import polars

    sign = phrase("comma") if notation.decimal == "," else phrase("point")
    if notation.holds == "date":
        return (
            phrase(". The run was trained with the {order}", order=notation.order)
            if "first" in notation.order
            else ""
        )
    if notation.holds != "number":
        return ""
    ways = numbers.shown(str(bare(polars.Series([text]), notation)[0]))
    if len(set(ways.values())) < 2:
        return ""
    return phrase(
        ", which may be {ways} or {otherwise}: the run was trained on numbers with a "
        "decimal {sign} and without such a sign between thousands",
        ways=ways["."],
        otherwise=ways[","],
        sign=sign,
    )
