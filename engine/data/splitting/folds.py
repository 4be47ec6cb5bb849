"""Cross-validation: each sample is in the test split of exactly one fold."""

import numpy as np

from engine.data.array import Array
from engine.data.splitting.split import Indices
from engine.errors import DataError
from engine.seeds import shuffled
from graphs.wording.phrases import phrase


def fold_of(
    count: int,
    folds: int,
    seed: int,
    classes: Array | None = None,
    groups: Array | None = None,
) -> Array:
    """For each sample the fold, from 0, in whose test split it is.

    Folds are as large as each other as far as they can be, with each class in them by its share.
    Samples of one group are in the same fold; a group goes by the class of its first sample.
    Raises DataError when a fold would be empty.
    """
    whole = np.arange(count) if groups is None else groups
    _, first, group = np.unique(whole, return_index=True, return_inverse=True)
    if len(first) < folds:
        what = "samples" if groups is None else phrase("groups of samples that belong together")
        raise DataError(
            "{count} {what} cannot be divided into {folds} folds. Choose fewer folds, or add data.",
            count=len(first),
            what=what,
            folds=folds,
        )
    sizes = np.bincount(group)
    labels = np.zeros(len(first), dtype=np.int64) if classes is None else classes[first]
    fold = np.zeros(len(first), dtype=np.int64)
    held = np.zeros(folds, dtype=np.int64)
    for turn, label in enumerate(np.unique(labels)):
        members = np.flatnonzero(labels == label)
        members = members[shuffled(len(members), seed, "folds", turn)]
        of_class = np.zeros(folds, dtype=np.int64)
        for one in members[np.argsort(-sizes[members], kind="stable")]:
            # The one with the least of this class; among these, with the least of all.
            place = int(np.lexsort((held, of_class))[0])
            fold[one] = place
            held[place] += sizes[one]
            of_class[place] += sizes[one]
    return np.asarray(fold[group])


def within(rows: Array, test: Array, inner: Indices) -> Indices:
    """The split of a fold: ``inner`` divides ``rows``, which are those that are not its test."""
    train = rows[inner.train]
    valid = train if inner.valid is inner.train else rows[inner.valid]
    return Indices(train, valid, test)
