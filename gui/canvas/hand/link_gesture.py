"""The gesture that draws a link: from either end, with what is wrong said at the pointer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsPathItem

from graphs.document.edits import Connect, Disconnect, Edit, Link, NodeId, Step
from graphs.mending.fitting import LinkEnd, type_problem
from graphs.steps import operations
from graphs.types import spell
from graphs.wording.phrases import phrase
from gui.canvas.scene import places
from gui.canvas.scene.scene import NodeHit, PortHit
from gui.canvas.surface import Surface
from gui.look import theme

SearchAt = Callable[[QPoint, LinkEnd], None]
"""Asks at a point of the view for a layer to put at the loose end."""

SNAP = 20.0
"""How near, in pixels on the screen, the loose end is drawn to a port."""


class Wire:
    """Pulls a link from a port to another.

    Pulled from a wired input, the link itself is picked up: it can be put elsewhere, or let go over
    nothing to remove it. Any other loose end let go over nothing asks for a new layer.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, surface: Surface, at: QPoint, port: PortHit, search_at: SearchAt) -> None:
        self._surface, self._press, self._search_at = surface, at, search_at
        self._lifted = self._link_at(port)
        self._end = self._anchor(port)
        self._start = self._place_of_end()
        self._target: PortHit | None = None
        self._refused = self._started = False
        self._wire = QGraphicsPathItem()
        self._wire.setZValue(2)
        surface.sheet.addItem(self._wire)
        if self._lifted is not None:
            surface.sheet.links[self._lifted].setVisible(False)

    def _link_at(self, port: PortHit) -> Link | None:
        if not port.is_input:
            return None
        graph = self._surface.workspace.graph
        return graph.link_at((port.node, port.socket.port, port.socket.slot))

    def _anchor(self, port: PortHit) -> LinkEnd:
        """The end that stays; a picked-up link stays fastened where it comes from."""
        if self._lifted is not None:
            return LinkEnd(self._lifted.source, self._lifted.output)
        return LinkEnd(port.node, port.socket.port, port.socket.slot, port.is_input)

    def _place_of_end(self) -> QPointF:
        item = self._surface.sheet.nodes[self._end.node]
        if self._end.is_input:
            return item.input_place(self._end.port, self._end.slot)
        return item.output_place(self._end.port)

    # ---- while it is pulled ----

    def moved(self, at: QPoint) -> None:
        far = (at - self._press).manhattanLength() >= self._surface.drag_distance
        self._started = self._started or far
        if not self._started:
            return
        point = self._surface.mapToScene(at)
        self._target = self._port_near(point)
        self._say(at)
        self._draw(self._target.place if self._target is not None else point)

    def _port_near(self, point: QPointF) -> PortHit | None:
        """The port that is meant: the one there, or the best one of the card that is there."""
        hit = self._surface.sheet.hit(point, SNAP / self._surface.zoom)
        if isinstance(hit, PortHit):
            return hit
        if isinstance(hit, NodeHit) and hit.node != self._end.node:
            return self._best_port(hit.node)
        return None

    def _best_port(self, node: NodeId) -> PortHit | None:
        item = self._surface.sheet.nodes[node]
        if self._end.is_input:
            first = next(iter(item.facts.outputs), None)
            if first is None:
                return None
            return PortHit(node, first, False, item.output_place(first.port))
        sockets = sorted(item.facts.inputs, key=lambda s: (s.wired, s.optional))
        if not sockets:
            return None
        best = sockets[0]
        return PortHit(node, best, True, item.input_place(best.port, best.slot))

    def _say(self, at: QPoint) -> None:
        """Say at the pointer why it cannot be, what would be wrong, or what would flow."""
        self._refused = False
        hint, workspace = self._surface.hint, self._surface.workspace
        if self._target is None or self._is_start(self._target):
            hint.hide()
            return
        if self._target.is_input == self._end.is_input:
            self._refused = True
            side = self._surface.tr("inputs") if self._end.is_input else self._surface.tr("outputs")
            words = self._surface.tr(
                "Two {side} cannot be wired. A link leads from an output to an input."
            )
            hint.say(words.format(side=side), at, "error")
            return
        link = self._link(self._target)
        refusal = operations.refusal(
            workspace.graph, link.source, link.output, link.target, link.input
        )
        if refusal is not None:
            self._refused = True
            hint.say(refusal.message, at, "error")
            return
        wrong = type_problem(workspace.evaluation, link, self._lifted)
        tensor = workspace.evaluation[link.source].outputs.get(link.output)
        if wrong is not None:
            hint.say(wrong.message, at, "warn")
        elif tensor is not None:
            hint.say(spell(tensor), at)
        else:
            hint.hide()

    def _is_start(self, port: PortHit) -> bool:
        end = LinkEnd(port.node, port.socket.port, port.socket.slot, port.is_input)
        return end == self._end

    def _link(self, port: PortHit) -> Link:
        if self._end.is_input:
            return Link(port.node, port.socket.port, self._end.node, self._end.port, self._end.slot)
        return Link(self._end.node, self._end.port, port.node, port.socket.port, port.socket.slot)

    def _draw(self, to: QPointF) -> None:
        start, end = (to, self._start) if self._end.is_input else (self._start, to)
        pen = QPen(theme.color("error" if self._refused else "accent"), 2)
        if self._refused:
            pen.setDashPattern([4, 3])
        self._wire.setPen(pen)
        self._wire.setPath(places.path(places.curve(start, end)))

    # ---- when it is let go ----

    def released(self, at: QPoint) -> None:
        self.moved(at)
        target, started = self._target, self._started
        self._put_away()
        if not started or self._refused:
            return
        if target is None:
            self._let_go_over_nothing(at)
        elif not self._is_start(target):
            self._surface.hint.hide()
            self._connect(self._link(target))

    def _connect(self, link: Link) -> None:
        if link == self._lifted:
            return
        graph = self._surface.workspace.graph
        there = graph.link_at((link.target, link.input, link.slot))
        gone = dict.fromkeys(old for old in (self._lifted, there) if old is not None)
        edits: list[Edit] = [Disconnect(graph.id, old) for old in gone]
        name = phrase("Connect") if self._lifted is None else phrase("Rewire")
        self._surface.workspace.history.do(Step(name, (*edits, Connect(graph.id, link))))

    def _let_go_over_nothing(self, at: QPoint) -> None:
        if self._lifted is not None:
            graph = self._surface.workspace.graph
            step = Step(phrase("Disconnect"), (Disconnect(graph.id, self._lifted),))
            self._surface.workspace.history.do(step)
        else:
            self._search_at(at, self._end)

    def cancelled(self) -> None:
        self._put_away()
        self._surface.hint.hide()

    def _put_away(self) -> None:
        self._surface.sheet.removeItem(self._wire)
        if self._lifted is not None and self._lifted in self._surface.sheet.links:
            self._surface.sheet.links[self._lifted].setVisible(True)
