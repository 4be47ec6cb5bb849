"""Where things lie on the canvas, in pixels at 100 %."""

import itertools
import math
from collections.abc import Iterable
from typing import TypeAlias

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainterPath

from graphs.document.edits import Position
from graphs.steps import sight
from graphs.steps.placing import CARD, GRID
from graphs.steps.sight import PORT as PORT

WIDTH, HEIGHT = CARD
DOTS = 24
"""From one dot of the background to the next."""
REACH = 11.0
"""How far from a port's centre the pointer still takes it, in pixels on the screen."""
RIM = 10.0
"""How far a card's painting reaches beyond its edges: ports, shadow, selection."""
PORT_GAP = 16


def height(inputs: int, outputs: int) -> int:
    """How high a card with that many ports is; more than four on a side make it grow."""
    most = max(inputs, outputs)
    return HEIGHT if most <= 4 else GRID * math.ceil((most + 1) * PORT_GAP / GRID)


def port_heights(count: int, card: int) -> list[float]:
    """How far below the card's top each of ``count`` ports on one side lies."""
    return [card * (place + 1) / (count + 1) for place in range(count)]


def snapped(x: float, y: float) -> Position:
    """The nearest place on the grid."""
    return round(x / GRID) * GRID, round(y / GRID) * GRID


def corner_for(centre: QPointF) -> Position:
    """The top left corner of a card whose middle is at ``centre``."""
    return snapped(centre.x() - WIDTH / 2, centre.y() - HEIGHT / 2)


CurvePoints: TypeAlias = tuple[QPointF, ...]
"""The points of one or several cubics that follow each other: 4, 7, 10, ..."""


def curve(start: QPointF, end: QPointF) -> CurvePoints:
    """The points of a link between two ports."""
    return _points(sight.curve((start.x(), start.y()), (end.x(), end.y())))


def back(start: QPointF, end: QPointF, level: float, bend: float) -> CurvePoints:
    """The points of a link that leads back at a height; ``bend`` is how far it swings out."""
    return _points(sight.back((start.x(), start.y()), (end.x(), end.y()), level, bend))


def _points(spots: Iterable[sight.CurveSpot]) -> CurvePoints:
    return tuple(QPointF(x, y) for x, y in spots)


def path(bent: CurvePoints) -> QPainterPath:
    """The curve as Qt draws it."""
    made = QPainterPath(bent[0])
    for place in range(1, len(bent), 3):
        made.cubicTo(*bent[place : place + 3])
    return made


def point_on(bent: CurvePoints, share: float) -> QPointF:
    """The point of a curve at ``share`` from 0 to 1."""
    pieces = (len(bent) - 1) // 3
    piece = min(int(share * pieces), pieces - 1)
    share = share * pieces - piece
    one, two, three, four = bent[3 * piece : 3 * piece + 4]
    rest = 1 - share
    a, b, c, d = rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3
    return QPointF(
        a * one.x() + b * two.x() + c * three.x() + d * four.x(),
        a * one.y() + b * two.y() + c * three.y() + d * four.y(),
    )


def lines(bent: CurvePoints) -> list[QLineF]:
    """The curve as straight pieces, for painting it small; one piece where it is straight."""
    if len(bent) == 4 and bent[0].y() == bent[3].y():
        return [QLineF(bent[0], bent[3])]
    pieces = 4 * (len(bent) - 1)
    points = [point_on(bent, piece / pieces) for piece in range(pieces + 1)]
    return [QLineF(a, b) for a, b in itertools.pairwise(points)]


def distance(bent: CurvePoints, point: QPointF, pieces: int = 24) -> float:
    """How far ``point`` is from a curve."""
    points = [point_on(bent, piece / pieces) for piece in range(pieces + 1)]
    return min(_to_line(point, a, b) for a, b in itertools.pairwise(points))


def _to_line(point: QPointF, a: QPointF, b: QPointF) -> float:
    along, across = b - a, point - a
    length = QPointF.dotProduct(along, along)
    share = QPointF.dotProduct(along, across) / length if length else 0.0
    nearest = a + along * max(0.0, min(1.0, share))
    return math.hypot(point.x() - nearest.x(), point.y() - nearest.y())


def united(rectangles: list[QRectF]) -> QRectF:
    """The least rectangle around all."""
    whole = QRectF()
    for rectangle in rectangles:
        whole = whole.united(rectangle)
    return whole
