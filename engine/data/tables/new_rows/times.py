"""Times in new rows that may not count as those of the training: zones, days alone, units."""

from __future__ import annotations

from engine.data.tables.cells import dates, missing, numbers
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.new_rows.words import PLAIN, begun
from engine.data.tables.telling.lines import zones
from engine.errors import DataError
from graphs.data import Column
from graphs.wording.phrases import phrase


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


def refuse_other_unit(sheet: Sheet, column: Column) -> None:
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
        begin=begun(where, column.name),
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
