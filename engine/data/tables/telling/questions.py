"""What is asked about columns that can be read in several ways, and the ways to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from engine.data.tables.cells import doubtful, durations
from engine.data.tables.cells import numbers as forms
from engine.data.tables.telling.words import PAIR_WORDS, SIGN_WORDS, listed, number_word, quoted
from graphs.notation import DateOrder, Notation
from graphs.wording.phrases import phrase, with_or

if TYPE_CHECKING:
    import polars

OPEN: Final = (
    "The column “{column}” can be read in {count} ways: {quoted} is {ways}. Nothing in the file "
    "settles which. Choose how the column is read."
)
OPEN_OR_ELSE: Final = (
    "The column “{column}” can be read in {count} ways: {quoted} is {ways}. Nothing in the file "
    "settles which. Choose how the column is read, or {other}."
)


class _Told(Protocol):
    @property
    def told(self) -> str: ...


def sign_way(example: str, notation: Notation) -> str:
    """``4098 (a comma between thousands)``."""
    decimal: forms.Decimal = "," if notation.decimal == "," else "."
    plain = forms.shown(example).get(decimal, phrase("no number"))
    groups = "," if decimal == "." else "."
    if groups in example:
        return phrase(
            "{plain} ({signs} between thousands)", plain=plain, signs=phrase(SIGN_WORDS[groups])
        )
    if decimal == ",":
        return phrase("{plain} (a decimal comma)", plain=plain)
    return phrase("{plain} (a decimal point)", plain=plain)


def pair_way(example: str, notation: Notation) -> str:
    """``225 seconds (minutes and seconds)``, or ``a time of day``."""
    import polars

    if not notation.clock:
        return phrase("a time of day")
    seconds = float(durations.as_seconds(polars.Series([example]), notation.pair)[0])
    return phrase(
        "{seconds:g} seconds ({pairs})", seconds=seconds, pairs=phrase(PAIR_WORDS[notation.pair])
    )


def month_way(example: str) -> str:
    """``2003-04-01, a month``."""
    import polars

    from engine.data.tables.cells import dates as moments

    read = moments.parsed(polars.Series([example]), "year first")[0]
    return phrase("{plain}, a month", plain=moments.plain(read))


def code_way(example: str) -> str:
    """``the number 300``."""
    import polars

    plain = str(doubtful.without_bases(polars.Series([example]))[0])
    return phrase("the number {number}", number=forms.shown(plain).get(".", ""))


def order_way(example: str, order: DateOrder) -> str:
    """``2019-01-10 (the month first)``."""
    import polars

    from engine.data.tables.cells import dates as moments

    read = moments.parsed(polars.Series([example]), order)[0]
    return phrase("{plain} (the {order})", plain=moments.plain(read), order=phrase(order))


def century_way(example: str, order: DateOrder, since: int) -> str:
    """``1950-03-01 (years from 1950 to 2049)``."""
    import polars

    from engine.data.tables.cells import dates as moments

    read = moments.parsed(polars.Series([example]), order, since)[0]
    return phrase(
        "{plain} (years from {since} to {until})",
        plain=moments.plain(read),
        since=since,
        until=since + 99,
    )


def question(column: str, example: str, ways: Sequence[str], else_: str) -> str:
    """Asks how a column is to be read."""
    return phrase(
        OPEN_OR_ELSE if else_ else OPEN,
        column=column,
        count=number_word(len(ways)),
        quoted=quoted(example),
        ways=with_or(ways),
        other=else_,
    )


def few_odd(place: str, column: polars.Series, row: int, count: int, ways: Sequence[str]) -> str:
    """Asks about numbers of which very few show the decimal sign that would change all others."""
    more = (
        phrase(" and {count} more cells show", count=count - 1)
        if count > 1
        else phrase(" alone shows")
    )
    return phrase(
        "{place}: in the column “{name}” {quoted}{more} a decimal sign that nearly all "
        "other cells would have between thousands, so it may be a mistake. Correct it, "
        "or choose how the others are read: as {ways}.",
        place=place,
        name=column.name,
        quoted=quoted(str(column[row])),
        more=more,
        ways=with_or(ways),
    )


def torn(column: str, examples: Sequence[str]) -> str:
    """Says that neither order of day and month fits all dates."""
    by_day, by_month = map(quoted, examples)
    return phrase(
        "The column “{column}” mixes two orders: {by_day} is a date only with the day "
        "first, and {by_month} only with the month first, so neither fits all. Write "
        "its dates in one order, ignore the column, or choose to read it as texts.",
        column=column,
        by_day=by_day,
        by_month=by_month,
    )


def beside(column: str, example: str) -> str:
    """Asks what a text is that stands beside numbers, which do not show its decimal sign."""
    read = forms.shown(example)
    return phrase(
        "The column “{column}” holds numbers, and texts such as {quoted} among them, which may be "
        "{point} or {comma}. Write them as numbers in the file, or choose how they are read.",
        column=column,
        quoted=quoted(example),
        point=read.get(".", ""),
        comma=read.get(",", ""),
    )


def mixed_units(column: str, named: Sequence[str]) -> str:
    """Asks what amounts in several units are."""
    return phrase(
        "The column “{column}” mixes {listed}, whose amounts cannot be compared. Bring "
        "them to one, or choose how the column is read.",
        column=column,
        listed=listed(named),
    )


def half_percent(column: str, percent: str, plain: str) -> str:
    """Asks what numbers with and without a percent sign are."""
    return phrase(
        "The column “{column}” holds percents ({quoted}) and numbers without the sign "
        "({plain}), which may be fractions, a hundred times as much in percent. "
        "Write them alike, or choose how the column is read.",
        column=column,
        quoted=quoted(percent),
        plain=quoted(plain),
    )


def open_(example: str, ways: Iterable[_Told]) -> str:
    """The line of a column that is open."""
    return phrase(
        "to be chosen for {quoted}: {told}",
        quoted=quoted(example),
        told=with_or(way.told for way in ways),
    )


def mixture(place: str, column: polars.Series, held: str, row: int, count: int) -> str:
    """A column of one kind that holds something else in a few cells."""
    more = phrase(" (and {count} more like it)", count=count - 1) if count > 1 else ""
    return phrase(
        "{place}: the column “{name}” holds {held}, but here {quoted}{more}. Correct "
        "or empty it, say that it means a missing value, or name the column among "
        "those to ignore or to read as categories.",
        place=place,
        name=column.name,
        held=held,
        quoted=quoted(str(column[row])),
        more=more,
    )


def limits(place: str, column: str, cell: str, count: int) -> str:
    """Asks what numbers count as that are only limits."""
    more = phrase(" (and {count} more like it)", count=count - 1) if count > 1 else ""
    return phrase(
        "{place}: the column “{column}” holds numbers, but here {quoted}{more}, which "
        "is a limit and no number. Choose whether it counts as the number itself, as "
        "missing, or whether the column is read as texts.",
        place=place,
        column=column,
        quoted=quoted(cell),
        more=more,
    )


def other_sign(place: str, column: polars.Series, row: int, notation: Notation) -> str:
    """Numbers that are written with the sign that is not set."""
    sign = phrase("comma") if notation.decimal == "," else phrase("point")
    return phrase(
        "{place}: the column “{name}” writes numbers with a decimal {sign} ({quoted}). "
        "Set the decimal sign to a {sign}.",
        place=place,
        name=column.name,
        sign=sign,
        quoted=quoted(str(column[row])),
    )
