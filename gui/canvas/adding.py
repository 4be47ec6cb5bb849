"""Layers from the search, the palette and the window's own search: new ones, or for old ones."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF

from graphs.document.edits import GraphId, NodeId
from graphs.layers import Layer
from graphs.library.blocks import placed
from graphs.mending.fitting import LinkEnd, fitting, standing
from graphs.mending.new_blocks import AddBlock
from graphs.steps.blocks.definitions import block_added
from gui.canvas.floating.layer_search import LayerSearch
from gui.canvas.floating.writing import InPlaceWriting
from gui.canvas.scene import places
from gui.canvas.surface import Surface
from gui.layers import catalogue
from gui.layers.document_blocks import graph_of, offered_blocks
from gui.layers.ready_blocks import Placeable, folders_for, ready_block


class Adding:
    """Asks which layer, and puts it where it was asked for."""

    def __init__(self, surface: Surface, search: LayerSearch, writing: InPlaceWriting) -> None:
        self._surface, self._search, self._writing = surface, search, writing
        self._end: LinkEnd | None = None
        self._place = QPointF()
        self._replaced: NodeId | None = None
        """The node that what is found takes the place of."""
        search.chosen.connect(self._use_found)

    def search_at(self, at: QPoint, end: LinkEnd | None = None) -> None:
        """Search for a layer to add at a point of the view, wired to ``end``."""
        surface = self._surface
        self._end, self._place = end, surface.scene_point(QPointF(at))
        self._replaced = None
        surface.hint.hide()
        if end is not None:
            self._search.open_at(at, fitting(surface.workspace.evaluation, end))
        else:
            folders = folders_for(surface.workspace.path)
            kinds = (*catalogue.offered(folders), *offered_blocks(surface.workspace.graph))
            self._search.open_at(at, kinds, surface.editing.suiting())

    def search_instead(self, node: NodeId) -> None:
        """Search at a node for another layer in its place, first among those that can stand there.

        The others are offered too: what they lose or refuse is told, and one undo takes it back.
        """
        surface, evaluation = self._surface, self._surface.workspace.evaluation
        drawn = evaluation.graph.nodes[node]
        self._replaced = node
        surface.hint.hide()
        surface.bring_into_view(node)
        kinds = [kind for kind in Layer.members() if kind.id != drawn.layer]
        first = frozenset(kind.id for kind in standing(evaluation, node))
        at = surface.node_area(node).bottomLeft()
        self._search.open_at(at, kinds, first, instead_of=drawn)

    def _use_found(self, layer: str) -> None:
        node, self._replaced = self._replaced, None
        if node is None:
            self._add_found(layer)
        elif node in self._surface.sheet.nodes:
            self._surface.editing.replace(node, layer)

    def _add_found(self, layer: str) -> None:
        place, end = self._place, self._end
        if layer == catalogue.NOTE.id:
            self._writing.add_note_at(place)
            return
        if (block := ready_block(layer)) is not None:
            self.add_ready(block, place)
            return
        if (computed := graph_of(layer)) is not None:
            self.add_block(computed, place)
            return
        if end is not None:  # the loose end of the link is at the card's edge
            aside = -places.WIDTH / 2 if end.is_input else places.WIDTH / 2
            place = place + QPointF(aside, 0)
        corner = places.corner_for(place)
        if end is None:
            self._surface.bring_into_view(self._surface.editing.add_found(layer, corner))
        elif end.node in self._surface.sheet.nodes:
            self._surface.bring_into_view(self._surface.editing.add_free(layer, corner, end))

    def add_block(self, graph: GraphId, at: QPointF | None = None) -> None:
        """Add one more block of a graph; where nothing is chosen, at a point or in the middle."""
        self._add_block(lambda into, place: block_added(into, graph, place)[0], at)

    def add_ready(self, block: Placeable, at: QPointF | None = None) -> None:
        """Add a ready-made or kept block; where nothing is chosen, at a point or in the middle."""
        self._add_block(lambda into, place: placed(into, block, place), at)

    def _add_block(self, add: AddBlock, at: QPointF | None) -> None:
        surface = self._surface
        at = at or surface.middle()
        surface.bring_into_view(surface.editing.add_block(add, places.corner_for(at)))

    def add(self, layer: str) -> None:
        """Add a layer into the chosen link or behind the chosen node, else in the middle."""
        surface = self._surface
        middle = surface.scene_point(QPointF(surface.viewport().rect().center()))
        if layer == catalogue.NOTE.id:
            self._writing.add_note_at(middle)
            return
        if (block := ready_block(layer)) is not None:
            self.add_ready(block)
            return
        node = surface.editing.add_after_selection(layer, places.corner_for(middle))
        self._surface.bring_into_view(node)
