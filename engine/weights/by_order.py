"""Layers that a file of another program calls otherwise: known by sizes and order, or not at all.

A file of weights has no order, so only what its names count is taken for one: the numbers of a
``Sequential``, and names that differ in a number alone. Layers of the same sizes are told apart by
their own names where both sides have these, then by their order. Whatever leaves a choice, or
stands here before and there behind, keeps all of it from being taken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple, TypeAlias

from graphs.document.document import Document, Graph
from graphs.document.edits import GraphId, NodeId
from graphs.document.walk import reached

Shape: TypeAlias = tuple[int, ...]
Before: TypeAlias = Callable[[str, str], bool]
"""Whether the layer of the first name certainly comes before that of the second."""
_Alike: TypeAlias = frozenset[tuple[str, Shape]]
MOST = 2000
"""Layers that are compared; no published network has more, and a hostile file would."""
COUNTED = frozenset({"running_mean", "running_var", "num_batches_tracked"})
"""What norms keep beside their parameters."""
_NUMBERED = re.compile(r"(.*?)([0-9]{1,9})")


class ByOrder(NamedTuple):
    """What of a file is meant by other names."""

    names: Mapping[str, str]
    """By name of a tensor in the network, its name in the file."""
    in_the_way: str = ""
    """The layer that leaves a choice, or fits nothing; empty when none does."""


class _Choice(Exception):  # noqa: N818  # no error: what is looked for may not be there
    """More than one layer could be meant by this one."""


def by_order(document: Document, here: Mapping[str, Shape], there: Mapping[str, Shape]) -> ByOrder:
    """What is meant by names that a network and a file have not in common.

    One layer on each side may be left over, such as a new head and the old one, if nothing that is
    taken is computed behind it.
    """
    mine, theirs = _layers(here), _layers(there)
    if not mine or not theirs or max(len(mine), len(theirs)) > MOST:
        return ByOrder({})
    before = _Executed(document).before
    try:
        pairs = dict(_pairs(mine, theirs, before))
        _check(pairs, mine.keys(), theirs.keys(), before)
    except _Choice as choice:
        return ByOrder({}, str(choice))
    names = {
        f"{one}.{part}": f"{other}.{part}"
        for one, other in pairs.items()
        for part in mine[one].keys() & theirs[other].keys()
    }
    return ByOrder(names)


def named_otherwise(left: Collection[str], every: Collection[str]) -> bool:
    """Whether names of a file that are not known are of another kind than those of a document.

    No node is called by a number. Where a few names differ, who has drawn another layer in the
    place of one wants it drawn anew; where most do, nobody has given them here.
    """
    layers = {name.rpartition(".")[0] for name in left}
    known = {name.rpartition(".")[0] for name in every} - layers
    return any(_own(layer).isdecimal() for layer in layers) or len(layers) > len(known)


def _layers(shapes: Mapping[str, Shape]) -> dict[str, dict[str, Shape]]:
    """The tensors by the layer that they are of, where it has parameters."""
    found: dict[str, dict[str, Shape]] = {}
    for name, shape in shapes.items():
        layer, _, part = name.rpartition(".")
        found.setdefault(layer, {})[part] = shape
    return {layer: parts for layer, parts in found.items() if layer and _alike(parts)}


def _alike(parts: Mapping[str, Shape]) -> _Alike:
    return frozenset(one for one in parts.items() if one[0] not in COUNTED)


def _pairs(
    mine: Mapping[str, dict[str, Shape]], theirs: Mapping[str, dict[str, Shape]], before: Before
) -> Iterator[tuple[str, str]]:
    ours, others = _by_sizes(mine), _by_sizes(theirs)
    for alike in ours.keys() & others.keys():
        for some, counterparts in _by_own_names(ours[alike], others[alike]):
            if len(some) != len(counterparts):
                raise _Choice(min(some, default=min(counterparts, default="")))
            yield from zip(_in_order(some, before), _in_order(counterparts, counts), strict=True)


def _by_sizes(layers: Mapping[str, dict[str, Shape]]) -> dict[_Alike, list[str]]:
    found: dict[_Alike, list[str]] = {}
    for name, parts in layers.items():
        found.setdefault(_alike(parts), []).append(name)
    return found


def _by_own_names(
    some: Sequence[str], others: Sequence[str]
) -> Iterator[tuple[list[str], list[str]]]:
    """Layers of the same sizes, those apart whose own name stands as often on both sides."""
    mine, theirs = Counter(map(_own, some)), Counter(map(_own, others))
    shared = {name for name in mine if mine[name] == theirs[name]}
    for name in sorted(shared):
        yield [one for one in some if _own(one) == name], [o for o in others if _own(o) == name]
    yield (
        [one for one in some if _own(one) not in shared],
        [one for one in others if _own(one) not in shared],
    )


def _own(name: str) -> str:
    return name.rpartition(".")[2]


def _in_order(layers: Sequence[str], before: Before) -> list[str]:
    """The layers one behind the other. Raises _Choice where that is not certain of all."""
    ranks = {one: sum(before(other, one) for other in layers) for one in layers}
    found = sorted(layers, key=ranks.__getitem__)
    if sorted(ranks.values()) != list(range(len(layers))):
        raise _Choice(found[0])
    return found


def _check(
    pairs: Mapping[str, str], mine: Collection[str], theirs: Collection[str], before: Before
) -> None:
    """Raise _Choice where something is left over, or stands in another order."""
    left, unused = sorted(set(mine) - pairs.keys()), sorted(set(theirs) - set(pairs.values()))
    if len(left) > 1 or len(left) != len(unused):
        raise _Choice([*left, *unused][0])
    for head in left:
        if any(before(head, one) for one in pairs):
            raise _Choice(head)
    for (one, its), (other, others) in combinations(pairs.items(), 2):
        if (before(one, other) and counts(others, its)) or (
            before(other, one) and counts(its, others)
        ):
            raise _Choice(one)


def counts(one: str, other: str) -> bool:
    """Whether the first of two names counts less where they begin to differ."""
    for mine, its in zip(one.split("."), other.split("."), strict=False):
        if mine != its:
            found, further = _NUMBERED.fullmatch(mine), _NUMBERED.fullmatch(its)
            if found is None or further is None or found[1] != further[1]:
                return False
            return int(found[2]) < int(further[2])
    return False


class _Executed:
    """The order in which a document's layers are computed, as far as one needs the other."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._behind: dict[tuple[GraphId, NodeId], set[NodeId]] = {}

    def before(self, one: str, other: str) -> bool:
        """Whether what the second name stands for needs the first, or is a later copy of it."""
        graph: Graph | None = self._document.main
        for mine, its in zip(one.split("."), other.split("."), strict=False):
            if mine.isdecimal() and its.isdecimal():
                if mine != its:
                    return int(mine) < int(its)
                continue
            first = graph.named(mine) if graph is not None else None
            second = graph.named(its) if graph is not None else None
            if graph is None or first is None or second is None:
                return False
            if first is not second:
                return second.id in self._needing(graph, first.id)
            inner = (self._document.graphs.get(id) for id in first.blocks.values())
            graph = next(inner, None)
        return False

    def _needing(self, graph: Graph, node: NodeId) -> set[NodeId]:
        if (graph.id, node) not in self._behind:
            self._behind[graph.id, node] = set(reached((node,), graph.after))
        return self._behind[graph.id, node]
