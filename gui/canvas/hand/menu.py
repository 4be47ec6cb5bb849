"""The menu of a right click: what lies there is chosen first, so that it is about nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QMenu

from graphs.steps.annotation_steps import Marks
from gui.canvas.scene.annotations import MarkHit
from gui.canvas.scene.scene import Hit, LinkHit, NodeHit, PortHit
from gui.canvas.surface import Surface

NO_REACH = 0.5
"""Pixels of the canvas within which nothing is found but what lies at the point itself."""


class ContextMenu:
    """Offers the canvas's actions for what lies at the pointer, or by keys for what is chosen."""

    def __init__(self, surface: Surface, actions: Sequence[QAction | None]) -> None:
        self._surface, self._actions = surface, actions

    def open_for(self, event: QContextMenuEvent) -> None:
        """Choose what lies there, unless it is chosen, then offer what can be done with it."""
        place = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:  # it points at nothing
            place = self._beside_chosen() or place
        else:
            self._choose(event.pos())
        menu = QMenu(self._surface)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self._actions:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        menu.popup(place)

    def _beside_chosen(self) -> QPoint | None:
        """The middle of what is chosen on the screen, as far as it can be seen."""
        surface, workspace = self._surface, self._surface.workspace
        area = surface.sheet.bounds(workspace.selection)
        area = area.united(surface.sheet.annotations.area(workspace.selected_marks))
        seen = area.intersected(surface.seen())
        if seen.isEmpty():
            return None
        return surface.viewport().mapToGlobal(surface.mapFromScene(seen.center()))

    def _choose(self, at: QPoint) -> None:
        workspace = self._surface.workspace
        match self._under(at):
            case NodeHit(node) | PortHit(node=node):
                if node not in workspace.selection:
                    workspace.select({node})
            case LinkHit(link):
                if link not in workspace.selected_links:
                    workspace.select((), {link})
            case MarkHit(marks):
                if (marks | workspace.selected_marks) != workspace.selected_marks:
                    workspace.select((), (), marks)
            case None:
                pass

    def _under(self, at: QPoint) -> Hit | None:
        """What a menu there is about: a card before the port of another that a hand could grab."""
        surface = self._surface
        point = surface.scene_point(QPointF(at))
        exact = surface.sheet.hit(point, NO_REACH)
        if isinstance(exact, NodeHit | PortHit):
            return exact
        return surface.hit(at) or self._frame_around(point)

    def _frame_around(self, point: QPointF) -> MarkHit | None:
        """The smallest frame in whose room a point lies; a hand draws a rubber band there."""
        frames = self._surface.sheet.annotations.frames
        around = [
            (_size(item.area), id) for id, item in frames.items() if item.area.contains(point)
        ]
        return MarkHit(Marks(frozenset({min(around)[1]}))) if around else None


def _size(area: QRectF) -> float:
    return area.width() * area.height()
