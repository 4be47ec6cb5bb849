"""The problem card that shows beside a node while the pointer is there or the node is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QPushButton

from graphs.edits import NodeId
from graphs.problems import Problem, Severity
from gui.problems import ProblemCard

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas

WIDTH = 320
GAP = 10


class Peek(QObject):
    """Keeps at most one card in view."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.card: ProblemCard | None = None
        self._node: NodeId | None = None
        self._hovered: NodeId | None = None
        self._resting = False
        session = canvas.session
        session.selection_changed.connect(self.refresh)
        session.problems_changed.connect(self.refresh)
        session.replaced.connect(self.refresh)
        canvas.panned.connect(self.follow)
        canvas.zoomed.connect(self.follow)

    def hover(self, node: NodeId | None) -> None:
        """The pointer is over ``node`` now, or over none."""
        if node != self._hovered:
            self._hovered = node
            self.refresh()

    def rest(self) -> None:
        """Show nothing while something is dragged."""
        self._resting, self._hovered = True, None
        self.hide()

    def wake(self) -> None:
        """Nothing is dragged any more."""
        self._resting = False
        self.refresh()

    def refresh(self) -> None:
        """Show the card of the node under the pointer, else of the one chosen node."""
        if self._resting:
            return
        session = self._canvas.session
        chosen = next(iter(session.selection)) if len(session.selection) == 1 else None
        for node in (self._hovered, chosen):
            problem = self._worst(node)
            if node is not None and problem is not None:
                self._show(node, problem)
                return
        self.hide()

    def _worst(self, node: NodeId | None) -> Problem | None:
        if node is None or node not in self._canvas.sheet.nodes:
            return None
        found = self._canvas.session.problems_at(node)
        return min(found, key=lambda p: p.severity is not Severity.ERROR, default=None)

    def _show(self, node: NodeId, problem: Problem) -> None:
        if self.card is None or (self._node, self.card.problem) != (node, problem):
            self.hide()
            self.card = ProblemCard(self._canvas.session, problem, self._canvas)
            width = max(WIDTH, self.card.least_width())
            self.card.setFixedSize(width, self.card.heightForWidth(width))
            for button in self.card.findChildren(QPushButton):
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay with the canvas
            self._node = node
        self.follow()
        self.card.show()
        self.card.raise_()

    def hide(self) -> None:
        """Take the card away."""
        if self.card is not None:
            self.card.hide()
            self.card.deleteLater()
            self.card = self._node = None

    def follow(self) -> None:
        """Stay beside the node: below it, or above it where there is no room."""
        if self.card is None or self._node not in self._canvas.sheet.nodes:
            return
        node = self._canvas.node_area(self._node)
        room = self._canvas.viewport().rect().adjusted(8, 8, -8, -8)
        others = [self._canvas.node_area(n) for n in self._canvas.sheet.within(self._canvas.seen())]
        places = _around(node, self.card.size(), room)
        best = min(places, key=lambda p: (sum(p.intersects(o) for o in others), places.index(p)))
        self.card.move(best.topLeft())

    def holds(self, at: QPoint) -> bool:
        """Whether a point of the view lies on the card or on the way to it."""
        if self.card is None or self._node is None:
            return False
        way = QRect(self.card.geometry()).adjusted(-GAP, -GAP, GAP, GAP)
        return way.contains(at)


def _around(node: QRect, size: QSize, room: QRect) -> list[QRect]:
    """Where a card could stand by a node: below, above, to the right, to the left."""
    places = [QRect(QPoint(), size) for _ in range(4)]
    places[0].moveTo(node.left(), node.bottom() + GAP)
    places[1].moveTo(node.left(), node.top() - GAP - size.height())
    places[2].moveTo(node.right() + GAP, node.top())
    places[3].moveTo(node.left() - GAP - size.width(), node.top())
    kept = [place for place in places if room.contains(place)]
    for place in () if kept else places:
        left = max(room.left(), min(place.left(), room.right() - size.width()))
        top = max(room.top(), min(place.top(), room.bottom() - size.height()))
        place.moveTo(left, top)
    return kept or places
