"""The interface of the canvas for gestures, fields and lists: workspace, scene, steps, hint."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QWidget

from graphs.document.edits import Link, NodeId
from gui.canvas.editing import Editing
from gui.canvas.floating.overlays import Hint
from gui.canvas.scene import places
from gui.canvas.scene.scene import Hit, LinkHit, Scene
from gui.canvas.view import View
from gui.workspace import Workspace


class Surface(View):
    """Knows what lies where. The canvas adds what mouse and keys do."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(Scene(workspace), parent)
        self.workspace = workspace
        self.editing = Editing(workspace, lambda: self.sheet.sizes)
        self.hint = Hint(self)
        self.drag_distance = max(3, QApplication.startDragDistance() // 2)

    def pointer_place(self) -> QPoint:
        """Where the pointer is in the view; the middle when it is elsewhere."""
        view = self.viewport()
        at = view.mapFromGlobal(QCursor.pos())
        inside = view.rect().contains(at) and self.underMouse()
        return at if inside else view.rect().center()

    def bring_into_view(self, node: NodeId) -> None:
        """Pan until the whole node can be seen."""
        self.bring(self.sheet.bounds((node,)))

    def node_area(self, node: NodeId) -> QRect:
        """Where a node's card is in the view."""
        card = self.sheet.nodes[node].card()
        return self.mapFromScene(card).boundingRect()

    def link_below(self, point: QPointF) -> Link | None:
        """The link that passes a point of the scene."""
        hit = self.sheet.hit(point, 2 * places.REACH / self.zoom, links_only=True)
        return hit.link if isinstance(hit, LinkHit) else None

    def hit(self, at: QPoint) -> Hit | None:
        """What lies at a point of the view."""
        return self.sheet.hit(self.scene_point(QPointF(at)), places.REACH / self.zoom)
