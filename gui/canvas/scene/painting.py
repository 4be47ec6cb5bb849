"""How a node's card, its ports and its badge are painted."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from graphs.problems import Severity
from graphs.types import Kind
from gui.canvas.scene.card_text import CardSocket, Facts
from gui.canvas.scene.places import PORT, RIM, WIDTH, port_heights
from gui.look import icons, theme, tokens

LEFT, RIGHT = 11.0, WIDTH - 11.0
CORNER = 8.0
TILE = QRectF(10, 10, 20, 20)
NAME_BASE, SUBTITLE_BASE, SHAPE_BASE = 24.5, 46.0, 65.5
FROST = 14.0
"""Room for the mark of a frozen node, left of its parameters."""
NAME_LEFT, NAME_RIGHT = 38.0, WIDTH - 6.0
NAME_SIZES = (13, 12, 11, 10)
"""Pixels of the face of a name: the first in which all of it fits, else the last."""
BADGE = QPointF(WIDTH - 5, 5)
"""On the card's corner, where it leaves the name all of its room."""
BADGE_RADIUS = 8.0
RING = 5.0
"""From a card's edge to the ring around it."""


@cache
def fonts() -> tuple[QFont, QFont]:
    """The faces of subtitle and figures; they do not change with the scheme."""
    return theme.font(11), theme.mono(11)


@cache
def metrics() -> tuple[QFontMetricsF, QFontMetricsF]:
    """How wide words are in each of the faces."""
    subtitle, figures = (QFontMetricsF(font) for font in fonts())
    return subtitle, figures


@cache
def name_faces() -> tuple[tuple[QFont, QFontMetricsF], ...]:
    """The faces of a name, the largest first, and how wide words are in each."""
    faces = [theme.font(pixels, bold=True) for pixels in NAME_SIZES]
    return tuple((face, QFontMetricsF(face)) for face in faces)


@lru_cache(maxsize=4096)
def name_written(name: str) -> tuple[str, QFont]:
    """A name and its face; where even the smallest is too wide, it is cut in the middle.

    Its end is kept, by which ``conv2`` and ``conv3`` differ.
    """
    room = NAME_RIGHT - NAME_LEFT
    for face, widths in name_faces():
        if widths.horizontalAdvance(name) <= room:
            return name, face
    face, widths = name_faces()[-1]
    return widths.elidedText(name, Qt.TextElideMode.ElideMiddle, room), face


class Edge(NamedTuple):
    """What decides how an empty card looks."""

    height: int
    wrong: bool
    selected: bool
    hovered: bool


class CardLines:
    """The words of a card, cut to its width once and not at every repaint."""

    def __init__(self, shown: Facts) -> None:
        subtitle, figures = metrics()
        right = Qt.TextElideMode.ElideRight
        self.name, self.face = name_written(shown.name)
        self.subtitle = subtitle.elidedText(shown.subtitle, right, RIGHT - LEFT)
        self.parameters = shown.parameters
        taken = figures.horizontalAdvance(shown.parameters)
        self.parameters_at = RIGHT - taken
        taken += FROST if shown.frozen else 0
        self.shape = figures.elidedText(shown.shape, right, RIGHT - LEFT - taken - 8)


def paint_card(
    painter: QPainter, shown: Facts, lines: CardLines, height: int, *, selected: bool, hovered: bool
) -> None:
    """Paint one card with its top left corner at the origin."""
    look = theme.tokens()
    edge = Edge(height, shown.trouble is Severity.ERROR, selected, hovered)
    scale = painter.worldTransform().m11() * painter.device().devicePixelRatioF()
    _paint_picture(painter, _background(edge, scale, look), QPointF(-RIM, -RIM))
    _paint_tile(painter, shown.layer, scale)
    subtitle, figures = fonts()
    painter.setPen(theme.color("text"))
    painter.setFont(lines.face)
    painter.drawText(QPointF(NAME_LEFT, NAME_BASE), lines.name)
    painter.setFont(subtitle)
    painter.setPen(theme.color("muted"))
    painter.drawText(QPointF(LEFT, SUBTITLE_BASE), lines.subtitle)
    painter.setFont(figures)
    painter.drawText(QPointF(lines.parameters_at, SHAPE_BASE), lines.parameters)
    if shown.frozen:
        _paint_frost(painter, QPointF(lines.parameters_at - FROST / 2 - 2, SHAPE_BASE - 4))
    painter.setPen(theme.color("error" if shown.refused else "text"))
    painter.drawText(QPointF(LEFT, SHAPE_BASE), lines.shape)
    _paint_share(painter, shown, height)
    if shown.trouble is not None:
        color = look.error if shown.trouble is Severity.ERROR else look.warn
        _paint_badge(painter, color)


def _paint_frost(painter: QPainter, middle: QPointF) -> None:
    """A snowflake: these weights stay as they are."""
    painter.setPen(QPen(theme.color("accent"), 1.2))
    arm = FROST / 2 - 2
    for turn in range(3):
        angle = math.pi * (turn / 3 + 0.5)
        reach = QPointF(arm * math.cos(angle), arm * math.sin(angle))
        painter.drawLine(middle - reach, middle + reach)


