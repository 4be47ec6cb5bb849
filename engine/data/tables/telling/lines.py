"""What each column was read as, with the evidence, as the end of a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.data.tables.cells import date_parts, durations, likenesses, missing, units
from engine.data.tables.cells import numbers as forms
from engine.data.tables.cells.spellings import alike, variants
from engine.data.tables.evidence import Evidence
from engine.data.tables.telling.words import PAIR_WORDS, SIGN_WORDS, listed, quoted
from graphs.notation import Notation
from graphs.wording.phrases import counted, enumerated, phrase, with_and

if TYPE_CHECKING:
    import polars

NUMBERS: Final = "numbers"
BY_OTHERS: Final = "; the other columns show it"
CATEGORIES: Final = "categories"
DATES: Final = "dates"
LEARNED: Final = "; learned from as {parts}"
FEW: Final = 3
"""So many different texts are all named."""
LIKELY_YEARS: Final = (1600, 2200)
"""Dates of these years are hardly of another calendar than the Gregorian one."""
_PARTS: Final = {
    "elapsed": "time elapsed",
    "year": "year",
    "month": "month",
    "day": "day",
    "weekday": "day of the week",
    "hour": "time of day",
}


def unit(present: polars.Series) -> str:
    """The money or percent sign at the numbers; empty when there is none."""
    return with_and(forms.units_in(present))


def numbers(present: polars.Series, notation: Notation, shown: Evidence, by_others: bool) -> str:
    """``numbers with a comma between thousands: “4,098” is 4098``."""
    told = phrase(NUMBERS) + _signs(present, notation, shown.other_thousands)
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


def _signs(present: polars.Series, notation: Notation, other_thousands: bool) -> str:
    """`` with a comma between thousands: “4,098” is 4098``; empty for plain numbers."""
    said = []
    minus = present.filter(forms.unusual_minus(present))
    if minus.len():
        said.append(phrase("a minus in brackets or behind, or of its own sign"))
    if notation.decimal == ",":
        said.append(phrase("a decimal comma"))
    if notation.thousands and other_thousands:
        said.append(phrase("the Arabic sign between thousands"))
    else:
        said += [
            phrase("{found} between thousands", found=phrase(SIGN_WORDS.get(s, s)))
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
    is_pair = ":" in sample or notation.pair
    sizes = phrase(" in {pairs}", pairs=phrase(PAIR_WORDS[notation.pair])) if is_pair else ""
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


def century(since: int | None) -> str:
    """``; years of two digits lie from 1969 to 2068``."""
    from engine.data.tables.cells import dates as moments

    first = moments.SINCE if since is None else since
    return phrase(
        "; years of two digits lie from {first} to {last}",
        first=first,
        last=first + 99,
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
    told += _calendar(values)
    if shown.values.dtype != polars.String:
        return told
    if mixed := zones(shown.values):
        told += f"; {mixed}"
    if durations.fit(shown.values.filter(~missing.is_missing(shown.values))):
        told += phrase("; if it says how long something took, choose to read durations")
    return told


def _calendar(moments: polars.Series) -> str:
    """A warning where most years are such as another calendar counts now."""
    usual = moments.dt.year().median()
    if not isinstance(usual, float) or LIKELY_YEARS[0] <= usual <= LIKELY_YEARS[1]:
        return ""
    return phrase(
        "; their years, such as {year}, are taken for those of the Gregorian calendar: if they are "
        "of another one, such as the Hijri or the Buddhist one, bring them to it",
        year=f"{usual:.0f}",
    )


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


def may_count(values: polars.Series) -> str:
    """That large whole numbers may count the time since 1970; empty where they do not."""
    import polars

    from engine.data.tables.cells import dates as moments

    numbers = values.cast(polars.Float64, strict=False)
    unit = moments.counted_in(numbers)
    if unit is None or numbers.n_unique() < FEW:
        return ""
    first = numbers.drop_nulls()[0]
    moment = np.datetime64(int(first * moments.UNITS[unit]), "us").astype("datetime64[s]")
    day = moments.plain(str(moment).replace("T", " "))
    return phrase(
        "; they may be times counted in {unit} since 1970, and {number:.15g} would be {day}; "
        "choose that they are dates, with {unit} as their order, to have them so",
        unit=phrase(unit),
        number=first,
        day=day,
    )


def texts(present: polars.Series, notation: Notation, kept: Sequence[str]) -> str:
    """``3 different texts, such as “Mild”; “None” is a value like the others``.

    ``kept`` are the spellings of missing among them that are values.
    """
    if not present.len():
        return phrase("no values")
    spelled = variants(present)
    present = alike(present) if notation.merge else present
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
    if spelled:
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
