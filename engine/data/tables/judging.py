"""How the columns of a sheet are read, decided on all their values and on the other columns.

A decision is made only where the evidence is one-sided. Otherwise a judgement is open, and says the
ways to read its column, of which the user chooses one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.controls import Poll, go_on
from engine.data.tables.cells import (
    beside as signs_beside,
)
from engine.data.tables.cells import (
    centuries,
    date_parts,
    dates,
    doubtful,
    durations,
    limits,
    missing,
    numbers,
    units,
)
from engine.data.tables.cells.spellings import alike, plain_digits
from engine.data.tables.evidence import Evidence, may_be_plain, seen
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.open_columns import (
    Judgement,
    Way,
    beside_asked,
    century_asked,
    doubt_asked,
    keeping,
    limits_asked,
    order_asked,
    sign_asked,
    unit_asked,
)
from engine.data.tables.plain_columns import plain_columns
from engine.data.tables.telling import lines, questions, words
from engine.data.tables.traps import odd_lines
from graphs.notation import OPEN, DateOrder, DecimalSign, Notation
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars


def judged(
    sheet: Sheet,
    names: Iterable[str],
    settled: Mapping[str, Notation],
    decimal: DecimalSign = "auto",
    poll: Poll = go_on,
) -> dict[str, Judgement]:
    """A judgement on each column; what is ``settled`` is not decided again."""
    asked = {name: settled.get(name, OPEN) for name in names}
    plain = plain_columns(sheet, (name for name, one in asked.items() if may_be_plain(one)))
    shown: dict[str, Evidence] = {}
    for name, given in asked.items():
        poll()
        if given.decimal == "auto" and decimal != "auto":
            given = replace(given, decimal=decimal)
        shown[name] = seen(sheet.column(name), given, plain.get(name))
    others = _Others.of(shown.values())
    found = {
        name: keeping(_judgement(sheet, one, others), one.given) for name, one in shown.items()
    }
    for name, one in found.items():
        if shown[name].other_digits and one.notation.holds != "text":
            told = one.told + phrase("; digits of other scripts are read as 0 to 9")
            found[name] = replace(one, told=told, is_plain=False)
    return found


def bare(texts: polars.Series, notation: Notation) -> polars.Series:
    """The numbers among texts, without all that the notation says of them but their signs."""
    texts = plain_digits(missing.emptied(texts, notation.missing or ()))
    texts = missing.emptied(texts, notation.missing or ())
    texts = durations.as_seconds(texts, notation.pair) if notation.clock else texts
    texts = doubtful.with_zeros(texts, notation.zeros) if notation.zeros else texts
    texts = doubtful.without_bases(texts) if notation.based else texts
    texts = limits.without(texts) if notation.limits else texts
    return units.without(texts, notation.units or ())


def read(
    column: polars.Series, notation: Notation, plain: polars.Series | None = None
) -> polars.Series:
    """The values as Float64, Datetime or String, null where there is none or it fits not.

    ``plain`` are its numbers, where it is known that it holds nothing else as programs write them.
    """
    import polars

    if plain is not None and notation.decimal != ",":
        return plain
    if column.dtype != polars.String:
        column = missing.emptied(column, notation.missing or ())
        counted = notation.holds == "date" and column.dtype.is_numeric()
        return dates.parsed(column, notation.order) if counted else column
    if notation.holds == "number":
        return numbers.parsed(bare(column, notation), "," if notation.decimal == "," else ".")
    texts = missing.emptied(column, notation.missing or ())
    if notation.holds == "date":
        texts = plain_digits(texts)
    match notation.holds:
        case "date" if notation.order in dates.UNITS:
            found = dates.parsed(numbers.parsed(texts, "."), notation.order)
            return found.zip_with(found.is_not_null(), dates.parsed(texts, "year first"))
        case "date":
            return dates.parsed(texts, notation.order, notation.century)
        case _:
            return alike(texts) if notation.merge else texts


def exactly(texts: polars.Series, notation: Notation) -> polars.Series:
    """The numbers among texts with all their digits, as texts; null for what is none."""
    return numbers.exactly(bare(texts, notation), "," if notation.decimal == "," else ".")


@dataclass(frozen=True, slots=True)
class _Others:
    """What the columns of one file say together."""

    decimal: numbers.Decimal | None
    """The decimal sign of all columns that show one."""
    order: DateOrder | None
    """The order of day and month of all columns that show one."""
    missing: frozenset[str]
    """What stands for no value where it can mean nothing else."""

    @classmethod
    def of(cls, shown: Iterable[Evidence]) -> _Others:
        of_numbers = [one for one in shown if one.holds == "number"]
        signs = {one.signs.decided() for one in of_numbers} - {None}
        orders = {one.orders.possible[0] for one in shown if one.orders.reason}
        spelled = {text for one in shown if one.holds != "text" for text in one.missing}
        return cls(
            next(iter(signs)) if len(signs) == 1 else None,
            next(iter(orders)) if len(orders) == 1 else None,
            frozenset(spelled),
        )


def _judgement(sheet: Sheet, shown: Evidence, others: _Others) -> Judgement:
    import polars

    if (doubtful := doubt_asked(shown) or beside_asked(sheet, shown)) is not None:
        return doubtful
    match shown.holds:
        case "number":
            found = _of_numbers(sheet, shown, others)
            if counts := _counts(shown):
                found = replace(found, told=found.told + counts, is_plain=False)
        case "date":
            found = _of_dates(sheet, shown, others)
        case _:
            found = _of_texts(shown, others)
    if found.ways or shown.values.dtype != polars.String:
        return found
    if shown.plain is not None and shown.holds == "number" and found.notation.decimal == ".":
        return found
    wrong = shown.wrong
    if shown.holds != "text" and wrong is None:
        values = read(shown.values, found.notation)
        wrong = shown.values.is_not_null() & values.is_null()
        if wrong.any():
            if shown.holds == "number":
                wrong &= ~numbers.is_nothing(shown.values)
            wrong &= ~missing.is_missing(shown.values, shown.missing)
    return found if wrong is None or not wrong.any() else _mixture(sheet, shown, found, wrong)


def _counts(shown: Evidence) -> str:
    """What is said of numbers that may count the time; empty where nothing is."""
    import polars

    if shown.is_time_by_name and (mixed := lines.mixed_counts(shown.values)):
        return mixed
    values = shown.plain if shown.values.dtype == polars.String else shown.values
    if shown.given.holds != "auto" or shown.wrong is not None or values is None:
        return ""
    return lines.may_count(values)


def _of_numbers(sheet: Sheet, shown: Evidence, others: _Others) -> Judgement:
    import polars

    given, signs = shown.given, shown.signs
    if shown.values.dtype != polars.String:
        return _of_typed_numbers(shown)
    by_others = others.decimal if signs.is_open else None
    if given.decimal == "auto" and _has_native_point(sheet, shown):
        given = replace(given, decimal=".")
    chosen = given.decimal if given.decimal != "auto" else signs.decided() or by_others
    if chosen is None and signs.is_open:
        return sign_asked(sheet, shown)
    decimal: numbers.Decimal = "," if chosen == "," else "."
    asked = (given.missing, given.limits, given.zeros, given.based, given.clock)
    if shown.plain is not None and decimal == "." and not any(asked):
        told = phrase(lines.NUMBERS) + (phrase(lines.BY_OTHERS) if by_others else "")
        shares = _signs_of_shares(shown, shown.plain)
        return Judgement(Notation("number", ".", given.thousands or "", (), beside=shares), told)
    present = missing.emptied(shown.values, shown.missing).drop_nulls()
    measures = units.without(present, shown.units)
    groups = given.thousands
    if groups is None:
        groups = numbers.thousands_in(measures, decimal)
    spelled = tuple(sorted({*(given.missing or ()), *shown.missing}))
    at_numbers = given.beside
    if not _is_settled(given):
        at_numbers = signs_beside.of(measures) or _signs_of_shares(
            shown, numbers.parsed(measures, decimal)
        )
    notation = Notation(
        "number",
        decimal,
        groups,
        spelled,
        units=shown.units or None,
        beside=at_numbers,
        zeros=given.zeros,
        based=given.based,
        limits=given.limits,
        clock=given.clock,
        pair=given.pair,
    )
    beside = (*numbers.units_in(measures), *shown.units)
    if len(units.kinds(beside)) > 1 and given.holds == "auto":
        return unit_asked(questions.mixed_units(shown.values.name, beside))
    if given.holds == "auto" and "%" in beside and (plain_one := numbers.without_percent(measures)):
        percent = str(measures.filter(measures.str.contains("%"))[0])
        return unit_asked(questions.half_percent(shown.values.name, percent, plain_one))
    amount = bool(groups) or any(map(units.is_known, shown.units)) or len(beside) > len(shown.units)
    plain = not (decimal == "," or amount or spelled or beside or given.limits or given.clock)
    plain = plain and not given.zeros and not given.based
    plain = plain and not numbers.unusual_minus(present).any()
    told = lines.numbers(present, notation, shown, by_others is not None)
    return Judgement(notation, told, plain, amount)


def _of_typed_numbers(shown: Evidence) -> Judgement:
    """Of a column that is numbers in its file."""
    notation = Notation("number", ".", "", shown.given.missing or ())
    told = phrase(lines.NUMBERS) + lines.missing_in(shown, notation)
    beside = _signs_of_shares(shown, shown.values)
    return Judgement(replace(notation, beside=beside), told, is_plain=not notation.missing)


def _has_native_point(sheet: Sheet, shown: Evidence) -> bool:
    """Whether some cells are numbers of the file's own kind with decimals, which have a point."""
    return any("." in number for number in sheet.native.get(shown.values.name, ()))


