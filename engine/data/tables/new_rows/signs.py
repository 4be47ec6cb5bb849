"""Signs in new rows that are not those of the training: decimal signs, money and percents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.data.tables.cells import beside, numbers
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import bare, read
from engine.data.tables.new_rows.words import PLAIN, begun, listed
from engine.data.tables.telling.words import quoted
from engine.errors import DataError
from graphs.data import Column
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars


def refuse_two_signs(
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
        begin=begun(where, column.name),
        cell=cell,
        comma=with_comma,
        point=with_point,
        sign=phrase("comma") if decimal == "," else phrase("point"),
    )


def _differing(
    digits: polars.Series, decimal: numbers.Decimal, other: numbers.Decimal
) -> polars.Series:
    """Which cells are a number with one sign, and with the other none or another."""
    one, another = numbers.parsed(digits, decimal), numbers.parsed(digits, other)
    return (one.is_not_null() & (another.is_null() | (one != another))).fill_null(value=False)


def refuse_other_signs(sheet: Sheet, column: Column) -> None:
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
        trained = phrase("numbers with {signs}", signs=listed(signs))
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
                begin=begun(where, column.name),
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
        begin=begun(sheet.place(row), column.name),
        cell=quoted(str(sheet.column(column.name)[row])),
        listed=listed(signs),
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
