"""The raw samples of a data set, as a source gives them, before anything is fitted or encoded."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np

from engine.data.array import Array
from engine.data.ragged import Ragged, steps_of
from engine.data.unread import Digest, Unread
from graphs.data import Domain, Field
from graphs.types import Kind
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars

Values: TypeAlias = "Array | polars.DataFrame | Ragged | Unread"
"""Tables are frames: numbers as Float64, texts as String, dates as Datetime, null for no value.

Everything else is an array with one row per sample: images as channels × height × width, of bytes
or of floats from 0 to 1; series as steps × values; classes as positions in ``Field.classes``;
numbers to predict as rows of one. Where samples differ in their number of steps, which their field
says, they are Ragged. What has no room in memory is Unread. All are asked for rows alike, by an
array of positions in brackets.
"""


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
    """Which part each sample is given for, numbered as in ``splitting.given_split``."""
    told: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What each column of a table was read as, one line by name."""
    deep_white: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """What became 255 where pictures of more bits are fields of bytes, by name."""

    def __len__(self) -> int:
        return min((len(values) for values in self.values.values()), default=0)

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notices, and what was left out, as sentences."""
        return (*self.notices, *(phrase("Left out: {what}", what=what) for what in self.skipped))

    def sample(self, name: str, row: int) -> Any:
        """What the source gave for a field of one sample: an array, a number, or a table's row."""
        values = self.values[name]
        if isinstance(values, Ragged):
            return values.sample(row)
        if isinstance(values, Unread):
            taken = values[np.array([row])]
            return taken.sample(0) if isinstance(taken, Ragged) else taken[0]
        return values[row] if isinstance(values, np.ndarray) else values.row(row, named=True)

    def lines_of_columns(self) -> list[str]:
        """The sentences that say what each column was read as."""
        return [
            phrase("The column “{name}”: {line}.", name=name, line=line)
            for name, line in self.told.items()
        ]

    def fingerprint(self) -> str:
        """SHA-256 of every value, so that a run can tell whether its data changed.

        Of what was read: where the values are kept, and in which language texts are shown, makes no
        difference.
        """
        whole = sha256()
        for name in sorted(self.values):
            for part in _digests(self.values[name]):
                whole.update(msgspec.json.encode([name, part.label, part.dtype, list(part.shape)]))
                whole.update(part.digest)
        if self.parts is not None:
            whole.update(b"parts" + self.parts.astype(np.int64).tobytes())
        return whole.hexdigest()

    def earlier_fingerprint(self) -> str:
        """The same as runs of before kept it, when all values were in memory; else empty."""
        whole = sha256()
        for name in sorted(self.values):
            values = self.values[name]
            if isinstance(values, Unread):
                return ""
            for label, part in _parts(values):
                head = [name, label, part.dtype.str, list(part.shape)]
                whole.update(msgspec.json.encode(head))
                whole.update(np.ascontiguousarray(part).data)
        if self.parts is not None:
            whole.update(b"parts" + self.parts.astype(np.int64).tobytes())
        return whole.hexdigest()


def steps_in(values: Values) -> Array | None:
    """How many steps each sample has; None where all have as many, or none."""
    return values.lengths if isinstance(values, Ragged | Unread) else None


def _digests(values: Values) -> Iterator[Digest]:
    """What makes up the values, part by part."""
    if isinstance(values, Unread):
        yield from values.digests
        return
    for label, part in _parts(values):
        digest = sha256(np.ascontiguousarray(part).data).digest()
        yield Digest(label, part.dtype.str, part.shape, digest)


def _parts(values: Array | polars.DataFrame | Ragged) -> Iterator[tuple[str, Array]]:
    """The same as named arrays."""
    if isinstance(values, np.ndarray):
        yield "", values
        return
    if isinstance(values, Ragged):
        yield "offsets", values.offsets
        yield "", values.values
        return
    for column in values.iter_columns():
        # These labels are no words for users: they are part of every fingerprint there is.
        yield f"{column.name} is missing", column.is_null().to_numpy()
        if column.dtype.is_numeric():
            yield column.name, column.fill_null(0).to_numpy()
        elif column.dtype.is_temporal():
            yield column.name, column.to_physical().fill_null(0).to_numpy()
        else:
            texts = column.fill_null("")
            yield f"{column.name} has bytes", texts.str.len_bytes().to_numpy()
            yield column.name, np.frombuffer("".join(texts).encode(), dtype=np.uint8)


BYTES_OF: Mapping[Kind, int] = {Kind.FLOAT: 4, Kind.INDEX: 8, Kind.TOKENS: 8, Kind.MASK: 1}
"""Of one value in a tensor; a mask that is learned is made of floats."""
LENGTH_BYTES = 8


def bytes_as_tensors(samples: Samples) -> int:
    """How much memory the samples take as tensors, padded and with a column for each category."""
    longest: dict[str, int] = {}
    for name, field in samples.fields.items():
        if (lengths := steps_in(samples.values[name])) is not None:
            size = str(field.sizes[0])
            steps = steps_of(int(lengths.max(initial=1)), samples.domains[size])
            longest[size] = max(longest.get(size, 0), steps)
    found = 0
    for name, field in samples.fields.items():
        values, is_ragged = samples.values[name], field.ragged
        each = prod(size if isinstance(size, int) else longest.get(size, 1) for size in field.sizes)
        if isinstance(values, np.ndarray | Unread) and not is_ragged:
            each = prod(values.shape[1:])
        kind = Kind.FLOAT if field.target and field.kind.tensor is Kind.MASK else field.kind.tensor
        found += len(samples) * (each * BYTES_OF[kind] + LENGTH_BYTES * is_ragged)
    return found
