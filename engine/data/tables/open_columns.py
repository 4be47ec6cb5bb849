"""Columns that can be read in several ways: what is asked, and the ways to choose from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.data.tables.cells import centuries, missing, numbers, units
from engine.data.tables.evidence import Evidence
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.telling import questions, words
from graphs.notation import DateOrder, Notation
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True, slots=True)
class Way:
    """One of the ways to read a column that can be read in several."""

    notation: Notation
    told: str
    """What a sample is then: ``4098 (a comma between thousands)``."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a column is written, and why it is taken so."""

    notation: Notation
    told: str
    """One line: what the column was read as, with the evidence and a sample."""
    is_plain: bool = True
    """Whether nothing had to be decided, so that nothing need be said."""
    is_amount: bool = False
    """Whether it holds money, percents, dates or large numbers, which no class is called by."""
    ways: tuple[Way, ...] = ()
    """Where the column is open: how it can be read."""
    question: str = ""
    """Where it is open: the sentence that asks."""
    likeness: str = ""
    """What its texts look like that are not read so, as the end of a line."""


def keeping(found: Judgement, given: Notation) -> Judgement:
    """With ways that keep what was said to be 0 or missing, so that it is not asked again."""
    if not found.ways or not (given.zeros or given.missing):
        return found

    def kept(way: Way) -> Way:
        one = way.notation
        if one.holds == "text":
            return way
        spelled = tuple(sorted({*(one.missing or ()), *(given.missing or ())})) or None
        return replace(way, notation=replace(one, missing=spelled, zeros=one.zeros or given.zeros))

    return replace(found, ways=tuple(map(kept, found.ways)))


def unit_asked(question: str) -> Judgement:
    """Amounts in several units, which are no numbers on one scale."""
    ways = (
        Way(Notation("text"), phrase("texts as they stand")),
        Way(Notation("number"), phrase("numbers, whatever stands beside them")),
    )
    return Judgement(ways[0].notation, question, False, ways=ways, question=question)


def doubt_asked(shown: Evidence) -> Judgement | None:
    """A column all of whose cells may be of one kind or of another; None where they are not."""
    if shown.pairs:
        return pairs_asked(shown)
    if shown.season:
        return season_asked(shown)
    if shown.dashes:
        return dash_asked(shown)
    return code_asked(shown) if shown.exponent or shown.based else None


def pairs_asked(shown: Evidence) -> Judgement:
    """Times such as 3:45, which may say when in a day or how long."""
    present = shown.values.filter(~missing.is_missing(shown.values))
    left_out = missing.spellings_in(shown.values) or None
    differing = present.filter(present.str.contains("[1-9]"))  # 0:00 is the same in any of them
    example = str((differing if differing.len() else present)[0])
    ways = []
    for pair in shown.pairs:
        one = Notation("date", order="year first", missing=left_out)
        if pair != "day":
            one = Notation("number", ".", missing=left_out, clock=True, pair=pair)
        ways.append(Way(one, questions.pair_way(example, one)))
    return asked(shown, example, tuple(ways), "")


def season_asked(shown: Evidence) -> Judgement:
    """Texts such as 2003/04, each of which may be a season or a month."""
    left_out = shown.missing or None
    month = Notation("date", order="year first", missing=left_out)
    ways = (
        Way(Notation("text", missing=left_out), phrase("a season, read as a text")),
        Way(month, questions.month_way(shown.season)),
    )
    return asked(shown, shown.season, ways, "")


def dash_asked(shown: Evidence) -> Judgement:
    """Numbers with dashes such as “$ -” among them, which accounts write for 0."""
    given = replace(shown.given, units=shown.units or shown.given.units)
    spelled = tuple(sorted({*(given.missing or ()), *shown.missing, *shown.dashes}))
    ways = (
        Way(replace(given, zeros=shown.dashes), phrase("0, as accounts write it")),
        Way(replace(given, missing=spelled), phrase("a missing value")),
    )
    return asked(shown, shown.dashes[0], ways, "")


def code_asked(shown: Evidence) -> Judgement:
    """Texts such as 3E2 or 0x1F, each of which may be a code or a number."""
    left_out, example = shown.missing or None, shown.exponent or shown.based
    number = Notation("number", ".", "", left_out, based=bool(shown.based))
    ways = (
        Way(Notation("text", missing=left_out), phrase("a code, read as a text")),
        Way(number, questions.code_way(example)),
    )
    return asked(shown, example, ways, "")


