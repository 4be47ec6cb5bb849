"""The first samples of a data set and its class counts, for the eye."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Any, TypeAlias

import numpy as np

from engine.data.array import Array
from engine.data.pictures.value_range import Span, span_of
from engine.data.ragged import Ragged
from engine.data.reading import read
from engine.data.samples import Samples
from engine.data.texts.tokens import Speller
from graphs.data import (
    ClassKind,
    DataSection,
    Field,
    ImageKind,
    LabelsKind,
    NumberKind,
    TokensKind,
    joint_of,
)

Shown: TypeAlias = (
    "Array | tuple[Array, ...] | tuple[dict[str, Any], ...] | tuple[str, ...] | tuple[float, ...]"
)
"""Pictures as samples × height × width × channels of bytes; series and rows of numbers as samples ×
steps × values, or as one array per sample where they differ in their steps; tokens that have a
spelling as texts; rows of a table by column; classes by name, those of several steps as one text;
numbers."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What the data view shows."""

    total: int
    """How many samples there are."""
    first: Mapping[str, Shown]
    """The first samples, by field."""
    counts: Mapping[str, Mapping[str, int]]
    """How many samples each class has, by class target; classes without samples too."""
    skipped: tuple[str, ...]
    notices: tuple[str, ...]


def preview(section: DataSection, count: int = 16, samples: Samples | None = None) -> Preview:
    """The first ``count`` samples; give ``samples`` when they are read already. Raises DataError.

    Where the samples come sorted by class, the first of each class are taken in turn.
    """
    found = read(section) if samples is None else samples
    classes = {
        name: np.asarray(found.values[name])
        for name, field in found.fields.items()
        if field.content == ClassKind.id and field.target and not field.sizes
    }
    rows = _mixed(next(iter(classes.values()), np.zeros(len(found), dtype=np.int64)), count)
    return Preview(
        total=len(found),
        first={name: _shown(found, name, field, rows) for name, field in found.fields.items()},
        counts={
            name: _counts(found.fields[name].classes, labels) for name, labels in classes.items()
        }
        | dict(_label_counts(found)),
        skipped=found.skipped,
        notices=found.notices,
    )


def _mixed(labels: Array, count: int) -> Array:
    """The first rows; one of each class in turn where they come sorted or show one class only."""
    first = np.arange(min(count, len(labels)))
    if len(np.unique(labels[first])) > 1 and (np.diff(labels) < 0).any():
        return first
    members = [np.flatnonzero(labels == label)[:count] for label in np.unique(labels)]
    turns = [(turn, row) for rows in members for turn, row in enumerate(rows)]
    return np.array([row for _, row in sorted(turns)[:count]])


def _counts(classes: tuple[str, ...], labels: Array) -> dict[str, int]:
    counted = np.bincount(labels, minlength=len(classes)).tolist()
    return dict(zip(classes, counted, strict=True))


def _label_counts(samples: Samples) -> Mapping[str, Mapping[str, int]]:
    """How many samples have each label, by the target that says it."""
    return {
        name: dict(
            zip(field.classes, np.asarray(samples.values[name]).sum(0).tolist(), strict=True)
        )
        for name, field in samples.fields.items()
        if field.content == LabelsKind.id and field.target
    }


def _shown(samples: Samples, name: str, field: Field, rows: Array) -> Shown:
    values = samples.values[name]
    if isinstance(values, Ragged):
        several = [values.sample(row) for row in rows]
        if field.words:
            return tuple(Speller.of(field).spelled(tokens) for tokens in several)
        return tuple(several)
    if not isinstance(values, np.ndarray):
        return tuple(values[rows].to_dicts())
    taken = values[rows]
    match field.content:
        case ImageKind.id:
            return pictures(taken)
        case TokensKind.id if field.words:
            return tuple(
                Speller.of(field).spelled(tokens) for tokens in taken.reshape(len(taken), -1)
            )
        case ClassKind.id if field.sizes:
            joint = joint_of(field, samples.fields.values())
            return tuple(Speller(field.classes, joint).spelled(row.flat) for row in taken)
        case ClassKind.id:
            return tuple(field.classes[int(label)] for label in taken)
        case LabelsKind.id:
            return tuple(", ".join(compress(field.classes, row)) for row in taken)
        case NumberKind.id if field.sizes in {(), (1,)}:
            return tuple(float(value) for value in taken.reshape(-1))
        case _:
            return taken


def pictures(images: Array, span: Span | None = None) -> Array:
    """Images of bytes or numbers as bytes with the channels last.

    Where no span is known, their own least and greatest numbers are black and white.
    """
    last = np.moveaxis(images, 1, -1)
    if last.dtype == np.uint8:
        return last
    low, high = float(last.min(initial=0)), float(last.max(initial=1))
    span = span or span_of(low, high, whole=True) or Span(low, high)
    return (span.unit(last) * 255).round().astype(np.uint8)
