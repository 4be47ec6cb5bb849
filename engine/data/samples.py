"""The raw samples of a data set, as a source gives them, before anything is fitted or encoded."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np

from engine.data.choosing import chosen
from engine.data.ragged import Ragged
from engine.errors import DataError
from graphs.data import Content, DataSection, Domain, Field

if TYPE_CHECKING:
    import polars

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
Values: TypeAlias = "Array | polars.DataFrame | Ragged"
"""Tables are frames: numbers as Float64, texts as String, dates as Datetime, null for no value.

Everything else is an array with one row per sample: images as channels × height × width, of bytes
or of floats from 0 to 1; series as steps × values; classes as positions in ``Field.classes``;
numbers to predict as rows of one. Where samples differ in their number of steps, which their field
says, they are Ragged.
"""


Poll: TypeAlias = Callable[[], None]
"""Called several times a second while something is read; what it raises ends the reading."""


def go_on() -> None:
    """The poll of those who never want to stop."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Where each sample lies on one line, such as time: from ``starts`` up to ``stops``."""

    starts: Array
    stops: Array
    """Where it ends; this place itself is no part of it."""


@dataclass(frozen=True, slots=True)
class Samples:
    """All samples of a source, with the fields that they make up."""

    fields: Mapping[str, Field]
    domains: Mapping[str, Domain]
    values: Mapping[str, Values]
    skipped: tuple[str, ...] = ()
    """What was left out and why, one line per file or row."""
    notices: tuple[str, ...] = ()
    """What the user should know about how the data was read, as sentences."""
    groups: Array | None = None
    """What each sample belongs to, as whole numbers; the split keeps such samples together."""
    spans: Spans | None = None
    """For samples cut from one line; the split goes along it, and parts have nothing in common."""
    parts: Array | None = None
    """Which part each sample is given for, as ``engine.data.given_split`` numbers them."""
    told: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What each column of a table was read as, one line by name."""

    def __len__(self) -> int:
        return min((len(values) for values in self.values.values()), default=0)

    def sample(self, name: str, row: int) -> Any:
        """What the source gave for a field of one sample: an array, a number, or a table's row."""
        values = self.values[name]
        if isinstance(values, Ragged):
            return values.sample(row)
        return values[row] if isinstance(values, np.ndarray) else values.row(row, named=True)

    def lines_of_columns(self) -> list[str]:
        """The sentences that say what each column was read as."""
        return [f"The column “{name}”: {line}." for name, line in self.told.items()]

    def fingerprint(self) -> str:
        """SHA-256 of every value, so that a run can tell whether its data changed."""
        digest = hashlib.sha256()
        for name in sorted(self.values):
            for label, part in _parts(self.values[name]):
                head = [name, label, part.dtype.str, list(part.shape)]
                digest.update(msgspec.json.encode(head))
                digest.update(np.ascontiguousarray(part).data)
        if self.parts is not None:
            digest.update(b"parts" + self.parts.astype(np.int64).tobytes())
        return digest.hexdigest()


def _parts(values: Values) -> Iterator[tuple[str, Array]]:
    """All that makes up the values, as named arrays."""
    if isinstance(values, np.ndarray):
        yield "", values
        return
    if isinstance(values, Ragged):
        yield "offsets", values.offsets
        yield "", values.values
        return
    for column in values.iter_columns():
        yield f"{column.name} is missing", column.is_null().to_numpy()
        if column.dtype.is_numeric():
            yield column.name, column.fill_null(0).to_numpy()
        elif column.dtype.is_temporal():
            yield column.name, column.to_physical().fill_null(0).to_numpy()
        else:
            texts = column.fill_null("")
            yield f"{column.name} has bytes", texts.str.len_bytes().to_numpy()
            yield column.name, np.frombuffer("".join(texts).encode(), dtype=np.uint8)


def read(section: DataSection, poll: Poll = go_on) -> Samples:
    """The samples that a document's data section asks for, with the section's own fields.

    Raises DataError when they cannot be read, or are no longer what the section says, and whatever
    ``poll`` raises.
    """
    from engine.data.sources import Source

    if not section.source:
        raise DataError("No data is chosen. Choose it in the data view.")
    for found_wrong in chosen.problems(section):
        raise DataError(found_wrong.message)
    found = Source.get(section.source).made(section.settings).read(poll)
    for name, field in section.fields.items():
        if name not in found.fields:
            raise DataError(
                f"The data no longer has a field “{name}”. {_AGAIN}",
            )
        if (difference := _difference(field, found.fields[name])) is not None:
            raise DataError(f"The data has changed: “{name}” {difference}. {_AGAIN}")
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
        return f"was of the kind {old.content}, and is now {new.content}"
    if old.content is Content.TABLE and (difference := _columns_difference(old, new)):
        return difference
    if old.classes != new.classes:
        return _names_difference("class", "classes", old.classes, new.classes)
    if old.sizes != new.sizes:
        return f"was {_spelled(old.sizes)} per sample, and is now {_spelled(new.sizes)}"
    if old.ragged != new.ragged:
        lengths = ("the same number of steps in all samples", "different numbers of them")
        return f"had {lengths[old.ragged]}, and now has {lengths[new.ragged]}"
    if old.vocabulary != new.vocabulary:
        return f"had a vocabulary of {old.vocabulary}, and now has one of {new.vocabulary}"
    if old.words != new.words:
        return _names_difference("word", "words", old.words, new.words)
    if old.joint != new.joint:
        return "was cut into characters or words, and is now cut in the other way"
    return None


def _columns_difference(old: Field, new: Field) -> str | None:
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    if len(before) < len(old.columns):
        return "names a column twice"
    if tuple(before) != tuple(after):
        return _names_difference("column", "columns", tuple(before), tuple(after))
    for name, column in before.items():
        now = after[name].categories
        if column.parts != after[name].parts:
            return f"had other dates in the column “{name}”: they become other numbers now"
        if bool(column.categories) != bool(now):
            kinds = ("numbers", "categories") if now else ("categories", "numbers")
            return f"had {kinds[0]} in the column “{name}”, and now has {kinds[1]}"
        if column.categories != now:
            told = _names_difference("value", "values", column.categories, now)
            return f"{told} in the column “{name}”"
    return None


def _names_difference(one: str, many: str, old: tuple[str, ...], new: tuple[str, ...]) -> str:
    gone = [name for name in old if name not in new]
    come = [name for name in new if name not in old]
    for verb, names in (("no longer has the", gone), ("has the new", come)):
        if names:
            shown = ", ".join(f"“{name}”" for name in names[:5]) + (" ..." if names[5:] else "")
            return f"{verb} {one if len(names) == 1 else many} {shown}"
    return f"has its {many} in another order"


def _spelled(sizes: tuple[int | str, ...]) -> str:
    return " × ".join(map(str, sizes)) or "1 value"