def _is_settled(given: Notation) -> bool:
    """Whether a column was judged before, so that what it does not say stays unsaid."""
    return given.missing is not None and given.thousands is not None


def _signs_of_shares(shown: Evidence, values: polars.Series) -> tuple[str, ...] | None:
    """That numbers have no sign, which is kept of those that percents could be meant by."""
    if _is_settled(shown.given):
        return shown.given.beside
    held = shown.values.dtype.is_numeric() or values.dtype.is_float()
    return ("",) if held and signs_beside.are_shares(values) else None


def _of_dates(sheet: Sheet, shown: Evidence, others: _Others) -> Judgement:
    given, orders = shown.given, shown.orders
    possible = orders.possible
    by_others = others.order if len(possible) > 1 and others.order in possible else None
    if shown.values.dtype.is_temporal():
        order: DateOrder = "microseconds"
    elif given.order != "auto":
        order = given.order
    elif shown.values.dtype.is_numeric():
        order = dates.counted_in(shown.values) or _counted_or_compact(shown.values)
    elif len(possible) == 1 or by_others is not None:
        order = by_others or possible[0]
    else:
        return order_asked(shown)
    spelled = tuple(sorted({*(given.missing or ()), *shown.missing}))
    is_settled = given.parts is not None
    years = centuries.of(shown.values, order, is_settled=is_settled)
    since = given.century
    if years is not None and since is None:
        if years.ways:
            return century_asked(shown, order, years)
        since = years.since
    zones = given.zones
    if not is_settled:
        zones = dates.zones_of(shown.values, is_zoned=shown.values.name in sheet.zoned)
    notation = Notation("date", missing=spelled, order=order, century=since, zones=zones)
    values = read(shown.values, notation)
    parts = given.parts if given.parts is not None else date_parts.varying(values)
    notation = replace(notation, parts=parts)
    told = lines.dates(shown, notation, values, by_others is not None)
    told += lines.century(since) if years is not None else ""
    return Judgement(notation, told, is_plain=False, is_amount=True)


