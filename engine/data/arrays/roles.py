"""Which arrays of a file belong together, and what each is for, where the user has not said it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import prod
from pathlib import Path

import numpy as np

from engine.data.array import Array
from engine.data.arrays.array_files import Header
from engine.data.arrays.kinds import MOST_CLASSES, is_one_hot, target_kind
from engine.data.arrays.split import taken_apart
from engine.data.splitting.given_split import TEST, VALID
from engine.errors import DataError
from graphs.wording.phrases import phrase

USUAL_TARGETS = ("y", "target", "label", "class")
"""How the names of arrays begin that are to be predicted, unless the user says otherwise."""
_COUNTED = frozenset({"id", "ids", "index", "indices", "idx", "sampleid", "sampleids", "rowid"})
_WEIGHTS = frozenset({"weights", "sampleweight", "sampleweights"})
NUMBERING = (
    "“{name}” is a number for each sample by its name; it is left out. To learn from it, name it "
    "among the inputs."
)
WEIGHING = (
    "“{name}” is a weight for each sample by its name; it is left out. To learn from it, name it "
    "among the inputs."
)


def usable(
    path: Path, known: Mapping[str, Header], named: Collection[str]
) -> tuple[list[str], list[str]]:
    """The arrays with as many samples as those that are named, or as most have; and the rest.

    Raises DataError where it is open which belong together.
    """
    counts = {name: header.shape[0] if header.shape else 0 for name, header in known.items()}
    wanted = {counts[name] for name in named}
    if len(wanted) > 1:
        told = ", ".join(
            phrase("“{name}” has {count:,}", name=name, count=counts[name]) for name in named
        )
        raise DataError(
            "The arrays differ in their number of samples: {told}. Choose those that are alike.",
            told=told,
        )
    tally = Counter(counts.values())
    count = wanted.pop() if wanted else max(tally, key=lambda n: (n > 0, tally[n], n))
    if count < 1:
        raise DataError("{name} has no samples. Choose another file.", name=path.name)
    notices = [
        phrase(
            "“{name}” has {counts:,} samples rather than {count:,}; it is left out.",
            name=name,
            counts=counts[name],
            count=count,
        )
        for name in known
        if counts[name] != count
    ]
    found = [name for name in known if counts[name] == count]
    aside = _beside_samples(known, [name for name in found if name not in named])
    if len(aside) < len(found):
        notices += aside.values()
        found = [name for name in found if name not in aside]
    if not named:
        others = [name for name in known if counts[name] not in {0, count}]
        _refuse_unlike(known, found, [one for one in others if not _is_apart(one)])
    return found, notices


def usual_targets(names: Sequence[str]) -> list[str]:
    """Those whose names say that they are predicted."""
    return [name for name in names if name.lower().startswith(USUAL_TARGETS)]


def may_be_classes(header: Header) -> bool:
    """Whether the sizes of an array are those of classes: one value per sample, or one-hot rows."""
    fits = len(header.shape) in (1, 2) and prod(header.shape[1:]) <= MOST_CLASSES
    return fits and header.dtype.kind in "buiUf"


def only_classes(arrays: Mapping[str, Array]) -> str | None:
    """The one array that can hold nothing but classes; None where there is none, or several."""
    found = [name for name, array in arrays.items() if _is_class_per_sample(array)]
    return found[0] if len(found) == 1 else None


def told(name: str) -> str:
    """What to say of an array that is predicted though its name does not say so."""
    return phrase(
        "No array is named as what is predicted, such as y. “{name}” is, because it "
        "alone holds a class for each sample. To predict another or none, set the "
        "targets.",
        name=name,
    )


NOTHING_PREDICTED = (
    "Nothing is predicted, as no array is named so, such as y or label. To predict one, name it "
    "among the targets."
)


def check_parts(known: Mapping[str, Header], pieces: Mapping[str, Mapping[int, str]]) -> None:
    """Raise DataError when two arrays in parts differ in the samples of one part."""
    first, *others = pieces.values()
    for other in others:
        for part, name in first.items():
            one, two = known[name].shape[0], known[other[part]].shape[0]
            if one != two:
                raise DataError(
                    "“{name}” has {one:,} samples and “{other}” has {two:,}. Save them with as "
                    "many samples each, or choose arrays that are alike.",
                    name=name,
                    one=one,
                    other=other[part],
                    two=two,
                )


def _is_class_per_sample(array: Array) -> bool:
    if is_one_hot(array):
        return True
    one_each = array.shape[1:] in {(), (1,)}
    return one_each and target_kind(array) == "classes" and len(np.unique(array)) > 1


def _beside_samples(known: Mapping[str, Header], names: Sequence[str]) -> dict[str, str]:
    """Arrays that number or weigh the samples by their names, and what is said of each."""
    found = {}
    for name in names:
        plain = "".join(letter for letter in name.casefold() if letter.isalnum())
        if known[name].shape[1:] not in {(), (1,)} or plain not in _COUNTED | _WEIGHTS:
            continue
        found[name] = phrase(NUMBERING if plain in _COUNTED else WEIGHING, name=name)
    return found


def _is_apart(name: str) -> bool:
    """Whether an array holds samples of its own by its name, such as x_test."""
    return taken_apart(name)[0] in {VALID, TEST}


def _refuse_unlike(known: Mapping[str, Header], kept: Sequence[str], others: Sequence[str]) -> None:
    """Arrays of other counts may be left out only where what is left stands for itself."""
    if not others:
        return
    lost = usual_targets(others) if not usual_targets(kept) else []
    most = sum(prod(known[name].shape) for name in kept)
    bigger = [name for name in others if prod(known[name].shape) > most]
    if not lost and not bigger and len(kept) > 1:
        return
    one = (lost or bigger or list(others))[0]
    two = (usual_targets(kept) or list(kept))[0]
    have, count = known[one].shape, known[two].shape[0]
    turned = next(((one, two) for size in have[1:] if size == count), None)
    if turned is None and have[0] in known[two].shape[1:]:
        turned = (two, one)
    raise DataError(
        "“{one}” has {have:,} samples and “{two}” has {count:,}, so they do not belong "
        "together. {mending}, or choose one of them alone as input.",
        one=one,
        have=have[0],
        two=two,
        count=count,
        mending=_mending(known, turned),
    )


def _mending(known: Mapping[str, Header], turned: tuple[str, str] | None) -> str:
    if turned is None:
        return phrase("Save them with as many samples each")
    name, other = turned
    sizes = " × ".join(map(str, known[name].shape))
    return phrase(
        "“{name}” is {sizes}, and the first axis is that of the samples: save it "
        "turned, with the {shape:,} first",
        name=name,
        sizes=sizes,
        shape=known[other].shape[0],
    )
