"""Where things lie on the canvas, in pixels at 100 %."""

import itertools
import math
from typing import TypeAlias

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainterPath

from graphs.document.edits import Position
from graphs.steps.placing import CARD, GRID

WIDTH, HEIGHT = CARD
DOTS = 24
"""From one dot of the background to the next."""
PORT = 5.5
"""Half the width of a port."""
REACH = 11.0
"""How far from a port's centre the pointer still takes it, in pixels on the screen."""
RIM = 10.0
"""How far a card's painting reaches beyond its edges: ports, shadow, selection."""
PORT_GAP = 16
TURN = 40.0
"""How far a link swings out before it turns back."""


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


CLEARANCE = 2 * GRID
"""How far from a card a link that leads back runs where there is room."""


def curve(start: QPointF, end: QPointF) -> CurvePoints:
    """The points of a link: it leaves to the right and arrives from the left.

    One that leads back, as from the end of a row to the next, runs between the rows; one to a row
    further off turns right behind its own and passes what lies between on the left.
    """
    across, down = end.x() - start.x(), end.y() - start.y()
    if across >= GRID:  # handles that reach no further than the middle cannot make it loop
        middle = QPointF(across / 2, 0)
        return start, start + middle, end - middle, end
    bend = min(1.5 * TURN, TURN + abs(down) / 8)
    # Beside each other it runs below both cards unless there is room; one above the other, between.
    clearance = CLEARANCE if across < -2 * WIDTH else GRID
    between = abs(down) >= HEIGHT + 2 * clearance
    if not between:
        level = _below(start, end)
    elif abs(down) < 2 * HEIGHT + 3 * clearance:  # no third card fits between
        level = start.y() + down / 2
    else:
        level, bend = start.y() + math.copysign(HEIGHT / 2 + clearance, down), TURN
    return back(start, end, level, bend)


def back(start: QPointF, end: QPointF, level: float, bend: float) -> CurvePoints:
    """The points of a link that leads back at a height; ``bend`` is how far it swings out."""
    right, left = QPointF(start.x(), level), QPointF(end.x(), level)
    third = (left - right) / 3
    return (
        *(start, start + QPointF(bend, 0), right + QPointF(bend, 0), right),
        *(right + third, left - third, left),
        *(left - QPointF(bend, 0), end - QPointF(bend, 0), end),
    )


def _below(start: QPointF, end: QPointF) -> float:
    """The height at which a link passes below two cards of one row."""
    return max(start.y(), end.y()) + HEIGHT / 2 + CLEARANCE + GRID


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
