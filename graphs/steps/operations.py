"""What a user does, as steps: add, connect, delete, paste, insert. Every view proposes these."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from graphs import names
from graphs.checking import evaluation
from graphs.document.document import Graph
from graphs.document.edits import (
    AddNode,
    ChangeFrame,
    ChangeNode,
    ChangeNote,
    Connect,
    Disconnect,
    Edit,
    Frame,
    Link,
    MoveNodes,
    Node,
    NodeId,
    Note,
    Position,
    RemoveNode,
    Step,
)
from graphs.layers import Layer
from graphs.layers.spec import Port, Ports
from graphs.problems import Problem, problem
from graphs.setting_kinds import NodeRef, reference
from graphs.steps.annotation_steps import NO_MARKS, Marks, moved_frame, moved_note

NO_PORTS = Ports((), ())


def new_id() -> NodeId:
    """An id that no node has had."""
    return NodeId(secrets.token_hex(5))


def ports_of(graph: Graph, node: NodeId) -> Ports:
    """The ports of a node; none for an unknown layer or settings that cannot be used."""
    return evaluation.ports_of(graph.nodes[node]) or NO_PORTS


def name_for(layer: str, graph: Graph) -> str:
    """The name a new node gets: ``conv``, then ``conv2``."""
    return names.free(re.sub(r"_?\dd$", "", layer), graph.names)


def node_of(layer: str, graph: Graph, **settings: Any) -> Node:
    """A new node with the defaults of its layer."""
    all_settings = {**Layer.get(layer).defaults(), **settings}
    return Node(new_id(), layer, name_for(layer, graph), all_settings)


def add(graph: Graph, layer: str, position: Position, **settings: Any) -> Step:
    """Add a layer. The new node is that of the step's first edit."""
    node = node_of(layer, graph, **settings)
    return Step(f"Add {Layer.get(layer).title}", (AddNode(graph.id, node, position),))


def refusal(
    graph: Graph, source: NodeId, output: str, target: NodeId, input: str
) -> Problem | None:
    """Why two ports can never be wired, for the cursor; wrong sizes get a fix instead."""
    if source == target:
        return problem("A node cannot feed itself.")
    if output not in ports_of(graph, source).outputs:
        return problem("There is no output “{name}”.", name=output)
    if ports_of(graph, target).input(input) is None:
        return problem("There is no input “{name}”.", name=input)
    if graph.reaches(target, source):
        return problem(
            "This would close a circle: “{source}” already needs “{target}”.",
            source=graph.nodes[source].name,
            target=graph.nodes[target].name,
        )
    return None


def connect(graph: Graph, source: NodeId, output: str, target: NodeId, input: str) -> Step:
    """Wire two ports; a link that was there makes room, a variadic input takes one more."""
    port = ports_of(graph, target).input(input) or Port(input)
    taken = {link.slot: link for link in graph.entering(target) if link.input == input}
    if port.variadic:
        slot = next(i for i in range(len(taken) + 1) if i not in taken)
        return Step("Connect", (Connect(graph.id, Link(source, output, target, input, slot)),))
    link = Link(source, output, target, input)
    if taken.get(0) == link:
        return Step("Connect", ())
    gone = tuple(Disconnect(graph.id, old) for old in taken.values())
    return Step("Connect", (*gone, Connect(graph.id, link)))


def delete(graph: Graph, nodes: Collection[NodeId], links: Iterable[Link] = ()) -> Step:
    """Remove nodes with everything attached to them, and single links.

    Settings of other nodes that refer to them refer to nothing then.
    """
    attached = dict.fromkeys(links)
    for node in sorted(nodes):
        attached |= dict.fromkeys((*graph.entering(node), *graph.leaving(node)))
    edits: list[Edit] = [Disconnect(graph.id, link) for link in attached]
    referring = {other for node in nodes for other in graph.referring(node)} - set(nodes)
    edits += [
        ChangeNode(graph.id, graph.nodes[n], released(graph.nodes[n], nodes))
        for n in sorted(referring)
    ]
    edits += [RemoveNode(graph.id, graph.nodes[n], graph.positions[n]) for n in sorted(nodes)]
    return Step("Delete", tuple(edits))


