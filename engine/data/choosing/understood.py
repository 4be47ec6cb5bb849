"""What was understood of data, as plain values and as lines for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from engine.data.sources.spec import Proposal
from graphs.data import (
    Column,
    DataSection,
    Field,
)
from graphs.data.sources import Source
from graphs.wording.phrases import phrase
from graphs.wording.visible import with_shape

TOLD = frozenset(
    {"path", "target", "also", "ignored", "inputs", "targets", "texts", "predicted", "notations"}
)
"""Settings that the rows of fields and columns tell already, or the notices."""
NAMED = 5
"""Classes or categories that are named."""
MOST_NUMBERED = 12
"""With more columns without names of their own, the first are listed and the others counted."""


def facts(found: Proposal) -> dict[str, Any]:
    """The names in here are a contract with scripts: extend, don't rename."""
    section, samples = found.section, found.samples
    return {
        "source": section.source,
        "settings": msgspec.to_builtins(dict(section.settings)),
        "samples": len(samples),
        "fields": [_field(name, field) for name, field in section.fields.items()],
        "notices": list(samples.notices),
        "skipped": list(samples.skipped),
        "columns": dict(samples.told),
    }


def _field(name: str, field: Field) -> dict[str, Any]:
    return {
        "name": name,
        "content": field.content,
        "sizes": list(field.sizes),
        "classes": list(field.classes),
        "columns": [msgspec.to_builtins(column) for column in field.columns],
        "target": field.target,
        "vocabulary": field.vocabulary,
        "normalize": field.normalize.value,
        "ragged": field.ragged,
    }


def rows(section: DataSection, told: Mapping[str, str] | None = None) -> list[list[str]]:
    """One row for each column and each field: its name, what it is for, and what it holds.

    What columns were read as is ``told``.
    """
    fields, known = section.fields, told or {}
    found = [row for name in section.inputs() for row in _rows(name, fields[name])]
    found += [row for name in section.targets() for row in _rows(name, fields[name])]
    found += [[name, use, phrase("number")] for name, use in _in_series(section) if name in known]
    left = section.settings.get("ignored") or ()
    found += [[name, phrase("ignored"), ""] for name in left]
    return [[name, use, _both(holds, known.get(name, ""))] for name, use, holds in found]


def _in_series(section: DataSection) -> list[tuple[str, str]]:
    """The columns with values of a forecast, which its fields hold together, and their uses."""
    predicted, further = (section.settings.get(name) or () for name in ("predicted", "further"))
    others = [name for name in further if name not in predicted]
    return [
        *((name, phrase("predicted")) for name in predicted),
        *((name, phrase("learned from")) for name in others),
    ]


def _both(holds: str, told: str) -> str:
    """What a column is, and how it was read where that says more."""
    numbers = phrase("numbers")
    if holds in {phrase("number"), f"{numbers}, 1"}:
        return holds if told in {"", numbers} else told
    more = told.partition("; ")[2]  # what it is comes first, and is said of categories already
    if holds == phrase("date") and told:
        return told.replace(phrase("dates"), phrase("date"), 1)
    is_category = holds.startswith(phrase("category"))
    return f"{holds}; {more if is_category else told}" if more else holds


def _rows(name: str, field: Field) -> list[list[str]]:
    use = phrase("predicted") if field.target else phrase("learned from")
    if not field.columns:
        return [[name, use, _holds(field)]]
    if len(field.columns) > MOST_NUMBERED and _are_numbered(name, field):
        shown = [[column.name, use, _kind(column)] for column in field.columns[:NAMED]]
        more = len(field.columns) - len(shown)
        first = field.columns[NAMED].name
        rest = phrase("{first} to {last}", first=first, last=more + NAMED)
        return [*shown, [rest, use, phrase("{count:,} numbers", count=more)]]
    return [[column.name, use, _kind(column)] for column in field.columns]


def _are_numbered(name: str, field: Field) -> bool:
    """Whether columns are those of an array, which have no names of their own."""
    return all(
        column.name == f"{name} {at}" and not column.categories
        for at, column in enumerate(field.columns, start=1)
    )


def _kind(column: Column) -> str:
    number = phrase("date") if column.is_date else phrase("number")
    return _values(phrase("category"), column.categories) or number


def _holds(field: Field) -> str:
    if field.classes and not field.words:
        return _values(phrase(field.kind.one_class), field.classes) + _per_step(field)
    sizes = " × ".join(map(str, field.sizes))
    lengths = phrase(", of different lengths") if field.ragged else ""
    known = ""
    if field.vocabulary is not None:
        known = phrase(", {count:,} different", count=field.vocabulary)
    return f"{phrase(field.kind.noun)}{f', {sizes}' if sizes else ''}{known}{lengths}"


def _per_step(field: Field) -> str:
    return phrase(", for each of {sizes} steps", sizes=field.sizes[0]) if field.sizes else ""


def _values(word: str, values: tuple[str, ...]) -> str:
    """``category, 3 values: a, b, c``; nothing without values."""
    if not values:
        return ""
    shown = ", ".join([*map(with_shape, values[:NAMED]), *(["..."] if values[NAMED:] else [])])
    return phrase("{word}, {count:,} values: {shown}", word=word, count=len(values), shown=shown)


def settings(section: DataSection) -> list[list[str]]:
    """Further settings that are not as they are at first: name and value."""
    kind = Source.get(section.source)
    usual = kind.defaults()
    return [
        [name, _spelled(value)]
        for name, value in section.settings.items()
        if name not in TOLD and value and value != usual.get(name)
    ]


def _spelled(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(_spelled, value))
    return str(value)
