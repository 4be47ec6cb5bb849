"""Which links can be seen: they run as curves, and cards that are not theirs lie over them."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from graphs.document.edits import Link, NodeId, Position
from graphs.steps.placing import CARD, GRID

RIM = 4
"""Pixels around a card that links keep free of."""
STEP = 12
"""Pixels between the points at which a link is looked at."""
PORT = 5.5
"""Half the width of a port."""
TURN = 40.0
"""How far a link swings out before it turns back."""
CLEARANCE = 2 * GRID
"""How far from a card a link that leads back runs where there is room."""

CurveSpot = tuple[float, float]


class SeenLinks:
    """Cards at their places, by which links may be hidden. Links are taken for simple curves.

    They are painted so where they can be seen so; one that cannot takes another way if there is
    one (``gui/canvas/scene/routes.py``), so that what is seen here is seen there.
    """

    def __init__(self, positions: Mapping[NodeId, Position]) -> None:
        self._positions = positions
        self._courses: dict[Link, _Course] = {}
        self._cards = sorted((x, y, node) for node, (x, y) in positions.items())

    def hidden(self, links: Iterable[Link]) -> set[Link]:
        """Those that run behind a card."""
        return {link for link in links if self._is_hidden(link)}

    def beneath(self, card: Position, links: Iterable[Link]) -> set[Link]:
        """Those that would run behind a card at this place."""
        return {link for link in links if self._course(link).passes([card])}

    def _is_hidden(self, link: Link) -> bool:
        course = self._course(link)
        first = bisect_left(self._cards, course.left - CARD[0] - RIM, key=_left)
        end = bisect_right(self._cards, course.right + RIM, key=_left)
        ends = link.source, link.target
        return course.passes([(x, y) for x, y, node in self._cards[first:end] if node not in ends])

    def _course(self, link: Link) -> _Course:
        if (known := self._courses.get(link)) is not None:
            return known
        (x1, y1), (x2, y2) = self._positions[link.source], self._positions[link.target]
        start = x1 + CARD[0] + PORT, y1 + CARD[1] / 2
        made = _Course(list(_sampled(curve(start, (x2 - PORT, y2 + CARD[1] / 2)))))
        self._courses[link] = made
        return made


def _left(card: tuple[int, int, NodeId]) -> int:
    return card[0]


class _Course:
    """The points of a link, and how far they reach."""

    def __init__(self, spots: Sequence[CurveSpot]) -> None:
        self._spots = spots
        xs, ys = [x for x, _ in spots], [y for _, y in spots]
        self.left, self.right = min(xs), max(xs)
        self._top, self._low = min(ys), max(ys)

    def passes(self, cards: Iterable[Position]) -> bool:
        """Whether it runs behind one of some cards."""
        return any(
            any(_covers((x, y), spot) for spot in self._spots)
            for x, y in cards
            if self.left - CARD[0] - RIM < x < self.right + RIM
            if self._top - CARD[1] - RIM < y < self._low + RIM
        )


def curve(start: CurveSpot, end: CurveSpot) -> tuple[CurveSpot, ...]:
    """The points of a link: it leaves to the right and arrives from the left.

    One that leads back, as from the end of a row to the next, runs between the rows; one to a row
    further off turns right behind its own and passes what lies between on the left.
    """
    across, down = end[0] - start[0], end[1] - start[1]
    if across >= GRID:  # handles that reach no further than the middle cannot make it loop
        return start, (start[0] + across / 2, start[1]), (end[0] - across / 2, end[1]), end
    bend = min(1.5 * TURN, TURN + abs(down) / 8)
    # Beside each other it runs below both cards unless there is room; one above the other, between.
    clearance = CLEARANCE if across < -2 * CARD[0] else GRID
    between = abs(down) >= CARD[1] + 2 * clearance
    if not between:
        level = max(start[1], end[1]) + CARD[1] / 2 + CLEARANCE + GRID
    elif abs(down) < 2 * CARD[1] + 3 * clearance:  # no third card fits between
        level = start[1] + down / 2
    else:
        level, bend = start[1] + math.copysign(CARD[1] / 2 + clearance, down), TURN
    return back(start, end, level, bend)


def back(start: CurveSpot, end: CurveSpot, level: float, bend: float) -> tuple[CurveSpot, ...]:
    """The points of a link that leads back at a height; ``bend`` is how far it swings out."""
    third = (end[0] - start[0]) / 3
    return (
        *(start, (start[0] + bend, start[1]), (start[0] + bend, level), (start[0], level)),
        *((start[0] + third, level), (end[0] - third, level), (end[0], level)),
        *((end[0] - bend, level), (end[0] - bend, end[1]), end),
    )


def _sampled(bent: tuple[CurveSpot, ...]) -> Iterator[CurveSpot]:
    """Points of a curve, near enough to each other to miss no card."""
    for at in range(0, len(bent) - 1, 3):
        one, two, three, four = bent[at : at + 4]
        steps = max(4, math.ceil((abs(four[0] - one[0]) + abs(four[1] - one[1])) / STEP))
        for step in range(steps + 1):
            t = step / steps
            a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
            yield (
                a * one[0] + b * two[0] + c * three[0] + d * four[0],
                a * one[1] + b * two[1] + c * three[1] + d * four[1],
            )


def _covers(card: Position, spot: CurveSpot) -> bool:
    x, y = spot[0] - card[0], spot[1] - card[1]
    return -RIM < x < CARD[0] + RIM and -RIM < y < CARD[1] + RIM
