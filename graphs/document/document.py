"""The document that a user draws. It changes in one way: ``apply``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar, assert_never

from graphs import names
from graphs.data import DataSection
from graphs.document.edits import (
    MAIN,
    AddGraph,
    AddNode,
    BlockDefinition,
    ChangeData,
    ChangeDefinition,
    ChangeFrame,
    ChangeNode,
    ChangeNote,
    ChangePlan,
    ChangeWeights,
    Connect,
    Disconnect,
    Edit,
    Frame,
    GraphEdit,
    GraphId,
    Link,
    MoveNodes,
    Node,
    NodeId,
    Note,
    Path,
    Position,
    RemoveGraph,
    RemoveNode,
    Step,
    inverse,
    nodes_on,
)
from graphs.document.walk import reached
from graphs.errors import StepError
from graphs.plan.plan import Plan
from graphs.signal import Signal

Item = TypeVar("Item")
_NOTHING: Final[Set[NodeId]] = frozenset()
Socket: TypeAlias = tuple[NodeId, str, int]
"""Where one link may enter: node, input port and slot."""


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """What a step did: told once per step."""

    step: Step
    touched: Mapping[GraphId, frozenset[NodeId]]
    """By graph, the nodes whose settings, name or incoming links are new, and those removed."""
    structure: bool
    """Whether graphs, nodes, links or references came or went."""


class Graph:
    """Nodes and links. Read it freely; only ``Document.apply`` writes."""

    def __init__(self, id: GraphId, document: Document) -> None:
        self.id = id
        self.document = document
        """The document that it is a graph of: other graphs, and the data, are found there."""
        self.definition = BlockDefinition()
        self.frames: dict[str, Frame] = {}
        self.notes: dict[str, Note] = {}
        self.positions: dict[NodeId, Position] = {}
        self.revision = 0
        """Counts changes of nodes, links and references: others keep what they derive of them."""
        self._nodes: dict[NodeId, Node] = {}
        self._shown = MappingProxyType(self._nodes)
        self._named: dict[str, NodeId] = {}
        self._incoming: dict[Socket, Link] = {}
        self._entering: dict[NodeId, dict[Socket, Link]] = {}
        self._leaving: dict[NodeId, dict[Link, None]] = {}
        self._sources: dict[NodeId, set[NodeId]] = {}
        self._targets: dict[NodeId, set[NodeId]] = {}
        self._by_layer: dict[str, dict[NodeId, None]] = {}
        self._referred: dict[NodeId, set[NodeId]] = {}
        self._referring: dict[NodeId, set[NodeId]] = {}
        self._blocks: dict[GraphId, set[NodeId]] = {}

    @property
    def nodes(self) -> Mapping[NodeId, Node]:
        """All nodes by id."""
        return self._shown

    def named(self, name: str) -> Node | None:
        """The node of that name."""
        return self._nodes.get(self._named.get(name, NodeId("")))

    def of_layers(self, layers: Iterable[str]) -> list[NodeId]:
        """The nodes of these kinds of layers, by id."""
        return sorted(node for layer in layers for node in self._by_layer.get(layer, ()))

    @property
    def names(self) -> Mapping[str, NodeId]:
        """All node names."""
        return MappingProxyType(self._named)

    def links(self) -> Iterator[Link]:
        """Every link, in no order that means anything."""
        return iter(self._incoming.values())

    def link_count(self) -> int:
        """How many links there are."""
        return len(self._incoming)

    def link_at(self, socket: Socket) -> Link | None:
        """The link that enters at ``socket``."""
        return self._incoming.get(socket)

    def entering(self, node: NodeId) -> list[Link]:
        """Links into a node, by port and slot."""
        found = self._entering.get(node, {})
        if len(found) < 2:
            return list(found.values())
        return [found[socket] for socket in sorted(found)]

    def place(self, link: Link) -> int:
        """How many links enter the same port before it: ports may have slots without a link."""
        there = [k for k in self.entering(link.target) if k.input == link.input]
        return there.index(link)

    def leaving(self, node: NodeId) -> list[Link]:
        """Links out of a node, by where they go."""
        return sorted(self._leaving.get(node, ()), key=lambda k: (k.target, k.input, k.slot))

    def sources(self, node: NodeId) -> Set[NodeId]:
        """The nodes that feed a node, as they are at this moment."""
        return self._sources.get(node, _NOTHING)

    def targets(self, node: NodeId) -> Set[NodeId]:
        """The nodes that a node feeds, as they are at this moment."""
        return self._targets.get(node, _NOTHING)

    def referring(self, node: NodeId) -> set[NodeId]:
        """The other nodes whose settings refer to a node, which itself need not be there."""
        return self._referring.get(node, set()) - {node}

    def referred(self, node: NodeId) -> Set[NodeId]:
        """The other nodes that a node's settings refer to and that are there."""
        if node not in self._referred:
            return _NOTHING
        return (self._referred[node] & self._nodes.keys()) - {node}

    @property
    def blocks(self) -> Mapping[GraphId, set[NodeId]]:
        """By graph, the nodes that compute it; it need not be there."""
        return self._blocks

    def before(self, node: NodeId) -> Set[NodeId]:
        """The nodes that a node needs: those that feed it and those that it refers to."""
        found = self._sources.get(node, _NOTHING)
        return found | self.referred(node) if node in self._referred else found

    def after(self, node: NodeId) -> Set[NodeId]:
        """The nodes that need a node: those that it feeds and those that refer to it."""
        found = self._targets.get(node, _NOTHING)
        return found | self.referring(node) if self._referring.get(node) else found

    def reaches(self, start: NodeId, goal: NodeId) -> bool:
        """Whether ``goal`` needs ``start``, by links or by references; a local walk."""
        return goal in reached((start,), self.after)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn in it, nor said of it."""
        drawn = self._nodes or self.frames or self.notes
        return not drawn and self.definition == BlockDefinition()

    def copy(self, document: Document) -> Graph:
        """A graph of another document with the same content."""
        other = Graph(self.id, document)
        other.definition = self.definition
        for name in ("frames", "notes", "positions", "_nodes", "_named", "_incoming"):
            getattr(other, name).update(getattr(self, name))
        other._entering = {node: dict(links) for node, links in self._entering.items()}
        other._leaving = {node: dict(links) for node, links in self._leaving.items()}
        other._sources = {node: set(others) for node, others in self._sources.items()}
        other._targets = {node: set(others) for node, others in self._targets.items()}
        other._by_layer = {layer: dict(nodes) for layer, nodes in self._by_layer.items()}
        other._referred = {node: set(others) for node, others in self._referred.items()}
        other._referring = {node: set(others) for node, others in self._referring.items()}
        other._blocks = {graph: set(nodes) for graph, nodes in self._blocks.items()}
        return other

    # ---- written by Document.apply only ----

    def _define(self, old: BlockDefinition, new: BlockDefinition) -> None:
        if self.definition != old:
            raise StepError(f"the definition of {self.id} is not as it was")
        self.revision += 1
        self.definition = new

    def _add(self, node: Node, position: Position) -> None:
        self.revision += 1
        if node.id in self._nodes:
            raise StepError(f"there is a node {node.id} already")
        self._name(node)
        self._nodes[node.id] = node
        self.positions[node.id] = position
        self._enlist(node)

    def _name(self, node: Node) -> None:
        if (fault := names.fault(node.name)) is not None:
            raise StepError(f"the name {node.name!r} {fault}")
        if node.name in self._named:
            raise StepError(f"two nodes are called {node.name!r}")
        self._named[node.name] = node.id

    def _remove(self, node: Node, position: Position) -> None:
        self.revision += 1
        if self._nodes.get(node.id) != node or self.positions[node.id] != position:
            raise StepError(f"node {node.id} is not there as it was")
        if self._entering.get(node.id) or self._leaving.get(node.id):
            raise StepError(f"node {node.name!r} still has links")
        del self._nodes[node.id], self.positions[node.id], self._named[node.name]
        self._forget(node)

    def _enlist(self, node: Node) -> None:
        self._by_layer.setdefault(node.layer, {})[node.id] = None
        if references := node.references:
            self._referred[node.id] = set(references.values())
        for other in references.values():
            self._referring.setdefault(other, set()).add(node.id)
        for graph in node.blocks.values():
            self._blocks.setdefault(graph, set()).add(node.id)

    def _forget(self, node: Node) -> None:
        del self._by_layer[node.layer][node.id]
        for other in self._referred.pop(node.id, set()):
            self._referring[other].discard(node.id)
        for graph in node.blocks.values():
            self._blocks[graph].discard(node.id)
            if not self._blocks[graph]:
                del self._blocks[graph]

    def _change(self, old: Node, new: Node) -> None:
        self.revision += _structural(old) != _structural(new)
        if self._nodes.get(old.id) != old or old.id != new.id:
            raise StepError(f"node {old.id} is not there as it was")
        if old.name != new.name:
            del self._named[old.name]
            try:
                self._name(new)
            except StepError:
                self._named[old.name] = old.id
                raise
        self._nodes[new.id] = new
        self._forget(old)
        self._enlist(new)

    def _move(self, nodes: frozenset[NodeId], by: Position) -> None:
        if missing := nodes - self._nodes.keys():
            raise StepError(f"cannot move {sorted(missing)}: not there")
        for node in nodes:
            x, y = self.positions[node]
            self.positions[node] = (x + by[0], y + by[1])

    def _connect(self, link: Link) -> None:
        self.revision += 1
        socket = (link.target, link.input, link.slot)
        if link.source not in self._nodes or link.target not in self._nodes:
            raise StepError("a link needs two nodes that are there")
        if socket in self._incoming:
            raise StepError(f"{link.input} of {link.target} is wired already")
        self._incoming[socket] = link
        self._entering.setdefault(link.target, {})[socket] = link
        self._leaving.setdefault(link.source, {})[link] = None
        self._sources.setdefault(link.target, set()).add(link.source)
        self._targets.setdefault(link.source, set()).add(link.target)

    def _disconnect(self, link: Link) -> None:
        self.revision += 1
        socket = (link.target, link.input, link.slot)
        if self._incoming.get(socket) != link:
            raise StepError("the link is not there")
        del self._incoming[socket], self._entering[link.target][socket]
        del self._leaving[link.source][link]
        if all(other.source != link.source for other in self._entering[link.target].values()):
            self._sources[link.target].discard(link.source)
            self._targets[link.source].discard(link.target)


class Document:
    """Graphs, data, plan, weights and view. Listeners of ``changed`` hear of each step once."""

    def __init__(self) -> None:
        self.changed: Signal[DocumentChange] = Signal()
        self._announcing = False
        self._graphs: dict[GraphId, Graph] = {MAIN: Graph(MAIN, self)}
        self.graphs: Mapping[GraphId, Graph] = MappingProxyType(self._graphs)
        """All graphs by id."""
        self.data = DataSection()
        self.plan = Plan()
        self.weights: str | None = None
        """The SHA-256 of the file with the weights that training starts from; None for fresh ones.

        The file lies beside the document's own: ``graphs.files.weights``.
        """

    @property
    def main(self) -> Graph:
        """The graph that is trained."""
        return self.graphs[MAIN]

    def node_at(self, path: Path) -> Node:
        """The node at the end of a path. Raises KeyError where the path leads nowhere."""
        return self.graph_at(path).nodes[nodes_on(path)[-1]]

    def name_at(self, path: Path) -> str:
        """What the place at the end of a path is called: the names along it. Raises KeyError.

        Copies count from 0, as in the names of weights: ``layers.2.conv``.
        """
        parts = []
        for to, one in enumerate(path, 1):
            parts.append(str(one) if isinstance(one, int) else self.node_at(path[:to]).name)
        return ".".join(parts)

    def path_of(self, name: str) -> Path | None:
        """The path to the place of that name, as ``name_at`` gives it; None where there is none."""
        graph: Graph | None = self.main
        path: Path = ()
        for part in name.split("."):
            if part.isdecimal() and path:
                path = (*path, int(part))
                continue
            node = graph.named(part) if graph is not None else None
            if node is None:
                return None
            path = (*path, node.id)
            graph = next((self.graphs.get(one) for one in node.blocks.values()), None)
        return path

    def graph_at(self, path: Path) -> Graph:
        """The graph that the last node of a path is in. Raises KeyError."""
        graph = self.main
        for block in nodes_on(path)[:-1]:
            (computed,) = graph.nodes[block].blocks.values()
            graph = self.graphs[computed]
        return graph

    def copy(self) -> Document:
        """An independent document with the same content and no listeners, to try things on."""
        other = Document()
        other._graphs.update({id: graph.copy(other) for id, graph in self.graphs.items()})
        other.data, other.plan, other.weights = self.data, self.plan, self.weights
        return other

    def apply(self, step: Step) -> None:
        """Make all edits of ``step`` and tell listeners, or make none and raise StepError."""
        self.announce(self.make(step))

    def make(self, step: Step) -> DocumentChange:
        """Make all edits of ``step``, or make none and raise StepError; tell nobody yet.

        For who has something of their own to bring into agreement before ``announce``.
        """
        # Who hears of a step after the one that followed it would see a document that is ahead.
        assert not self._announcing, "a step amid the announcement of another"
        for count, edit in enumerate(step.edits):
            try:
                self._apply(edit)
            except StepError:
                for done in reversed(step.edits[:count]):
                    self._apply(inverse(done))
                raise
        return _change(step)

    def announce(self, change: DocumentChange) -> None:
        """Tell listeners of what ``make`` has made."""
        self._announcing = True
        try:
            self.changed.emit(change)
        finally:
            self._announcing = False

    def _apply(self, edit: Edit) -> None:
        match edit:
            case ChangeData(old, new):
                if self.data != old:
                    raise StepError("the data section is not as it was")
                self.data = new
            case ChangePlan(before, after):
                if self.plan != before:
                    raise StepError("the plan is not as it was")
                self.plan = after
            case ChangeWeights(held, held_now):
                if self.weights != held:
                    raise StepError("the weights are not as they were")
                self.weights = held_now
            case AddGraph(id):
                self._add_graph(id)
            case RemoveGraph(id):
                self._remove_graph(id)
            case _:
                _apply_to(self._graph(edit.graph), edit)

    def _add_graph(self, id: GraphId) -> None:
        if id in self._graphs:
            raise StepError(f"there is a graph {id!r} already")
        self._graphs[id] = Graph(id, self)

    def _remove_graph(self, id: GraphId) -> None:
        if id == MAIN or not self._graph(id).is_empty:
            raise StepError(f"the graph {id!r} cannot be removed")
        del self._graphs[id]

    def _graph(self, id: GraphId) -> Graph:
        if id not in self._graphs:
            raise StepError(f"there is no graph {id!r}")
        return self._graphs[id]


def _apply_to(graph: Graph, edit: GraphEdit) -> None:
    match edit:
        case ChangeDefinition(_, old, new):
            graph._define(old, new)
        case AddNode(_, node, position):
            graph._add(node, position)
        case RemoveNode(_, node, position):
            graph._remove(node, position)
        case ChangeNode(_, before, after):
            graph._change(before, after)
        case MoveNodes(_, nodes, by):
            graph._move(nodes, by)
        case Connect(_, link):
            graph._connect(link)
        case Disconnect(_, link):
            graph._disconnect(link)
        case ChangeFrame(_, id, frame, other):
            _exchange(graph.frames, id, frame, other)
        case ChangeNote(_, id, note, another):
            _exchange(graph.notes, id, note, another)
        case _:
            assert_never(edit)


def _structural(node: Node) -> tuple[str, dict[str, NodeId], dict[str, GraphId]]:
    """What of a node the structure of its graph depends on."""
    return node.layer, node.references, node.blocks


def _exchange(items: dict[str, Item], id: str, old: Item | None, new: Item | None) -> None:
    if items.get(id) != old:
        raise StepError(f"{id} is not as it was")
    if new is None:
        items.pop(id, None)
    else:
        items[id] = new


def _change(step: Step) -> DocumentChange:
    touched: dict[GraphId, set[NodeId]] = {}
    structure = False
    for edit in step.edits:
        match edit:
            case AddGraph() | RemoveGraph():
                structure = True
            case ChangeDefinition(id):
                touched.setdefault(id, set())
            case AddNode(graph, node) | RemoveNode(graph, node):
                touched.setdefault(graph, set()).add(node.id)
                structure = True
            case ChangeNode(graph, old, node):
                touched.setdefault(graph, set()).add(node.id)
                structure = structure or old.references != node.references
            case Connect(graph, link) | Disconnect(graph, link):
                touched.setdefault(graph, set()).add(link.target)
                structure = True
            case _:
                pass
    return DocumentChange(
        step, {graph: frozenset(ids) for graph, ids in touched.items()}, structure
    )
