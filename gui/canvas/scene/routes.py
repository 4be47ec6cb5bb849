"""The ways that links take past cards which are not theirs: a link behind one looks wired to it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QPointF, QRectF

from graphs.steps.placing import GRID
from graphs.steps.sight import CLEARANCE, TURN
from gui.canvas.scene import places
from gui.canvas.scene.places import CurvePoints

REACH = 60.0
"""How far beyond its ends, up or down, a link goes around what is in its way."""
RIM = 3.0
"""How near to a card a link may come without touching it."""
CELL = 256
STEP = 12.0
"""Pixels between the points at which a bent piece is looked at."""


class Obstacles:
    """The cards of a canvas, which links get past, found by where they lie."""

    def __init__(self, cards: Iterable[QRectF]) -> None:
        self._cells: dict[tuple[int, int], list[QRectF]] = defaultdict(list)
        for card in cards:
            for cell in _cells(card):
                self._cells[cell].append(card)

    def within(self, area: QRectF) -> list[QRectF]:
        """Those that touch ``area``."""
        cells = self._cells
        if area.width() * area.height() > CELL * CELL * len(cells):
            found = (card for cards in cells.values() for card in cards)
        else:
            found = (card for cell in _cells(area) for card in cells.get(cell, ()))
        return list({id(card): card for card in found if card.intersects(area)}.values())


def _cells(area: QRectF) -> Iterator[tuple[int, int]]:
    for x in range(math.floor(area.left() / CELL), math.floor(area.right() / CELL) + 1):
        for y in range(math.floor(area.top() / CELL), math.floor(area.bottom() / CELL) + 1):
            yield x, y


def is_long(start: QPointF, end: QPointF) -> bool:
    """Whether a card can stand between the two ends of a link."""
    return not GRID <= end.x() - start.x() < places.WIDTH


def route(start: QPointF, end: QPointF, cards: Callable[[], Obstacles]) -> CurvePoints:
    """The simple curve of a link, or what comes nearest to it and runs behind no card.

    The simple one as well where no way is free. It stays within ``REACH`` of its ends.
    """
    usual = places.curve(start, end)
    if not is_long(start, end):
        return usual
    corridor = QRectF(start, end).normalized().adjusted(-TURN, -REACH, TURN, REACH)
    near = [card.adjusted(-RIM, -RIM, RIM, RIM) for card in cards().within(corridor)]
    if not _runs_behind(usual, near):
        return usual
    lowest, highest = min(start.y(), end.y()) - REACH, max(start.y(), end.y()) + REACH
    edge = CLEARANCE - RIM
    levels = {y for card in near for y in (card.top() - edge, card.bottom() + edge)}
    for level in sorted(levels, key=lambda y: abs(y - start.y()) + abs(y - end.y())):
        if lowest <= level <= highest:
            bent = _around(start, end, level)
            if not _runs_behind(bent, near):
                return bent
    return usual


def _around(start: QPointF, end: QPointF, level: float) -> CurvePoints:
    """A way that leaves to the right, runs at ``level``, and arrives from the left."""
    across = end.x() - start.x()
    if across < GRID:
        return places.back(start, end, level, TURN)
    turn = min(TURN, across / 3)
    half = QPointF(turn / 2, 0)
    left, right = QPointF(start.x() + turn, level), QPointF(end.x() - turn, level)
    third = (right - left) / 3
    return (
        *(start, start + half, left - half, left),
        *(left + third, right - third, right),
        *(right + half, end - half, end),
    )


def _runs_behind(bent: CurvePoints, cards: list[QRectF]) -> bool:
    """Whether a curve touches one of some cards."""
    for place in range(0, len(bent) - 1, 3):
        piece = bent[place : place + 4]
        xs, ys = [point.x() for point in piece], [point.y() for point in piece]
        left, top = min(xs), min(ys)
        right, low = max(xs), max(ys)
        met = [
            card
            for card in cards
            if card.left() < right and left < card.right() and card.top() < low + 1e-9
            if top < card.bottom()
        ]
        if not met:
            continue
        if low == top:
            return True
        steps = max(8, round((right - left + low - top) / STEP))
        points = [places.point_on(piece, step / steps) for step in range(steps + 1)]
        if any(card.contains(point) for card in met for point in points):
            return True
    return False
