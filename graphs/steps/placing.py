"""Chooses the position of a new node: the wished one, or the nearest free one below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphs.document.document import Graph
from graphs.document.edits import Note, Position

CARD = (176, 78)
"""How wide and high a node is drawn, in pixels at 100 %; one with many ports is higher."""
GRID = 8
"""Nodes stand on multiples of this."""
BESIDE = 240
"""Pixels from the left edge of a node to that of the next one in its row."""
DOWN = CARD[1] + 2 * GRID
"""How much further down the next place is that is tried."""

Box = tuple[float, float, float, float]
"""A rectangle: left, top, width and height."""


def free_place(graph: Graph, wish: Position) -> Position:
    """The nearest place from ``wish`` down where a node lies on no other."""
    (x, y), (across, down) = wish, free_shift(graph, [(*wish, *CARD)])
    return x + across, y + down


def free_shift(graph: Graph, boxes: Sequence[Box]) -> Position:
    """How far ``boxes``, which keep their places to each other, go down to lie on nothing."""
    left = min((box[0] for box in boxes), default=0) - CARD[0] - GRID
    right = max((box[0] + box[2] for box in boxes), default=0) + GRID
    above = [place for place in graph.positions.values() if left < place[0] < right]
    taken = [_around((*place, *CARD)) for place in above]
    down = 0
    while any(_meet(_lower(box, down), other) for box in boxes for other in taken):
        down += DOWN
    return 0, down


def boxes(positions: Iterable[Position], notes: Iterable[Note]) -> list[Box]:
    """The rectangles of nodes and notes that are to be placed together."""
    return [
        *((*position, *CARD) for position in positions),
        *((*note.position, *note.size) for note in notes),
    ]


def _lower(box: Box, by: int) -> Box:
    return box[0], box[1] + by, box[2], box[3]


def _around(box: Box) -> Box:
    """With a rim of one step of the grid, so that neighbours do not touch."""
    return box[0] - GRID, box[1] - GRID, box[2] + 2 * GRID, box[3] + 2 * GRID


def _meet(one: Box, other: Box) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )
