"""Refuses samples with more classes in a row than a network leaves steps to say them in."""

from __future__ import annotations

from typing import cast

import numpy as np

from engine.data.array import Array
from engine.data.prepare import Prepared
from engine.data.ragged import Ragged
from engine.data.samples import steps_in
from engine.errors import DataError
from graphs.checking.evaluation import evaluated
from graphs.document.document import Document
from graphs.layers.losses.alignment import CTCLoss
from graphs.sizes import Size, bounds, substituted
from graphs.types import TensorType


def check(document: Document, prepared: Prepared) -> None:
    """Raise DataError for the first sample that a loss without alignment cannot learn.

    Where the steps of a sample depend on those that are with it in a batch, it is only refused
    when it would fit into none.
    """
    evaluation = evaluated(document.main)
    for name, node in document.main.names.items():
        layer, given = evaluation[node].layer, evaluation[node].given
        if not isinstance(layer, CTCLoss) or layer.zero_infinity or given is None:
            continue
        classes = prepared.raw(layer.target)
        needed = steps_needed(cast("Array | Ragged", classes[np.arange(len(classes))]))
        there = _steps_there(given["input"], prepared)
        if len(short := np.flatnonzero(there < needed)):
            first = int(short[0])
            raise DataError(
                "“{field}” needs {needed} steps in sample {sample}, one for each class and one "
                "more between two that are equal, but {there} come to “{loss}”. Leave the sample "
                "out, let the layers leave more steps, or set zero_infinity, by which it teaches "
                "nothing.",
                field=layer.target,
                needed=int(needed[first]),
                sample=first + 1,
                there=int(there[first]),
                loss=name,
            )


def steps_needed(classes: Array | Ragged) -> Array:
    """For each sample the fewest steps in which its classes can be said."""
    if not isinstance(classes, Ragged):
        repeats = (classes[:, 1:] == classes[:, :-1]).sum(1)
        return cast("Array", classes.shape[1] + repeats)
    again = np.zeros(len(classes.values) + 1, dtype=np.int64)
    again[1:-1] = classes.values[1:] == classes.values[:-1]
    again[classes.offsets] = 0  # the first of a sample repeats none of it
    before = np.concatenate([[0], np.cumsum(again)])
    return cast("Array", classes.lengths + np.diff(before[classes.offsets]))


def _steps_there(scores: TensorType, prepared: Prepared) -> Array:
    """For each sample how many steps it has, or at the most has in a batch."""
    values = {name: prepared.raw(name) for name in prepared.section.fields}
    count = len(next(iter(values.values())))
    if scores.padded is not None and (lengths := steps_in(values[scores.padded])) is not None:
        return lengths
    known: dict[str, Size] = {}
    for name, field in prepared.section.fields.items():
        if isinstance(found := values[name], np.ndarray):
            sizes = zip(field.sizes, found.shape[1:], strict=False)
            known |= {size: there for size, there in sizes if isinstance(size, str)}
    most = bounds(substituted(scores.sizes[1], {**known, **prepared.sizes()}))[1]
    return np.full(count, most)
