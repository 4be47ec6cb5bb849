"""User actions as undoable steps: add, connect, delete, paste, insert. Every view uses them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from graphs import names
from graphs.checking import node_kinds
from graphs.document.document import Graph
from graphs.document.edits import (
    AddNode,
    ChangeNode,
    Connect,
    Disconnect,
    Edit,
    GraphId,
    Link,
    MoveNodes,
    Node,
    NodeId,
    Position,
    RemoveNode,
    Step,
)
from graphs.layers import Layer
from graphs.layers.spec import Port, Ports
from graphs.problems import Problem, problem
from graphs.steps import block_ports, lending
from graphs.steps.between import room_between
from graphs.wording.phrases import phrase

NO_PORTS = Ports((), ())


def new_id() -> NodeId:
    """An id that no node has had."""
    return NodeId(secrets.token_hex(5))


def new_graph_id() -> GraphId:
    """An id that no graph has had."""
    return GraphId(secrets.token_hex(5))


def ports_of(graph: Graph, node: NodeId) -> Ports:
    """The ports of a node; none for an unknown layer or settings that cannot be used."""
    return node_kinds.ports_of(graph, graph.nodes[node]) or NO_PORTS


def name_for(layer: str, graph: Graph) -> str:
    """The name a new node gets: ``conv``, then ``conv2``. All are layers, so none says so."""
    return names.free(_called_by(layer), graph.names)


def _called_by(layer: str) -> str:
    return re.sub(r"_?\dd$|_layer$", "", layer)


def _name_as(graph: Graph, node: Node, layer: str) -> str:
    """What a node is called once it is of another layer: as before, if the user named it."""
    old, new = (names.free(_called_by(id), ()) for id in (node.layer, layer))
    stem = re.escape(old.rstrip("0123456789") or old)
    if old == new or re.fullmatch(rf"{stem}_?\d*", node.name) is None:
        return node.name
    return names.free(new, graph.names.keys() - {node.name})


def node_of(layer: str, graph: Graph, /, **settings: Any) -> Node:
    """A new node with the defaults of its layer."""
    all_settings = {**Layer.get(layer).defaults(), **settings}
    return Node(new_id(), layer, name_for(layer, graph), all_settings)


def add(graph: Graph, layer: str, position: Position, /, **settings: Any) -> Step:
    """Add a layer. The new node is that of the step's first edit."""
    node = node_of(layer, graph, **settings)
    return Step(
        phrase("Add {layer}", layer=Layer.get(layer).title), (AddNode(graph.id, node, position),)
    )


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
        return Step(
            phrase("Connect"), (Connect(graph.id, Link(source, output, target, input, slot)),)
        )
    link = Link(source, output, target, input)
    if taken.get(0) == link:
        return Step(phrase("Connect"), ())
    gone = tuple(Disconnect(graph.id, old) for old in taken.values())
    return Step(phrase("Connect"), (*gone, Connect(graph.id, link)))


def delete(graph: Graph, nodes: Collection[NodeId], links: Iterable[Link] = ()) -> Step:
    """Remove nodes with everything attached to them, and single links.

    Where others have the weights of one of them, the first of these takes its place: the weights
    are its own then. Other settings that refer to them refer to nothing.
    """
    attached = dict.fromkeys(links)
    for node in sorted(nodes):
        attached |= dict.fromkeys((*graph.entering(node), *graph.leaving(node)))
    edits: list[Edit] = [Disconnect(graph.id, link) for link in attached]
    edits += lending.taken_over(graph, nodes)
    edits += [
        edit for n in sorted(nodes) for edit in block_ports.following(graph, graph.nodes[n], None)
    ]
    edits += block_ports.left_out(graph, nodes)
    edits += [RemoveNode(graph.id, graph.nodes[n], graph.positions[n]) for n in sorted(nodes)]
    return Step(phrase("Delete"), tuple(edits))


def move(graph: Graph, nodes: Collection[NodeId], by: Position) -> Step:
    """Move nodes together."""
    return Step(phrase("Move"), (MoveNodes(graph.id, frozenset(nodes), by),))


def rename_fault(graph: Graph, node: NodeId, name: str) -> str | None:
    """Why a node cannot be called that, as a sentence; None when it can."""
    if (fault := names.fault(name)) is not None:
        return phrase("The name “{name}” {fault}.", name=name, fault=fault)
    if graph.names.get(name, node) != node:
        return phrase("Another node is called “{name}” already.", name=name)
    return None