def released(node: Node, from_: Collection[NodeId]) -> Node:
    """The node without its references to those."""
    freed = {name: None for name, other in node.references.items() if other in from_}
    return replace(node, settings={**node.settings, **freed})


def move(graph: Graph, nodes: Collection[NodeId], by: Position) -> Step:
    """Move nodes together."""
    return Step("Move", (MoveNodes(graph.id, frozenset(nodes), by),))


def rename_fault(graph: Graph, node: NodeId, name: str) -> str | None:
    """Why a node cannot be called that, as a sentence; None when it can."""
    if (fault := names.fault(name)) is not None:
        return f"The name “{name}” {fault}."
    if graph.names.get(name, node) != node:
        return f"Another node is called “{name}” already."
    return None


def rename(graph: Graph, node: NodeId, name: str) -> Step:
    """Call a node by a name that ``rename_fault`` has nothing against."""
    old = graph.nodes[node]
    return Step("Rename", (ChangeNode(graph.id, old, replace(old, name=name)),))


def set_setting(graph: Graph, node: NodeId, name: str, value: Any) -> Step:
    """Give one setting another value. Links to ports that no longer exist are removed."""
    return set_settings(graph, node, {name: value}, f"Set {name}")


def set_settings(graph: Graph, node: NodeId, values: dict[str, Any], name: str) -> Step:
    """Give several settings other values at once."""
    old = graph.nodes[node]
    return changed_node(graph, replace(old, settings={**old.settings, **values}), name)


def set_training(
    graph: Graph,
    nodes: Collection[NodeId],
    frozen: bool | None = None,
    rate: float | None = None,
) -> Step:
    """Freeze nodes or let them learn, and set the factor on their learning rate; None keeps it."""
    edits = []
    for id in sorted(nodes):
        old = graph.nodes[id]
        new = replace(
            old,
            frozen=old.frozen if frozen is None else frozen,
            rate=old.rate if rate is None else rate,
        )
        if new != old:
            edits.append(ChangeNode(graph.id, old, new))
    name = "Set the learning rate" if frozen is None else "Freeze" if frozen else "Unfreeze"
    return Step(name, tuple(edits))


def changed_node(graph: Graph, new: Node, name: str) -> Step:
    """Replace a node by ``new`` of the same id; links to ports that no longer exist are removed."""
    old = graph.nodes[new.id]
    ports = evaluation.ports_of(new)
    if ports is None:
        return Step(name, (ChangeNode(graph.id, old, new),))
    lost = [k for k in graph.entering(new.id) if not ports.takes(k.input, k.slot)]
    lost += [k for k in graph.leaving(new.id) if k.output not in ports.outputs]
    gone = tuple(Disconnect(graph.id, link) for link in lost)
    return Step(name, (*gone, ChangeNode(graph.id, old, new)))


def replaced(graph: Graph, node: NodeId, layer: str) -> Step:
    """Make a node another layer, keeping its name, its links and the settings both have."""
    old, kind = graph.nodes[node], Layer.get(layer)
    defaults = kind.defaults()
    kept = {name: value for name, value in old.settings.items() if name in defaults}
    new = replace(old, layer=layer, settings={**defaults, **kept})
    return changed_node(graph, new, f"Make it {kind.title}")


def dissolve(graph: Graph, node: NodeId) -> Step:
    """Remove a node with one input and one link into it, wiring what it fed to what fed it."""
    (before,) = graph.entering(node)
    around = [
        Connect(graph.id, replace(link, source=before.source, output=before.output))
        for link in graph.leaving(node)
    ]
    return Step("Dissolve", (*delete(graph, [node]).edits, *around))


