"""The raw samples of a data set, as a source gives them, before anything is fitted or encoded."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np

from engine.data.array import Array
from engine.data.ragged import Ragged
from engine.data.unread import Unread
from graphs.data import Domain, Field
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

    def __len__(self) -> int:
        return min((len(values) for values in self.values.values()), default=0)

    def sample(self, name: str, row: int) -> Any:
        """What the source gave for a field of one sample: an array, a number, or a table's row."""
        values = self.values[name]
        if isinstance(values, Ragged):
            return values.sample(row)
        if isinstance(values, Unread):
            return values[np.array([row])][0]
        return values[row] if isinstance(values, np.ndarray) else values.row(row, named=True)

    def lines_of_columns(self) -> list[str]:
        """The sentences that say what each column was read as."""
        return [
            phrase("The column “{name}”: {line}.", name=name, line=line)
            for name, line in self.told.items()
        ]

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
    if isinstance(values, Unread):
        yield str(values.shape), np.frombuffer(values.digest, dtype=np.uint8)
        return
    for column in values.iter_columns():
        yield phrase("{name} is missing", name=column.name), column.is_null().to_numpy()
        if column.dtype.is_numeric():
            yield column.name, column.fill_null(0).to_numpy()
        elif column.dtype.is_temporal():
            yield column.name, column.to_physical().fill_null(0).to_numpy()
        else:
            texts = column.fill_null("")
            yield phrase("{name} has bytes", name=column.name), texts.str.len_bytes().to_numpy()
            yield column.name, np.frombuffer("".join(texts).encode(), dtype=np.uint8)


BYTES_PER_NUMBER = 4


def bytes_as_tensors(samples: Samples) -> int:
    """How much memory the samples take as tensors, padded and with a column for each category."""
    found = 0
    for name, described in samples.fields.items():
        values = samples.values[name]
        each = prod(size for size in described.sizes if isinstance(size, int))
        if isinstance(values, Ragged):
            each *= int(values.lengths.max(initial=1))
        elif isinstance(values, np.ndarray | Unread):
            each = prod(values.shape[1:])
        found += len(samples) * each * BYTES_PER_NUMBER
    return found
