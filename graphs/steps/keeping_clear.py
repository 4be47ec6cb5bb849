"""Room around frames: nodes that lie in none keep clear of them and of their titles."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from graphs.document.document import Graph
from graphs.document.edits import NodeId, Position
from graphs.steps.annotation_steps import Rectangle, Sizes, frames_after, overlap
from graphs.steps.placing import GRID

MOST = 100
"""How often rows are moved apart; what is in the way after that is moved by itself."""


class _Clash(NamedTuple):
    """A node on a frame that does not hold it."""

    node: NodeId
    held: frozenset[NodeId]
    area: Rectangle


def kept_clear(
    graph: Graph, wanted: Mapping[NodeId, Position], sizes: Sizes
) -> dict[NodeId, Position]:
    """``wanted`` places of nodes, changed so that none lies on a frame but on its own.

    What lies above a frame or below it keeps its row: the rows move apart. What lies amid the nodes
    of a frame goes up or down to the nearest place where nothing is.
    """
    after = {node: wanted.get(node, graph.positions[node]) for node in sizes}
    free = set(wanted)
    for turn in itertools.count():
        clash = next(_clashes(graph, after, sizes, free), None)
        if clash is None:
            break
        if turn >= MOST or not _moved_apart(after, clash, sizes, set(wanted)):
            after[clash.node] = _nearest(graph, after, sizes, clash.node)
            if turn >= MOST:
                free.discard(clash.node)  # each is moved once then, so that it ends
    return {node: after[node] for node in wanted}


def _clashes(
    graph: Graph, after: Mapping[NodeId, Position], sizes: Sizes, movable: Collection[NodeId]
) -> Iterator[_Clash]:
    """The nodes that may be moved and lie on a frame, from above to below."""
    frames = frames_after(graph, after, sizes)
    for node in sorted(movable, key=lambda one: (after[one][1], after[one][0], one)):
        card = (*after[node], *sizes[node])
        for held, area in frames:
            if node not in held and overlap(card, area):
                yield _Clash(node, held, area)


def _moved_apart(
    after: dict[NodeId, Position], clash: _Clash, sizes: Sizes, movable: Collection[NodeId]
) -> bool:
    """Whether the node lies above or below what the frame holds, and the rows made room."""
    tops = [after[node][1] for node in clash.held]
    _, top, _, height = clash.area
    y = after[clash.node][1]
    if not tops or not clash.held <= set(movable):
        return False
    if y < min(tops):
        first, by = min(tops), y + sizes[clash.node][1] + GRID - top
    elif y > max(tops):
        first, by = y, top + height + GRID - y
    else:
        return False
    down = -(-by // GRID) * GRID
    for node in movable:
        x, at = after[node]
        if at >= first:
            after[node] = (x, at + down)
    return True


def _nearest(
    graph: Graph, after: Mapping[NodeId, Position], sizes: Sizes, node: NodeId
) -> Position:
    """The nearest place above or below where a node lies on no frame, node or note."""
    frames = [area for held, area in frames_after(graph, after, sizes) if node not in held]
    cards = [(*after[one], *sizes[one]) for one in sizes if one != node]
    notes = [(*note.position, *note.size) for note in graph.notes.values()]
    taken = [(x - GRID, y - GRID, w + 2 * GRID, h + 2 * GRID) for x, y, w, h in (*cards, *notes)]
    x, y = after[node]
    for by in itertools.count(GRID, GRID):
        for place in ((x, y + by), (x, y - by)):
            card = (*place, *sizes[node])
            if not any(overlap(card, other) for other in (*frames, *taken)):
                return place
    raise AssertionError("there is always room further down")
