"""What stands for no value: spellings that people and programs write into empty cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars

_WORDS = """
na n/a n.a. n.a n/d n.d. nd nan null none nil #n/a #na <na> (null) (none) \\n nat
? - -- --- – —
. .. ... *
missing unknown undefined unspecified blank empty void #value! #ref! #div/0! #num! #name?
#null! 1.#ind -1.#ind 1.#qnan -nan k.a. k.a o.a. s/d s.d. nv n.v. x/x
不明 未知 无 無
なし
"""
_PHRASES = """not available,not applicable,
not known,not given,no data,no value,no answer,k. a.,n. a.,
keine angabe,unbekannt,inconnu,desconocido"""
SPELLINGS: Final = frozenset({*_WORDS.split(), *_PHRASES.replace("\n", "").split(",")})
"""In small letters. In a column of numbers or dates they can mean nothing else."""
NEVER_MEANT: Final = frozenset(
    ("nan", "null", "#n/a", "#na", "<na>", "(null)", "\\n", "n/a", "nat")
)
"""Those that only programs write, so that they are no value of a column of texts either."""
WORDS: Final = frozenset(
    ("none", "nil", "missing", "unknown", "undefined", "unspecified", "blank", "empty", "void")
)
"""Those that are values of their own in a column of texts, such as “None” among severities."""
MARKS: Final = frozenset("?")
"""Those that stand for no value among words, but for themselves among other signs."""


def is_missing(texts: polars.Series, further: tuple[str, ...] = ()) -> polars.Series:
    """Whether each cell of a column of numbers or dates has no value."""
    named = texts.str.to_lowercase().is_in(list(SPELLINGS)) | texts.is_in(list(further))
    return (texts.is_null() | (texts == "") | named).fill_null(value=True)


def emptied(texts: polars.Series, spellings: tuple[str, ...]) -> polars.Series:
    """The column with null for empty cells and for these spellings, of whatever kind it is."""
    import polars

    if texts.dtype != polars.String:
        return _without(texts, spellings)
    empty = texts == ""
    if spellings:
        empty |= texts.is_in(list(spellings))
    return texts.set(empty.fill_null(value=False), None) if empty.any() else texts


def _without(values: polars.Series, spellings: tuple[str, ...]) -> polars.Series:
    """Numbers or dates with null for those that are spelled so."""
    import polars

    if not spellings:
        return values
    named = polars.Series(spellings, dtype=polars.String)
    if values.dtype.is_temporal():
        texts = values.dt.to_string("%Y-%m-%d %H:%M:%S")
        gone = texts.is_in([*spellings, *(f"{one} 00:00:00" for one in spellings)])
    elif values.dtype.is_numeric():
        gone = values.is_in(named.cast(polars.Float64, strict=False).drop_nulls().implode())
    else:
        return values
    return values.set(gone.fill_null(value=False), None)


def spellings_in(texts: polars.Series) -> tuple[str, ...]:
    """The known spellings of missing that occur, as they are written, in the alphabet's order."""
    known = texts.filter(texts.str.to_lowercase().is_in(list(SPELLINGS)))
    return tuple(sorted(known.unique().to_list()))


def never_meant(texts: polars.Series) -> tuple[str, ...]:
    """The spellings in a column of texts that no one can mean as a value."""
    lower = texts.str.to_lowercase()
    found = set(texts.filter(lower.is_in(list(NEVER_MEANT))).unique().to_list())
    if texts.str.contains(r"[\p{L}\p{N}]").any():
        found |= set(texts.filter(texts.is_in(list(MARKS))).unique().to_list())
    return tuple(sorted(found))


def of_texts(texts: polars.Series, elsewhere: frozenset[str]) -> tuple[str, ...]:
    """What stands for no value in a column of texts.

    That is what nobody can mean, and what stands for it in the numbers of the same file. Words such
    as “None” are values: a cell without one is empty. So is all in a column of signs.
    """
    present = texts.drop_nulls()
    if present.len() < texts.len():  # where cells are empty, nothing else stands for them
        return never_meant(present)
    known = [text for text in spellings_in(present) if text in elsewhere]
    signs_only = not present.str.contains(r"[\p{L}\p{N}]").any()
    shared = [] if signs_only else [text for text in known if text.lower() not in WORDS]
    return tuple(sorted({*never_meant(present), *shared}))
