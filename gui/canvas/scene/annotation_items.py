"""Frames and notes on the canvas. There are few, so they paint themselves at every distance."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from graphs.document.edits import Frame, Note
from graphs.steps.annotation_steps import TITLE
from gui.canvas.scene.far import NAMES, NEAR
from gui.look import theme

CORNER = 8.0
STRIPE = 3.0
MARGIN = 10.0
"""From a note's edge to its words."""
FONT, TITLE_FONT = 12, 13
MOST_LETTERS = 20_000
"""More takes seconds to lay out, and no note on a screen shows as many."""
ABOVE = 24.0 / 0.05
"""How far above a frame its title may stand when the canvas is seen from furthest away."""


class MarkItem(QGraphicsRectItem):
    """A rectangle of the scene that can be chosen."""

    def __init__(self, depth: float) -> None:
        super().__init__()
        self.selected = False
        self.area = QRectF()
        self.setPen(Qt.PenStyle.NoPen)
        self.setZValue(depth)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def light(self, *, selected: bool) -> None:
        """Mark it as chosen, or no longer."""
        if selected != self.selected:
            self.selected = selected
            self.update()

    def _edge(self) -> QPen:
        color = theme.color("accent" if self.selected else "line")
        pen = QPen(color, 2 if self.selected else 1)
        pen.setCosmetic(True)
        return pen


class FrameItem(MarkItem):
    """A frame: behind everything, its title at its top, or above it when seen from afar."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(-2)
        self.show_frame(frame)

    def show_frame(self, frame: Frame) -> None:
        """Show the frame as it is now."""
        self.title = " ".join(frame.title[:MOST_LETTERS].split())
        self.area = QRectF(*frame.rectangle)
        self.setRect(self.area.adjusted(-2, -ABOVE, 2, 2))
        self.update()

    def title_area(self) -> QRectF:
        """Where its title stands, from near."""
        return QRectF(self.area.topLeft(), self.area.topRight() + QPointF(0, TITLE))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, zoom >= NAMES)
        painter.setPen(self._edge())
        painter.setBrush(theme.color("text", 0.045))
        painter.drawRoundedRect(self.area, CORNER, CORNER)
        painter.setPen(theme.color("text" if self.selected else "muted"))
        if zoom >= NEAR:
            _write(painter, self.title, TITLE_FONT, self.title_area().adjusted(12, 2, -12, 0))
        else:
            band = QRectF(self.area.left(), self.area.top() - 20 / zoom, self.area.width(), 0)
            band.setBottom(self.area.top())
            _write_small(painter, self.title, band, zoom)


class NoteItem(MarkItem):
    """A note: a paper with words, of which the first line is left when seen from afar."""

    def __init__(self, note: Note) -> None:
        super().__init__(-1)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.show_note(note)

    def show_note(self, note: Note) -> None:
        """Show the note as it is now."""
        self.area = QRectF(*note.position, *note.size)
        self.text = _fitting(note.text, self.area)
        self.setPos(self.area.topLeft())
        self.setRect(QRectF(-2, -2, self.area.width() + 4, self.area.height() + 4))
        self.update()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        paper = QRectF(0, 0, self.area.width(), self.area.height())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._edge())
        painter.setBrush(theme.color("panel"))
        painter.drawRoundedRect(paper, CORNER / 2, CORNER / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("held_out"))
        painter.drawRect(QRectF(0, 0, STRIPE, paper.height()))
        words = paper.adjusted(STRIPE + MARGIN, MARGIN, -MARGIN, -MARGIN)
        painter.setPen(theme.color("text"))
        if zoom >= NEAR:
            painter.setFont(theme.font(FONT))
            painter.setClipRect(words)
            painter.drawText(words, Qt.TextFlag.TextWordWrap, self.text)
        elif zoom >= NAMES:
            _write_small(painter, self.text.strip().partition("\n")[0], words, zoom)


def _fitting(text: str, area: QRectF) -> str:
    """The beginning of a text: at least what there is room for, and never a whole book."""
    lines = text[:MOST_LETTERS].split("\n")
    return "\n".join(lines[: max(int(area.height() / FONT), 1) + 1])


def _write(painter: QPainter, words: str, pixels: int, area: QRectF) -> None:
    font = theme.font(pixels, bold=True)
    painter.setFont(font)
    cut = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, cut)


def _write_small(painter: QPainter, words: str, area: QRectF, zoom: float) -> None:
    """One line in one size on the screen, whatever the zoom."""
    painter.save()
    painter.translate(area.topLeft())
    painter.scale(1 / zoom, 1 / zoom)
    shown = QRectF(0, 0, area.width() * zoom, max(area.height() * zoom, 16))
    _write(painter, words, FONT, shown)
    painter.restore()
