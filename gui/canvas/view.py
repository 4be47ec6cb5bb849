"""How the canvas is looked at: zoom, pan, frame, and the dots behind everything."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QPainter, QPixmapCache, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsView, QWidget

from graphs.document.edits import NodeId
from gui.canvas.scene.grid import Grid
from gui.canvas.scene.scene import Scene

NEAREST, FARTHEST = 4.0, 0.05
"""Limits of the zoom."""
NOTCH = 120
STEP = 1.2
"""What one notch of the wheel zooms by."""
CACHE_KILOBYTES = 128 * 1024
"""Room for the pictures of all cards in view on a large screen; Qt's own 10 MB hold one in ten."""
EDGE = 24
"""Pixels between what is brought into view and the edge of the view."""
Sight = tuple[float, int, int]
"""Zoom, and how far the view is moved across and down."""
RIM = 64
"""Pixels left free around what is framed."""


class View(QGraphicsView):
    """A window on the scene, which reaches far in every direction."""

    zoomed = Signal(float)
    """The new zoom; 1 is 100 %."""
    panned = Signal()
    brought = Signal()
    """A part of the scene was to be brought into view, and is in it."""

    def __init__(self, sheet: Scene, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = sheet
        sheet.setParent(self)  # a view does not own its scene
        self.setScene(sheet)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), CACHE_KILOBYTES))
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self._grid = Grid()
        self._shows_all = True

    @property
    def zoom(self) -> float:
        """Pixels on the screen per pixel at 100 %."""
        return self.transform().m11()

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom; what lies at ``at`` in the view, or in its middle, stays there."""
        zoom = max(FARTHEST, min(NEAREST, zoom))
        spot = at if at is not None else QPointF(self.viewport().rect().center())
        kept = self.scene_point(spot)
        self.resetTransform()
        self.scale(zoom, zoom)
        self.sheet.look_from(zoom)
        drift = self.viewportTransform().map(kept) - spot
        self.pan(QPoint(-round(drift.x()), -round(drift.y())))
        self.zoomed.emit(zoom)

    def zoom_by(self, steps: float, at: QPointF | None = None) -> None:
        """Zoom by notches of the wheel."""
        self.zoom_to(self.zoom * STEP**steps, at)

    def scene_point(self, spot: QPointF) -> QPointF:
        """What lies at a point of the view, exactly."""
        inverted, _ = self.viewportTransform().inverted()
        return inverted.map(spot)

    def pan(self, by: QPoint) -> None:
        """Move what is seen by pixels on the screen."""
        self._shows_all = False
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - by.x())
        down.setValue(down.value() - by.y())
        self.panned.emit()

    def frame(self, nodes: frozenset[NodeId] | None = None) -> None:
        """Bring nodes into view, or all; never nearer than 100 %."""
        area = self.sheet.bounds(nodes)
        room = self.viewport().rect().adjusted(RIM, RIM, -RIM, -RIM)
        if area.isEmpty() or room.isEmpty():
            self.zoom_to(1.0)
        else:
            fit = min(room.width() / area.width(), room.height() / area.height())
            self.zoom_to(min(1.0, fit))
        self.centerOn(area.center())
        self.panned.emit()

    def bring(self, area: QRectF) -> None:
        """Bring a part of the scene into view by as little as it takes; zoom only to fit it in."""
        room = self.viewport().rect().adjusted(EDGE, EDGE, -EDGE, -EDGE)
        fit = min(room.width() / area.width(), room.height() / area.height())
        if 0 < fit < self.zoom:
            self.zoom_to(fit)
        seen = self.viewportTransform().mapRect(area)
        across = max(room.left() - seen.left(), 0.0) + min(room.right() - seen.right(), 0.0)
        down = max(room.top() - seen.top(), 0.0) + min(room.bottom() - seen.bottom(), 0.0)
        if (across, down) != (0.0, 0.0):
            self.pan(QPoint(round(across), round(down)))
        self.brought.emit()

    @property
    def shows_all(self) -> bool:
        """Whether the whole graph is kept in view while only the window changes."""
        return self._shows_all

    def middle(self) -> QPointF:
        """The point of the scene in the middle of the view."""
        return self.scene_point(QPointF(self.viewport().rect().center()))

    def see(self, zoom: float, middle: QPointF) -> None:
        """Zoom, and have a point of the scene in the middle."""
        self.zoom_to(zoom)
        drift = self.viewportTransform().map(middle) - self.viewport().rect().center()
        self.pan(QPoint(-round(drift.x()), -round(drift.y())))

    def look(self) -> Sight:
        """What is seen now, to come back to it."""
        return self.zoom, self.horizontalScrollBar().value(), self.verticalScrollBar().value()

    def go_back_to(self, look: Sight) -> None:
        """See again what was seen before, while the window has the same size."""
        zoom, across, down = look
        if zoom != self.zoom:
            self.zoom_to(zoom)
        self.pan(
            QPoint(
                self.horizontalScrollBar().value() - across,
                self.verticalScrollBar().value() - down,
            )
        )

    def frame_all(self) -> None:
        """Bring the whole graph into view, and keep it there while only the window changes."""
        self.frame()
        self._shows_all = True

    def seen(self) -> QRectF:
        """The part of the scene that is in view."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def drawBackground(self, painter: QPainter, area: QRectF | QRect) -> None:
        self._grid.paint(painter, self.viewport().rect(), self.devicePixelRatioF())

    def sizeHint(self) -> QSize:
        return QSize(960, 600)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)

    def stay(self) -> None:
        """Keep what is seen where it is from now on, whatever size the window gets."""
        self._shows_all = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._shows_all:
            self.frame_all()
        self.panned.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(event.angleDelta().y() / NOTCH, event.position())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        pinch = Qt.NativeGestureType.ZoomNativeGesture
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is pinch:
            self.zoom_to(self.zoom * (1 + event.value()), event.position())
            return True
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for item in self.sheet.items():
                item.update()
            self.sheet.far.forget()
            self.viewport().update()
