"""What a hand does on the canvas while a button is down: one object per gesture.

A gesture shows what would happen as it goes, and proposes one step when it ends. What it shows in
between lives in the view alone, so that giving up leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsRectItem

from graphs import operations
from graphs.edits import Link, NodeId, Position, Step
from gui import theme
from gui.canvas import places
from gui.fitting import can_be_inserted

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas


class Gesture(Protocol):
    """From the press of a button to its release."""

    cursor: Qt.CursorShape

    def moved(self, at: QPoint) -> None:
        """The pointer is at ``at`` in the view now."""

    def released(self, at: QPoint) -> None:
        """The button is up: do it."""

    def cancelled(self) -> None:
        """Escape: leave everything as it was."""


class Pan:
    """Drags the paper under the window."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, canvas: Canvas, at: QPoint) -> None:
        self._canvas, self._last = canvas, at

    def moved(self, at: QPoint) -> None:
        self._canvas.pan(at - self._last)
        self._last = at

    def released(self, at: QPoint) -> None:
        self.moved(at)

    def cancelled(self) -> None:
        pass


class Rubber:
    """Draws a rectangle and chooses what it touches, besides what ``kept`` was chosen before."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, canvas: Canvas, at: QPoint, kept: frozenset[NodeId]) -> None:
        self._canvas, self._kept = canvas, kept
        self._start = canvas.mapToScene(at)
        self._before = canvas.session.selection
        self._band = QGraphicsRectItem()
        pen = QPen(theme.color("accent"), 1)
        pen.setCosmetic(True)
        self._band.setPen(pen)
        self._band.setBrush(theme.color("accent", 0.12))
        self._band.setZValue(10)
        canvas.sheet.addItem(self._band)
        canvas.session.select(kept)

    def moved(self, at: QPoint) -> None:
        area = QRectF(self._start, self._canvas.mapToScene(at)).normalized()
        self._band.setRect(area)
        self._canvas.session.select(self._kept | self._canvas.sheet.within(area))

    def released(self, at: QPoint) -> None:
        self._canvas.sheet.removeItem(self._band)

    def cancelled(self) -> None:
        self._canvas.sheet.removeItem(self._band)
        self._canvas.session.select(self._before)


class Move:
    """Moves nodes together; the one that was grabbed snaps to the grid.

    A single node without links that is let go over a link is wired into it. When nothing was moved,
    the release is a click, which ``clicked`` answers with the selection it leaves.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(
        self, canvas: Canvas, at: QPoint, grabbed: NodeId, nodes: Collection[NodeId]
    ) -> None:
        self._canvas, self._grabbed, self._nodes = canvas, grabbed, frozenset(nodes)
        self._press, self._start = at, canvas.mapToScene(at)
        self._by: Position = (0, 0)
        self._started = False
        self._over: Link | None = None
        graph = canvas.session.document.main
        self._insertable = (
            len(self._nodes) == 1
            and not graph.entering(grabbed)
            and not graph.leaving(grabbed)
            and can_be_inserted(graph.nodes[grabbed].layer)
        )

    @property
    def started(self) -> bool:
        """Whether the pointer has gone far enough for this to be more than a click."""
        return self._started

    def moved(self, at: QPoint) -> None:
        if not self._started and (at - self._press).manhattanLength() < self._canvas.drag_distance:
            return
        self._started = True
        self._by = self._snapped(self._canvas.mapToScene(at) - self._start)
        self._canvas.sheet.place(self._nodes, self._by)
        if self._insertable:
            centre = self._canvas.sheet.nodes[self._grabbed].centre()
            self._light(self._canvas.link_below(centre))

    def _snapped(self, by: QPointF) -> Position:
        x, y = self._canvas.session.document.main.positions[self._grabbed]
        goal = places.snapped(x + by.x(), y + by.y())
        return goal[0] - x, goal[1] - y

    def _light(self, link: Link | None) -> None:
        for other, lit in ((self._over, False), (link, True)):
            if other is not None and other in self._canvas.sheet.links:
                self._canvas.sheet.links[other].light(target_of_drop=lit)
        self._over = link

    def released(self, at: QPoint) -> None:
        self.moved(at)
        over = self._over
        self._light(None)
        session = self._canvas.session
        if self._by == (0, 0) and over is None:
            self._canvas.sheet.place(self._nodes)
            return
        step = operations.move(self._nodes, self._by)
        if over is not None:
            wired = operations.insert_existing(session.document, over, self._grabbed)
            step = Step(wired.name, (*step.edits, *wired.edits))
        session.history.do(step)

    def cancelled(self) -> None:
        self._light(None)
        self._canvas.sheet.place(self._nodes)
