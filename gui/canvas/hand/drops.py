"""Layers that are dragged in from the palette and dropped."""

from __future__ import annotations

from PySide6.QtGui import QDropEvent

from graphs.document.document import Graph
from graphs.document.edits import Link, NodeId, Position, Step
from graphs.library.blocks import placed
from graphs.mending.fitting import can_be_inserted
from gui.canvas.floating.writing import InPlaceWriting
from gui.canvas.scene import places
from gui.canvas.surface import Surface
from gui.layers import catalogue
from gui.layers.layer_list import layer_in
from gui.layers.ready_blocks import ready_block


class Drops:
    """Takes a layer that is let go over the canvas; over a link it is put between its ends."""

    def __init__(self, surface: Surface, writing: InPlaceWriting) -> None:
        self._surface, self._writing = surface, writing
        self._link: Link | None = None

    def over(self, event: QDropEvent) -> None:
        """Something is carried over the canvas."""
        layer = self._layer(event)
        link = None
        if layer is not None and (can_be_inserted(layer) or ready_block(layer)):
            link = self._surface.link_below(self._surface.scene_point(event.position()))
        self._light(link)

    def leave(self) -> None:
        """It was carried away again."""
        self._light(None)

    def drop(self, event: QDropEvent) -> None:
        """It was let go."""
        layer, link = self._layer(event), self._link
        self._light(None)
        if layer is None:
            return
        if layer == catalogue.NOTE.id:
            self._writing.add_note_at(self._surface.scene_point(event.position()))
            return
        corner = places.corner_for(self._surface.scene_point(event.position()))
        self._surface.bring_into_view(self._added(layer, link, corner))
        self._surface.setFocus()

    def _added(self, layer: str, link: Link | None, corner: Position) -> NodeId:
        editing, block = self._surface.editing, ready_block(layer)
        if block is None and link is not None:
            return editing.insert(layer, link, corner)
        if block is None:
            return editing.add_beside(layer, corner)

        def add(into: Graph, place: Position) -> Step:
            return placed(into, block, place)

        if link is not None:  # each of the library has a way in and a way out
            return editing.insert_block(add, link, corner)
        return editing.add_block_beside(add, corner)

    def _layer(self, event: QDropEvent) -> str | None:
        layer = layer_in(event.mimeData())
        if layer is None:
            event.ignore()
        else:
            event.acceptProposedAction()
        return layer

    def _light(self, link: Link | None) -> None:
        items = self._surface.sheet.links
        for other, lit in ((self._link, False), (link, True)):
            if other is not None and other in items:
                items[other].light(target_of_drop=lit)
        self._link = link
