"""A pad to draw a picture on, such as a digit, with the mouse, a pen or a finger."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from gui.look import theme
from gui.samples.tiles import DrawnTile

SIDE, LEAST = 196, 88
"""Pixels of the pad on a side: where there is room, and at least. Strokes are as on the first."""
BRUSH = 15.0
"""How wide a stroke is, in pixels of the pad."""
CORNER = 6
HINT = 0.6
"""How far from the ground to the ink the words on an empty pad are."""


class DrawingPad(QWidget):
    """Strokes over a ground; where nothing is drawn yet, the sample that is being looked at."""

    drawn = Signal()
    """A stroke has ended, or one was taken back: ``coverage`` is another."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.fit(SIDE)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # so that Undo takes strokes back
        self.setAccessibleName(self.tr("Pad to draw on"))
        self.setToolTip(self.tr("Draw here; the answer follows each stroke."))
        self._strokes: list[QPolygonF] = []
        self._under: DrawnTile | None = None
        self._ground, self._ink = QColor(Qt.GlobalColor.black), QColor(Qt.GlobalColor.white)

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def fit(self, height: int) -> int:
        """Be as large as so much room allows, and say how large; what is drawn goes with it."""
        self._side = min(max(height, LEAST), SIDE)
        self.setFixedSize(self._side, self._side)
        return self._side

    def _on_pad(self, at: QPointF) -> QPointF:
        """A place on the widget as one on a pad of the usual size, within it."""
        across, down = (value * SIDE / self._side for value in (at.x(), at.y()))
        return QPointF(min(max(across, 0.0), SIDE), min(max(down, 0.0), SIDE))

    @property
    def is_blank(self) -> bool:
        """Whether nothing is on it, neither a stroke nor a sample."""
        return not self._strokes and self._under is None

    @property
    def strokes(self) -> int:
        """How many strokes there are."""
        return len(self._strokes)

    def use(self, ground: float, ink: float) -> None:
        """Draw in these greys, from 0 (black) to 1 (white)."""
        self._ground, self._ink = (QColor.fromRgbF(grey, grey, grey) for grey in (ground, ink))
        self.update()

    def show_tile(self, tile: DrawnTile | None) -> None:
        """Look at a sample; what was drawn is gone."""
        self._strokes, self._under = [], tile
        self.update()

    def undo(self) -> None:
        """Take the last stroke back."""
        if self._strokes:
            self._strokes.pop()
            self.update()
            self.drawn.emit()

    def clear(self) -> None:
        """Begin with an empty ground."""
        self._strokes, self._under = [], None
        self.update()
        self.drawn.emit()

    def coverage(self) -> QImage:
        """What is drawn: white strokes on black, a byte for each pixel."""
        image = QImage(SIDE, SIDE, QImage.Format.Format_Grayscale8)
        image.fill(Qt.GlobalColor.black)
        painter = QPainter(image)
        self._paint_strokes(painter, QColor(Qt.GlobalColor.white))
        painter.end()
        return image

    def _paint_strokes(self, painter: QPainter, color: QColor) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        round_ends = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.setPen(QPen(color, BRUSH, Qt.PenStyle.SolidLine, *round_ends))
        for stroke in self._strokes:
            if stroke.size() == 1:
                painter.drawPoint(stroke.first())
            else:
                painter.drawPolyline(stroke)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect())
        painter.fillRect(area, self._ground)
        if self._under is not None and self._under.image is not None and not self._strokes:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(area, self._under.image)
        painter.save()
        painter.scale(self.width() / SIDE, self.height() / SIDE)
        self._paint_strokes(painter, self._ink)
        painter.restore()
        if self.is_blank:
            painter.setPen(self._hint_color())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Draw here"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), CORNER, CORNER)
        painter.end()

    def _hint_color(self) -> QColor:
        """Readable on the ground, and not as strong as a stroke."""
        grey = self._ground.lightnessF() + HINT * (
            self._ink.lightnessF() - self._ground.lightnessF()
        )
        return QColor.fromRgbF(grey, grey, grey)

    # ---- the keys ----

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
            return super().event(event)
        if event.matches(QKeySequence.StandardKey.Undo):
            event.accept()  # else the window would undo a step of the document
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        else:
            super().keyPressEvent(event)

    # ---- the mouse; a pen and a finger come as one ----

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._under = None
            self._strokes.append(QPolygonF([self._on_pad(event.position())]))
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._strokes:
            self._strokes[-1].append(self._on_pad(event.position()))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._strokes:
            self.drawn.emit()
