"""Chooses the position of a new node: the wished one, a free one, or where others make room."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence

from graphs.document.document import Graph
from graphs.document.edits import Link, NodeId, Note, Position

CARD = (176, 78)
"""How wide and high a node is drawn, in pixels at 100 %; one with many ports is higher."""
GRID = 8
"""Nodes stand on multiples of this."""
BESIDE = 240
"""Pixels from the left edge of a node to that of the next one in its row."""
DOWN = CARD[1] + 2 * GRID
"""How much further down the next place is that is tried."""

APART = 2 * GRID
"""Pixels between a node and one that is put right beside it."""

Box = tuple[float, float, float, float]
"""A rectangle: left, top, width and height."""


def free_in_row(graph: Graph, wish: Position) -> Position:
    """``wish`` where a node lies on nothing there; else right of what is there, in its row.

    Links read from the left to the right, so that what is added one after the other can be wired.
    """
    place = wish
    while met := [card for card in _cards(graph, ()) if _meet((*place, *CARD), _around(card))]:
        left, top, width, _ = max(met)
        place = round(left + width) + BESIDE - CARD[0], round(top)
    return free_place(graph, place)


def free_place(graph: Graph, wish: Position) -> Position:
    """The nearest place from ``wish`` down where a node lies on no other, and on no link.

    A node with a link beneath it looks wired to it.
    """
    (x, y), width = wish, CARD[0]
    near = [points for link in graph.links() if (points := _course(graph, link, x, x + width))]
    while True:
        y = free_below(graph, (x, y))[1]
        if not any(y < high < y + CARD[1] for points in near for high in points):
            return x, y
        y += DOWN


def free_below(graph: Graph, wish: Position, but: Collection[NodeId] = ()) -> Position:
    """The nearest place from ``wish`` down where a node lies on no other, ``but`` for these."""
    (x, y), (across, down) = wish, free_shift(graph, [(*wish, *CARD)], but)
    return x + across, y + down


def _course(graph: Graph, link: Link, left: float, right: float) -> list[float]:
    """At which heights a link passes between two verticals, close enough to miss no node."""
    (x1, y1), (x2, y2) = graph.positions[link.source], graph.positions[link.target]
    start, across = x1 + CARD[0], x2 - x1 - CARD[0]
    if across <= 0 or start >= right or x2 <= left:  # one that runs back does so around nodes
        return []
    steps = max(abs(across), abs(y2 - y1)) // (2 * GRID) + 2
    heights = []
    for at in (step / steps for step in range(1, steps)):
        turned = 3 * at**2 - 2 * at**3  # a curve that is level at both ends
        if left < start + across * (1.5 * at - 1.5 * at**2 + at**3) < right:
            heights.append(y1 + CARD[1] / 2 + (y2 - y1) * turned)
    return heights


def free_beside(graph: Graph, wish: Position) -> Position:
    """``wish`` where a node lies on nothing there; else right beside, below or above what is there.

    The nearest of these, or of what is free further down.
    """
    (x, y), card = wish, (*wish, *CARD)
    taken = [*_cards(graph, ()), *_notes(graph)]
    spots: list[Position] = [wish, free_below(graph, wish)]
    for left, top, width, height in (one for one in taken if _meet(card, _around(one))):
        sides = (left + width + APART, left - APART - CARD[0])
        levels = (top + height + APART, top - APART - CARD[1])
        spots += [(on_grid(side), y) for side in sides]
        spots += [(x, on_grid(level)) for level in levels]
    free = [spot for spot in spots if is_clear(graph, [(*spot, *CARD)], ())]
    return min(free, key=lambda spot: math.dist(spot, wish), default=spots[1])


def on_grid(length: float) -> int:
    """The nearest multiple of the grid."""
    return round(length / GRID) * GRID


def free_shift(
    graph: Graph,
    boxes: Sequence[Box],
    but: Collection[NodeId] = (),
    frames: Sequence[Box] = (),
) -> Position:
    """How far ``boxes``, which keep their places to each other, go down to lie on no node or note.

    ``frames`` go with them, and besides lie across the edge of no frame that is there.
    """
    whole = (*boxes, *frames)
    left = min((box[0] for box in whole), default=0) - CARD[0] - GRID
    right = max((box[0] + box[2] for box in whole), default=0) + GRID
    places = (place for node, place in graph.positions.items() if node not in but)
    above = [place for place in places if left < place[0] < right]
    cards = [(*place, *CARD) for place in above]
    taken = [_around(box) for box in (*cards, *_notes(graph))]
    edges = [frame.rectangle for frame in graph.frames.values()]
    down = 0
    while any(_meet(_lower(box, down), other) for box in whole for other in taken) or any(
        _cross(_lower(box, down), other) for box in frames for other in edges
    ):
        down += DOWN
    return 0, down


def boxes(positions: Iterable[Position], notes: Iterable[Note]) -> list[Box]:
    """The rectangles of nodes and notes that are to be placed together."""
    return [
        *((*position, *CARD) for position in positions),
        *((*note.position, *note.size) for note in notes),
    ]


def is_clear(graph: Graph, boxes: Sequence[Box], but: Collection[NodeId]) -> bool:
    """Whether boxes meet no node, ``but`` for these, and no note."""
    return are_clear(boxes, (*_cards(graph, but), *_notes(graph)))


def are_clear(boxes: Sequence[Box], taken: Collection[Box]) -> bool:
    """Whether boxes meet none of those that are there."""
    return not any(_meet(box, _around(other)) for other in taken for box in boxes)


def within(graph: Graph, area: Box, but: Collection[NodeId] = ()) -> list[Box]:
    """The nodes, ``but`` for these, and the notes that lie in an area or reach into it."""
    return [box for box in (*_cards(graph, but), *_notes(graph)) if _meet(box, area)]


def _cards(graph: Graph, but: Collection[NodeId]) -> list[Box]:
    return [(*place, *CARD) for node, place in graph.positions.items() if node not in but]


def _notes(graph: Graph) -> list[Box]:
    return [(*note.position, *note.size) for note in graph.notes.values()]


def framed(graph: Graph, nodes: Iterable[NodeId]) -> bool:
    """Whether some of the nodes lie in a frame, which they might leave when they are moved."""
    cards = [(*graph.positions[node], *CARD) for node in nodes]
    frames = [frame.rectangle for frame in graph.frames.values()]
    return any(_meet(card, frame) for card in cards for frame in frames)


def _lower(box: Box, by: int) -> Box:
    return box[0], box[1] + by, box[2], box[3]


def _around(box: Box) -> Box:
    """With a rim of one step of the grid, so that neighbours do not touch."""
    return box[0] - GRID, box[1] - GRID, box[2] + 2 * GRID, box[3] + 2 * GRID


def _cross(one: Box, other: Box) -> bool:
    """Whether two rectangles meet, and the first lies not wholly within the second."""
    within = (
        one[0] > other[0]
        and one[1] > other[1]
        and one[0] + one[2] < other[0] + other[2]
        and one[1] + one[3] < other[1] + other[3]
    )
    return _meet(one, other) and not within


def _meet(one: Box, other: Box) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )
