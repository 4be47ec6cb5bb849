"""Room for several nodes in the place of one: its neighbours move apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graphs.document.document import Graph
from graphs.document.edits import NodeId, Position
from graphs.steps import placing
from graphs.steps.annotation_steps import Rectangle, Sizes, overlap
from graphs.steps.placing import APART, BESIDE, CARD, GRID

GAP = BESIDE - CARD[0]
"""Pixels between what arrives and what stands left and right of it."""


class RoomMade(NamedTuple):
    """How far what arrives is moved, and where others come to lie that make room for it."""

    by: Position
    moved: dict[NodeId, Position]


class _Span(NamedTuple):
    """From where to where something reaches, along one axis."""

    first: int
    end: int

    def meets(self, other: _Span, rim: int = GRID) -> bool:
        return self.first < other.end + rim and other.first < self.end + rim


def spread(graph: Graph, node: NodeId, boxes: Sequence[Rectangle], sizes: Sizes) -> RoomMade:
    """Make room for ``boxes``, which lie around ``node`` and are to take its place.

    They stay behind what stands left of the node and below what stands above it; what stands to
    its right moves on, and what stands below it moves down. They go further down as a whole where
    that makes no room. Nothing moves where nothing is in the way.
    """
    others = {
        other: (*place, *sizes.get(other, CARD))
        for other, place in graph.positions.items()
        if other != node
    }
    taken = list(others.values())
    if not boxes or _are_clear(boxes, taken):
        return RoomMade((0, 0), {})
    hull = _hull(boxes)
    place = (*graph.positions[node], *sizes.get(node, CARD))
    level = {other for other, card in others.items() if _span(card, 1).meets(_span(hull, 1))}
    across, aside = _along(0, place, hull, others, level, GAP)
    hull = (hull[0] + across, *hull[1:])
    reach = _span(hull, 0)
    over = {other for other, card in others.items() if _span(card, 0).meets(reach)} - aside.keys()
    down, lower = _along(1, place, hull, others, over, APART)
    below = {other: by for other, by in lower.items() if other in over}
    moved = {
        other: (card[0] + aside.get(other, 0), card[1] + below.get(other, 0))
        for other, card in others.items()
        if aside.get(other) or below.get(other)
    }
    after = [(*moved.get(other, card[:2]), *card[2:]) for other, card in others.items()]
    arrived = [(x + across, y + down, w, h) for x, y, w, h in boxes]
    if _are_clear(arrived, after) and len(after) == len({card[:2] for card in after}):
        return RoomMade((across, down), moved)
    return RoomMade(placing.free_shift(graph, boxes, [node]), {})


def _along(
    axis: int,
    place: Rectangle,
    hull: Rectangle,
    others: Mapping[NodeId, Rectangle],
    level: set[NodeId],
    gap: int,
) -> tuple[int, dict[NodeId, int]]:
    """How far what arrives moves along an axis, and what stands behind the node it takes over."""
    own, reach = _span(place, axis), _span(hull, axis)
    spans = {other: _span(card, axis) for other, card in others.items()}
    before = [span.end for other, span in spans.items() if other in level if span.end <= own.first]
    behind = [
        span.first for other, span in spans.items() if other in level if span.first >= own.end
    ]
    by = _up_to_grid(max([end + gap - reach.first for end in before], default=0))
    push = _up_to_grid(max([reach.end + by + gap - first for first in behind], default=0))
    return by, {other: push for other, span in spans.items() if span.first >= own.end}


def _up_to_grid(length: float) -> int:
    return math.ceil(max(length, 0.0) / GRID) * GRID


def _span(card: Rectangle, axis: int) -> _Span:
    return _Span(card[axis], card[axis] + card[axis + 2])


def _hull(boxes: Sequence[Rectangle]) -> Rectangle:
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right = max(box[0] + box[2] for box in boxes)
    return left, top, right - left, max(box[1] + box[3] for box in boxes) - top


def _are_clear(boxes: Sequence[Rectangle], cards: Sequence[Rectangle]) -> bool:
    """Whether no box comes within a step of the grid of a card."""
    wide = [(x - GRID, y - GRID, w + 2 * GRID, h + 2 * GRID) for x, y, w, h in cards]
    return not any(overlap(box, card) for box in boxes for card in wide)
