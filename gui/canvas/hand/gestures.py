"""Gestures on the canvas while a button is down, one class each: pan, select, move, resize.

A gesture shows what would happen as it goes, and proposes one step when it ends. What it shows in
between lives in the view alone, so that giving up leaves nothing behind.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsRectItem

from graphs.document.edits import Link, NodeId, Position
from graphs.mending.fitting import stands_in_links
from graphs.steps import annotation_steps, operations
from graphs.steps.annotation_steps import Cargo, Marks
from gui.canvas.scene import places
from gui.canvas.surface import Surface
from gui.look import theme

CURSORS = {
    **dict.fromkeys(((-1, 0), (1, 0)), Qt.CursorShape.SizeHorCursor),
    **dict.fromkeys(((0, -1), (0, 1)), Qt.CursorShape.SizeVerCursor),
    **dict.fromkeys(((-1, -1), (1, 1)), Qt.CursorShape.SizeFDiagCursor),
    **dict.fromkeys(((-1, 1), (1, -1)), Qt.CursorShape.SizeBDiagCursor),
}
"""By the sides that are pulled."""


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

    def __init__(self, surface: Surface, at: QPoint) -> None:
        self._surface, self._last = surface, at

    def moved(self, at: QPoint) -> None:
        self._surface.pan(at - self._last)
        self._last = at

    def released(self, at: QPoint) -> None:
        self.moved(at)

    def cancelled(self) -> None:
        pass


class Rubber:
    """Draws a rectangle and chooses what it touches, besides what was chosen before and is kept."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, surface: Surface, at: QPoint, kept: Cargo) -> None:
        self._surface, self._kept = surface, kept
        self._start = surface.mapToScene(at)
        self._before = Cargo(surface.workspace.selection, surface.workspace.selected_marks)
        self._band = QGraphicsRectItem()
        pen = QPen(theme.color("accent"), 1)
        pen.setCosmetic(True)
        self._band.setPen(pen)
        self._band.setBrush(theme.color("accent", 0.12))
        self._band.setZValue(10)
        surface.sheet.addItem(self._band)
        self._select(kept)

    def _select(self, what: Cargo) -> None:
        self._surface.workspace.select(what.nodes, (), what.marks)

    def moved(self, at: QPoint) -> None:
        area = QRectF(self._start, self._surface.mapToScene(at)).normalized()
        self._band.setRect(area)
        sheet = self._surface.sheet
        touched = Cargo(frozenset(sheet.within(area)), sheet.annotations.within(area))
        self._select(self._kept | touched)

    def released(self, at: QPoint) -> None:
        self._surface.sheet.removeItem(self._band)

    def cancelled(self) -> None:
        self._surface.sheet.removeItem(self._band)
        self._select(self._before)


class Move:
    """Moves things together; the ``corner`` of the one that was grabbed snaps to the grid.

    A single node without links that is let go over a link is wired into it. When nothing was moved,
    the release is a click, which ``clicked`` answers with the selection it leaves.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, surface: Surface, at: QPoint, corner: Position, load: Cargo) -> None:
        self._surface, self._corner, self._load = surface, corner, load
        self._press, self._start = at, surface.mapToScene(at)
        self._by: Position = (0, 0)
        self._started = False
        self._over: Link | None = None
        self._insertable = self._loose_node()

    def _loose_node(self) -> NodeId | None:
        """The one node that is moved, if it can be put on a link."""
        if len(self._load.nodes) != 1 or self._load.marks:
            return None
        (node,), graph = self._load.nodes, self._surface.workspace.graph
        is_loose = not graph.entering(node) and not graph.leaving(node)
        return node if is_loose and stands_in_links(graph, node) else None

    @property
    def started(self) -> bool:
        """Whether the pointer has gone far enough for this to be more than a click."""
        return self._started

    def moved(self, at: QPoint) -> None:
        if not self._started and (at - self._press).manhattanLength() < self._surface.drag_distance:
            return
        self._started = True
        self._by = self._snapped(self._surface.mapToScene(at) - self._start)
        self._surface.sheet.place_load(self._load, self._by)
        if self._insertable is not None:
            centre = self._surface.sheet.nodes[self._insertable].centre()
            self._light(self._surface.link_below(centre))

    def _snapped(self, by: QPointF) -> Position:
        x, y = self._corner
        goal = places.snapped(x + by.x(), y + by.y())
        return goal[0] - x, goal[1] - y

    def _light(self, link: Link | None) -> None:
        for other, lit in ((self._over, False), (link, True)):
            if other is not None and other in self._surface.sheet.links:
                self._surface.sheet.links[other].light(target_of_drop=lit)
        self._over = link

    def released(self, at: QPoint) -> None:
        self.moved(at)
        over = self._over
        self._light(None)
        workspace = self._surface.workspace
        if self._by == (0, 0) and over is None:
            self._surface.sheet.place_load(self._load)
            return
        graph = workspace.graph
        step = annotation_steps.moved(graph, self._load, self._by)
        if over is not None and self._insertable is not None:
            (x, y), (across, down) = graph.positions[self._insertable], self._by
            dropped = x + across, y + down
            step = operations.insert_existing(graph, over, self._insertable, dropped)
        workspace.history.do(step)
        self._surface.sheet.place_load(self._load)

    def cancelled(self) -> None:
        self._light(None)
        self._surface.sheet.place_load(self._load)


class Resize:
    """Pulls at the edges of a frame or a note; they snap to the grid."""

    def __init__(self, surface: Surface, at: QPoint, what: Marks, sides: Position) -> None:
        self._surface, self._what, self._sides = surface, what, sides
        self.cursor = CURSORS[sides]
        self._start = surface.mapToScene(at)
        self._before = self._now = surface.sheet.annotations.rectangle(what)

    def moved(self, at: QPoint) -> None:
        pulled = self._surface.mapToScene(at) - self._start
        by = places.snapped(pulled.x(), pulled.y())
        self._now = annotation_steps.resized(self._before, self._sides, by)
        self._surface.sheet.annotations.show_resized(self._what, self._now)

    def released(self, at: QPoint) -> None:
        self.moved(at)
        if self._now != self._before:
            graph = self._surface.workspace.graph
            step = annotation_steps.with_rectangle(graph, self._what, self._now)
            self._surface.workspace.history.do(step)

    def cancelled(self) -> None:
        self._surface.sheet.annotations.show_resized(self._what, self._before)
