"""What lies on the canvas: an item for each node and link, kept equal to the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from graphs.document.document import DocumentChange, Graph
from graphs.document.edits import (
    AddNode,
    ChangeNode,
    Connect,
    Disconnect,
    Link,
    MoveNodes,
    NodeId,
    RemoveNode,
    edits_of,
)
from graphs.problems import Severity
from graphs.steps.annotation_steps import Cargo
from gui.canvas.scene import places, routes
from gui.canvas.scene.annotations import Annotations, MarkHit
from gui.canvas.scene.card_text import CardSocket, Facts, facts, multiply_adds
from gui.canvas.scene.far import NEAR, Far
from gui.canvas.scene.link import Flow, LinkItem
from gui.canvas.scene.node import NodeItem
from gui.workspace import Workspace

EDGE = 100_000.0
"""How far the canvas reaches in each direction."""
FEW = 8
"""Of so many changed cards links ask which are near them; of more, all look for their ways."""
MANY = 64
"""From so many nodes on it is faster to look at every link than at those of each node."""
EDGE_REACH = 0.6
"""How near an edge of a frame or a note is taken, as a share of what ports are taken from."""
SHARE_STEPS = places.WIDTH
"""Costs are compared by the pixel of their bars."""


@dataclass(frozen=True, slots=True)
class PortHit:
    """A port under the pointer."""

    node: NodeId
    socket: CardSocket
    is_input: bool
    place: QPointF


@dataclass(frozen=True, slots=True)
class NodeHit:
    """A card under the pointer."""

    node: NodeId


@dataclass(frozen=True, slots=True)
class LinkHit:
    """A link under the pointer."""

    link: Link


Hit: TypeAlias = PortHit | NodeHit | LinkHit | MarkHit


class Scene(QGraphicsScene):
    """Follows a workspace. Changes nothing itself."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.nodes: dict[NodeId, NodeItem] = {}
        self.links: dict[Link, LinkItem] = {}
        self._cards: routes.Obstacles | None
        self._touched: list[QRectF]
        self._costs: dict[NodeId, int] = {}
        self._shares: dict[NodeId, int] = {}
        self._trouble: dict[NodeId, Severity] = {}
        self._near = True
        self.annotations = Annotations(lambda: self.graph, self.addItem)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)  # items move all the time
        self.setSceneRect(-EDGE, -EDGE, 2 * EDGE, 2 * EDGE)
        self._begin()
        workspace.replaced.connect(self._begin)
        workspace.entered.connect(self._begin)
        workspace.changed.connect(self._follow)
        workspace.problems_changed.connect(self._show_problems)
        workspace.selection_changed.connect(self._show_selection)

    @property
    def graph(self) -> Graph:
        """The graph that is shown."""
        return self._workspace.graph

    def _begin(self) -> None:
        self.clear()
        self.nodes, self.links = {}, {}
        self._cards, self._touched = None, []
        self._costs, self._shares, self._trouble = {}, {}, {}
        self.far = Far(self.nodes.values(), self.links.values())
        self.addItem(self.far)
        self._count(self.graph.nodes)
        for node in self.graph.nodes:
            self._add_node(node)
        for link in self.graph.links():
            self._add_link(link)
        self.annotations.begin()
        self._show_problems()
        self._show_distance()

    # ---- following the document ----

    def _follow(self, change: DocumentChange, fresh: frozenset[NodeId]) -> None:
        dirty: set[NodeId] = set()
        wires: dict[Link, None] = {}
        for edit in edits_of(self.graph.id, change.step):
            match edit:
                case AddNode(_, node):
                    dirty.add(node.id)
                case RemoveNode(_, node):
                    self._remove_node(node.id)
                case ChangeNode(_, _, node):
                    dirty.add(node.id)
                case MoveNodes(_, nodes, _):
                    self.place(nodes)
                case Connect(_, link) | Disconnect(_, link):
                    dirty |= {link.source, link.target}
                    wires[link] = None
                case _:
                    self.annotations.follow(edit)
        there = self.graph.nodes.keys()
        for id in dirty & there:
            self._show_node(id)
        for link in wires:
            self._match_link(link)
        for id in self._count(fresh & there) | (fresh & there) - dirty:
            self.nodes[id].forget(seen=self._near)
        self._forget_flows(fresh & there)
        self._reroute()
        self.far.forget()

    def _forget_flows(self, fresh: Set[NodeId]) -> None:
        """Links at nodes with new results ask what flows when they are painted next."""
        if len(fresh) > MANY:
            for link, item in self.links.items():
                if link.source in fresh or link.target in fresh:
                    item.forget(seen=self._near)
            return
        for node in fresh:
            for link in self._wires(node):
                if link in self.links:
                    self.links[link].forget(seen=self._near)

    def _match_link(self, link: Link) -> None:
        """Show or remove a link as the document has it by now."""
        there = self.graph.link_at((link.target, link.input, link.slot)) == link
        if there and link not in self.links:
            self._add_link(link)
        elif link in self.links and not there:
            self.removeItem(self.links.pop(link))

    def _show_node(self, node: NodeId) -> None:
        """Show a node as it is now, with links to where its ports are."""
        if node not in self.nodes:
            self._add_node(node)
        else:
            before = self.nodes[node].card()
            self.nodes[node].ask_again()
            if self.nodes[node].card() != before:
                self._touched += before, self.nodes[node].card()
            self._lead(node)

    def _add_node(self, node: NodeId) -> None:
        item = self.nodes[node] = NodeItem(node, self._facts)
        item.setPos(*self.graph.positions[node])
        self._touched.append(item.card())
        item.light(selected=node in self._workspace.selection)
        item.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents, not self._near)
        self.addItem(item)

    def _remove_node(self, node: NodeId) -> None:
        if node in self.nodes:
            self._touched.append(self.nodes[node].card())
            self.removeItem(self.nodes.pop(node))
            self._costs.pop(node, None)
            self._trouble.pop(node, None)

    def _add_link(self, link: Link) -> None:
        item = self.links[link] = LinkItem(link, self._flow, self._every_card)
        item.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents, not self._near)
        self._run(item)
        self.addItem(item)

    def _facts(self, node: NodeId) -> Facts:
        return facts(
            self.graph,
            self.graph.nodes[node],
            self._workspace.evaluation[node],
            self._trouble.get(node),
            self._shares.get(node, 0) / SHARE_STEPS,
        )

    def _count(self, nodes: Iterable[NodeId]) -> set[NodeId]:
        """Work out what ``nodes`` cost; those whose share of the whole is another are returned."""
        for node in nodes:
            self._costs[node] = multiply_adds(self._workspace.evaluation[node])
        total = sum(self._costs.values()) or 1
        before = self._shares
        self._shares = {n: round(c * SHARE_STEPS / total) for n, c in self._costs.items() if c}
        changed = (n for n in before.keys() | self._shares.keys() if n in self.nodes)
        return {n for n in changed if before.get(n) != self._shares.get(n)}

    def _flow(self, link: Link) -> Flow:
        evaluation = self._workspace.evaluation
        wrong = any(
            p.port == link.input and p.severity is Severity.ERROR and link.source == p.other
            for p in evaluation[link.target].problems
        )
        return Flow(evaluation[link.source].outputs.get(link.output), wrong)

    def _show_problems(self) -> None:
        worst: dict[NodeId, Severity] = {}
        for problem in self._workspace.problems:
            at = self._workspace.node_of(problem)
            if at is not None and worst.get(at) is not Severity.ERROR:
                worst[at] = problem.severity
        before, self._trouble = self._trouble, worst
        for node in before.keys() | worst.keys():
            if node in self.nodes and before.get(node) != worst.get(node):
                self.nodes[node].forget()
        self.far.forget()

    def _show_selection(self) -> None:
        for node, item in self.nodes.items():
            item.light(selected=node in self._workspace.selection)
        for link, wire in self.links.items():
            if wire.selected != (link in self._workspace.selected_links):
                wire.light(selected=not wire.selected)
        self.annotations.select(self._workspace.selected_marks)
        self.far.forget()

    # ---- where things are ----

    @property
    def sizes(self) -> dict[NodeId, tuple[int, int]]:
        """How wide and how high each card is."""
        return {node: (places.WIDTH, item.height) for node, item in self.nodes.items()}

    def place_load(self, load: Cargo, by: tuple[int, int] = (0, 0)) -> None:
        """Put nodes, frames and notes where the document has them, moved by ``by``."""
        self.place(load.nodes, by)
        self.annotations.place(load.marks, by)

    def place(self, nodes: Iterable[NodeId], by: tuple[int, int] = (0, 0)) -> None:
        """Put nodes where the document has them, moved by ``by`` while they are being dragged."""
        moved: dict[NodeId, tuple[float, float]] = {}
        nodes = self.nodes.keys() & set(nodes)
        positions, (across, down) = self.graph.positions, by
        for node in nodes:
            item, (x, y) = self.nodes[node], positions[node]
            before = item.pos()
            moved[node] = (x + across - before.x(), y + down - before.y())
            if len(nodes) <= FEW:
                self._touched.append(item.card())
            item.setPos(x + across, y + down)
            if len(nodes) <= FEW:
                self._touched.append(item.card())
        self._follow_moved(moved)
        self._reroute(everywhere=len(nodes) > FEW)
        self.far.forget()

    def _follow_moved(self, moved: Mapping[NodeId, tuple[float, float]]) -> None:
        """Bring the links of moved nodes along; where both ends moved alike, as they are."""
        links, near = self.links, self.links
        if len(moved) <= MANY:
            wires = {link for node in moved for link in self._wires(node)}
            near = {link: links[link] for link in wires if link in links}
        for link, item in near.items():
            start, end = moved.get(link.source), moved.get(link.target)
            if start is None and end is None:
                continue
            if start is not None and start == end:
                item.shift(QPointF(*start))
            else:
                self._run(item)

    def _wires(self, node: NodeId) -> list[Link]:
        return [*self.graph.entering(node), *self.graph.leaving(node)]

    def _lead(self, node: NodeId) -> None:
        for link in self._wires(node):
            if link in self.links:
                self._run(self.links[link])
                self.links[link].forget()

    def _run(self, item: LinkItem) -> None:
        link = item.link
        start = self.nodes[link.source].output_place(link.output)
        item.run(start, self.nodes[link.target].input_place(link.input, link.slot))

    def _every_card(self) -> routes.Obstacles:
        """Where all cards lie, for links that have to get past them."""
        if self._cards is None:
            self._cards = routes.Obstacles(item.card() for item in self.nodes.values())
        return self._cards

    def _reroute(self, *, everywhere: bool = False) -> None:
        """Let links look for their ways anew where cards came, moved or went."""
        touched, self._touched = self._touched, []
        if not touched and not everywhere:
            return
        self._cards = None
        areas = [self.sceneRect()] if everywhere or len(touched) > FEW else touched
        for item in self.links.values():
            if item.is_long:
                item.reroute(areas)

    def bounds(self, nodes: Iterable[NodeId] | None = None) -> QRectF:
        """The rectangle around some nodes, or around everything."""
        chosen = self.nodes if nodes is None else nodes
        around = places.united([self.nodes[node].card() for node in chosen])
        if nodes is not None:
            return around
        return around.united(self.annotations.area(self.annotations.everything()))

    # ---- seen from near and from far ----

    def look_from(self, zoom: float) -> None:
        """Let nodes paint themselves, or leave it to the far view."""
        near = zoom >= NEAR
        if near != self._near:
            self._near = near
            self._show_distance()

    def _show_distance(self) -> None:
        self.far.cover(self.sceneRect())
        self.far.setVisible(not self._near)
        for item in (*self.nodes.values(), *self.links.values()):
            item.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents, not self._near)
            if self._near:
                item.update()  # it may have changed while it was seen from far

    # ---- what is where ----

    def hit(self, at: QPointF, reach: float, *, links_only: bool = False) -> Hit | None:
        """What lies at a point: ports within ``reach`` first, then cards, links, and the rest."""
        around = QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)
        found = self.items(around)
        nodes = [n for n in found if isinstance(n, NodeItem) and not links_only]
        for node in nodes:
            port = self._port(node, at, reach)
            if port is not None:
                return port
        for node in nodes:
            if node.card().contains(at):
                return NodeHit(node.id)
        links = [item for item in found if isinstance(item, LinkItem)]
        near = min(links, key=lambda item: places.distance(item.curve, at), default=None)
        if near is not None and places.distance(near.curve, at) <= reach * 0.7:
            return LinkHit(near.link)
        return None if links_only else self.annotations.hit(at, reach * EDGE_REACH)

    def _port(self, node: NodeItem, at: QPointF, reach: float) -> PortHit | None:
        offered = [
            *(
                PortHit(node.id, s, True, node.input_place(s.port, s.slot))
                for s in node.facts.inputs
            ),
            *(PortHit(node.id, s, False, node.output_place(s.port)) for s in node.facts.outputs),
        ]
        near = [(_apart(port.place, at), port) for port in offered]
        best = min(near, key=lambda pair: pair[0], default=None)
        return best[1] if best is not None and best[0] <= reach else None

    def within(self, area: QRectF) -> set[NodeId]:
        """The nodes whose cards touch a rectangle."""
        return {node for node, item in self.nodes.items() if item.card().intersects(area)}


def _apart(a: QPointF, b: QPointF) -> float:
    between = a - b
    return float((between.x() ** 2 + between.y() ** 2) ** 0.5)
