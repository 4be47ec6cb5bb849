"""The problem card that shows beside a node while the pointer is there or the node is chosen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QCursor, QHoverEvent
from PySide6.QtWidgets import QPushButton

from graphs.document.edits import NodeId
from graphs.problems import Problem, Severity
from gui.canvas.scene import places
from gui.canvas.scene.scene import NodeHit, PortHit
from gui.canvas.surface import Surface
from gui.problems.problem_cards import ProblemCard

WIDTH = 320
RIM = 8
"""Pixels from the edges of the view to the card."""
GAP = 10
BESIDE = 16
"""From a node's side to the card, so that its ports can still be taken."""


class Peek(QObject):
    """Keeps at most one card in view."""

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface)
        self._surface = surface
        self.card: ProblemCard | None = None
        self._node: NodeId | None = None
        self._hovered: NodeId | None = None
        self._resting = False
        workspace = surface.workspace
        workspace.selection_changed.connect(self.refresh)
        workspace.problems_changed.connect(self._renew)
        workspace.replaced.connect(self.refresh)
        surface.panned.connect(self.follow)
        surface.zoomed.connect(self.follow)

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
        workspace = self._surface.workspace
        chosen = next(iter(workspace.selection)) if len(workspace.selection) == 1 else None
        for node in (self._hovered, chosen):
            problem = self._worst(node)
            if node is not None and problem is not None:
                self._show(node, problem)
                return
        self.hide()

    def _renew(self) -> None:
        """Show the card anew: the same problem may have other fixes now."""
        self.hide()
        self.refresh()

    def _worst(self, node: NodeId | None) -> Problem | None:
        if node is None or node not in self._surface.sheet.nodes:
            return None
        found = self._surface.workspace.problems_at(node)
        return min(found, key=lambda p: p.severity is not Severity.ERROR, default=None)

    def _show(self, node: NodeId, problem: Problem) -> None:
        if self.card is None or (self._node, self.card.problem) != (node, problem):
            self.hide()
            # Inside the viewport, so that what is dropped on the card reaches the canvas.
            self.card, width = self._made(problem)
            self.card.setAttribute(Qt.WidgetAttribute.WA_Hover)
            self.card.installEventFilter(self)
            self.card.setFixedSize(width, self.card.heightForWidth(width))
            for button in self.card.findChildren(QPushButton):
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay with the surface
            self._node = node
        self.follow()
        self.card.show()
        self.card.raise_()

    def _made(self, problem: Problem) -> tuple[ProblemCard, int]:
        """A card and how wide it is: in a narrow view its buttons stand below each other."""
        workspace, view = self._surface.workspace, self._surface.viewport()
        room = view.width() - 2 * RIM
        card = ProblemCard(workspace, problem, view)
        if card.least_width() <= room:
            return card, min(max(WIDTH, card.least_width()), room)
        card.deleteLater()
        return ProblemCard(workspace, problem, view, shape="narrow"), min(WIDTH, room)

    def hide(self) -> None:
        """Take the card away."""
        if self.card is not None:
            self.card.hide()
            self.card.deleteLater()
            self.card = self._node = None

    def follow(self) -> None:
        """Stay beside the node, where the card covers no other: below, above, right or left."""
        if self.card is None or self._node not in self._surface.sheet.nodes:
            return
        surface = self._surface
        room = surface.viewport().rect().adjusted(RIM, RIM, -RIM, -RIM)
        reach = round(places.REACH) + 1
        taken = [
            surface.node_area(node).adjusted(-reach, 0, reach, 0)
            for node in surface.sheet.within(surface.seen())
        ]
        own = surface.node_area(self._node)
        spots = _around(own, self.card.size(), room)
        best = min(
            spots,
            key=lambda spot: (spot.intersects(own), sum(spot.intersects(area) for area in taken)),
        )
        self.card.move(best.topLeft())
        self.let_through(surface.viewport().mapFromGlobal(QCursor.pos()))

    def let_through(self, at: QPoint) -> None:
        """Let presses pass to a node or port that the card covers at a point of the view."""
        if self.card is None:
            return
        inside = self.card.childAt(at - self.card.pos()) if self.covers(at) else None
        below = self.covers(at) and not isinstance(inside, QPushButton)
        passing = below and isinstance(self._surface.hit(at), NodeHit | PortHit)
        self.card.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, passing)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QHoverEvent) and self.card is not None and watched is self.card:
            self.let_through(self.card.mapToParent(event.position().toPoint()))
        return False

    def covers(self, at: QPoint) -> bool:
        """Whether a point of the view lies on the card."""
        return self.card is not None and self.card.geometry().contains(at)

    def holds(self, at: QPoint) -> bool:
        """Whether a point of the view lies on the card or on the way to it."""
        if self.card is None or self._node is None:
            return False
        way = QRect(self.card.geometry()).adjusted(-GAP, -GAP, GAP, GAP)
        return way.contains(at)


def _around(node: QRect, size: QSize, room: QRect) -> list[QRect]:
    """Where a card could stand by a node, best first; all of it in view where that is possible."""
    lefts = (node.left(), node.right() + 1 - size.width(), node.center().x() - size.width() // 2)
    tops = (node.top(), node.bottom() + 1 - size.height(), node.center().y() - size.height() // 2)
    below, above = node.bottom() + 1 + GAP, node.top() - GAP - size.height()
    right, left = node.right() + 1 + BESIDE, node.left() - BESIDE - size.width()
    corners = [(x, y) for y in (below, above) for x in lefts]
    corners += [(x, y) for x in (right, left) for y in tops]
    spots = [QRect(QPoint(x, y), size) for x, y in corners]
    kept = [spot for spot in spots if room.contains(spot)]
    for spot in () if kept else spots:
        x = max(room.left(), min(spot.left(), room.right() - size.width()))
        y = max(room.top(), min(spot.top(), room.bottom() - size.height()))
        spot.moveTo(x, y)
    return kept or spots
