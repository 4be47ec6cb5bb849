"""The first samples of a data set and its class counts, for the eye."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.data.array import Array
from engine.data.kinds.spec import RawValues, Shown
from engine.data.reading import read
from engine.data.samples import Samples
from graphs.data import DataSection


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

    Where the samples come class by class, the first of each class are taken in turn.
    """
    found = read(section) if samples is None else samples
    classes = {
        name: np.asarray(found.values[name])
        for name, field in found.fields.items()
        if field.is_one_class and field.target
    }
    rows = _mixed(next(iter(classes.values()), np.zeros(len(found), dtype=np.int64)), count)
    return Preview(
        total=len(found),
        first={
            name: RawValues.of(field.kind).shown(
                field, found.values[name][rows], found.fields.values()
            )
            for name, field in found.fields.items()
        },
        counts={
            name: _counts(found.fields[name].classes, labels) for name, labels in classes.items()
        }
        | dict(_label_counts(found)),
        skipped=found.skipped,
        notices=found.notices,
    )


def _mixed(labels: Array, count: int) -> Array:
    """The first rows; one of each class in turn where they come class by class."""
    first, classes = np.arange(min(count, len(labels))), np.unique(labels)
    changes = np.count_nonzero(np.diff(labels[first]))
    if changes >= min(len(classes), count // 2):  # sorted, there are fewer, in each part of a split
        return first
    members = [np.flatnonzero(labels == label)[:count] for label in classes]
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
        if field.kind.learned == "labels" and field.classes and field.target
    }
