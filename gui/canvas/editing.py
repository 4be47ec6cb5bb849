"""What the user does to the graph from the canvas, each as one step of the history."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication

from graphs import operations
from graphs.edits import Link, NodeId, Position, Step
from graphs.errors import StepError
from graphs.layers import Layer
from gui.canvas import places
from gui.fitting import Loose, added, fits, inserted, new_nodes
from gui.session import Session

NEXT = 240
"""From one node to the one after it."""


class Editing:
    """Proposes steps for the session's selection."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def _do_and_select(self, step: Step) -> None:
        self._session.history.do(step)
        self._session.select(new_nodes(step))

    def delete(self) -> None:
        """Remove what is chosen, nodes and links."""
        session = self._session
        if session.selection or session.selected_links:
            step = operations.delete(session.document, session.selection, session.selected_links)
            session.history.do(step)

    def copy(self) -> None:
        """Put the chosen nodes on the clipboard, as text that other windows understand."""
        if self._session.selection:
            clip = operations.copied(self._session.document, self._session.selection)
            QGuiApplication.clipboard().setText(clip.text())

    def cut(self) -> None:
        """Copy, then remove."""
        if self._session.selection:
            self.copy()
            self.delete()

    def paste(self, at: QPointF | None = None) -> bool:
        """Add what is on the clipboard, its middle at ``at``; False when it holds no nodes."""
        clip = operations.Clip.of_text(QGuiApplication.clipboard().text())
        if clip is None or not clip.nodes:
            return False
        by: Position = (24, 24)
        if at is not None:
            xs, ys = zip(*clip.positions, strict=True)
            middle = (min(xs) + max(xs) + places.WIDTH) / 2, (min(ys) + max(ys) + places.HEIGHT) / 2
            by = places.snapped(at.x() - middle[0], at.y() - middle[1])
        try:
            self._do_and_select(operations.pasted(self._session.document, clip, by))
        except StepError:  # text that was tampered with: nothing was done
            return False
        return True

    def duplicate(self) -> None:
        """Add a copy of the chosen nodes beside them."""
        session = self._session
        if session.selection:
            self._do_and_select(operations.duplicate(session.document, session.selection))

    def nudge(self, by: Position) -> None:
        """Move the chosen nodes a little; one step after the other becomes one."""
        selection = self._session.selection
        if selection:
            key = "nudge " + " ".join(sorted(selection))
            self._session.history.do(operations.move(selection, by), gesture=key)

    def select_beside(self, way: Position) -> None:
        """Choose the nearest node in a direction from the chosen ones; the first when none is."""
        session = self._session
        positions = session.document.main.positions
        if not session.selection:
            session.select(sorted(positions, key=lambda n: (positions[n], n))[:1])
            return
        x, y = max(positions[node] for node in session.selection)

        def cost(node: NodeId) -> float:
            right, down = positions[node][0] - x, positions[node][1] - y
            along = right * way[0] + down * way[1]
            aside = abs(right * way[1]) + abs(down * way[0])
            return along + 2 * aside if along > 0 else float("inf")

        best = min(positions.keys() - session.selection, key=cost, default=None)
        if best is not None and cost(best) < float("inf"):
            session.reveal({best})

    def rename(self, node: NodeId, name: str) -> None:
        """Give a node a name that nothing speaks against."""
        self._session.history.do(operations.rename(self._session.document, node, name))

    def add(self, layer: str, position: Position, end: Loose | None = None) -> NodeId:
        """Add a layer, wired to ``end`` when there is one."""
        step, node = added(self._session.document, layer, position, end)
        self._do_and_select(step)
        return node

    def insert(self, layer: str, link: Link, position: Position) -> NodeId:
        """Put a layer on a link."""
        step, node = inserted(self._session.document, layer, link, position)
        self._do_and_select(step)
        return node

    def add_free(self, layer: str, near: Position, end: Loose | None = None) -> NodeId:
        """Add a layer at a free place near ``near``, wired to ``end``."""
        return self.add(layer, self._free(near), end)

    def add_found(self, layer: str, otherwise: Position) -> NodeId:
        """Add a layer behind the one chosen node when it fits there, else near ``otherwise``."""
        end = self._end_for(layer)
        if end is None:
            return self.add_free(layer, otherwise)
        return self.add_after_selection(layer, otherwise)

    def add_after_selection(self, layer: str, otherwise: Position) -> NodeId:
        """Add a layer right of the one chosen node, wired when it fits; else near ``otherwise``."""
        selection = self._session.selection
        if len(selection) != 1:
            return self.add_free(layer, otherwise)
        (node,) = selection
        x, y = self._session.document.main.positions[node]
        return self.add_free(layer, (x + NEXT, y), self._end_for(layer))

    def _end_for(self, layer: str) -> Loose | None:
        """The first output of the one chosen node, if the layer takes what comes out there."""
        session = self._session
        if len(session.selection) != 1:
            return None
        (node,) = session.selection
        for output, tensor in session.evaluation[node].outputs.items():
            takes = fits(session.document, Layer.get(layer), tensor)
            return Loose(node, output) if takes else None
        return None

    def _free(self, wish: Position) -> Position:
        """A place near ``wish`` where no node lies, further down."""
        x, y = wish
        taken = list(self._session.document.main.positions.values())
        while any(abs(x - a) < places.WIDTH and abs(y - b) < places.HEIGHT for a, b in taken):
            y += places.HEIGHT + 2 * places.GRID
        return places.snapped(x, y)
