"""How evenly classes are spread over the samples, and what of it the user should know."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.data.samples import Samples
from graphs.data import Field
from graphs.wording.phrases import counted, phrase

UNEVEN = 10
"""A class with so many times fewer samples than the commonest is rare."""
NAMED = 3
"""Rare classes that are named."""


def with_counts(samples: Samples) -> Samples:
    """The samples with the counts of very uneven classes in their fields, and what is told of it.

    Classes without a sample are no finding here: a source may know more than its file shows.
    """
    fields, notices = dict(samples.fields), list(samples.notices)
    for name, field in samples.fields.items():
        if not (field.is_one_class and field.target):
            continue
        labels = np.asarray(samples.values[name])
        counts = np.bincount(labels, minlength=len(field.classes)).tolist()
        there = [count for count in counts if count]
        if len(there) > 1 and (min(there) == 1 or max(there) >= UNEVEN * min(there)):
            fields[name] = replace(field, counts=tuple(counts))
            notices.append(_told(name, field, counts))
    return replace(samples, fields=fields, notices=tuple(notices))


def _told(name: str, field: Field, counts: list[int]) -> str:
    rare = min(count for count in counts if count)
    names = [one for one, count in zip(field.classes, counts, strict=True) if count == rare]
    shown = ", ".join(f"“{one}”" for one in names[:NAMED])
    more = phrase(" and {count} more", count=len(names) - NAMED) if names[NAMED:] else ""
    held = counted(
        rare,
        "{shown} have {count} sample each" if names[1:] else "{shown} has {count} sample",
        "{shown} have {count} samples each" if names[1:] else "{shown} has {count} samples",
        shown=shown + more,
    )
    once = (
        phrase(" A class with one sample cannot be both learned and tested.") if rare == 1 else ""
    )
    return phrase(
        "Of {total:,} samples of “{name}”, {held}.{once} Let the loss weigh the classes, or add "
        "samples.",
        total=sum(counts),
        name=name,
        held=held,
        once=once,
    )
