"""The cells of new rows, read as those of the training were, and never by a guess of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.data.tables.cells import beside, dates, missing, numbers
from engine.data.tables.cells.dates import plain
from engine.data.tables.cells.spellings import alike
from engine.data.tables.columns import number_name, read_as
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import bare, read
from engine.data.tables.remarks import Remark
from engine.data.tables.telling.lines import zones
from engine.data.tables.telling.words import quoted
from engine.errors import DataError
from graphs.data import Column
from graphs.notation import Notation
from graphs.wording.phrases import counted, phrase

if TYPE_CHECKING:
    import polars

SHOWN = 5
"""So many values are listed in a sentence."""
PLAIN = Notation("number", ".", "", ())
"""Of runs of before, and of columns about which nothing need be said."""


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
    if gaps := found.null_count():

        def told(_: Sequence[str], gaps: int) -> str:
            alone = not sheet.path.name and len(found) == 1
            rows = "" if alone else counted(gaps, " in {count} row", " in {count} rows")
            return phrase(
                "The column “{name}” has no value{rows}; {taken}.",
                name=column.name,
                rows=rows,
                taken=taken,
            )

        notices.append(Remark.of(("gaps", column.name), told, count=gaps))
    return found


def zones_told(sheet: Sheet, name: str) -> str:
    """A sentence where times with and without a zone stand in one column; else empty."""
    import polars

    texts = sheet.column(name)
    mixed = zones(texts) if texts.dtype == polars.String else ""
    return (
        phrase("In the column “{name}”, {mixed}. Write all times alike.", name=name, mixed=mixed)
        if mixed
        else ""
    )


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
    present = values.drop_nulls()
    unseen = present.filter(~present.is_in(list(column.categories))).unique().to_list()
    if not unseen:
        return []
    known = column.categories
    more = phrase(" and {count} more", count=len(known) - SHOWN) if len(known) > SHOWN else ""

    def told(unseen: Sequence[str], _: int) -> str:
        return phrase(
            "The column “{name}” holds {listed}, which training did not know; all columns "
            "of its categories are 0. Known are {other_listed}{more}.",
            name=column.name,
            listed=_listed(sorted(unseen)),
            other_listed=_listed(known),
            more=more,
        )

    return [Remark.of(("unseen", column.name), told, unseen)]


def _listed(values: Sequence[str]) -> str:
    return ", ".join(f"“{value}”" for value in values[:SHOWN])


def scaled_column(sheet: Sheet, column: Column) -> polars.Series:
    """A column of numbers or dates, null where there is none. Raises DataError, with the place."""
    import polars

    raw, notation = sheet.column(column.name), column.notation or PLAIN
    values = read(raw, notation)
    if raw.dtype == polars.String and notation.holds == "number":
        values = _only_meant(sheet, column, values)
        _refuse_other_signs(sheet, column)
    if notation.holds == "date":
        _refuse_other_unit(sheet, column)
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
            begin=_begun(where, column.name),
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
        _refuse_two_signs(sheet, column, decimal, other)
    both = values.is_not_null() & otherwise.is_not_null() & (values != otherwise)
    grouped = raw.str.contains(other, literal=True)
    meant = values.set((both & grouped).fill_null(value=False), None)
    return otherwise.zip_with(alone, meant)


def _refuse_two_signs(
    sheet: Sheet, column: Column, decimal: numbers.Decimal, other: numbers.Decimal
) -> None:
    """Raise DataError where cells of a file show both decimal signs; those of these rows count."""
    notation, whole = column.notation or PLAIN, sheet.whole_column(column.name)

    def find() -> tuple[str, str] | None:
        signed = whole.filter(whole.str.contains("[.,]"))
        digits = bare(signed, notation)
        by_other = signed.filter(numbers.showing(digits, other))
        own = signed.filter(_differing(digits, decimal, other)) if len(by_other) else by_other
        return (str(by_other[0]), str(own[0])) if len(own) else None

    both = sheet.found_once(("signs", column), find)
    if both is None:
        return
    here = bare(sheet.column(column.name), notation)
    wrong = (numbers.showing(here, other) | _differing(here, decimal, other)).arg_true()
    if not len(wrong):
        return
    row = int(wrong[0])
    where, cell = sheet.place(row), str(sheet.column(column.name)[row])
    with_comma, with_point = both if other == "," else both[::-1]
    raise DataError(
        "{begin} holds “{cell}”, and its cells are read in two ways: “{comma}” "
        "with a decimal comma, and “{point}” with a decimal point. Write all of them with a "
        "decimal {sign}, as in the training.",
        begin=_begun(where, column.name),
        cell=cell,
        comma=with_comma,
        point=with_point,
        sign=phrase("comma") if decimal == "," else phrase("point"),
    )


def _begun(where: str, column: str) -> str:
    """The beginning of a sentence on a column, with the place where there is one."""
    if where:
        return phrase("{place}: the column “{name}”", place=where, name=column)
    return phrase("The column “{name}”", name=column)


def _differing(
    digits: polars.Series, decimal: numbers.Decimal, other: numbers.Decimal
) -> polars.Series:
    """Which cells are a number with one sign, and with the other none or another."""
    one, another = numbers.parsed(digits, decimal), numbers.parsed(digits, other)
    return (one.is_not_null() & (another.is_null() | (one != another))).fill_null(value=False)


def _refuse_other_unit(sheet: Sheet, column: Column) -> None:
    """Raise DataError, with the place, for numbers that count the time in another unit."""
    import polars

    notation, raw = column.notation or PLAIN, sheet.column(column.name)
    if notation.order not in dates.UNITS or not (
        raw.dtype.is_numeric() or raw.dtype == polars.String
    ):
        return
    texts = missing.emptied(raw, notation.missing or ())
    counts = numbers.parsed(texts, ".") if raw.dtype == polars.String else texts
    wrong = dates.in_other_unit(counts, notation.order).arg_true()
    if not len(wrong):
        return
    row = int(wrong[0])
    where, unit = sheet.place(row), dates.likely_unit(counts[row])
    raise DataError(
        "{begin} holds {cell:.15g}, which {why}. The run was trained on times in "
        "{order} since 1970. Bring it to this unit, or leave it empty.",
        begin=_begun(where, column.name),
        cell=counts[row],
        why=phrase("seems to count {unit}", unit=unit) if unit else phrase("is no likely time"),
        order=notation.order,
    )


def other_zones(sheet: Sheet, column: Column) -> list[str]:
    """A sentence where times have a zone and those of the training had none, or the reverse.

    Also where there are days alone, and the training had times of day.
    """
    notation = column.notation or PLAIN
    trained = notation.zones
    whole = sheet.whole_column(column.name)
    if trained and notation.order not in dates.UNITS:
        alone = sheet.found_once(("days", column), lambda: dates.are_days(whole))
        if alone:
            return [_days_told(column, trained)]

    def find() -> str:
        return dates.zones_of(whole, is_zoned=column.name in sheet.zoned)

    found = sheet.found_once(("zones", column), find) if trained else ""
    if not found or found == trained:
        return []
    if found == "with":
        return [
            phrase(
                "The times of the column “{name}” have a time zone and are brought to UTC; those "
                "of the training had none. Write them as in the training, or they may be hours "
                "off.",
                name=column.name,
            )
        ]
    return [
        phrase(
            "The times of the column “{name}” have no time zone and are taken for UTC; those of "
            "the training had one. Write them with their zone, or they may be hours off.",
            name=column.name,
        )
    ]


def _days_told(column: Column, trained: str) -> str:
    if trained == "with":
        return phrase(
            "The column “{name}” holds days without a time of day, and training had times with a "
            "zone; midnight UTC is taken. Write the times, with their zone.",
            name=column.name,
        )
    return phrase(
        "The column “{name}” holds days without a time of day, and training had times; midnight is "
        "taken. Write the times.",
        name=column.name,
    )


def _refuse_other_signs(sheet: Sheet, column: Column) -> None:
    """Raise DataError, with the place, for other money than in the training, and percents.

    Where it is not known what stood beside their numbers, any is taken, but only one in a file.
    """
    notation = column.notation or PLAIN
    known = notation.beside
    texts = bare(sheet.column(column.name), notation)
    money = [name for name in known or () if name not in {"", beside.PERCENT}]
    if not money:
        _refuse_several_signs(sheet, column, texts)
    if known is None:
        return
    trained = phrase("numbers without a sign")
    if signs := [name for name in known if name]:
        trained = phrase("numbers with {signs}", signs=_listed(signs))
    found = {
        phrase("has other money than the training"): (
            beside.other_money(texts, money) if money else None
        ),
        phrase("has a percent sign"): (
            beside.percents(texts) if beside.PERCENT not in known else None
        ),
        phrase("has no percent sign, and may be a share of one"): (
            beside.without_percent(texts)
            if known == (beside.PERCENT,) and not is_typed_in(sheet)
            else None
        ),
    }
    for why, wrong in found.items():
        if wrong is not None and wrong.any():
            row = int(wrong.arg_true()[0])
            where = sheet.place(row)
            raise DataError(
                "{begin} holds {cell}, which {why}: the run was trained on "
                "{trained}. Write it as there, or leave it empty.",
                begin=_begun(where, column.name),
                cell=quoted(str(sheet.column(column.name)[row])),
                why=why,
                trained=trained,
            )


def _refuse_several_signs(sheet: Sheet, column: Column, texts: polars.Series) -> None:
    """Raise DataError, with the place, where a file has several kinds of money, or some percents.

    As in training, where these are asked about.
    """
    whole = sheet.whole_column(column.name)

    def find() -> tuple[str, ...]:
        return beside.several(bare(whole, column.notation or PLAIN))

    signs = sheet.found_once(("several", column), find)
    if not signs or not len(wrong := beside.among(texts, signs).arg_true()):
        return
    row = int(wrong[0])
    raise DataError(
        "{begin} holds {cell}, and its numbers have different signs: {listed}. They do not count "
        "the same. Bring all of them to what the run was trained on.",
        begin=_begun(sheet.place(row), column.name),
        cell=quoted(str(sheet.column(column.name)[row])),
        listed=_listed(signs),
    )


def is_typed_in(sheet: Sheet) -> bool:
    """Whether rows come from no file, but from a form or a program, which gives bare numbers."""
    return not sheet.path.suffix


def percents_told(sheet: Sheet, column: Column) -> list[str]:
    """What is to be said where percents and shares of one may be mixed up."""
    return sheet.found_once(("percents", column), lambda: _percents_told(sheet, column))


def _percents_told(sheet: Sheet, column: Column) -> list[str]:
    import polars

    notation, raw = column.notation or PLAIN, sheet.whole_column(column.name)
    known = notation.beside
    if notation.holds != "number":
        return []
    if raw.dtype != polars.String or is_typed_in(sheet):
        values = read(raw, notation)
        if known != (beside.PERCENT,) or not values.dtype.is_float():
            return []
        if not beside.are_shares(values):
            return []
        return [
            phrase(
                "The column “{name}” holds numbers from -1 to 1, and training held percents; they "
                "are taken for percents as they stand. If they are shares of one, multiply them "
                "by 100.",
                name=column.name,
            )
        ]
    if known is not None or not (found := raw.filter(beside.percents(raw))).len():
        return []
    return [
        phrase(
            "The column “{name}” holds percents such as {cell}, which are taken as the number "
            "before the sign; it is not known that training held percents. If it held shares of "
            "one, divide by 100.",
            name=column.name,
            cell=quoted(str(found[0])),
        )
    ]


def _wanted(notation: Notation) -> str:
    if notation.holds == "date":
        return (
            phrase("takes dates with the {order}", order=notation.order)
            if "first" in notation.order
            else phrase("takes times")
        )
    return (
        phrase("takes numbers in “{units}”", units=notation.units[0])
        if notation.units
        else phrase("takes numbers")
    )


def _shown(cell: object, notation: Notation) -> str:
    """A cell that does not fit, and why it may not."""
    if isinstance(cell, datetime):
        return phrase(
            "{quoted}, a date, such as Excel makes of numbers like 1.5", quoted=quoted(plain(cell))
        )
    return f"{quoted(str(cell))}{_why(str(cell), notation)}"


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