def rename(graph: Graph, node: NodeId, name: str) -> Step:
    """Call a node by a name that ``rename_fault`` has nothing against."""
    old = graph.nodes[node]
    new = replace(old, name=name)
    followed = block_ports.following(graph, old, new)
    return Step(phrase("Rename"), (ChangeNode(graph.id, old, new), *followed))


def set_setting(graph: Graph, node: NodeId, name: str, value: Any) -> Step:
    """Give one setting another value. Links to ports that no longer exist are removed."""
    return set_settings(graph, node, {name: value}, phrase("Set {setting}", setting=name))


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
    freezing = phrase("Freeze") if frozen else phrase("Unfreeze")
    name = phrase("Set the learning rate") if frozen is None else freezing
    return Step(name, tuple(edits))


def changed_node(graph: Graph, new: Node, name: str) -> Step:
    """Replace a node by ``new`` of the same id; links to ports that no longer exist are removed."""
    old = graph.nodes[new.id]
    followed = block_ports.following(graph, old, new)
    ports = node_kinds.ports_of(graph, new)
    if ports is None:
        return Step(name, (ChangeNode(graph.id, old, new), *followed))
    lost = [k for k in graph.entering(new.id) if not ports.takes(k.input, k.slot)]
    lost += [k for k in graph.leaving(new.id) if k.output not in ports.outputs]
    gone = tuple(Disconnect(graph.id, link) for link in lost)
    return Step(name, (*gone, ChangeNode(graph.id, old, new), *followed))


def replaced(graph: Graph, node: NodeId, layer: str, /, **settings: Any) -> Step:
    """Make a node another layer, keeping its links and the settings that fit both.

    ``settings`` are those of the new layer that the old one does not have. It keeps a name that the
    user gave it; one that came of its old layer becomes that of the new.
    """
    old, kind = graph.nodes[node], Layer.get(layer)
    called = _name_as(graph, old, layer)
    new = replace(
        old, layer=layer, name=called, settings=kind.fitting({**settings, **old.settings})
    )
    return changed_node(graph, new, phrase("Make it {title}", title=kind.title))


def dissolve(graph: Graph, node: NodeId) -> Step:
    """Remove a node with one input and one link into it, wiring what it fed to what fed it."""
    (before,) = graph.entering(node)
    around = [
        Connect(graph.id, replace(link, source=before.source, output=before.output))
        for link in graph.leaving(node)
    ]
    return Step(phrase("Dissolve"), (*delete(graph, [node]).edits, *around))


def insert_on(
    graph: Graph,
    link: Link,
    layer: str,
    position: Position | None = None,
    /,
    **settings: Any,
) -> Step:
    """Put a new node between the two ends of a link. The new node is that of the first edit.

    It comes to ``position``, or near the middle, where its links can be seen; what lies there
    makes room.
    """
    node = node_of(layer, graph, **settings)
    room = room_between(graph, link, position)
    edits = (
        AddNode(graph.id, node, room.place),
        *room.moves,
        *between(graph, link, node.id, Layer.get(layer).made(node.settings).ports()),
    )
    return Step(phrase("Insert {layer}", layer=Layer.get(layer).title), edits)


def insert_existing(
    graph: Graph, link: Link, node: NodeId, dropped: Position | None = None
) -> Step:
    """Put a node that is not wired between the two ends of a link.

    Where it is ``dropped``, and so is moved there first, what lies there makes room for it.
    """
    wired = between(graph, link, node, ports_of(graph, node))
    if dropped is None:
        return Step(phrase("Insert"), wired)
    x, y = graph.positions[node]
    room = room_between(graph, link, dropped, node)
    moved = MoveNodes(graph.id, frozenset({node}), (room.place[0] - x, room.place[1] - y))
    return Step(phrase("Insert"), (moved, *room.moves, *wired))


def between(graph: Graph, link: Link, node: NodeId, ports: Ports) -> tuple[Edit, ...]:
    """Wire the first ports of a node to the two ends of a link, which goes."""
    return (
        Disconnect(graph.id, link),
        Connect(graph.id, Link(link.source, link.output, node, ports.inputs[0].name)),
        Connect(graph.id, replace(link, source=node, output=ports.outputs[0])),
    )
