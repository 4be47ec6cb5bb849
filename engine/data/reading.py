"""Reads the data that a document has chosen, and compares it with the fields of the document."""

from __future__ import annotations

from dataclasses import replace

from engine.controls import Poll, go_on
from engine.data.choosing import chosen
from engine.data.samples import Samples
from engine.data.sources import reader
from engine.errors import DataError
from graphs.data import DataSection, Field
from graphs.wording.phrases import phrase


def read(section: DataSection, poll: Poll = go_on) -> Samples:
    """The samples that a document's data section asks for, with the section's own fields.

    Raises DataError when they cannot be read, or are no longer what the section says, and whatever
    ``poll`` raises.
    """
    if not section.source:
        raise DataError("No data is chosen. Choose it in the data view.")
    for found_wrong in chosen.problems(section):
        raise DataError(found_wrong.message)
    found = reader(section.source, section.settings).read(poll)
    for name, field in section.fields.items():
        if name not in found.fields:
            raise DataError(
                "The data no longer has a field “{name}”. {again}",
                name=name,
                again=phrase(_AGAIN),
            )
        if (difference := _difference(field, found.fields[name])) is not None:
            raise DataError(
                "The data has changed: “{name}” {difference}. {again}",
                name=name,
                difference=difference,
                again=phrase(_AGAIN),
            )
    return replace(
        found,
        fields=section.fields,
        domains=section.domains,
        values={name: found.values[name] for name in section.fields},
    )


_AGAIN = "Choose the data again, so that the document describes it as it is now."


def _difference(old: Field, new: Field) -> str | None:
    """How the data differs from what the document says, as the end of a sentence."""
    if old.content != new.content:
        return phrase(
            "was of the kind {content}, and is now {new_content}",
            content=old.content,
            new_content=new.content,
        )
    if old.kind.has_columns and (difference := _columns_difference(old, new)):
        return difference
    if old.classes != new.classes:
        return _names_difference("class", "classes", old.classes, new.classes)
    if old.sizes != new.sizes:
        return phrase(
            "was {spelled} per sample, and is now {now}",
            spelled=_spelled(old.sizes),
            now=_spelled(new.sizes),
        )
    if old.ragged != new.ragged:
        lengths = (
            phrase("the same number of steps in all samples"),
            phrase("different numbers of them"),
        )
        return phrase(
            "had {lengths}, and now has {now}",
            lengths=lengths[old.ragged],
            now=lengths[new.ragged],
        )
    if old.vocabulary != new.vocabulary:
        return phrase(
            "had a vocabulary of {vocabulary}, and now has one of {new_vocabulary}",
            vocabulary=old.vocabulary,
            new_vocabulary=new.vocabulary,
        )
    if old.words != new.words:
        return _names_difference("word", "words", old.words, new.words)
    if old.joint != new.joint:
        return phrase("was cut into characters or words, and is now cut in the other way")
    return None


def _columns_difference(old: Field, new: Field) -> str | None:
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    if len(before) < len(old.columns):
        return phrase("names a column twice")
    if tuple(before) != tuple(after):
        return _names_difference("column", "columns", tuple(before), tuple(after))
    for name, column in before.items():
        now = after[name].categories
        if column.parts != after[name].parts:
            return phrase(
                "had other dates in the column “{name}”: they become other numbers now", name=name
            )
        if bool(column.categories) != bool(now):
            kinds = ("numbers", "categories") if now else ("categories", "numbers")
            return phrase(
                "had {kinds} in the column “{name}”, and now has {now}",
                kinds=kinds[0],
                name=name,
                now=kinds[1],
            )
        if column.categories != now:
            told = _names_difference("value", "values", column.categories, now)
            return phrase("{told} in the column “{name}”", told=told, name=name)
    return None


def _names_difference(one: str, many: str, old: tuple[str, ...], new: tuple[str, ...]) -> str:
    gone = [name for name in old if name not in new]
    come = [name for name in new if name not in old]
    for verb, names in ((phrase("no longer has the"), gone), (phrase("has the new"), come)):
        if names:
            shown = ", ".join(f"“{name}”" for name in names[:5]) + (" ..." if names[5:] else "")
            return f"{verb} {one if len(names) == 1 else many} {shown}"
    return phrase("has its {many} in another order", many=many)


def _spelled(sizes: tuple[int | str, ...]) -> str:
    return " × ".join(map(str, sizes)) or phrase("1 value")
