"""A node on the canvas: a card that is painted once and then copied from its cache."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from graphs.document.edits import NodeId
from gui.canvas.scene import painting, places
from gui.canvas.scene.card_text import CardSocket, Facts


class NodeItem(QGraphicsRectItem):
    """Shows one node. What it shows is asked for when it is painted or looked at, and not before:
    one edit may change a thousand nodes of which thirty are in view.
    """

    def __init__(self, id: NodeId, ask: Callable[[NodeId], Facts]) -> None:
        super().__init__()
        self.id = id
        self._ask, self._stale = ask, False
        self.selected = self.hovered = self.ringed = False
        self.setPen(Qt.PenStyle.NoPen)
        self.setZValue(1)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._take(ask(id))

    @property
    def facts(self) -> Facts:
        """What is shown, as it is now."""
        if self._stale:
            self._stale = False
            self._take(self._ask(self.id))
        return self._facts

    def forget(self, *, seen: bool = True) -> None:
        """What is shown may be another, but not the ports: ask again when it is needed.

        While another item paints it, what it has painted is thrown away when it is ``seen`` again.
        """
        self._stale = True
        if seen:
            self.update()

    def ask_again(self) -> None:
        """Show what is so now; the ports may be others."""
        self._stale = False
        shown = self._ask(self.id)
        if shown != self._facts:
            self._take(shown)
            self.update()

    def _take(self, shown: Facts) -> None:
        self._facts = shown
        self.height = places.height(len(shown.inputs), len(shown.outputs))
        self._lines: painting.CardLines | None = None
        rim = places.RIM
        bounds = QRectF(-rim, -rim, places.WIDTH + 2 * rim, self.height + 2 * rim)
        if bounds != self.rect():
            self.setRect(bounds)
        self._spots = {
            **self._side("in", shown.inputs, 0.0),
            **self._side("out", shown.outputs, float(places.WIDTH)),
        }

    def _side(
        self, side: str, sockets: tuple[CardSocket, ...], x: float
    ) -> dict[tuple[str, str, int], QPointF]:
        heights = places.port_heights(len(sockets), self.height)
        return {
            (side, socket.port, socket.slot): QPointF(x, y)
            for socket, y in zip(sockets, heights, strict=True)
        }

    def light(
        self,
        *,
        selected: bool | None = None,
        hovered: bool | None = None,
        ringed: bool | None = None,
    ) -> None:
        """Mark it as chosen, as under the pointer, as where the keys are; or no longer."""
        new = (
            self.selected if selected is None else selected,
            self.hovered if hovered is None else hovered,
            self.ringed if ringed is None else ringed,
        )
        if new != (self.selected, self.hovered, self.ringed):
            self.selected, self.hovered, self.ringed = new
            self.update()

    def card(self) -> QRectF:
        """The card's rectangle in the scene, without rim."""
        return QRectF(self.x(), self.y(), places.WIDTH, self.height)

    def centre(self) -> QPointF:
        """The card's middle in the scene."""
        return self.card().center()

    def input_place(self, port: str, slot: int = 0) -> QPointF:
        """Where in the scene a link enters; the left edge's middle for a port that is gone."""
        spot = self._spots.get(("in", port, slot), QPointF(0, self.height / 2))
        return self.pos() + spot

    def output_place(self, port: str) -> QPointF:
        """Where in the scene a link leaves; the right edge's middle for a port that is gone."""
        spot = self._spots.get(("out", port, 0), QPointF(places.WIDTH, self.height / 2))
        return self.pos() + spot

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = self.facts
        if self._lines is None:
            self._lines = painting.CardLines(shown)
        painting.paint_card(
            painter,
            shown,
            self._lines,
            self.height,
            selected=self.selected,
            hovered=self.hovered,
        )
        painting.paint_ports(painter, shown, self.height)
        if self.ringed:
            painting.paint_ring(painter, self.height)
