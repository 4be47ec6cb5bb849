"""Links without a mouse: every port that the chosen node can be wired to, as a list to search."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QPoint

from graphs.document.edits import Link, NodeId
from graphs.document.walk import reached
from graphs.mending.fitting import type_problem
from graphs.steps import operations
from graphs.types import spell
from gui.canvas.floating.peek import Peek
from gui.canvas.scene.card_text import CardSocket
from gui.canvas.surface import Surface
from gui.look import icons
from gui.widgets.finder import Find, Finder

WIDTH = 380
CHECKED = 200
"""For so many ports, the nearest ones, it is worked out whether they take what would flow."""


class Wires:
    """Opens the list beside the one chosen node."""

    def __init__(self, surface: Surface, peek: Peek) -> None:
        self._surface, self._peek = surface, peek
        self._node = NodeId("")
        self.finder = Finder(self._finds, surface, "wires")
        self.finder.ask(surface.tr("Wire to…"))

    def open(self) -> None:
        """Ask where a link of the one chosen node is to lead."""
        if len(self._surface.workspace.selection) != 1:
            return
        (self._node,) = self._surface.workspace.selection
        self._peek.hide()
        card = self._surface.node_area(self._node)
        room = self._surface.viewport().rect().adjusted(8, 8, -8, -8)
        left = max(room.left(), min(card.left(), room.right() - WIDTH))
        top = max(room.top(), min(card.bottom() + 8, room.bottom() - 200))
        self.finder.open_at(QPoint(left, top), WIDTH)

    def _finds(self) -> list[Find]:
        graph, here = self._surface.sheet.graph, self._node
        there = {*graph.entering(here), *graph.leaving(here)}
        possible = [one for one in self._possible() if one[0] not in there]
        possible.sort(key=self._distance)
        rated = [
            (self._rated(link, socket) if place < CHECKED else (2, ""), link)
            for place, (link, socket) in enumerate(possible)
        ]
        rated.sort(key=lambda row: (row[0][0], row[1].source != self._node))
        return [*(self._find(link, words) for (_, words), link in rated), *self._to_remove()]

    def _possible(self) -> Iterator[tuple[Link, CardSocket]]:
        """All links from and to the node that close no circle, with the input they would enter."""
        graph, sheet, here = self._surface.sheet.graph, self._surface.sheet, self._node
        before, after = set(reached((here,), graph.before)), set(reached((here,), graph.after))
        own = sheet.nodes[here].facts
        for id, item in sheet.nodes.items():
            if id not in before:
                for source in own.outputs:
                    for socket in _open(item.facts.inputs):
                        yield Link(here, source.port, id, socket.port, socket.slot), socket
            if id not in after:
                for target in item.facts.outputs:
                    for socket in _open(own.inputs):
                        yield Link(id, target.port, here, socket.port, socket.slot), socket

    def _distance(self, possible: tuple[Link, CardSocket]) -> float:
        positions = self._surface.sheet.graph.positions
        (x1, y1), (x2, y2) = positions[possible[0].source], positions[possible[0].target]
        return math.hypot(x2 - x1, y2 - y1)

    def _rated(self, link: Link, socket: CardSocket) -> tuple[int, str]:
        """How likely a link is meant, lowest first, and what is to be said of it."""
        workspace = self._surface.workspace
        there = workspace.graph.link_at((link.target, link.input, link.slot))
        wrong = type_problem(workspace.evaluation, link, there)
        if wrong is not None and wrong.fix is None:
            return 3, self._surface.tr("does not fit")
        tensor = workspace.evaluation[link.source].outputs.get(link.output)
        words = spell(tensor) if tensor is not None else ""
        return (1 if socket.wired or socket.optional else 0) + (wrong is not None), words

    def _find(self, link: Link, words: str) -> Find:
        nodes = self._surface.sheet.graph.nodes
        other = link.target if link.source == self._node else link.source
        title = self._title(link)
        icon = icons.layer_icon(nodes[other].layer)
        does = partial(self._connect, link)
        return Find(title, words, does, nodes[self._node].name, icon)

    def _title(self, link: Link) -> str:
        """The link as seen from the chosen node; ports are named where there are several."""
        facts = self._surface.sheet.nodes[self._node].facts
        if link.source == self._node:
            own = link.output if len(facts.outputs) > 1 else ""
            return f"{own} → {self._end(link.target, link.input)}".strip()
        own = link.input if len({socket.port for socket in facts.inputs}) > 1 else ""
        return f"{own} ← {self._end(link.source, link.output)}".strip()

    def _end(self, node: NodeId, port: str) -> str:
        name, facts = (
            self._surface.sheet.graph.nodes[node].name,
            self._surface.sheet.nodes[node].facts,
        )
        plain = {socket.port for socket in (*facts.inputs, *facts.outputs)}
        return name if plain <= {"input", "output"} else f"{name}.{port}"

    def _to_remove(self) -> list[Find]:
        graph, words = self._surface.sheet.graph, self._surface.tr("remove the link")
        icon = icons.icon("trash", "muted")
        links = [*graph.entering(self._node), *graph.leaving(self._node)]
        return [Find(self._title(k), words, partial(self._disconnect, k), icon=icon) for k in links]

    def _connect(self, link: Link) -> None:
        graph = self._surface.workspace.graph
        step = operations.connect(graph, link.source, link.output, link.target, link.input)
        self._surface.workspace.history.do(step)

    def _disconnect(self, link: Link) -> None:
        graph = self._surface.workspace.graph
        self._surface.workspace.history.do(operations.delete(graph, (), (link,)))


def _open(sockets: tuple[CardSocket, ...]) -> Iterator[CardSocket]:
    """Those that can take a link: of a port for many, the free place only."""
    return (socket for socket in sockets if not (socket.variadic and socket.wired))
