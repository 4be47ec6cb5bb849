"""Plain values to a document: strict in its form, and mended where a document cannot hold it.

Unknown layers, unknown settings and circles stay and are shown as problems. Names that cannot be
used are changed, links that lead nowhere are left out, and each such case is a notice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, TypeAlias

import msgspec

from graphs import names
from graphs.checking.node_kinds import ports_of
from graphs.document.document import Document, Graph, Socket
from graphs.document.edits import (
    MAIN,
    AddGraph,
    AddNode,
    BlockDefinition,
    ChangeData,
    ChangeDefinition,
    ChangeFrame,
    ChangeNote,
    ChangePlan,
    ChangeWeights,
    Connect,
    Edit,
    Frame,
    GraphId,
    Link,
    MoveNodes,
    Node,
    NodeId,
    Note,
    Position,
    Rate,
    Step,
)
from graphs.errors import TooLarge
from graphs.files import limits
from graphs.files.sections import SectionReading, current, data_section, plan, shown
from graphs.files.stamps import Stamp
from graphs.files.weights import SHA256
from graphs.layers import Layer
from graphs.layers.spec import Ports
from graphs.setting_kinds import held
from graphs.steps.annotation_steps import LEAST
from graphs.steps.layout import ROW, layout
from graphs.wording.phrases import phrase

Coordinate: TypeAlias = Annotated[int, msgspec.Meta(ge=-limits.FURTHEST, le=limits.FURTHEST)]
Slot: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=limits.MAX_LINKS)]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    version: int
    graphs: dict[str, Any]
    data: dict[str, Any]
    plan: dict[str, Any]
    view: dict[str, Any]
    weights: Annotated[str, msgspec.Meta(pattern=SHA256)] | None = None


class _Graph(msgspec.Struct, forbid_unknown_fields=True):
    nodes: dict[str, Any]
    links: tuple[Any, ...]
    frames: dict[str, Any] = {}
    notes: dict[str, Any] = {}
    title: str = ""
    parameters: dict[str, Any] = {}
    ports: tuple[str, ...] = ()


class _Node(msgspec.Struct, forbid_unknown_fields=True):
    layer: str
    name: str
    settings: dict[str, Any]
    frozen: bool = False
    rate: Rate = 1.0


class _View(msgspec.Struct, forbid_unknown_fields=True):
    positions: dict[str, Any] = {}


REPLANNED = "The file asks for a training that this version cannot make. {changes}"
"""Stands between such a document and its training until the user agrees to another plan."""


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """A document from a file, and what had to be changed to open it, as sentences."""

    document: Document
    notices: tuple[str, ...] = field(default=())
    replanned: tuple[str, ...] = field(default=())
    """Those notices that say that another training is planned than the file asks for."""
    stamp: Stamp | None = None
    """Of the file, when it came from one."""


def opened(tree: Mapping[str, Any], name: str) -> OpenedDocument:
    """The document that plain values of the present format describe.

    Raises TooLarge and BrokenFile; ``name`` is what their messages call the file.
    """
    reading = SectionReading(name)
    file = reading.typed(_File, tree, "the top")
    graphs = {
        GraphId(graph): reading.typed(_Graph, value, f"graphs.{graph}")
        for graph, value in file.graphs.items()
    }
    _check_counts(graphs, name)
    if MAIN not in graphs:
        raise reading.broken("graphs", phrase("there is no graph “{main}”", main=MAIN))
    document = Document()
    data, before = data_section(reading, file.data), len(reading.notices)
    edits: list[Edit] = [
        ChangeData(document.data, data),
        ChangePlan(document.plan, plan(reading, file.plan)),
        ChangeWeights(None, file.weights),
    ]
    replanned = tuple(reading.notices[before:])
    repairs: dict[GraphId, _Repair] = {}
    for graph, entry in graphs.items():
        view = reading.typed(_View, file.view.pop(graph, {}), f"view.{graph}")
        repair = repairs[graph] = _Repair(reading, graph, entry, view)
        edits += [] if graph == MAIN else [AddGraph(graph)]
        edits += repair.edits()
    document.apply(Step(phrase("Open"), tuple(edits)))
    for graph, repair in repairs.items():  # now that all ports are known, those of blocks as well
        document.apply(Step(phrase("Wire"), tuple(repair.links(document.graphs[graph]))))
    if file.view:
        reading.notices.append(
            phrase("Places on the canvas of graphs that are not there were left out.")
        )
    for graph, repair in repairs.items():
        placed = _placed(document.graphs[graph], repair.unplaced)
        document.apply(Step(phrase("Arrange"), tuple(placed)))
    return OpenedDocument(document, tuple(reading.notices), replanned)


def _placed(graph: Graph, nodes: list[NodeId]) -> Iterator[Edit]:
    """Bring nodes that lie at the origin for want of a place below those that have one."""
    others = [graph.positions[node][1] for node in graph.nodes.keys() - set(nodes)]
    down = max(others) + 2 * ROW if others else 0
    for node, (x, y) in sorted(layout(graph, nodes).items() if nodes else ()):
        yield MoveNodes(graph.id, frozenset({node}), (x, y + down))


def _check_counts(graphs: Mapping[GraphId, _Graph], name: str) -> None:
    every = graphs.values()
    for noun, count, most in (
        ("nodes", sum(len(graph.nodes) for graph in every), limits.MAX_NODES),
        ("links", sum(len(graph.links) for graph in every), limits.MAX_LINKS),
        ("frames", sum(len(graph.frames) for graph in every), limits.MAX_NOTES),
        ("notes", sum(len(graph.notes) for graph in every), limits.MAX_NOTES),
    ):
        if (fault := limits.count_fault(noun, count, most)) is not None:
            raise TooLarge(
                "{name} {fault}, so it was not opened. Divide it into several.",
                name=name,
                fault=fault,
            )


class _Repair:
    """One graph of a file on its way into a document."""

    def __init__(self, reading: SectionReading, graph: GraphId, entry: _Graph, view: _View) -> None:
        self._reading = reading
        self._graph = graph
        self._entry = entry
        self._positions = view.positions
        self._nodes: dict[str, Node] = {}
        self._ports: dict[str, Ports | None] = {}
        self._numbers: dict[str, int] = {}
        self.unplaced: list[NodeId] = []

    def edits(self) -> Iterator[Edit]:
        """What makes the graph from an empty one, but for its links."""
        yield from self._node_edits()
        yield from self._definition()
        place = f"graphs.{self._graph}"
        for id, value in self._entry.frames.items():
            frame = self._reading.typed(Frame, value, f"{place}.frames.{id}")
            self._check_near(frame.rectangle, f"{place}.frames.{id}")
            left, top, width, height = frame.rectangle
            if self._is_too_small(
                (width, height), phrase("The frame “{title}”", title=shown(frame.title))
            ):
                sizes = max(width, LEAST), max(height, LEAST)
                frame = replace(frame, rectangle=(left, top, *sizes))
            yield ChangeFrame(self._graph, id, None, frame)
        for id, value in self._entry.notes.items():
            note = self._reading.typed(Note, value, f"{place}.notes.{id}")
            self._check_near((*note.position, *note.size), f"{place}.notes.{id}")
            if self._is_too_small(note.size, phrase("The note “{text}”", text=shown(note.text))):
                note = replace(note, size=(max(note.size[0], LEAST), max(note.size[1], LEAST)))
            yield ChangeNote(self._graph, id, None, note)

    def _definition(self) -> Iterator[Edit]:
        entry = self._entry
        for text in (entry.title, *entry.parameters):
            self._reading.frozen(text)
        usual = self._reading.frozen({name: held(one) for name, one in entry.parameters.items()})
        ports = tuple(NodeId(port) for port in dict.fromkeys(entry.ports) if port in self._nodes)
        definition = BlockDefinition(entry.title, usual, ports)
        if definition != BlockDefinition():
            yield ChangeDefinition(self._graph, BlockDefinition(), definition)

    def _is_too_small(self, size: tuple[int, int], what: str) -> bool:
        """Whether nobody could see or grasp it, which is said."""
        if min(size) >= LEAST:
            return False
        self._say(phrase("{what} was too small to be seen; it is larger now.", what=what))
        return True

    def _check_near(self, numbers: tuple[int, ...], place: str) -> None:
        if max(map(abs, numbers)) > limits.FURTHEST:
            raise self._reading.broken(place, phrase("it lies too far away"))

    def _say(self, notice: str) -> None:
        self._reading.notices.append(notice)

    # ---- nodes ----

    def _node_edits(self) -> Iterator[Edit]:
        place = f"graphs.{self._graph}.nodes"
        entries = {
            id: self._reading.typed(_Node, value, f"{place}.{id}")
            for id, value in sorted(self._entry.nodes.items())
        }
        wanted = {entry.name for entry in entries.values()}
        taken: set[str] = set()
        for id, entry in entries.items():
            name = self._name(entry.name, taken, wanted)
            taken.add(name)
            read = {n: held(v) for n, v in entry.settings.items()}
            settings = current(Layer.find(entry.layer), self._reading.frozen(read))
            self._nodes[id] = node = Node(
                NodeId(id), entry.layer, name, settings, entry.frozen, entry.rate
            )
            yield AddNode(self._graph, node, self._position(id))
        lost = len(self._positions.keys() - self._nodes.keys())
        if len(self.unplaced) == 1:
            name = self._nodes[self.unplaced[0]].name
            self._say(
                phrase(
                    "“{name}” had no place on the canvas; it was put where there is room.",
                    name=name,
                )
            )
        elif self.unplaced:
            self._say(
                phrase(
                    "{count} nodes had no place on the canvas; they were arranged.",
                    count=len(self.unplaced),
                )
            )
        if lost:
            self._say(
                phrase(
                    "Places on the canvas of {lost} nodes that are not there were left out.",
                    lost=lost,
                )
            )

    def _position(self, id: str) -> Position:
        if id not in self._positions:
            self.unplaced.append(NodeId(id))
            return 0, 0
        place = f"view.{self._graph}.positions.{id}"
        return self._reading.typed(tuple[Coordinate, Coordinate], self._positions[id], place)

    def _name(self, wish: str, taken: set[str], wanted: set[str]) -> str:
        """The name a node gets: its own, or one that no node has or wants."""
        fault = names.fault(wish)
        if fault is None and wish not in taken:
            return wish
        stem = names.free(wish, ()).rstrip("0123456789") or "node"
        # Counted per stem: thousands of equal names must not each be compared with all before.
        number = self._numbers.get(stem, 1)
        while (name := f"{stem}{number}") in taken or name in wanted or names.fault(name):
            number += 1
        self._numbers[stem] = number + 1
        if fault is not None:
            self._say(
                phrase(
                    "The name “{wish}” {fault}; that node is called “{name}” now.",
                    wish=shown(wish),
                    fault=fault,
                    name=name,
                )
            )
        else:
            self._say(
                phrase(
                    "Two nodes were called “{wish}”; one of them is called “{name}” now.",
                    wish=wish,
                    name=name,
                )
            )
        return name

    # ---- links ----

    def links(self, graph: Graph) -> Iterator[Edit]:
        """The links of the graph, whose nodes are there."""
        occupied: set[Socket] = set()
        place = f"graphs.{self._graph}.links"
        links = [
            self._reading.typed(tuple[str, str, str, str, Slot], value, f"{place}[{index}]")
            for index, value in enumerate(self._entry.links)
        ]
        for source, output, target, input, slot in sorted(links):
            link = Link(NodeId(source), output, NodeId(target), input, slot)
            socket = (link.target, input, slot)
            fault = self._link_fault(graph, link)
            if fault is None and socket in occupied:
                fault = phrase(
                    "“{input}” of “{name}” is wired already",
                    input=input,
                    name=self._nodes[target].name,
                )
            if fault is not None:
                self._say(phrase("A link was left out: {fault}.", fault=fault))
                continue
            occupied.add(socket)
            yield Connect(self._graph, link)

    def _link_fault(self, graph: Graph, link: Link) -> str | None:
        source, target = self._nodes.get(link.source), self._nodes.get(link.target)
        if source is None or target is None:
            known = source or target
            return (
                phrase("“{name}” was its only end", name=known.name)
                if known
                else phrase("neither of its ends is there")
            )
        if source is target:
            return phrase("it led from “{name}” to itself", name=source.name)
        leaving, entering = self._ports_of(graph, source), self._ports_of(graph, target)
        if leaving is not None and link.output not in leaving.outputs:
            return phrase(
                "“{name}” has no output “{output}”", name=source.name, output=shown(link.output)
            )
        if entering is None:
            return None
        port = entering.input(link.input)
        if port is None:
            return phrase(
                "“{name}” has no input “{input}”", name=target.name, input=shown(link.input)
            )
        if link.slot and not port.variadic:
            return phrase(
                "“{input}” of “{name}” takes one link only", input=link.input, name=target.name
            )
        return None

    def _ports_of(self, graph: Graph, node: Node) -> Ports | None:
        """The ports of a node, found out once."""
        if node.id not in self._ports:
            self._ports[node.id] = ports_of(graph, node)
        return self._ports[node.id]
