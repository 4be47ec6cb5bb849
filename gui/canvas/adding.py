"""New layers from the search, the palette and the window's own search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF

from graphs.document.edits import NodeId
from graphs.mending.fitting import LinkEnd, fitting
from gui.canvas.scene import places
from gui.layers import catalogue

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas


class Adding:
    """Asks which layer, and puts it where it was asked for."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._end: LinkEnd | None = None
        self._place = QPointF()
        canvas.search.chosen.connect(self._add_found)

    def search_at(self, at: QPoint, end: LinkEnd | None = None) -> None:
        """Search for a layer to add at a point of the view, wired to ``end``."""
        canvas = self._canvas
        self._end, self._place = end, canvas.scene_point(QPointF(at))
        canvas.hint.hide()
        kinds = catalogue.entries()
        if end is not None:
            kinds = fitting(canvas.workspace.document, canvas.workspace.evaluation, end)
        canvas.search.open_at(at, kinds)

    def _add_found(self, layer: str) -> None:
        place, end = self._place, self._end
        if layer == catalogue.NOTE.id:
            self._canvas.writing.add_note_at(place)
            return
        if end is not None:  # the loose end of the link is at the card's edge
            aside = -places.WIDTH / 2 if end.is_input else places.WIDTH / 2
            place = place + QPointF(aside, 0)
        corner = places.corner_for(place)
        if end is None:
            self.bring_into_view(self._canvas.editing.add_found(layer, corner))
        elif end.node in self._canvas.sheet.nodes:
            self.bring_into_view(self._canvas.editing.add_free(layer, corner, end))

    def add(self, layer: str) -> None:
        """Add a layer behind the chosen node when it fits there, else in the middle of the view."""
        canvas = self._canvas
        middle = canvas.scene_point(QPointF(canvas.viewport().rect().center()))
        if layer == catalogue.NOTE.id:
            canvas.writing.add_note_at(middle)
            return
        node = canvas.editing.add_after_selection(layer, places.corner_for(middle))
        self.bring_into_view(node)

    def bring_into_view(self, node: NodeId) -> None:
        """Pan until the whole node can be seen."""
        self._canvas.bring(self._canvas.sheet.bounds((node,)))
