"""Copying and pasting: nodes with what they need, as the clipboard holds them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from graphs import names
from graphs.checking.evaluated_graph import computed_by
from graphs.document.document import Document, Graph
from graphs.document.edits import (
    AddGraph,
    AddNode,
    BlockDefinition,
    ChangeDefinition,
    ChangeFrame,
    ChangeNote,
    Connect,
    Edit,
    Frame,
    GraphId,
    Link,
    Node,
    NodeId,
    Note,
    Position,
    Step,
)
from graphs.setting_kinds import GraphRef, NodeRef, held
from graphs.steps import operations
from graphs.steps.annotation_steps import NO_MARKS, Marks, moved_frame, moved_note
from graphs.wording.phrases import phrase


@dataclass(frozen=True, slots=True)
class Clip:
    """Copied nodes with the links between them, as the clipboard holds them."""

    nodes: tuple[Node, ...]
    positions: tuple[Position, ...]
    links: tuple[Link, ...]
    frames: tuple[Frame, ...] = ()
    notes: tuple[Note, ...] = ()
    graphs: Mapping[str, Clip] = field(default_factory=dict)
    """The whole of each graph that its blocks compute, by id."""
    definition: BlockDefinition = field(default_factory=BlockDefinition)
    """What such a graph is as a block."""

    def text(self) -> str:
        """The clip as JSON."""
        return msgspec.json.encode({"layerloom": self}).decode()

    @classmethod
    def of_text(cls, text: str) -> Clip | None:
        """The clip that ``text`` wrote; None for any other text."""
        try:
            clip = msgspec.json.decode(text, type=dict[str, Clip]).get("layerloom")
        except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
            return None
        if clip is None or any(not c._is_whole for c in (clip, *clip.graphs.values())):
            return None
        return clip._read()

    @property
    def _is_whole(self) -> bool:
        return len(self.nodes) == len(self.positions)

    def _read(self) -> Clip:
        """With settings from JSON as documents hold them."""
        nodes = tuple(
            replace(node, settings={name: held(one) for name, one in node.settings.items()})
            for node in self.nodes
        )
        graphs = {id: clip._read() for id, clip in self.graphs.items()}
        usual = {name: held(one) for name, one in self.definition.parameters.items()}
        definition = replace(self.definition, parameters=usual)
        return replace(self, nodes=nodes, graphs=graphs, definition=definition)


def copied(graph: Graph, nodes: Collection[NodeId], marks: Marks = NO_MARKS) -> Clip:
    """The nodes with the links among them, in an order that does not depend on the selection's."""
    graphs = graph.document.graphs
    blocks = {id for node in nodes for id in graph.nodes[node].blocks.values() if id in graphs}
    needed = {id for block in blocks for id in computed_by(graphs[block])}
    return replace(
        _clip(graph, nodes, marks), graphs={id: whole_of(graphs[id]) for id in sorted(needed)}
    )


def _clip(graph: Graph, nodes: Collection[NodeId], marks: Marks) -> Clip:
    kept = sorted(nodes)
    links = (link for node in kept for link in graph.entering(node) if link.source in nodes)
    return Clip(
        tuple(graph.nodes[node] for node in kept),
        tuple(graph.positions[node] for node in kept),
        tuple(links),
        tuple(graph.frames[id] for id in sorted(marks.frames)),
        tuple(graph.notes[id] for id in sorted(marks.notes)),
    )


def whole_of(graph: Graph) -> Clip:
    """A graph with all that is drawn in it, and its definition."""
    marks = Marks(frozenset(graph.frames), frozenset(graph.notes))
    return replace(_clip(graph, graph.nodes, marks), definition=graph.definition)


def pasted(graph: Graph, clip: Clip, by: Position = (24, 24)) -> Step:
    """Add the clip's nodes under new ids and free names, moved by ``by`` from where they were.

    A reference among them follows the copies; one to another node stays where that is there. Graphs
    that blocks among them compute come along, but for those that are there as they were copied.
    """
    graphs = dict(_brought(graph.document, clip))
    edits: list[Edit] = [
        edit
        for id, whole in clip.graphs.items()
        if GraphId(graphs[id]) not in graph.document.graphs
        for edit in (AddGraph(graphs[id]), *content(graphs[id], whole, graphs))
    ]
    taken = set(graph.names)
    ids = {node.id: operations.new_id() for node in clip.nodes}
    there = {**{node: node for node in graph.nodes}, **ids}
    for node, (x, y) in zip(clip.nodes, clip.positions, strict=True):
        name = names.free(node.name, taken)
        taken.add(name)
        settings = {n: _followed(value, there, graphs) for n, value in node.settings.items()}
        fresh = replace(node, id=ids[node.id], name=name, settings=settings)
        edits.append(AddNode(graph.id, fresh, (x + by[0], y + by[1])))
    edits += [
        Connect(graph.id, replace(link, source=ids[link.source], target=ids[link.target]))
        for link in clip.links
        if link.source in ids and link.target in ids
    ]
    for frame in clip.frames:
        edits.append(ChangeFrame(graph.id, operations.new_id(), None, moved_frame(frame, by)))
    for note in clip.notes:
        edits.append(ChangeNote(graph.id, operations.new_id(), None, moved_note(note, by)))
    return Step(phrase("Paste"), tuple(edits))


def duplicate(
    graph: Graph,
    nodes: Collection[NodeId],
    marks: Marks = NO_MARKS,
    by: Position = (24, 24),
) -> Step:
    """Add a copy of each node, moved by ``by``, wired among themselves as the originals are."""
    return replace(pasted(graph, copied(graph, nodes, marks), by), name=phrase("Duplicate"))


def _brought(document: Document, clip: Clip) -> Iterator[tuple[str, GraphId]]:
    """Under which id each graph of a clip is, or will be, in the document."""
    for id, whole in clip.graphs.items():
        there = document.graphs.get(GraphId(id))
        is_same = there is None or whole_of(there) == whole
        yield id, GraphId(id) if is_same else operations.new_graph_id()


def content(id: GraphId, whole: Clip, graphs: Mapping[str, GraphId]) -> Iterator[Edit]:
    """What draws a graph into an empty one."""
    for node, position in zip(whole.nodes, whole.positions, strict=True):
        own = {one.id: one.id for one in whole.nodes}
        settings = {n: _followed(value, own, graphs) for n, value in node.settings.items()}
        yield AddNode(id, replace(node, settings=settings), position)
    if whole.definition != BlockDefinition():
        yield ChangeDefinition(id, BlockDefinition(), whole.definition)
    yield from (Connect(id, link) for link in whole.links)
    yield from (ChangeFrame(id, operations.new_id(), None, frame) for frame in whole.frames)
    yield from (ChangeNote(id, operations.new_id(), None, note) for note in whole.notes)


def _followed(value: Any, there: Mapping[NodeId, NodeId], graphs: Mapping[str, GraphId]) -> Any:
    """A setting that refers to what a node is ``there``, or to nothing when it is not."""
    match value:
        case NodeRef(node):
            now = there.get(NodeId(node))
            return NodeRef(now) if now is not None else None
        case GraphRef(graph):
            return GraphRef(graphs.get(graph, GraphId(graph)))
        case _:
            return value
