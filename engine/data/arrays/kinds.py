"""Decides what a plain array holds, on evidence for one reading alone, and says it."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from engine.data.array import Array
from graphs.wording.phrases import counted, phrase

InputKind: TypeAlias = Literal["pictures", "series", "tables"]
Channels: TypeAlias = Literal["none", "first", "last"]
"""Where the channels of pictures lie; none where each has one channel and no axis for it."""
TargetKind: TypeAlias = Literal["classes", "one_hot", "labels", "numbers"]

COLOURS = frozenset({1, 3, 4})
FEW_CHANNELS = 4
LEAST_SIDE = 8
"""Squares with sides of at least so many are pictures rather than steps."""
LONG_SIDE = 16
"""So many on both sides, with numbers as pictures have them, are pictures, too."""
FEW_CLASSES = 20
"""So many different whole numbers are still taken for classes where every sample has its own."""
MOST_CLASSES = 1000
LOOKED_AT = 1000
"""Samples that are looked at to tell pictures from series."""
READ_FIRST = (
    "“{name}” has {sizes} numbers per sample, read with {channels} first.{doubt} If that is wrong, "
    "name it among those with channels last."
)
READ_LAST = (
    "“{name}” has {sizes} numbers per sample, read with {channels} last.{doubt} If that is wrong, "
    "name it among those with channels first."
)


def input_kind(array: Array) -> InputKind:
    """What an array to learn from is: by its axes, and by its numbers where these leave it open."""
    if array.ndim == 4:
        return "pictures"
    if array.ndim != 3:
        return "tables"
    if array.dtype == np.uint8:
        return "pictures"
    height, width = array.shape[1:]
    if height == width >= LEAST_SIDE:
        return "pictures"
    return "pictures" if min(height, width) >= LONG_SIDE and _is_like_light(array) else "series"


def _is_like_light(array: Array) -> bool:
    """Whether numbers fill 0 to 1 or 0 to 255 and nothing else, as those of pictures do."""
    some = array[:LOOKED_AT]
    low, high = float(some.min()), float(some.max())
    return low >= 0 and (0.5 < high <= 1 or 128 < high <= 255)


def channels(shape: tuple[int, ...]) -> tuple[Channels, bool]:
    """Where the channels of pictures lie, and whether the sizes leave no doubt."""
    if len(shape) != 4:
        return "none", True
    first, middle, last = shape[1:]
    is_few = first <= FEW_CHANNELS, last <= FEW_CHANNELS
    if is_few[0] != is_few[1]:
        return ("first" if is_few[0] else "last"), True
    if (middle == last) != (first == middle):  # the sides of a square tell themselves apart
        return ("first" if middle == last else "last"), not is_few[0]
    is_colour = first in COLOURS, last in COLOURS
    if is_colour[0] != is_colour[1]:
        return ("first" if is_colour[0] else "last"), not is_few[0]
    return ("last" if is_few[0] and last < min(first, middle) else "first"), False


def target_kind(array: Array) -> TargetKind:
    """What an array to predict is: by its type, and by its numbers where these leave it open."""
    if is_one_hot(array):
        return "one_hot"
    if are_labels(array):
        return "labels"
    if array.dtype.kind in "bU":
        return "classes"
    if array.dtype.kind in "ui":
        distinct = len(np.unique(array))
        few = distinct <= FEW_CLASSES or distinct * 2 <= array.size
        return "classes" if distinct <= MOST_CLASSES and few else "numbers"
    return "classes" if is_counted(array) else "numbers"


def is_one_hot(array: Array) -> bool:
    """Whether each row has a single 1 and nothing else, and not the same one everywhere."""
    if array.ndim != 2 or array.shape[1] < 2 or array.dtype.kind not in "buif":
        return False
    ones = array == 1
    return bool((ones | (array == 0)).all() and (ones.sum(axis=1) == 1).all())


def are_labels(array: Array) -> bool:
    """Whether rows of several columns hold nothing but 0 and 1."""
    if array.ndim != 2 or array.shape[1] < 2 or array.dtype.kind not in "buif":
        return False
    return bool(((array == 1) | (array == 0)).all())


def is_counted(array: Array) -> bool:
    """Whether decimal numbers, one per sample, count classes from 0 or 1 on without a gap."""
    if array.dtype.kind != "f" or array.ndim > 2 or array.shape[1:] not in {(), (1,)}:
        return False
    if not np.isfinite(array).all() or (array != np.round(array)).any():
        return False
    known = np.unique(array)
    in_a_row = known[0] in (0, 1) and known[-1] - known[0] == len(known) - 1
    return bool(in_a_row and 2 <= len(known) <= FEW_CLASSES and 2 * len(known) <= array.size)


def about_input(name: str, array: Array, kind: InputKind, where: Channels, sure: bool) -> str:
    """What to say of how an array to learn from is read; empty where nothing else could be."""
    sizes = " × ".join(map(str, array.shape[1:]))
    if kind == "tables":
        return ""
    if array.ndim < 4 and kind == "pictures":
        return phrase(
            "“{name}” has {sizes} numbers per sample and is read as grey pictures. If they "
            "are steps with values, name it among the series.",
            name=name,
            sizes=sizes,
        )
    if kind == "series":
        values = array.shape[2] if array.ndim > 2 else 1
        steps = counted(
            values,
            "{steps} steps with {count} value",
            "{steps} steps with {count} values",
            steps=array.shape[1],
        )
        other = (
            phrase(" If they are pictures, name it among the pictures.") if array.ndim == 3 else ""
        )
        return phrase(
            "“{name}” has {sizes} numbers per sample and is read as {steps}.{other}",
            name=name,
            sizes=sizes,
            steps=steps,
            other=other,
        )
    if sure and where == "first":
        return ""
    count = array.shape[-1] if where == "last" else array.shape[1]
    template = READ_LAST if where == "last" else READ_FIRST
    doubt = "" if sure else phrase(" The sizes do not settle it.")
    channels = counted(count, "{count} channel", "{count} channels")
    return phrase(template, name=name, sizes=sizes, channels=channels, doubt=doubt)


def about_target(name: str, array: Array, kind: TargetKind) -> str:
    """What to say of how an array to predict is read; empty where nothing else could be."""
    if kind == "one_hot":
        return phrase(
            "“{name}” has a single 1 in each row of {shape}, and is read as {shape} "
            "classes. To predict all its columns, name it among the numbers.",
            name=name,
            shape=array.shape[1],
        )
    if kind == "labels":
        return phrase(
            "“{name}” holds 0 or 1 in {shape} columns, several at once, and is read as "
            "{shape} labels of which any may apply. To predict a class for each of as many "
            "steps, name it among the classes.",
            name=name,
            shape=array.shape[1],
        )
    if kind == "classes" and array.dtype.kind == "f":
        count = len(np.unique(array))
        return phrase(
            "“{name}” holds {count} whole numbers and is read as {count} classes. To "
            "predict their size, name it among the numbers.",
            name=name,
            count=count,
        )
    if kind == "classes" and array.dtype.kind in "ui":
        count = len(np.unique(array))
        return phrase(
            "“{name}” is read as {count} classes. To predict the size of its numbers, name "
            "it among the numbers.",
            name=name,
            count=count,
        )
    if kind == "numbers" and array.dtype.kind == "f" and (array == np.round(array)).all():
        return phrase(
            "“{name}” holds whole numbers and is predicted by their size. If they are "
            "classes, name it among the classes.",
            name=name,
        )
    return ""
