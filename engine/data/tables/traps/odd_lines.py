"""Lines that are no samples and break a column: units, names of columns, and sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.data.tables.cells import missing, numbers
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.telling.words import listed, quoted
from engine.data.tables.traps import sums
from graphs.wording.phrases import counted, phrase

if TYPE_CHECKING:
    import polars

HEAD: Final = 100
"""Rows below the first that show what columns hold."""
FEW: Final = 2
"""So many columns of numbers show that a line is none of them."""
_UNIT: Final = (
    r"^[(\[].{1,15}[)\]]$"
    r"|^(?:[kKMGmcdhµμn]?(?:g|m|l|L|s|A|V|W|Wh|Pa|bar|Hz|J|N|mol|eV|F|Ω|lx|T|B)(?:[²³]|\^?[23])?"
    r"|kg|t|lbs?|oz|ft|in|inch(?:es)?|mi|miles|min|h|hrs?|hours?|days?|d|years?|yrs?|sec|seconds"
    r"|%|‰|°|°?[CFK]|deg|rad|rpm|ppm|ppb|pH|psi|dB|cal|kcal|€|\$|£|EUR|USD|GBP|CHF|pcs|-"
    r"|[\p{L}µ]{1,4}\s?/\s?[\p{L}µ]{1,4}[²³23]?)$"
)


def question(sheet: Sheet, column: polars.Series, wrong: polars.Series) -> str:
    """What is asked where a whole line is the cause of what is ``wrong``; empty where none is."""
    rows = wrong.arg_true().to_list()
    row = int(rows[0])
    if count := _names_again(sheet, column, rows):
        return counted(
            count,
            "{place} repeats the names of the columns, as where files are joined one after the "
            "other, and is no sample. Delete the line.",
            "{place} repeats the names of the columns, as where files are joined one after the "
            "other, and so do more lines, {count} in all; they are no samples. Delete the lines.",
            place=sheet.place(row),
        )
    if row == 0 and len(rows) == 1 and (above := _above_numbers(sheet)):
        return _of_first_line(sheet, above)
    called = next((text for text in _texts(sheet, row) if sums.is_sum(text)), None)
    if called is None or row < len(column) - 1:
        return ""
    return phrase(
        "{place}: {label} names a sum or mean of the other rows, so the line is no sample. Delete "
        "the line.",
        place=sheet.place(row),
        label=quoted(called),
    )


def _of_first_line(sheet: Sheet, above: list[str]) -> str:
    import polars

    place = sheet.place(0)
    if polars.Series(above).str.contains(_UNIT).sum() * 2 > len(above):
        return phrase(
            "{place} holds units ({cells}) above the numbers, so it is no sample. Delete the line, "
            "or write the units into the names of the columns.",
            place=place,
            cells=listed(list(dict.fromkeys(above))),
        )
    if sheet.counted != "line":
        return phrase(
            "{place} holds words ({cells}) above the numbers, so it is no sample but a second line "
            "of names. Delete it, or the one above.",
            place=place,
            cells=listed(list(dict.fromkeys(above))),
        )
    return phrase(
        "{place} holds words ({cells}) above the numbers, so it is no sample but a second line of "
        "names. Delete it; or, where it holds the right names, set lines to skip to {above}.",
        place=place,
        cells=listed(list(dict.fromkeys(above))),
        above=int(sheet.lines[0]) - 1,
    )


def _above_numbers(sheet: Sheet) -> list[str]:
    """The cells of the first row that stand above numbers and are none; empty unless all are so."""
    import polars

    found = []
    for column in sheet.frame:
        if column.dtype != polars.String:
            continue
        below = column[1 : 1 + HEAD]
        below = below.filter(~missing.is_missing(below))
        cell = column[:1].drop_nulls()
        if not len(below) or not numbers.is_number(below).all() or not len(cell):
            continue
        if numbers.is_number(cell).any():
            return []
        found += cell.to_list()
    return found if len(found) >= FEW else []


def _names_again(sheet: Sheet, column: polars.Series, rows: list[int]) -> int:
    """How many of the rows hold the names of the columns, where all of them do."""
    alike = [row for row in rows if column[row] == column.name]
    if len(alike) < len(rows) or sheet.frame.width < FEW:
        return 0
    names = tuple(sheet.frame.columns)
    return len(rows) if all(sheet.frame.row(row) == names for row in rows[:HEAD]) else 0


def _texts(sheet: Sheet, row: int) -> list[str]:
    return [cell for cell in sheet.frame.row(row) if isinstance(cell, str)]
