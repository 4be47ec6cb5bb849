"""Automatic layout: nodes in columns from left to right, along the links."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from math import floor

from graphs.document.document import Graph
from graphs.document.edits import NodeId, Position
from graphs.document.order import topological
from graphs.steps.rows import Ranked

COLUMN, ROW = 240, 112
"""Pixels from one layer to the next, and from one node to the one below it."""
GRID = 8
"""Pixels to which places are rounded."""
GAP = 40
"""Pixels that are left free between two lines, where the links run back."""
READABLE = 0.8
"""Nothing is broken into lines that can be seen as large as this in one."""
BETTER = 1.15
"""A further line must make everything so much larger."""


def layout(
    graph: Graph, nodes: Collection[NodeId] | None = None, room: Position | None = None
) -> dict[NodeId, Position]:
    """A place for each node, or for ``nodes`` alone, from (0, 0) to the right and down.

    A node stands one layer behind the last of those that feed it; one that only feeds others stands
    right before the first of them. Within a layer nodes stand near their neighbours, and out of the
    way of links that lead further. What would be too small to read in a view of the width and
    height ``room`` is broken into rows, as lines of a text are.
    """
    chosen = set(graph.nodes if nodes is None else nodes)
    before, after = _neighbours(graph, chosen)
    rank = _ranks(graph, chosen, before, after)
    columns: dict[int, list[NodeId]] = {}
    for node in sorted(chosen):
        columns.setdefault(rank[node], []).append(node)
    row = Ranked(graph, rank).rows()
    breaks = _breaks(columns, after, row, rank, room) if room is not None else [0]
    return _places(columns, row, breaks)


def _places(
    columns: Mapping[int, list[NodeId]], row: Mapping[NodeId, float], breaks: list[int]
) -> dict[NodeId, Position]:
    """Where the nodes of each line stand; a line begins with each rank in ``breaks``."""
    places: dict[NodeId, Position] = {}
    top = 0
    for first, end in itertools.pairwise([*breaks, max(columns, default=-1) + 1]):
        line = [(rank, node) for rank in range(first, end) for node in columns.get(rank, ())]
        above = min((row[node] for _, node in line), default=0.0)
        for rank, node in line:
            # Halves always up: a row that is a hair less than 1 below another stays 1 below.
            y = top + floor((row[node] - above) * ROW / GRID + 0.5 + 1e-6) * GRID
            places[node] = ((rank - first) * COLUMN, y)
        top = max((places[node][1] for _, node in line), default=top) + ROW + GAP
    return places


def _breaks(
    columns: Mapping[int, list[NodeId]],
    after: _Neighbours,
    row: Mapping[NodeId, float],
    rank: Mapping[NodeId, int],
    room: Position,
) -> list[int]:
    """The first rank of each line, so that the whole is as large in the view as it can be."""
    count = max(columns, default=-1) + 1
    crossing = [0] * (count + 1)
    for node, targets in after.items():
        for target in targets:
            for between in range(rank[node] + 1, rank[target] + 1):
                crossing[between] += 1
    best, largest = [0], 0.0
    for lines in range(1, count + 1):
        breaks = _cut(count, lines, crossing)
        places = _places(columns, row, breaks)
        width = max(x for x, _ in places.values()) + COLUMN
        height = max(y for _, y in places.values()) + ROW
        scale = min(room[0] / width, room[1] / height, READABLE)
        if scale > largest * BETTER:
            best, largest = breaks, scale
        if largest >= READABLE or lines * lines > 4 * count:
            break
    return best


def _cut(count: int, lines: int, crossing: list[int]) -> list[int]:
    """Lines of about the same length, broken near their ends where the fewest links cross."""
    reach = count // (4 * lines)
    breaks = [0]
    for line in range(1, lines):
        wish = round(line * count / lines)
        near = range(max(wish - reach, breaks[-1] + 1), min(wish + reach, count - 1) + 1)
        breaks.append(min(near, key=lambda r: (crossing[r], abs(r - wish)), default=breaks[-1] + 1))
    return breaks


_Neighbours = Mapping[NodeId, list[NodeId]]


def _neighbours(graph: Graph, chosen: set[NodeId]) -> tuple[_Neighbours, _Neighbours]:
    before: dict[NodeId, list[NodeId]] = {node: [] for node in chosen}
    after: dict[NodeId, list[NodeId]] = {node: [] for node in chosen}
    for node in chosen:
        for link in graph.entering(node):
            if link.source in chosen:
                before[node].append(link.source)
                after[link.source].append(node)
    return before, after


def _ranks(
    graph: Graph, chosen: set[NodeId], before: _Neighbours, after: _Neighbours
) -> dict[NodeId, int]:
    """The layer of each node: the longest path to it; nodes on a circle stand at the end."""
    order, cyclic = topological(graph)
    rank: dict[NodeId, int] = {}
    for node in (n for n in order if n in chosen):
        rank[node] = max((rank[b] + 1 for b in before[node]), default=0)
    for node in (n for n in reversed(order) if n in chosen):
        fed = [rank[a] for a in after[node] if a in rank]
        if not before[node] and fed:
            rank[node] = min(fed) - 1
    last = max(rank.values(), default=-1)
    for place, node in enumerate(n for n in cyclic if n in chosen):
        rank[node] = last + 1 + place
    return rank