def beside_asked(sheet: Sheet, shown: Evidence) -> Judgement | None:
    """Texts beside numbers of the file's own kind, which do not show what the texts mean.

    None where the texts settle it, or it is settled.
    """
    native = sheet.native.get(shown.values.name)
    if not native or shown.holds != "number" or shown.given.decimal != "auto":
        return None
    texts = shown.values.filter(~shown.values.is_in(list(native))).drop_nulls()
    signs = numbers.signs_of(texts)
    if not signs.is_open:
        return None
    left_out = shown.missing or None
    as_number = Notation("number", ".", missing=left_out)
    ways = [Way(as_number, phrase("numbers with a decimal point"))]
    cells = texts.filter(numbers.is_number(texts)).unique().sort().to_list()
    if len(cells) <= words.MOST_SPELLINGS:
        missed = tuple(sorted({*shown.missing, *cells}))
        ways.append(Way(replace(as_number, missing=missed), phrase("missing values")))
    ways.append(Way(Notation("text"), phrase("texts (each of the numbers too)")))
    question = questions.beside(shown.values.name, signs.either)
    told_so = questions.open_(signs.either, ways)
    return Judgement(as_number, told_so, False, ways=tuple(ways), question=question)


def sign_asked(sheet: Sheet, shown: Evidence) -> Judgement:
    """Numbers whose one sign may part thousands or decimals."""
    example = shown.signs.either
    groups = "," if "," in example else "."
    as_whole = Notation("number", "." if groups == "," else ",", groups)
    as_decimal = Notation("number", "," if groups == "," else ".", "")
    ways = tuple(
        Way(replace(one, missing=shown.missing or None), questions.sign_way(example, one))
        for one in (as_whole, as_decimal)
    )
    if shown.signs.doubtful is None:
        return asked(shown, example, ways, phrase("set the decimal sign of the file"))
    odd = numbers.showing(units.without(shown.values, shown.units), shown.signs.doubtful)
    cells = shown.values.filter(odd).unique().sort().to_list()
    if len(cells) <= words.MOST_SPELLINGS:  # more are asked about once the sign is chosen
        left_out = tuple(sorted({*shown.missing, *cells}))
        told = phrase(
            "{told}, {listed} being missing", told=ways[0].told, listed=words.listed(cells)
        )
        ways = (Way(replace(as_whole, missing=left_out), told), ways[1])
    row = int(odd.arg_true()[0])
    place = sheet.place(row)
    question = questions.few_odd(
        place, shown.values, row, int(odd.sum()), [one.told for one in ways]
    )
    return replace(asked(shown, example, ways, ""), question=question)


def century_asked(shown: Evidence, order: DateOrder, years: centuries.Years) -> Judgement:
    """Years of two digits that may as well be of one century as of another."""
    spelled = shown.missing or None
    ways = tuple(
        Way(
            Notation("date", order=order, century=since, missing=spelled),
            questions.century_way(years.example, order, since),
        )
        for since in years.ways
    )
    return asked(shown, years.example, ways, "")


def order_asked(shown: Evidence) -> Judgement:
    """Dates that may begin with the day or the month, and such as have no order at all."""
    example = shown.orders.example
    if shown.orders.torn:
        as_texts = (Way(Notation("text"), phrase("texts as they stand")),)
        question = questions.torn(shown.values.name, shown.orders.torn)
        return Judgement(as_texts[0].notation, question, False, ways=as_texts, question=question)
    ways = tuple(
        Way(
            Notation("date", order=order, missing=shown.missing or None),
            questions.order_way(example, order),
        )
        for order in shown.orders.possible
    )
    return asked(shown, example, ways, "")


def limits_asked(
    sheet: Sheet, shown: Evidence, found: Judgement, wrong: polars.Series
) -> Judgement:
    """Some numbers are only said to lie below or above: the user says what they count as."""
    rest = shown.values.filter(wrong).unique().sort().to_list()
    row = int(wrong.arg_true()[0])
    cell = str(shown.values[row])
    as_numbers = replace(found.notation, limits=True)
    ways: tuple[Way, ...] = (Way(as_numbers, phrase("the numbers of the limits themselves")),)
    if len(rest) <= words.MOST_SPELLINGS:
        left_out = tuple(sorted({*(found.notation.missing or ()), *rest}))
        without = replace(found.notation, missing=left_out, thousands=shown.given.thousands)
        ways += (Way(without, phrase("missing values")),)
    ways += (Way(Notation("text"), phrase("texts (each of the numbers too)")),)
    question = questions.limits(sheet.place(row), shown.values.name, cell, int(wrong.sum()))
    return Judgement(
        found.notation, questions.open_(cell, ways), False, ways=ways, question=question
    )


def asked(shown: Evidence, example: str, ways: tuple[Way, ...], else_: str) -> Judgement:
    """A column that can be read in these ways, with the question that shows ``example``."""
    question = questions.question(shown.values.name, example, [way.told for way in ways], else_)
    return Judgement(
        ways[0].notation, questions.open_(example, ways), False, ways=ways, question=question
    )
