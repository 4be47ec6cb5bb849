"""A link on the canvas: a curve from an output to an input, with the shape that flows along it."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from graphs.edits import Link
from graphs.types import Kind, TensorType, spell
from gui import theme
from gui.canvas import places

WIDTH, CHOSEN_WIDTH = 2.0, 3.0
LIFT = 18.0
"""How far above a link its label hangs."""
SHAPES = 1.01
"""Above this zoom every link shows its shape."""
LETTER = 7.0
"""More than the width of one letter of a label."""


class LinkItem(QGraphicsRectItem):
    """Shows one link. The scene tells it where its ends are and what flows.

    Its rectangle is kept, not worked out when asked for: Qt asks every item at every repaint.
    """

    def __init__(self, link: Link) -> None:
        super().__init__()
        self.link = link
        self.kind: Kind | None = None
        self.label = ""
        self.wrong = self.selected = self.hovered = self.target_of_drop = False
        self.curve = places.curve(QPointF(), QPointF())
        self.path = QPainterPath()
        self.setPen(Qt.PenStyle.NoPen)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def run(self, start: QPointF, end: QPointF) -> None:
        """Lead from ``start`` to ``end``, in the scene."""
        ring = QPointF(places.PORT, 0)
        self.curve = places.curve(start + ring, end - ring)
        self.path = places.path(self.curve)
        self._fit()

    def carry(self, tensor: TensorType | None, *, wrong: bool) -> None:
        """Show what flows, None while it is not known, and whether it cannot be."""
        self.kind = tensor.kind if tensor is not None else None
        self.wrong = wrong
        label = spell(tensor) if tensor is not None else ""
        if label != self.label:
            self.label = label
            self._fit()
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
        return theme.color("error") if self.wrong else theme.kind_color(self.kind)

    def _fit(self) -> None:
        """Make the rectangle hold the curve and its label."""
        rim = CHOSEN_WIDTH + 1
        bounds = self.path.controlPointRect().adjusted(-rim, -rim, rim, rim)
        if self.label:
            half = LETTER * len(self.label) / 2 + 10
            middle = places.point_on(self.curve, 0.5)
            bounds = bounds.united(QRectF(middle.x() - half, middle.y() - 32, 2 * half, 44))
        self.setRect(bounds)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        chosen = self.selected or self.hovered or self.target_of_drop
        pen = QPen(self.color(), CHOSEN_WIDTH if chosen else WIDTH)
        if self.wrong:
            pen.setDashPattern([4, 3])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.strokePath(self.path, pen)
        if chosen:
            self._paint_label(painter, self.label, 11, lifted=True)
        elif option.levelOfDetailFromTransform(painter.worldTransform()) > SHAPES:
            self._paint_label(painter, self.label.replace(" × ", "×"), 9, lifted=False)

    def _paint_label(self, painter: QPainter, words: str, pixels: int, *, lifted: bool) -> None:
        """The shape on the link where there is room for it, or above it."""
        font = theme.mono(pixels)
        width = QFontMetricsF(font).horizontalAdvance(words) + pixels
        across = self.curve[-1].x() - self.curve[0].x()
        if not words or (not lifted and 0 < across < width + 2 * places.PORT):
            return
        pill = QRectF(0, 0, width, pixels + 7)
        middle = places.point_on(self.curve, 0.5)
        pill.moveCenter(middle - QPointF(0, LIFT if lifted else 0))
        painter.setPen(QPen(theme.color("line"), 1))
        painter.setBrush(theme.color("panel"))
        painter.drawRoundedRect(pill, 5, 5)
        painter.setPen(theme.color("text"))
        painter.setFont(font)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)