def insert_on(
    graph: Graph,
    link: Link,
    layer: str,
    position: Position | None = None,
    **settings: Any,
) -> Step:
    """Put a new node between the two ends of a link. The new node is that of the first edit."""
    node = node_of(layer, graph, **settings)
    (x1, y1), (x2, y2) = graph.positions[link.source], graph.positions[link.target]
    where = position or ((x1 + x2) // 2, (y1 + y2) // 2 + (48 if y1 == y2 else 0))
    edits = (
        AddNode(graph.id, node, where),
        *_between(graph, link, node.id, Layer.get(layer).made(node.settings)),
    )
    return Step(f"Insert {Layer.get(layer).title}", edits)


def insert_existing(graph: Graph, link: Link, node: NodeId) -> Step:
    """Put a node that is not wired between the two ends of a link."""
    drawn = graph.nodes[node]
    return Step("Insert", _between(graph, link, node, Layer.get(drawn.layer).made(drawn.settings)))


def _between(graph: Graph, link: Link, node: NodeId, layer: Layer) -> tuple[Edit, ...]:
    ports = layer.ports()
    return (
        Disconnect(graph.id, link),
        Connect(graph.id, Link(link.source, link.output, node, ports.inputs[0].name)),
        Connect(graph.id, replace(link, source=node, output=ports.outputs[0])),
    )


@dataclass(frozen=True, slots=True)
class Clip:
    """Copied nodes with the links between them, as the clipboard holds them."""

    nodes: tuple[Node, ...]
    positions: tuple[Position, ...]
    links: tuple[Link, ...]
    frames: tuple[Frame, ...] = ()
    notes: tuple[Note, ...] = ()

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
        whole = clip is not None and len(clip.nodes) == len(clip.positions)
        return clip if whole else None


def copied(graph: Graph, nodes: Collection[NodeId], marks: Marks = NO_MARKS) -> Clip:
    """The nodes with the links among them, in an order that does not depend on the selection's."""
    kept = sorted(nodes)
    links = (link for node in kept for link in graph.entering(node) if link.source in nodes)
    return Clip(
        tuple(graph.nodes[node] for node in kept),
        tuple(graph.positions[node] for node in kept),
        tuple(links),
        tuple(graph.frames[id] for id in sorted(marks.frames)),
        tuple(graph.notes[id] for id in sorted(marks.notes)),
    )


def pasted(graph: Graph, clip: Clip, by: Position = (24, 24)) -> Step:
    """Add the clip's nodes under new ids and free names, moved by ``by`` from where they were.

    A reference among them follows the copies; one to another node stays where that is there.
    """
    taken = set(graph.names)
    ids = {node.id: new_id() for node in clip.nodes}
    there = {**{node: node for node in graph.nodes}, **ids}
    edits: list[Edit] = []
    for node, (x, y) in zip(clip.nodes, clip.positions, strict=True):
        name = names.free(node.name, taken)
        taken.add(name)
        settings = {n: _followed(_held(value), there) for n, value in node.settings.items()}
        fresh = replace(node, id=ids[node.id], name=name, settings=settings)
        edits.append(AddNode(graph.id, fresh, (x + by[0], y + by[1])))
    edits += [
        Connect(graph.id, replace(link, source=ids[link.source], target=ids[link.target]))
        for link in clip.links
        if link.source in ids and link.target in ids
    ]
    for frame in clip.frames:
        edits.append(ChangeFrame(graph.id, new_id(), None, moved_frame(frame, by)))
    for note in clip.notes:
        edits.append(ChangeNote(graph.id, new_id(), None, moved_note(note, by)))
    return Step("Paste", tuple(edits))


def duplicate(
    graph: Graph,
    nodes: Collection[NodeId],
    marks: Marks = NO_MARKS,
    by: Position = (24, 24),
) -> Step:
    """Add a copy of each node, moved by ``by``, wired among themselves as the originals are."""
    return replace(pasted(graph, copied(graph, nodes, marks), by), name="Duplicate")


def _followed(value: Any, there: Mapping[NodeId, NodeId]) -> Any:
    """A setting that refers to what a node is ``there``, or to nothing when it is not."""
    if not isinstance(value, NodeRef):
        return value
    now = there.get(NodeId(value.node))
    return NodeRef(now) if now is not None else None


def _held(value: Any) -> Any:
    """A setting from JSON as documents hold it: references, and tuples for lists at any depth."""
    return reference(value) or _tuples(value)


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _tuples(one) for name, one in value.items()}
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
