"""The dots behind everything."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPixmap

from gui.canvas.scene.places import DOTS
from gui.look import theme

CLOSEST = 14.0
"""Dots nearer to each other on the screen than this are thinned out."""


class Grid:
    """Paints the dots from a picture that is made anew only when zoom, size or scheme change.

    Two thousand dots take longer to paint than the cards in view.
    """

    def __init__(self) -> None:
        self._picture = QPixmap()
        self._made_for: tuple[float, QSize, float, str] | None = None

    def paint(self, painter: QPainter, view: QRect, ratio: float) -> None:
        """Fill ``view``, in pixels of the screen, with dots that move and scale with the canvas."""
        place = painter.worldTransform()
        gap = DOTS * place.m11()
        while gap < CLOSEST:
            gap *= 4
        made_for = (gap, view.size(), ratio, theme.tokens().background)
        if made_for != self._made_for:
            self._picture, self._made_for = _dotted(gap, view.size(), ratio), made_for
        painter.save()
        painter.resetTransform()
        left, top = place.dx() % gap - gap, place.dy() % gap - gap
        painter.drawPixmap(round(left), round(top), self._picture)
        painter.restore()


def _dotted(gap: float, size: QSize, ratio: float) -> QPixmap:
    """A picture with dots, larger than ``size`` by one gap on each side."""
    width, height = size.width() + 2 * gap + 2, size.height() + 2 * gap + 2
    row = _empty(width, 2, ratio)
    painter = QPainter(row)
    dot = theme.color("dots")
    for column in range(int(width / gap) + 1):
        painter.fillRect(QRect(round(column * gap) - 1, 0, 2, 2), dot)
    painter.end()
    picture = _empty(width, height, ratio)
    painter = QPainter(picture)
    for line in range(int(height / gap) + 1):
        painter.drawPixmap(0, round(line * gap) - 1, row)
    painter.end()
    return picture


def _empty(width: float, height: float, ratio: float) -> QPixmap:
    picture = QPixmap(round(width * ratio), round(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(theme.color("background"))
    return picture