def _counted_or_compact(numbers_: polars.Series) -> DateOrder:
    """How numbers are dates that are so by setting or by their digits."""
    return "year first" if dates.are_compact(numbers_, is_named=True) else "seconds"


def _of_texts(shown: Evidence, others: _Others) -> Judgement:
    import polars

    given, texts = shown.given, shown.values
    if texts.dtype != polars.String:
        notation = Notation("text", missing=given.missing or (), merge=given.merge)
        told = lines.CATEGORIES + lines.missing_in(shown, notation)
        return Judgement(notation, told, is_plain=not notation.missing)
    spelled = given.missing
    if spelled is None:
        spelled = tuple(sorted({*missing.of_texts(texts, others.missing), *shown.missing}))
    notation = Notation("text", missing=spelled, merge=given.merge)
    present = missing.emptied(texts, spelled).drop_nulls()
    kept = missing.spellings_in(present)
    told = lines.texts(present, notation, kept)
    if shown.code:
        told += lines.codes(shown.code)
    like = "" if shown.code or given.holds == "text" else lines.likeness(texts)
    is_plain = not (spelled or kept or given.merge or shown.code or like)
    return Judgement(notation, told + like, is_plain, likeness=like)


def _mixture(sheet: Sheet, shown: Evidence, found: Judgement, wrong: polars.Series) -> Judgement:
    """A column of numbers or dates of which some cells are neither: the user says what they are."""
    held = "numbers" if shown.holds == "number" else "dates"
    rest = shown.values.filter(wrong).unique().sort().to_list()
    if held == "numbers" and limits.are(shown.values.filter(wrong)).all():
        return limits_asked(sheet, shown, found, wrong)
    left_out = tuple(sorted({*(found.notation.missing or ()), *rest[: words.MOST_SPELLINGS]}))
    ways: tuple[Way, ...] = (
        Way(Notation("text"), phrase("texts (each of the {held} too)", held=phrase(held))),
    )
    if len(rest) <= words.MOST_SPELLINGS:
        without = replace(found.notation, missing=left_out, thousands=shown.given.thousands)
        ways = (
            Way(
                without,
                phrase(
                    "{held} ({listed} being missing)",
                    held=phrase(held),
                    listed=words.listed(rest),
                ),
            ),
            *ways,
        )
    row = int(wrong.arg_true()[0])
    asked = questions.mixture(sheet.place(row), shown.values, phrase(held), row, int(wrong.sum()))
    other = None
    if held == "numbers" and not _has_native_point(sheet, shown):
        other = _other_sign(shown, found.notation, wrong)
    is_said = shown.given.holds == "number"
    if is_said and (example := doubtful.based_in(shown.values.filter(wrong))):
        based = replace(found.notation, based=True)
        ways = (Way(based, questions.code_way(example)), *ways)
    if other is not None:
        ways = (Way(other, questions.sign_way(str(shown.values[row]), other)), *ways)
        asked = questions.other_sign(sheet.place(row), shown.values, row, other)
    asked = odd_lines.question(sheet, shown.values, wrong) or asked
    told = questions.open_(str(shown.values[row]), ways)
    return Judgement(found.notation, told, False, ways=ways, question=asked)


def _other_sign(shown: Evidence, notation: Notation, wrong: polars.Series) -> Notation | None:
    """The notation with the other decimal sign, where all that fits not is written with it.

    None where some cells can only be read with one sign and others only with the other, and where
    very few that fit not would have all the others read in another way.
    """
    if shown.signs.doubtful or (shown.signs.point and shown.signs.comma):
        return None
    sign: numbers.Decimal = "." if notation.decimal == "," else ","
    if numbers.parsed(shown.values.filter(wrong), sign).null_count():
        return None
    return replace(notation, decimal=sign, thousands=None)
