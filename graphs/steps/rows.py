"""How far down nodes stand in an automatic layout: near their neighbours, clear of long links."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from graphs.document.document import Graph
from graphs.document.edits import Link, NodeId

SWEEPS = 4
"""How often the order within columns is improved, there and back."""
LONGEST = 40
"""No way is kept free for a link that leads over more columns, which no eye follows."""
ASIDE = 0.5
"""Rows from a node to a link that passes it: half a card, and room for its ports' heights."""
TOGETHER = 0.125
"""Rows between two links that pass."""
FIRM, LOOSE = 100.0, 0.25
"""How much more than a node a passing link keeps its place, which bends with each turn."""


class _Pass(NamedTuple):
    """Where the link from one node to another passes a column."""

    source: NodeId
    target: NodeId
    rank: int


class Ranked:
    """The nodes of each column of a layout, in order, with the links that pass between them."""

    def __init__(self, graph: Graph, rank: Mapping[NodeId, int]) -> None:
        self._rank = rank
        self._before: dict[Hashable, list[Hashable]] = defaultdict(list)
        self._after: dict[Hashable, list[Hashable]] = defaultdict(list)
        self._firm: set[Hashable] = set()
        first = {node: _port(graph, node) for node in rank}
        order = sorted(rank, key=lambda node: (rank[node], first[node], node))
        self._order: dict[Hashable, float] = {node: place for place, node in enumerate(order)}
        self._columns: dict[int, list[Hashable]] = defaultdict(list)
        for node in order:
            self._columns[rank[node]].append(node)
        entered = {
            node: min(links, key=lambda k: (k.input, k.slot))
            for node in order
            if (links := graph.entering(node))
        }
        for node in order:
            self._lead(graph, node, entered)
        self._row: dict[Hashable, float] = {
            one: float(place)
            for column in self._columns.values()
            for place, one in enumerate(column)
        }

    def _lead(self, graph: Graph, source: NodeId, entered: Mapping[NodeId, Link]) -> None:
        """Draw the links of a node, each past the columns between its ends.

        ``entered`` are the first links of nodes, in the order of their ports.
        """
        rank = self._rank
        targets: dict[NodeId, bool] = {}
        """Whether the first port of a node is the one that is entered."""
        for link in graph.leaving(source):
            if link.target in rank:
                targets.setdefault(link.target, entered[link.target] == link)
        far = {t for t in targets if 1 < rank[t] - rank[source] <= LONGEST}
        for target, is_first in targets.items():
            here: Hashable = source
            if target in far:
                for column in range(rank[source] + 1, rank[target]):
                    passing = _Pass(source, target, column)
                    # A link to the first port passes above what stands in its way.
                    self._order[passing] = -1.0 if is_first else float(len(rank))
                    self._columns[column].append(passing)
                    if len(far) == 1:  # what feeds the whole network leads anywhere
                        self._firm.add(passing)
                    here = self._joined(here, passing)
            self._joined(here, target)

    def _joined(self, one: Hashable, other: Hashable) -> Hashable:
        self._after[one].append(other)
        self._before[other].append(one)
        return other

    def rows(self) -> dict[NodeId, float]:
        """How far down each node stands, in rows from the highest, without two at one place.

        Nodes stand at the middle of their neighbours (Sugiyama, Tagawa and Toda 1981, with
        medians), as near to it as the others of their column let them.
        """
        ranks = sorted(self._columns)
        for sweep in range(SWEEPS):
            forth = sweep % 2 == 0
            for rank in ranks if forth else reversed(ranks):
                self._settle(rank, self._before if forth else self._after)
        for _ in range(2):  # the second with links that lead to where the first put the nodes
            for rank in ranks:
                self._settle(rank, self._before)
        top = min((self._row[node] for node in self._rank), default=0.0)
        return {node: self._row[node] - top for node in self._rank}

    def _settle(self, rank: int, neighbours: Mapping[Hashable, list[Hashable]]) -> None:
        """Put what is in a column as near to its neighbours as it can stand without touching."""
        column = self._columns[rank]
        wish = {one: self._wish(one, neighbours.get(one, [])) for one in column}
        column.sort(key=lambda one: (round(wish[one], 6), self._order[one]))
        apart = [0.0]
        for above, below in itertools.pairwise(column):
            apart.append(apart[-1] + _distance(above, below))
        wishes = [wish[one] - down for one, down in zip(column, apart, strict=True)]
        weights = [self._weight(one) for one in column]
        for one, place, down in zip(column, _rising(wishes, weights), apart, strict=True):
            self._row[one] = place + down

    def _weight(self, one: Hashable) -> float:
        if one in self._firm:
            return FIRM
        return LOOSE if isinstance(one, _Pass) else 1.0

    def _wish(self, one: Hashable, neighbours: Sequence[Hashable]) -> float:
        if isinstance(one, _Pass):
            start, end = self._row[one.source], self._row[one.target]
            first, last = self._rank[one.source], self._rank[one.target]
            at = (one.rank - first) / (last - first)
            return start + (end - start) * (3 * at**2 - 2 * at**3)  # level at both ends
        firm = [n for n in neighbours if n in self._firm]
        near = [n for n in neighbours if not isinstance(n, _Pass)]
        return _median([self._row[n] for n in firm or near or neighbours], self._row[one])


def _port(graph: Graph, node: NodeId) -> tuple[str, int]:
    """Where the first link of a node arrives, so that neighbours stand in the order of ports."""
    return min(((k.input, k.slot) for k in graph.leaving(node)), default=("", 0))


def _distance(above: Hashable, below: Hashable) -> float:
    """How many rows lie at least between two that follow each other in a column."""
    passing = isinstance(above, _Pass) + isinstance(below, _Pass)
    return (1.0, ASIDE, TOGETHER)[passing]


def _rising(wishes: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The numbers nearest to ``wishes`` of which none is less than the one before.

    In the least squares, by pooling those that are out of order (Barlow and others 1972).
    """
    pools: list[tuple[float, float, int]] = []
    for wish, weight in zip(wishes, weights, strict=True):
        pool = (wish, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            mean, heavy, count = pools.pop()
            total = heavy + pool[1]
            pool = ((mean * heavy + pool[0] * pool[1]) / total, total, count + pool[2])
        pools.append(pool)
    return [mean for mean, _, count in pools for _ in range(count)]


def _median(values: Sequence[float], otherwise: float) -> float:
    if not values:
        return otherwise
    ordered = sorted(values)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) / 2
