"""The data section of a document: which source, which fields it gives, and what each field is.

The fields are written into the document when the user chooses the data, so that shapes are known
without reading it again; training checks them against what the source really gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from graphs.notation import PARTS, Notation
from graphs.setting_kinds import FieldName
from graphs.sizes import BATCH, Polynomial, Size, symbol
from graphs.types import Kind, TensorType


class Content(StrEnum):
    """What a field holds, which decides its type, its preview and its preprocessing."""

    IMAGE = "image"
    """Pictures: channels × height × width."""
    TABLE = "table"
    """One row of numbers, made of columns."""
    SERIES = "series"
    """Steps in time × values per step; steps alone where each has one value."""
    TOKENS = "tokens"
    """Positions in a vocabulary."""
    CLASS = "class"
    """One of several named classes."""
    LABELS = "labels"
    """Several of named classes at once: 1 for each that holds, else 0."""
    NUMBER = "number"
    """One number to predict."""


class Normalize(StrEnum):
    """How numbers are brought to a common scale, fitted on the training split alone."""

    NONE = "none"
    STANDARD = "standard"
    """Mean 0 and standard deviation 1, per column or channel."""
    RANGE = "range"
    """Least value 0 and greatest 1, per column or channel."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The members of a named size: ``low, ... high`` in steps of ``multiple``."""

    low: int
    high: int
    multiple: int = 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: a number, a date that becomes several, or a category.

    A category becomes one 0-or-1 column per value.
    """

    name: str
    categories: tuple[str, ...] = ()
    """Its values in order when it is a category; an unseen one later becomes all zeros."""
    notation: Notation | None = None
    """How its cells are written; None for plain numbers and for texts as they stand."""

    @property
    def is_date(self) -> bool:
        """Whether it holds dates or times."""
        return self.notation is not None and self.notation.holds == "date"

    @property
    def parts(self) -> tuple[str, ...]:
        """What a date becomes; nothing for other columns."""
        return (self.notation.parts or ()) if self.notation is not None and self.is_date else ()

    @property
    def width(self) -> int:
        """How many numbers it becomes."""
        if self.is_date:
            return sum(PARTS.get(part, 0) for part in self.parts)
        return len(self.categories) or 1


@dataclass(frozen=True, slots=True)
class Field:
    """What the data set offers under one name."""

    content: Content
    sizes: tuple[int | str, ...] = ()
    """Per sample; a text names a symbol of ``DataSection.domains``."""
    classes: tuple[str, ...] = ()
    vocabulary: int | None = None
    columns: tuple[Column, ...] = ()
    normalize: Normalize = Normalize.NONE
    target: bool = False
    """Whether it is what is to be predicted; what is not may be wired to an Input."""
    words: tuple[str, ...] = ()
    """How tokens are spelled, in the order of their numbers; empty where they are numbers only."""
    joint: str = ""
    """What stands between two tokens in a text: nothing between characters, a space between words.
    """
    ragged: bool = False
    """Whether samples differ in their number of steps, the first size, which is a symbol then."""
    counts: tuple[int, ...] = ()
    """How many samples each class had when the data was chosen, where they are very uneven."""


@dataclass(frozen=True, slots=True)
class DataSection:
    """Where the samples come from. ``source`` is empty until the user has chosen."""

    source: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)
    domains: Mapping[str, Domain] = field(default_factory=dict)

    def types(self) -> dict[str, TensorType]:
        """The tensor type of each field, batch first."""
        symbols = {
            name: symbol(name, d.low, d.high, d.multiple) for name, d in self.domains.items()
        }
        return {name: _type(name, field, symbols) for name, field in self.fields.items()}

    def inputs(self) -> tuple[str, ...]:
        """Fields for Input nodes, in name order."""
        return tuple(sorted(name for name, f in self.fields.items() if not f.target))

    def pictures(self) -> tuple[str, ...]:
        """Fields whose pictures training may change, in name order."""
        return tuple(n for n in self.inputs() if self.fields[n].content is Content.IMAGE)

    def targets(self) -> tuple[str, ...]:
        """Fields for losses, in name order."""
        return tuple(sorted(name for name, f in self.fields.items() if f.target))


RAGGED = frozenset({Content.SERIES, Content.TOKENS, Content.CLASS, Content.NUMBER})
"""What comes in steps, and may come in another number of them from sample to sample."""


def joint_of(target: Field, fields: Iterable[Field]) -> str:
    """What stands between classes of steps: what does between the tokens of the same spelling."""
    return next((one.joint for one in fields if one.words == target.classes), " ")


def lengths_of(field: str) -> str:
    """Where a batch holds the lengths of a ragged field."""
    return f"{field}.lengths"


def _type(name: str, field: Field, symbols: Mapping[str, Polynomial]) -> TensorType:
    padded = FieldName(name) if field.ragged else None
    sizes: tuple[Size, ...] = tuple(symbols[s] if isinstance(s, str) else s for s in field.sizes)
    match field.content:
        case Content.CLASS:
            return TensorType(Kind.INDEX, (BATCH, *sizes), values=len(field.classes), padded=padded)
        case Content.LABELS:
            return TensorType(Kind.MASK, (BATCH, len(field.classes)), values=2)
        case Content.TOKENS:
            return TensorType(Kind.TOKENS, (BATCH, *sizes), values=field.vocabulary, padded=padded)
        case _:
            return TensorType(Kind.FLOAT, (BATCH, *sizes), padded=padded)
