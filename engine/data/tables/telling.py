"""The sentences about columns: what each was read as, with the evidence, and what is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from engine.data.tables.cells import date_parts, doubtful, durations, likenesses, missing, units
from engine.data.tables.cells import numbers as forms
from engine.data.tables.cells.spellings import variants
from engine.data.tables.evidence import Evidence
from graphs.notation import DateOrder, Notation
from graphs.wording.phrases import counted, enumerated, phrase, with_and, with_or

if TYPE_CHECKING:
    import polars

NUMBERS: Final = "numbers"
BY_OTHERS: Final = "; the other columns show it"
OPEN: Final = (
    "The column “{column}” can be read in {count} ways: {quoted} is {ways}. Nothing in the file "
    "settles which. Choose how the column is read."
)
OPEN_OR_ELSE: Final = (
    "The column “{column}” can be read in {count} ways: {quoted} is {ways}. Nothing in the file "
    "settles which. Choose how the column is read, or {other}."
)
CATEGORIES: Final = "categories"
DATES: Final = "dates"
LEARNED: Final = "; learned from as {parts}"
MOST_SPELLINGS: Final = 5
"""So many different spellings are named, and can be said to be missing with one choice."""
FEW: Final = 3
"""So many different texts are all named."""
LONGEST: Final = 30
"""Characters of a value that are shown."""
_SIGNS: Final = {",": "a comma", ".": "a point", " ": "a space", "'": "an apostrophe"}
_PARTS: Final = {
    "elapsed": "time elapsed",
    "year": "year",
    "month": "month",
    "day": "day",
    "weekday": "day of the week",
    "hour": "time of day",
}


_PAIRS: Final = {
    "": "hours, minutes and seconds",
    "hours": "hours and minutes",
    "minutes": "minutes and seconds",
}


class _Told(Protocol):
    @property
    def told(self) -> str: ...


def short(text: str) -> str:
    """A value, cut when it is long."""
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


def quoted(text: str) -> str:
    """A value as sentences show it."""
    return f"“{short(text)}”"


def listed(texts: Sequence[str]) -> str:
    """``“a”, “b” and “c”``; what is more than a few is counted."""
    named = [quoted(text) for text in texts[:MOST_SPELLINGS]]
    if more := len(texts) - len(named):
        return phrase("{named} and {more} more", named=", ".join(named), more=more)
    return enumerated(named) if named else ""


def unit(present: polars.Series) -> str:
    """The money or percent sign at the numbers; empty when there is none."""
    return with_and(forms.units_in(present))


def numbers(present: polars.Series, notation: Notation, shown: Evidence, by_others: bool) -> str:
    """``numbers with a comma between thousands: “4,098” is 4098``."""
    told = phrase(NUMBERS) + _signs(present, notation)
    if notation.clock:
        told += _clock(shown.duration, notation)
    if zeros := notation.zeros:
        told += counted(len(zeros), "; {listed} is 0", "; {listed} are 0", listed=listed(zeros))
    if notation.based:
        told += phrase("; those with their base in front, such as “0x1F”, count as the number")
    if notation.limits:
        told += phrase("; limits count as their numbers")
    if by_others:
        told += phrase(BY_OTHERS)
    return told + missing_in(shown, notation)


def _signs(present: polars.Series, notation: Notation) -> str:
    """`` with a comma between thousands: “4,098” is 4098``; empty for plain numbers."""
    said = []
    minus = present.filter(forms.unusual_minus(present))
    if minus.len():
        said.append(phrase("a minus in brackets or behind, or of its own sign"))
    if notation.decimal == ",":
        said.append(phrase("a decimal comma"))
    said += [
        phrase("{found} between thousands", found=phrase(_SIGNS.get(s, s)))
        for s in notation.thousands or ""
    ]
    if one := unit(units.without(present, notation.units or ())):
        said.append(f"“{one}”")
    said += [quoted(one) for one in notation.units or ()]
    if not said:
        return ""
    example = _sample(minus if minus.len() else present, notation)
    return phrase(" with {signs}", signs=", ".join(said)) + example


def _clock(sample: str, notation: Notation) -> str:
    """`` of seconds, from durations in hours and minutes: “1:05” is 3900``."""
    import polars

    if not sample:
        return phrase(" of seconds, from durations")
    seconds = durations.as_seconds(polars.Series([sample]), notation.pair)[0]
    sizes = phrase(" in {pairs}", pairs=phrase(_PAIRS[notation.pair])) if ":" in sample else ""
    return phrase(
        " of seconds, from durations{sizes}: {sample} is {seconds:.15g}",
        sizes=sizes,
        sample=quoted(sample),
        seconds=float(seconds),
    )


def _sample(present: polars.Series, notation: Notation) -> str:
    import polars

    signed = present.filter(present.str.contains(r"[^\d+-]"))
    texts = signed if signed.len() else present
    if not texts.len():
        return ""
    longest = max(texts.head(100).to_list(), key=len)
    bare = units.without(polars.Series([longest]), notation.units or ())
    plain = forms.shown(str(bare[0])).get("," if notation.decimal == "," else ".")
    if plain is None:
        return ""
    return phrase(": {cell} is {value}", cell=quoted(longest), value=plain)


def missing_in(shown: Evidence, notation: Notation) -> str:
    """``; “-999” is missing``; empty when nothing stands for no value."""
    spelled = notation.missing or ()
    if not spelled:
        return ""
    extra = [text for text in spelled if text.lower() not in missing.SPELLINGS]
    why = phrase(" (the only text among them)") if extra and shown.given.missing is None else ""
    told = counted(
        len(spelled), "; {listed} is missing", "; {listed} are missing", listed=listed(spelled)
    )
    return told + why


def sign_way(example: str, notation: Notation) -> str:
    """``4098 (a comma between thousands)``."""
    decimal: forms.Decimal = "," if notation.decimal == "," else "."
    plain = forms.shown(example).get(decimal, phrase("no number"))
    groups = "," if decimal == "." else "."
    if groups in example:
        return phrase(
            "{plain} ({signs} between thousands)", plain=plain, signs=phrase(_SIGNS[groups])
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
        "{seconds:g} seconds ({pairs})", seconds=seconds, pairs=phrase(_PAIRS[notation.pair])
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


def century(since: int | None) -> str:
    """``; years of two digits lie from 1969 to 2068``."""
    from engine.data.tables.cells import dates as moments

    first = moments.SINCE if since is None else since
    return phrase(
        "; years of two digits lie from {first} to {last}",
        first=first,
        last=first + 99,
    )


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


def dates(shown: Evidence, notation: Notation, values: polars.Series, by_others: bool) -> str:
    """``dates, the month first: “03/30/2026” is 2026-03-30; used as year, month``."""
    import polars

    from engine.data.tables.cells import dates as moments

    told = phrase(DATES)
    if shown.values.dtype == polars.String and shown.orders.reason:
        told += phrase(", the {order}", order=phrase(notation.order))
    elif notation.order in moments.UNITS and not shown.values.dtype.is_temporal():
        told += phrase(", counted in {order} since 1970", order=phrase(notation.order))
    present = (shown.values.is_not_null() & values.is_not_null()).arg_true()
    if present.len():
        row = int(present[0])
        cell, now = shown.values[row], moments.plain(values[row])
        was = f"{cell:.15g}" if isinstance(cell, float) else str(cell)
        told += (
            phrase(": {cell} is {value}", cell=quoted(was), value=now)
            if was != now
            else phrase(" such as {now}", now=now)
        )
    if by_others:
        told += phrase("; the other columns show the order")
    elif shown.orders.reason:
        told += phrase(", as {reason}", reason=shown.orders.reason)
    parts = [phrase(_PARTS[part]) for part in notation.parts or () if part in _PARTS]
    rounds = len(date_parts.scaled_parts(notation.parts or ())) < len(notation.parts or ())
    told += phrase(LEARNED, parts=enumerated(parts) if parts else "")
    told += (phrase(" in rounds") if rounds else "") + missing_in(shown, notation)
    if shown.values.dtype != polars.String:
        return told
    if mixed := zones(shown.values):
        told += f"; {mixed}"
    if durations.fit(shown.values.filter(~missing.is_missing(shown.values))):
        told += phrase("; if it says how long something took, choose to read durations")
    return told


def without_parts(told: str) -> str:
    """What ``dates`` said, without what the column is learned from as, and all that follows."""
    begin = phrase(LEARNED, parts="\0").partition("\0")[0]
    return told.partition(begin)[0]


def zones(texts: polars.Series) -> str:
    """``“10:00+02:00” has a time zone and “10:00” has none, which is taken for UTC``."""
    from engine.data.tables.cells import dates as moments

    mixed = moments.zones_mixed(texts)
    if not mixed:
        return ""
    zoned, bare = map(quoted, mixed)
    return phrase(
        "{zoned} has a time zone and {bare} has none, which is taken for UTC",
        zoned=zoned,
        bare=bare,
    )


def mixed_counts(values: polars.Series) -> str:
    """What numbers of a column named as a time may be, where they count it in several units."""
    import polars

    from engine.data.tables.cells import dates as moments

    numbers = values.cast(polars.Float64, strict=False)
    if numbers.null_count() > values.null_count() or not (mixed := moments.units_mixed(numbers)):
        return ""
    shown = [phrase("{cell:.15g} in {unit}", cell=cell, unit=phrase(unit)) for unit, cell in mixed]
    return phrase(
        "; they seem to count the time since 1970 in several units, such as {shown}, and are taken "
        "for plain numbers; bring them to one unit to have them as dates",
        shown=with_and(shown),
    )


def texts(present: polars.Series, notation: Notation, kept: Sequence[str]) -> str:
    """``3 different texts, such as “Mild”; “None” is a value like the others``.

    ``kept`` are the spellings of missing among them that are values.
    """
    if not present.len():
        return phrase("no values")
    distinct = present.n_unique()
    told = phrase(
        "{distinct:,} different texts, such as {quoted}",
        distinct=distinct,
        quoted=quoted(str(present[0])),
    )
    if distinct <= FEW:
        told = phrase("texts: {listed}", listed=listed(sorted(present.unique().to_list())))
    if spelled_so := notation.missing:
        told += counted(
            len(spelled_so),
            "; {listed} is missing",
            "; {listed} are each missing",
            listed=listed(spelled_so),
        )
    if kept:
        told += counted(
            len(kept),
            "; {listed} is a value like the others",
            "; {listed} are each a value like the others",
            listed=listed(kept),
        )
    if spelled := variants(present):
        told += phrase(
            "; {quoted} is also written {listed}",
            quoted=quoted(spelled[0][0]),
            listed=listed(spelled[0][1:]),
        )
    return told + (phrase(", which is taken as one") if notation.merge and spelled else "")


def codes(example: str) -> str:
    """Why digits are texts: ``; codes rather than numbers, as “01234” begins with 0``."""
    return phrase("; codes rather than numbers, as {quoted} begins with 0", quoted=quoted(example))


def likeness(texts: polars.Series) -> str:
    """``; they look like dates: write them as days ... to have them read as dates``."""
    found = likenesses.of(texts)
    return (
        phrase(
            "; they look like {kind}: {example}", kind=phrase(found[0]), example=phrase(found[1])
        )
        if found
        else ""
    )


def question(column: str, example: str, ways: Sequence[str], else_: str) -> str:
    """Asks how a column is to be read."""
    return phrase(
        OPEN_OR_ELSE if else_ else OPEN,
        column=column,
        count=_count(len(ways)),
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


def _count(number: int) -> str:
    return {2: phrase("two"), 3: phrase("three")}.get(number, str(number))


def open_(example: str, ways: Iterable[_Told]) -> str:
    """The line of a column that is open."""
    return phrase(
        "to be chosen: {quoted} is {told}",
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
