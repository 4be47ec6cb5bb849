"""Which samples are for training, for validation and for the test: seeded and stratified."""

from dataclasses import dataclass

import numpy as np

from engine.data.array import Array
from engine.data.samples import Spans
from engine.data.splitting.given_split import TEST, TRAIN, VALID, check
from engine.errors import DataError
from engine.seeds import shuffled


@dataclass(frozen=True, slots=True)
class Indices:
    """Positions of samples, in rising order. A share of 0 gives the training samples themselves."""

    train: Array
    valid: Array
    test: Array


def split(
    count: int, validation: float, test: float, seed: int, classes: Array | None = None
) -> Indices:
    """Split ``count`` samples; with ``classes`` each class keeps its share in every part.

    A class with a sample for every part is in every part. Raises DataError for an empty part.
    """
    sizes = _sizes(count, validation, test)
    labels = np.zeros(count, dtype=np.int64) if classes is None else classes
    members = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    members = [rows[shuffled(len(rows), seed, "split", n)] for n, rows in enumerate(members)]
    taken: list[Array] = []
    for part, size in enumerate(sizes):
        later = len([s for s in sizes[part + 1 :] if s]) + 1
        shares = _shares([len(rows) for rows in members], size, later)
        taken.append(np.sort(np.concatenate([r[:n] for r, n in zip(members, shares, strict=True)])))
        members = [rows[n:] for rows, n in zip(members, shares, strict=True)]
    train = np.sort(np.concatenate(members))
    parts = [part if size else train for part, size in zip(taken, sizes, strict=True)]
    return Indices(train, valid=parts[1], test=parts[0])


def split_groups(
    groups: Array, validation: float, test: float, seed: int, classes: Array | None = None
) -> Indices:
    """Split samples so that those of one group land in the same part.

    With ``classes``, of which each group has one, each class keeps its share as nearly as its
    groups allow; one with a group for every part is in every part. Raises DataError for an empty
    part.
    """
    sizes = _sizes(len(groups), validation, test)
    _, first, group = np.unique(groups, return_index=True, return_inverse=True)
    labels = np.zeros(len(first), dtype=np.int64) if classes is None else classes[first]
    part_of = np.zeros(len(first), dtype=np.int64)  # 0 is training, 1 the test, 2 validation
    counts = np.bincount(group)
    for turn, label in enumerate(np.unique(labels)):
        members = np.flatnonzero(labels == label)
        members = members[shuffled(len(members), seed, "groups", turn)]
        whole, taken = counts[members].sum(), 0
        for part, size in enumerate(sizes, 1):
            later = len([s for s in sizes[part:] if s]) + 1
            wanted = whole * size / len(groups)
            had = taken
            while size and len(members) - taken > later:
                held = counts[members[had:taken]].sum()
                if taken > had and held + counts[members[taken]] / 2 > wanted:
                    break
                part_of[members[taken]] = part
                taken += 1
    return _in_parts(part_of[group], sizes)


def split_given(
    parts: Array,
    validation: float,
    test: float,
    seed: int,
    classes: Array | None = None,
    groups: Array | None = None,
) -> Indices:
    """The split that the data brings along; a part that it lacks is drawn from the training part.

    Raises DataError when nothing is given for training, and as ``split`` does.
    """
    check(parts)
    rows, given = (
        np.flatnonzero(parts == TRAIN),
        [np.flatnonzero(parts == p) for p in (VALID, TEST)],
    )
    shares = [0.0 if len(g) else share for g, share in zip(given, (validation, test), strict=True)]
    inside = None if classes is None else classes[rows]
    if groups is not None:
        drawn = split_groups(groups[rows], shares[0], shares[1], seed, inside)
    else:
        drawn = split(len(rows), shares[0], shares[1], seed, inside)
    train = rows[drawn.train]
    valid, tested = (
        given_rows if len(given_rows) else train if part is drawn.train else rows[part]
        for given_rows, part in zip(given, (drawn.valid, drawn.test), strict=True)
    )
    return Indices(train, valid, tested)


def split_in_order(spans: Spans, validation: float, test: float) -> Indices:
    """The first samples for training, then those for validation, the last for the test.

    What reaches from one part into the next is left out, so that they have nothing in common.
    Raises DataError when nothing is left of a part.
    """
    sizes = _sizes(len(spans.starts), validation, test)
    rows = np.argsort(spans.starts, kind="stable")
    taken: list[Array] = []
    for size in sizes:
        part = rows[len(rows) - size :]
        rows = rows[: len(rows) - size]
        if size and len(part):
            rows = rows[spans.stops[rows] <= spans.starts[part[0]]]
        taken.append(np.sort(part))
    parts = [rows, *(part for part, size in zip(taken, sizes, strict=True) if size)]
    if not all(len(part) for part in parts):
        raise DataError(
            "The samples overlap so far that nothing is left of a part when they are split in "
            "order. Make the window or the horizon of the data shorter, give validation and test "
            "a larger share in the plan, or add data."
        )
    train = np.sort(rows)
    return Indices(train, taken[1] if sizes[1] else train, taken[0] if sizes[0] else train)


def _in_parts(part_of: Array, sizes: tuple[int, int]) -> Indices:
    train, test, valid = (np.flatnonzero(part_of == part) for part in range(3))
    for part, size in ((test, sizes[0]), (valid, sizes[1])):
        if size and not len(part):
            raise DataError(
                "The samples belong to too few wholes to be split: what belongs together is never "
                "parted. Add data, or make the shares for validation and test 0."
            )
    return Indices(train, valid if sizes[1] else train, test if sizes[0] else train)


def _sizes(count: int, validation: float, test: float) -> tuple[int, int]:
    """How many samples go to the test and to validation."""
    if not (0 <= validation < 1 and 0 <= test < 1):
        raise DataError("The shares for validation and test must lie between 0 and 1.")
    if validation + test >= 1:
        raise DataError(
            "Validation ({validation:.0%}) and test ({test:.0%}) leave no samples for "
            "training. Make the shares smaller.",
            validation=validation,
            test=test,
        )
    sizes = [max(1, int(count * share + 0.5)) if share else 0 for share in (test, validation)]
    if sum(sizes) >= count:
        parts = 1 + sum(1 for size in sizes if size)
        raise DataError(
            "{count} samples cannot be split into {parts} parts with these shares: none "
            "would be left for training. Add samples, or make the shares for validation "
            "and test smaller.",
            count=count,
            parts=parts,
        )
    return sizes[0], sizes[1]


def _shares(available: list[int], wanted: int, later: int) -> list[int]:
    """How many samples each class gives to a part of ``wanted``, by largest remainder.

    ``later`` parts come after this one; a class gives at least one sample, and keeps at least one
    for each of them, as far as it has so many and the part has room.
    """
    total = sum(available)
    exact = [have * wanted / total for have in available] if total else []
    most = [max(have - later, 0) for have in available]
    if sum(most) < wanted:
        most = list(available)
    enough = [have > later for have in available]
    least = [int(e) for e in enough] if sum(enough) <= wanted else [0] * len(available)
    shares = [
        min(max(int(want), low), high) for want, low, high in zip(exact, least, most, strict=True)
    ]
    while (missing := wanted - sum(shares)) != 0:
        step = 1 if missing > 0 else -1
        open_ = [
            n
            for n, share in enumerate(shares)
            if (share < most[n] if step > 0 else share > least[n])
        ]
        shares[max(open_, key=lambda n: step * (exact[n] - shares[n]))] += step
    return shares
