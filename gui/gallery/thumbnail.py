"""A network as a small picture: cards as blocks in their families' colours, links as lines."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from graphs.document.document import Graph
from graphs.document.edits import NodeId, Position
from graphs.steps.layout import layout
from graphs.steps.placing import CARD
from graphs.templates import find
from gui.look import icons, theme

Blocks = tuple[tuple[str, QPointF], ...]
"""The layer and the top left corner of each card."""
Lines = tuple[tuple[QPointF, QPointF], ...]
"""Where each link begins and ends."""
LARGEST = 0.5
"""No card is drawn larger than half its size: a network of three nodes is a small one."""
CORNER, PEN = 3.0, 1.25


@lru_cache(maxsize=128)
def drawn(template: str, room: Position) -> tuple[Blocks, Lines, QRectF]:
    """What of a template is drawn in a picture of the shape ``room``: laid out once and kept."""
    found = find(template)
    assert found is not None
    graph = found.document().main
    # The shape of the picture decides where rows break; at this size nothing is to be read.
    places = layout(graph, room=(room[0] * 5, room[1] * 5))
    blocks = tuple((graph.nodes[id].layer, QPointF(*places[id])) for id in sorted(places))
    return blocks, _lines(graph, places), _around(blocks)


def _lines(graph: Graph, places: Mapping[NodeId, Position]) -> Lines:
    half, width = CARD[1] / 2, CARD[0]
    return tuple(
        (
            QPointF(places[k.source][0] + width, places[k.source][1] + half),
            QPointF(places[k.target][0], places[k.target][1] + half),
        )
        for k in graph.links()
    )


def _around(blocks: Blocks) -> QRectF:
    area = QRectF()
    for _, corner in blocks:
        area = area.united(QRectF(corner, QSizeF(*CARD)))
    return area


def paint(painter: QPainter, template: str, into: QRectF) -> None:
    """Paint a template's network in the middle of a rectangle."""
    blocks, lines, area = drawn(template, (round(into.width()), round(into.height())))
    scale = min(into.width() / area.width(), into.height() / area.height(), LARGEST)
    shift = into.center() - area.center() * scale
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("faint"), PEN))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for start, end in lines:
        painter.drawPath(_curve(start * scale + shift, end * scale + shift))
    painter.setPen(Qt.PenStyle.NoPen)
    for layer, corner in blocks:
        painter.setBrush(icons.family_color(layer))
        card = QRectF(corner * scale + shift, QSizeF(*CARD) * scale)
        painter.drawRoundedRect(card, CORNER, CORNER)
    painter.restore()


def _curve(start: QPointF, end: QPointF) -> QPainterPath:
    """A link: it leaves to the right and arrives from the left, also from the row above."""
    path = QPainterPath(start)
    if end.x() >= start.x():
        reach = QPointF((end.x() - start.x()) / 2, 0)
        path.cubicTo(start + reach, end - reach, end)
        return path
    middle, turn = (start.y() + end.y()) / 2, QPointF(8, 0)
    path.cubicTo(start + turn, QPointF(start.x() + turn.x(), middle), QPointF(start.x(), middle))
    path.lineTo(end.x(), middle)
    path.cubicTo(QPointF(end.x() - turn.x(), middle), end - turn, end)
    return path