def _paint_picture(painter: QPainter, picture: QPixmap, at: QPointF) -> None:
    """Paint a picture that was made for this scale, pixel by pixel."""
    corner = painter.worldTransform().map(at)
    ratio = painter.device().devicePixelRatioF()
    picture.setDevicePixelRatio(ratio)
    painter.save()
    painter.resetTransform()
    painter.drawPixmap(QPointF(round(corner.x()), round(corner.y())), picture)
    painter.restore()


@lru_cache(maxsize=256)
def _background(edge: Edge, scale: float, look: tokens.Tokens) -> QPixmap:
    """An empty card in its rim. Many cards share one: rounded corners are slow to paint."""
    width, height = WIDTH + 2 * RIM, edge.height + 2 * RIM
    picture = QPixmap(math.ceil(width * scale), math.ceil(height * scale))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    painter.translate(RIM, RIM)
    card = QRectF(0, 0, WIDTH, edge.height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.shadow))
    painter.drawRoundedRect(card.translated(0, 1.5), CORNER, CORNER)
    _paint_edge(painter, card, edge)
    painter.end()
    return picture


def _paint_edge(painter: QPainter, card: QRectF, edge: Edge) -> None:
    color = (
        "error"
        if edge.wrong
        else "accent"
        if edge.selected
        else "faint"
        if edge.hovered
        else "line"
    )
    width = 2.0 if edge.selected else 1.5 if edge.wrong else 1.0
    painter.setPen(QPen(theme.color(color), width))
    painter.setBrush(theme.color("raised"))
    half = width / 2
    painter.drawRoundedRect(card.adjusted(half, half, -half, -half), CORNER - half, CORNER - half)
    if edge.selected and edge.wrong:  # both can be seen: that it is wrong, and that it is chosen
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(card.adjusted(-3, -3, 3, 3), CORNER + 3, CORNER + 3)


def paint_ring(painter: QPainter, height: int) -> None:
    """Paint the ring around the card that the keys are at."""
    painter.setPen(QPen(theme.color("text"), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ring = QRectF(0, 0, WIDTH, height).adjusted(-RING, -RING, RING, RING)
    painter.drawRoundedRect(ring, CORNER + RING, CORNER + RING)


def _paint_tile(painter: QPainter, layer: str, scale: float) -> None:
    """The tile, from a picture in the size it has on the screen: SVG takes ten times as long."""
    side = max(1, round(TILE.width() * scale))
    picture = icons.tile(layer, int(TILE.width()), side / TILE.width())
    _paint_picture(painter, picture, TILE.topLeft())


def _paint_share(painter: QPainter, shown: Facts, height: int) -> None:
    bar = QRectF(LEFT, height - 5.5, RIGHT - LEFT, 2)
    painter.fillRect(bar, theme.color("line"))
    if shown.share > 0:
        bar.setWidth(max(2.0, bar.width() * shown.share))
        painter.fillRect(bar, icons.family_color(shown.layer))


def _paint_badge(painter: QPainter, color: str) -> None:
    painter.setPen(QPen(theme.color("background"), 1.5))
    painter.setBrush(QColor(color))
    painter.drawEllipse(BADGE, BADGE_RADIUS, BADGE_RADIUS)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("panel"))
    painter.drawRoundedRect(QRectF(BADGE.x() - 1, BADGE.y() - 4.5, 2, 5.5), 1, 1)
    painter.drawEllipse(BADGE + QPointF(0, 3.4), 1.2, 1.2)


def paint_ports(painter: QPainter, shown: Facts, height: int) -> None:
    """Paint the ports on both sides of a card."""
    for x, sockets in ((0.0, shown.inputs), (float(WIDTH), shown.outputs)):
        for socket, y in zip(sockets, port_heights(len(sockets), height), strict=True):
            paint_port(painter, socket, QPointF(x, y))


def paint_port(painter: QPainter, socket: CardSocket, at: QPointF, *, lit: bool = False) -> None:
    """Paint one port: a circle for floats, a square for whole numbers, a diamond for masks."""
    known = socket.kind is not None
    ring = theme.kind_color(socket.kind) if known else theme.color("muted")
    if not socket.wired and socket.optional:
        ring = theme.color("faint")
    painter.setPen(QPen(ring, 2.0 if known or socket.wired else 1.5))
    painter.setBrush(ring if lit else theme.color("background"))
    side = PORT + 2 if lit else PORT
    match socket.kind:
        case Kind.TOKENS | Kind.INDEX:
            side -= 0.5
            painter.drawRect(QRectF(at.x() - side, at.y() - side, 2 * side, 2 * side))
        case Kind.MASK:
            tips = ((0, -side), (side, 0), (0, side), (-side, 0))
            painter.drawPolygon(QPolygonF([at + QPointF(x, y) for x, y in tips]))
        case _:
            painter.drawEllipse(at, side, side)
