"""What a step changed, as plain values: each thing that it touched, as it is now or as gone.

So a patch needs no old values, says the same however often it is applied, and what comes out is
read by the reader of files with all its checks.
"""

from dataclasses import fields
from typing import Any, TypeAlias, assert_never

import msgspec

from graphs.document.document import Document, Graph
from graphs.document.edits import (
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
    GraphEdit,
    GraphId,
    MoveNodes,
    NodeId,
    Position,
    RemoveGraph,
    RemoveNode,
    Step,
)
from graphs.files import encoding

Parts: TypeAlias = dict[str, Any]
DEFINED = tuple(one.name for one in fields(BlockDefinition))
"""What files hold of a graph beside what is drawn in it."""


class Patch(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A step: its name, when it was made, and what it touched; None stands for what is gone."""

    name: str
    when: float
    graphs: dict[GraphId, "GraphPatch | None"] = {}
    data: Parts | None = None
    plan: Parts | None = None
    weights: str | msgspec.UnsetType | None = msgspec.UNSET

    def touches(self) -> object:
        """What it touches; a gesture is told in many steps that touch the same."""
        held = {id: one and one.touches() for id, one in self.graphs.items()}
        whole = (self.data is None, self.plan is None, self.weights is msgspec.UNSET)
        return self.name, held, whole


class GraphPatch(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a step touched in one graph, by id."""

    nodes: dict[str, Parts | None] = {}
    positions: dict[str, tuple[int, int] | None] = {}
    links: list[tuple[str, str, int, str | None, str]] = []
    """Where each enters (node, port, slot), and from where (node, port)."""
    frames: dict[str, Parts | None] = {}
    notes: dict[str, Parts | None] = {}
    definition: Parts | None = None

    def touches(self) -> object:
        """The ids of what is touched."""
        links = [link[:3] for link in self.links]
        places = list(self.nodes), list(self.positions), links
        return [*places, list(self.frames), list(self.notes), self.definition is None]


def patch(document: Document, step: Step, when: float) -> Patch:
    """What the step, which the document has made just now, changed in it."""
    made = Patch(step.name, when)
    for edit in step.edits:
        _note(made, document, edit)
    return made


def _note(made: Patch, document: Document, edit: Edit) -> None:
    match edit:
        case ChangeData():
            made.data = encoding.plain_data(document.data)
        case ChangePlan():
            made.plan = encoding.plain_plan(document.plan)
        case ChangeWeights():
            made.weights = document.weights
        case AddGraph() | RemoveGraph():
            there = edit.graph in document.graphs
            made.graphs[edit.graph] = (
                (made.graphs.get(edit.graph) or GraphPatch()) if there else None
            )
        case _:
            graph = document.graphs.get(edit.graph)
            into = made.graphs.setdefault(edit.graph, None if graph is None else GraphPatch())
            if graph is not None and into is not None:
                _note_in(into, graph, edit)


def _note_in(into: GraphPatch, graph: Graph, edit: GraphEdit) -> None:
    match edit:
        case AddNode(_, node) | RemoveNode(_, node) | ChangeNode(_, _, node):
            now = graph.nodes.get(node.id)
            into.nodes[node.id] = None if now is None else encoding.plain_node(now)
            into.positions[node.id] = _position(graph, node.id)
        case MoveNodes(_, nodes):
            into.positions.update({node: _position(graph, node) for node in nodes})
        case Connect(_, link) | Disconnect(_, link):
            socket = (link.target, link.input, link.slot)
            now_there = graph.link_at(socket)
            into.links.append(
                (*socket, now_there.source, now_there.output)
                if now_there is not None
                else (*socket, None, "")
            )
        case ChangeFrame(_, id):
            frame = graph.frames.get(id)
            into.frames[id] = None if frame is None else encoding.plain_frame(frame)
        case ChangeNote(_, id):
            note = graph.notes.get(id)
            into.notes[id] = None if note is None else encoding.plain_note(note)
        case ChangeDefinition():
            into.definition = encoding.plain_definition(graph.definition)
        case _:
            assert_never(edit)


def _position(graph: Graph, node: NodeId) -> Position | None:
    place = graph.positions.get(node)
    if place is None:
        return None
    x, y = encoding.near(place)
    return x, y


class Patched:
    """The plain values of a document's file, to which patches are applied."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree
        self._links = {
            name: {tuple(link[2:5]): link for link in graph["links"]}
            for name, graph in tree["graphs"].items()
        }

    def apply(self, made: Patch) -> None:
        """Make what a step made."""
        for name, one in made.graphs.items():
            if one is None:
                for held in (self._tree["graphs"], self._tree["view"], self._links):
                    held.pop(name, None)
                continue
            graph = self._tree["graphs"].setdefault(
                name, {"nodes": {}, "links": [], "frames": {}, "notes": {}}
            )
            view = self._tree["view"].setdefault(name, {}).setdefault("positions", {})
            _put(graph["nodes"], one.nodes)
            _put(view, one.positions)
            _put(graph["frames"], one.frames)
            _put(graph["notes"], one.notes)
            if one.definition is not None:
                _put(graph, {**dict.fromkeys(DEFINED), **one.definition})
            links = self._links.setdefault(name, {})
            for target, port, slot, source, output in one.links:
                if source is None:
                    links.pop((target, port, slot), None)
                else:
                    links[target, port, slot] = [source, output, target, port, slot]
        if made.data is not None:
            self._tree["data"] = made.data
        if made.plan is not None:
            self._tree["plan"] = made.plan
        if made.weights is not msgspec.UNSET:
            _put(self._tree, {"weights": made.weights})

    def tree(self) -> Any:
        """The values as they are now."""
        for name, links in self._links.items():
            self._tree["graphs"][name]["links"] = list(links.values())
        return self._tree


def _put(into: dict[str, Any], parts: dict[str, Any]) -> None:
    for name, value in parts.items():
        if value is None:
            into.pop(name, None)
        else:
            into[name] = value
