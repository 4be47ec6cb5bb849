"""Hover feedback on the canvas: highlights, cursor, names of ports, problems."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from graphs.types import TensorType, spell
from gui.canvas.floating.peek import Peek
from gui.canvas.hand.gestures import CURSORS
from gui.canvas.scene.annotations import MarkHit
from gui.canvas.scene.scene import Hit, LinkHit, NodeHit, PortHit
from gui.canvas.surface import Surface


class Pointer:
    """Follows the pointer while no button is down."""

    def __init__(self, surface: Surface, peek: Peek) -> None:
        self._surface, self._peek = surface, peek
        self._over: Hit | None = None

    def forget(self) -> None:
        """What was under the pointer may be gone."""
        self._light(self._over, lit=False)
        self._over = None

    def over(self, at: QPoint) -> None:
        """The pointer is at ``at`` in the view."""
        surface = self._surface
        hit = surface.hit(at)
        if hit != self._over:
            self._light(self._over, lit=False)
            self._light(hit, lit=True)
            self._over = hit
            self.show_cursor(hit)
            self._say_port(hit, at)
        node = hit.node if isinstance(hit, NodeHit | PortHit) else None
        self._peek.let_through(at)
        if not self._peek.covers(at) and (node is not None or not self._peek.holds(at)):
            self._peek.hover(node)

    def _light(self, hit: Hit | None, *, lit: bool) -> None:
        sheet = self._surface.sheet
        if isinstance(hit, NodeHit | PortHit) and hit.node in sheet.nodes:
            sheet.nodes[hit.node].light(hovered=lit)
        elif isinstance(hit, LinkHit) and hit.link in sheet.links:
            sheet.links[hit.link].light(hovered=lit)

    def _say_port(self, hit: Hit | None, at: QPoint) -> None:
        """The name of the port under the pointer, and what flows there."""
        if not isinstance(hit, PortHit):
            self._surface.hint.hide()
            return
        tensor, words = self._flow(hit), hit.socket.port
        if tensor is not None:
            words += f" · {spell(tensor)}"
        elif hit.is_input and hit.socket.optional:
            words += " " + self._surface.tr("(optional)")
        self._surface.hint.say(words, at)

    def _flow(self, hit: PortHit) -> TensorType | None:
        evaluation, graph = self._surface.workspace.evaluation, self._surface.sheet.graph
        if not hit.is_input:
            return evaluation[hit.node].outputs.get(hit.socket.port)
        link = graph.link_at((hit.node, hit.socket.port, hit.socket.slot))
        return None if link is None else evaluation[link.source].outputs.get(link.output)

    def show_cursor(self, hit: Hit | None) -> None:
        """Show by the cursor what a press would do here."""
        shape = Qt.CursorShape.ArrowCursor
        if isinstance(hit, PortHit):
            shape = Qt.CursorShape.CrossCursor
        elif isinstance(hit, MarkHit):
            shape = CURSORS.get(hit.sides, shape)
        self._surface.viewport().setCursor(shape)
