"""A link on the canvas: a curve from an output to an input, with the shape that flows along it."""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from graphs.document.edits import Link
from graphs.types import TensorType, spell
from gui.canvas.scene import places, routes
from gui.look import theme

WIDTH, CHOSEN_WIDTH = 2.0, 3.0
RING = QPointF(places.PORT, 0)
"""From the middle of a port to where a link begins or ends."""
RAISED = 18.0
"""How far above a link its shape hangs while it is chosen."""
SWING, LIFT = 80.0, 70.0
"""How far a link and its shape reach beyond its two ends, to the sides, and up and down."""
SHAPES = 1.01
"""Above this zoom every link shows its shape."""


class Flow(NamedTuple):
    """What runs along a link."""

    tensor: TensorType | None
    """None while it is not known."""
    wrong: bool
    """Whether it cannot be."""


class LinkItem(QGraphicsRectItem):
    """Shows one link. What flows is asked for when it is painted, and where it runs is worked out
    then; only its rectangle is always right, because Qt asks every item for it at every repaint.
    """

    def __init__(
        self, link: Link, ask: Callable[[Link], Flow], cards: Callable[[], routes.Obstacles]
    ) -> None:
        super().__init__()
        self.link = link
        self._ask = ask
        self._cards = cards
        self._flow: Flow | None = None
        self.ends = (QPointF(), QPointF())
        self.is_long = False
        """Whether cards can stand between its ends, which it then leads past."""
        self._curve: places.CurvePoints | None = None
        self._path = QPainterPath()
        self.selected = self.hovered = self.target_of_drop = False
        self.setPen(Qt.PenStyle.NoPen)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def run(self, start: QPointF, end: QPointF) -> None:
        """Lead from the middle of one port to that of another, in the scene."""
        if (start, end) != self.ends:
            self.ends, self._curve = (start, end), None
            self.is_long = routes.is_long(start + RING, end - RING)
            self.setRect(QRectF(start, end).normalized().adjusted(-SWING, -LIFT, SWING, LIFT))

    def shift(self, by: QPointF) -> None:
        """Move as a whole, as both its nodes did."""
        self.ends = (self.ends[0] + by, self.ends[1] + by)
        self._curve = None
        self.setRect(self.rect().translated(by))

    def reroute(self, areas: Iterable[QRectF]) -> None:
        """Cards came or went in ``areas``: another way past them may be free."""
        if self._curve is not None and any(map(self.rect().intersects, areas)):
            self._curve = None
            self.update()

    @property
    def curve(self) -> places.CurvePoints:
        """Where it runs."""
        if self._curve is None:
            start, end = self.ends
            self._curve = routes.route(start + RING, end - RING, self._cards)
            self._path = places.path(self._curve)
        return self._curve

    @property
    def flow(self) -> Flow:
        """What runs along it, as it is now."""
        if self._flow is None:
            self._flow = self._ask(self.link)
        return self._flow

    def forget(self, *, seen: bool = True) -> None:
        """Something else may flow: ask again when it is needed; paint again if it is ``seen``."""
        self._flow = None
        if seen:
            self.update()

    def light(
        self,
        *,
        selected: bool | None = None,
        hovered: bool | None = None,
        target_of_drop: bool | None = None,
    ) -> None:
        """Mark it as chosen, under the pointer, or where a drop would insert; or no longer."""
        self.selected = self.selected if selected is None else selected
        self.hovered = self.hovered if hovered is None else hovered
        self.target_of_drop = self.target_of_drop if target_of_drop is None else target_of_drop
        self.setZValue(2 if self.selected or self.hovered or self.target_of_drop else 0)
        self.update()

    def color(self) -> QColor:
        """What it is painted in."""
        tensor, wrong = self.flow
        kind = tensor.kind if tensor is not None else None
        return theme.color("error") if wrong else theme.kind_color(kind)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        chosen = self.selected or self.hovered or self.target_of_drop
        bent, (tensor, wrong) = self.curve, self.flow
        pen = QPen(self.color(), CHOSEN_WIDTH if chosen else WIDTH)
        if wrong:
            pen.setDashPattern([4, 3])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.strokePath(self._path, pen)
        if tensor is None:
            return
        middle, across = places.point_on(bent, 0.5), bent[-1].x() - bent[0].x()
        if chosen:
            _paint_label(painter, spell(tensor), 11, middle - QPointF(0, RAISED))
        elif option.levelOfDetailFromTransform(painter.worldTransform()) > SHAPES:
            room = across - 2 * places.PORT if across > 0 else math.inf
            _paint_label(painter, spell(tensor).replace(" × ", "×"), 9, middle, room)


def _paint_label(
    painter: QPainter, words: str, pixels: int, middle: QPointF, room: float = math.inf
) -> None:
    """A shape on a link where there is room for it, or above it."""
    font = theme.mono(pixels)
    width = QFontMetricsF(font).horizontalAdvance(words) + pixels
    if width > room:
        return
    pill = QRectF(0, 0, width, pixels + 7)
    pill.moveCenter(middle)
    painter.setPen(QPen(theme.color("line"), 1))
    painter.setBrush(theme.color("panel"))
    painter.drawRoundedRect(pill, 5, 5)
    painter.setPen(theme.color("text"))
    painter.setFont(font)
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)
