"""The whole graph as it is seen from far away, painted in a few large strokes.

Below half size hundreds of cards are in view and their details cannot be read. One item then paints
them all: colours alone when they are tiny, names too when these can be read.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache, lru_cache

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from graphs.problems import Severity
from gui.canvas.scene import places
from gui.canvas.scene.link import LinkItem
from gui.canvas.scene.node import NodeItem
from gui.look import icons, theme

NEAR = 0.5
"""From this zoom on nodes and links paint themselves."""
NAMES = 0.2
"""From this zoom on names are shown."""
SMOOTH = 0.25
"""From this zoom on bent links are smooth; of a thousand that takes a quarter of a repaint."""
NAME_PIXELS, NAME_HEIGHT = 11, 14
BAND, EDGE = 20.0, 3.0
"""How wide, where names are shown, the stripe in the family's colour and the card's edge are."""


class Far(QGraphicsItem):
    """Paints the given nodes and links instead of themselves."""

    def __init__(self, nodes: Iterable[NodeItem], links: Iterable[LinkItem]) -> None:
        super().__init__()
        self._nodes, self._links = nodes, links
        self._bounds = QRectF()
        self._stale = True
        self._whole: list[QRectF] = []
        self._inside: list[QRectF] = []
        self._cards: dict[str, list[QRectF]] = {}
        self._bands: dict[str, list[QRectF]] = {}
        self._marked: dict[str, list[QRectF]] = {}
        self._lines: dict[tuple[str, bool], list[QLineF]] = {}
        self._names: list[tuple[float, float, str]] = []
        self._pictures: list[tuple[float, float, QPixmap]] = []
        self._made_for = (0.0, 0.0)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setVisible(False)

    def cover(self, bounds: QRectF) -> None:
        """Paint within ``bounds`` of the scene."""
        self.prepareGeometryChange()
        self._bounds = bounds

    def forget(self) -> None:
        """Something has changed: gather anew what is to be painted, at the next repaint."""
        self._stale = True
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        if self._stale:
            self._gather()
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        for (color, bent), lines in self._lines.items():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, bent and zoom >= SMOOTH)
            painter.setPen(_cosmetic(QColor(color), 1))
            painter.drawLines(lines)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        if zoom >= NAMES:  # an edge is cheaper to fill than to stroke
            painter.setBrush(theme.color("line"))
            painter.drawRects(self._whole)
            painter.setBrush(theme.color("raised"))
            painter.drawRects(self._inside)
        for layer, cards in (self._bands if zoom >= NAMES else self._cards).items():
            painter.setBrush(icons.family_color(layer))
            painter.drawRects(cards)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for token, cards in self._marked.items():
            painter.setPen(_cosmetic(theme.color(token), 2))
            painter.drawRects(cards)
        if zoom >= NAMES:
            self._paint_names(painter, option.exposedRect, zoom)

    def _gather(self) -> None:
        """Sort what is to be painted by colour: one call then paints all of a colour."""
        self._stale = False
        self._cards, self._bands, self._lines = {}, {}, {}
        self._whole, self._inside = [], []
        self._marked = {"error": [], "accent": []}
        self._names, self._made_for = [], (0.0, 0.0)
        for node in self._nodes:
            card = node.card()
            self._whole.append(card)
            self._inside.append(card.adjusted(EDGE, EDGE, -EDGE, -EDGE))
            self._cards.setdefault(node.facts.layer, []).append(card)
            band = QRectF(card.left(), card.top(), BAND, card.height())
            self._bands.setdefault(node.facts.layer, []).append(band)
            self._names.append((card.left(), card.center().y(), node.facts.name))
            if node.facts.trouble is Severity.ERROR:
                self._marked["error"].append(card)
            if node.selected:
                self._marked["accent"].append(card.adjusted(-6, -6, 6, 6))
        for link in self._links:
            color = theme.color("text") if link.selected else link.color()
            lines = places.lines(link.curve)
            self._lines.setdefault((color.name(), len(lines) > 1), []).extend(lines)

    def _paint_names(self, painter: QPainter, seen: QRectF, zoom: float) -> None:
        """Names in one size on the screen, whatever the zoom, cut to the width of the cards."""
        room = (places.WIDTH - BAND) * zoom - 6
        ink = theme.tokens().text
        ratio = painter.device().devicePixelRatioF()  # pictures of another scale are slow to paint
        if (room, ratio) != self._made_for:
            self._made_for = (room, ratio)
            self._pictures = [
                (x, y, _written(name, room, ink, ratio)) for x, y, name in self._names
            ]
        place = painter.worldTransform()
        right, down = place.dx() + BAND * zoom + 3, place.dy() - NAME_HEIGHT / 2
        left, most = seen.left() - places.WIDTH, seen.right()
        top, low = seen.top() - places.HEIGHT, seen.bottom() + places.HEIGHT
        painter.save()
        painter.resetTransform()
        draw = painter.drawPixmap
        for x, y, picture in self._pictures:
            if left <= x <= most and top <= y <= low:
                draw(int(x * zoom + right), int(y * zoom + down), picture)
        painter.restore()


def _cosmetic(color: QColor, width: float) -> QPen:
    """A pen that is as wide on the screen at every zoom."""
    pen = QPen(color, width)
    pen.setCosmetic(True)
    return pen


@cache
def _metrics() -> QFontMetricsF:
    return QFontMetricsF(theme.font(NAME_PIXELS, bold=True))


@lru_cache(maxsize=20_000)
def _cuts(name: str) -> list[float]:
    """How wide a name is after one, two, ... of its letters."""
    advance = _metrics().horizontalAdvance
    return [advance(name, count) for count in range(1, len(name) + 1)]


def _written(name: str, room: float, ink: str, ratio: float) -> QPixmap:
    """As much of a name as there is room for, as a picture; dots where it is cut off."""
    cuts = _cuts(name)
    if cuts and cuts[-1] > room:
        name = name[: bisect_right(cuts, room - _metrics().horizontalAdvance("…"))] + "…"
    return _picture(name, ink, ratio)


@lru_cache(maxsize=20_000)
def _picture(words: str, ink: str, ratio: float) -> QPixmap:
    width = _metrics().horizontalAdvance(words) + 2
    picture = QPixmap(math.ceil(width * ratio), math.ceil(NAME_HEIGHT * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setFont(theme.font(NAME_PIXELS, bold=True))
    painter.setPen(QColor(ink))
    painter.drawText(0, NAME_PIXELS, words)
    painter.end()
    return picture
