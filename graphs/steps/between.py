"""Room for a node between the ends of a link, where the links to and from it can be seen."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

from graphs.document.document import Graph
from graphs.document.edits import Link, MoveNodes, NodeId, Position
from graphs.steps.placing import (
    APART,
    BESIDE,
    CARD,
    DOWN,
    GRID,
    are_clear,
    framed,
    free_below,
    is_clear,
    on_grid,
    within,
)
from graphs.steps.sight import SeenLinks

GAP = BESIDE - CARD[0]
"""Pixels between two nodes of a row."""
FAR = 2 * BESIDE
"""So far from where a node is wished for a place is looked for in which nothing has to move."""
TURNED = BESIDE
"""As many pixels further away a place counts to which a link leads back."""
_NEW = NodeId("")
"""Stands for a node that is not there yet."""


class Room(NamedTuple):
    """Where a node comes to lie, and what is moved aside for it."""

    place: Position
    moves: tuple[MoveNodes, ...] = ()


def room_between(
    graph: Graph, link: Link, wish: Position | None = None, of: NodeId | None = None
) -> Room:
    """Where a node between the ends of a link lies on nothing: at ``wish`` where that is free.

    Else the rest of the row or column makes room, as far as nothing else is in its way, then all
    that lies behind; or it is the nearest place where no link is hidden. ``of`` is the node itself,
    where it is there already. Who wishes for nothing gets a place where all is seen from the start.
    """
    finding = _Finding(graph, link, of)
    middle = finding.middle()
    if wish is not None and finding.is_free(wish):
        return Room(wish)
    if wish is None and finding.is_free(middle) and not finding.hides(Room(middle)):
        return Room(middle)
    pushed: list[Room] = []
    for room in finding.pushed():
        if not finding.hides(room):
            return room
        pushed.append(room)
    goal = wish or middle
    rooms = [*pushed, *map(Room, finding.near(goal)), Room(finding.below(goal))]
    return min(rooms, key=lambda room: (finding.hides(room), finding.way(room, goal)))


class _Finding:
    """Looks for room between the ends of one link."""

    def __init__(self, graph: Graph, link: Link, of: NodeId | None) -> None:
        self._graph, self._link, self._of = graph, link, of or _NEW
        self._places = {node: at for node, at in graph.positions.items() if node != of}
        self._start, self._end = (graph.positions[node] for node in (link.source, link.target))
        self._others = [other for other in graph.links() if other != link and self._is_near(other)]
        self._around = self._seen_with(self._others)
        self._sight = SeenLinks(self._around)
        self._hidden = self._sight.hidden(self._others)

    def _is_near(self, link: Link) -> bool:
        """Whether a link may come past where the node is put: of the others none is asked."""
        ends = [self._graph.positions[node] for node in (link.source, link.target)]
        return all(
            min(a, b) - FAR < max(one[axis] for one in ends)
            and min(one[axis] for one in ends) < max(a, b) + FAR
            for axis, (a, b) in enumerate(zip(self._start, self._end, strict=True))
        )

    def _seen_with(self, links: Collection[Link]) -> dict[NodeId, Position]:
        """The places of nodes around, which may hide a link, and of those that links lead to."""
        (x1, y1), (x2, y2) = self._start, self._end
        left, top, right, low = min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
        ends = {node for link in (*links, self._link) for node in (link.source, link.target)}
        return {
            node: (x, y)
            for node, (x, y) in self._places.items()
            if node in ends
            or (left - 2 * FAR < x < right + 2 * FAR and top - 2 * FAR < y < low + 2 * FAR)
        }

    def middle(self) -> Position:
        (x1, y1), (x2, y2) = self._start, self._end
        return (x1 + x2) // 2, (y1 + y2) // 2

    def is_free(self, place: Position, but: Collection[NodeId] = ()) -> bool:
        """Whether a node lies on nothing there."""
        return is_clear(self._graph, [(*place, *CARD)], {self._of, *but})

    def below(self, goal: Position) -> Position:
        return free_below(self._graph, goal, {self._of})

    def way(self, room: Room, goal: Position) -> float:
        """How far a place is from where the node is wished for; further, where a link turns."""
        x = room.place[0]
        turns = (x < self._start[0] + CARD[0] + GRID) + (self._end[0] < x + CARD[0] + GRID)
        return math.dist(room.place, goal) + (0 if room.moves else turns * TURNED)

    def hides(self, room: Room) -> int:
        """How many links could not be seen any more, or not at all."""
        own = [replace(self._link, target=self._of), replace(self._link, source=self._of)]
        places = self._around | {self._of: room.place}
        if not room.moves:
            beneath = self._sight.beneath(room.place, self._others)
            return len(SeenLinks(places).hidden(own) | (beneath - self._hidden))
        for move in room.moves:
            for node in move.nodes & places.keys():
                places[node] = (places[node][0] + move.by[0], places[node][1] + move.by[1])
        return len(SeenLinks(places).hidden([*own, *self._others]) - self._hidden)

    def pushed(self) -> Iterator[Room]:
        """Rooms that are made: by what stands behind in the row or column, or by all behind."""
        (x1, y1), (x2, y2) = self._start, self._end
        if x1 < x2 and abs(y1 - y2) < DOWN:
            level = [node for node, (_, y) in self._places.items() if abs(y - y2) < DOWN]
            yield from self._push(level, 0, (x1 + BESIDE, y2), x1 + 2 * BESIDE - x2)
        elif y1 < y2 and abs(x1 - x2) < CARD[0]:
            over = [node for node, (x, _) in self._places.items() if abs(x - x2) < CARD[0]]
            yield from self._push(over, 1, (x2, y1 + DOWN), y1 + 2 * DOWN - y2)
            yield from self._push(self._places, 1, (x2, y1 + DOWN), y1 + 2 * DOWN - y2)
        if x1 < x2:
            for level_of in dict.fromkeys((y2, y1, on_grid((y1 + y2) / 2))):
                place = x1 + BESIDE, level_of
                yield from self._push(self._places, 0, place, x1 + 2 * BESIDE - x2)

    def _push(
        self, among: Collection[NodeId], axis: int, place: Position, by: int
    ) -> Iterator[Room]:
        """The room where what stands behind the link's end moves so far, if nothing stops it."""
        way = (by, 0) if axis == 0 else (0, by)
        rest = [node for node in among if self._places[node][axis] >= self._end[axis]]
        # Both ends may be far apart already, with something else between them.
        if by <= 0 or framed(self._graph, rest):
            return
        moved = [(self._places[one][0] + way[0], self._places[one][1] + way[1]) for one in rest]
        cards = [(*spot, *CARD) for spot in moved]
        # What moves away from all else, rather than along a row, can come to lie on notes alone.
        but = self._graph.nodes.keys() if among is self._places else {self._of, *rest}
        is_fine = is_clear(self._graph, cards, but)
        if is_fine and self.is_free(place, rest):
            yield Room(place, (MoveNodes(self._graph.id, frozenset(rest), way),))

    def near(self, goal: Position) -> list[Position]:
        """Free places not far from ``goal``: there, beside, above and below what lies around."""
        reach = (goal[0] - FAR, goal[1] - FAR, CARD[0] + 2 * FAR, CARD[1] + 2 * FAR)
        around = within(self._graph, reach, {self._of})
        xs: set[float] = {goal[0]}
        ys: set[float] = {goal[1], self._start[1], self._end[1]}
        for left, top, width, height in around:
            xs |= {left, on_grid(left + width + GAP), on_grid(left - GAP - CARD[0])}
            ys |= {on_grid(top + height + APART), on_grid(top - APART - CARD[1])}
        spots = [(on_grid(x), on_grid(y)) for x in xs for y in ys]
        close = [spot for spot in spots if math.dist(spot, goal) <= FAR]
        (x1, y1), (x2, y2) = self._start, self._end
        turns = (x1 + BESIDE, y1), (x2 - BESIDE, y2)  # at the end of a row, or its beginning
        return [
            *(spot for spot in close if are_clear([(*spot, *CARD)], around)),
            *(spot for spot in turns if self.is_free(spot)),
        ]
