"""Ungroup: a block becomes the nodes that it computes, in its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from graphs import names
from graphs.checking.evaluated_graph import WITHIN_ITSELF, computed_by
from graphs.checking.node_kinds import Bindings, block_ends, bound, layer_of
from graphs.document.document import Graph
from graphs.document.edits import (
    AddNode,
    ChangeFrame,
    ChangeNote,
    Connect,
    Edit,
    GraphId,
    Link,
    MoveNodes,
    Node,
    NodeId,
    Position,
    Step,
)
from graphs.layers.blocks import Block
from graphs.layers.weighted import WEIGHTS_OF
from graphs.problems import Problem, problem
from graphs.setting_kinds import NodeRef
from graphs.steps import (
    annotation_steps,
    block_ports,
    graph_steps,
    operations,
    placing,
    spreading,
)
from graphs.steps.annotation_steps import Sizes, moved_frame, moved_note
from graphs.steps.blocks.grouping import Crossing, centre
from graphs.wording.phrases import phrase


def ungrouping_refusal(graph: Graph, node: NodeId) -> Problem | None:
    """Why a node cannot become the nodes that it computes; None when it can."""
    layer = layer_of(graph, graph.nodes[node])
    graphs = graph.document.graphs
    if not isinstance(layer, Block) or layer.graph is None or layer.graph.graph not in graphs:
        return problem("Choose one block, which holds the nodes that are to stand here.")
    if graph.id in computed_by(graphs[GraphId(layer.graph.graph)]):
        return problem(WITHIN_ITSELF, name=graph.nodes[node].name)
    if layer.repeat > 1:
        return problem("“{name}” is repeated. Set repeat to 1 first.", name=graph.nodes[node].name)
    return _shared(graph, graph.nodes[node])


def _shared(graph: Graph, block: Node) -> Problem | None:
    """Why the weights of a block must stay in a block: it has them in common with another."""
    lender = block.references.get(WEIGHTS_OF)
    others = sorted(graph.referring(block.id)) if lender is None else [lender]
    if not others or others[0] not in graph.nodes:
        return None
    return problem(
        "“{name}” and “{other}” have the same weights, which only whole blocks can have. Set "
        "“weights of” to nothing first.",
        name=block.name,
        other=graph.nodes[others[0]].name,
    )


def ungroup(
    graph: Graph, node: NodeId, sizes: Sizes | None = None
) -> tuple[Step, tuple[NodeId, ...]]:
    """Put the nodes of a block that ``ungrouping_refusal`` has nothing against in its place.

    They take the values that the block sets. Its graph goes with its last block. Others of the
    ``sizes`` make room, and the frames around the block hold what was in it.
    """
    layer = layer_of(graph, graph.nodes[node])
    assert isinstance(layer, Block), "who asks has looked"
    assert layer.graph is not None, "who asks has looked"
    inner = graph.document.graphs[GraphId(layer.graph.graph)]
    last = [at for at, _ in block_ports.uses(inner)] == [graph]
    drawn = _Drawn(graph, node, inner, sizes or {}, keeps_ids=last)
    edits: list[Edit] = [*operations.delete(graph, [node]).edits, *drawn.edits()]
    if last:  # first, as nodes that keep their ids would otherwise be there twice
        gone = graph_steps.delete_graph(graph.document, inner.id).edits
        edits = [*operations.delete(graph, [node]).edits, *gone, *drawn.edits()]
    return Step(phrase("Ungroup"), tuple(edits)), drawn.nodes


class _Drawn:
    """The nodes of a block as they are drawn in its place."""

    def __init__(
        self, graph: Graph, block: NodeId, inner: Graph, sizes: Sizes, *, keeps_ids: bool
    ) -> None:
        self._graph, self._block, self._inner = graph, block, inner
        self._sizes = {**dict.fromkeys(graph.nodes, placing.CARD), **sizes}
        values = graph.nodes[block].settings.get("values") or {}  # which may be promoted in turn
        self._bindings = Bindings(bound(inner, values))
        inputs, outputs = block_ends(inner)
        self._inputs, self._outputs = inputs, outputs
        ends = {*inputs.values(), *outputs.values()}
        kept = [node for node in sorted(inner.nodes) if node not in ends]
        is_free = keeps_ids and not any(node in graph.nodes for node in kept)
        self._ids = {node: node if is_free else operations.new_id() for node in kept}

    @property
    def nodes(self) -> tuple[NodeId, ...]:
        """Those that are new here."""
        return tuple(self._ids.values())

    def edits(self) -> Iterator[Edit]:
        graph, inner = self._graph, self._inner
        (across, down), aside = self._spread()
        taken = graph.names.keys() - {graph.nodes[self._block].name}
        for old, new in self._ids.items():
            node, (x, y) = inner.nodes[old], inner.positions[old]
            name = names.free(node.name, taken)
            taken = {*taken, name}
            settings = dict(node.settings)
            for key, value in node.settings.items():
                with suppress(KeyError):  # of a parameter that is gone, which is still told here
                    settings[key] = self._settled(value)
            fresh = replace(node, id=new, name=name, settings=settings)
            yield AddNode(graph.id, self._learned(fresh), (x + across, y + down))
        for frame in sorted(inner.frames):
            moved = moved_frame(inner.frames[frame], (across, down))
            yield ChangeFrame(graph.id, operations.new_id(), None, moved)
        for note in sorted(inner.notes):
            kept = moved_note(inner.notes[note], (across, down))
            yield ChangeNote(graph.id, operations.new_id(), None, kept)
        yield from (Connect(graph.id, link) for link in dict.fromkeys(self._links()))
        yield from aside

    def _settled(self, value: object) -> object:
        settled = self._bindings.settled(value)
        if isinstance(settled, NodeRef):
            return NodeRef(self._ids[NodeId(settled.node)])
        return settled

    def _learned(self, node: Node) -> Node:
        """Frozen and slowed down as the block was."""
        block = self._graph.nodes[self._block]
        frozen, rate = node.frozen or block.frozen, node.rate * block.rate
        return replace(node, frozen=frozen, rate=rate)

    def _links(self) -> Iterator[Link]:
        """The links inside, and those of the block led on to what its ends stand for."""
        graph, inner, ids = self._graph, self._inner, self._ids
        for link in inner.links():
            if link.target in ids and (source := self._source(Crossing(link.source, link.output))):
                target = ids[link.target]
                yield replace(link, source=source.node, output=source.output, target=target)
        for link in graph.leaving(self._block):
            if source := self._leaves(link.output):
                yield replace(link, source=source.node, output=source.output)

    def _leaves(self, port: str) -> Crossing | None:
        """What leaves the block at a port."""
        entering = self._inner.entering(self._outputs[port])
        return self._source(Crossing(entering[0].source, entering[0].output)) if entering else None

    def _source(self, place: Crossing) -> Crossing | None:
        """A place inside as it is here; what a block input brings in comes from outside."""
        if place.node in self._ids:
            return Crossing(self._ids[place.node], place.output)
        name = self._inner.nodes[place.node].name
        fed = (k for k in self._graph.entering(self._block) if k.input == name)
        return next((Crossing(k.source, k.output) for k in fed), None)

    def _spread(self) -> tuple[Position, list[Edit]]:
        """How far the nodes move to lie around the block's place, and how others make room."""
        graph, inner = self._graph, self._inner
        places = [inner.positions[node] for node in self._ids] or [(0, 0)]
        x, y = graph.positions[self._block]
        left, top = centre(places)
        by = placing.on_grid(x - left), placing.on_grid(y - top)
        boxes = [(px + by[0], py + by[1], *placing.CARD) for px, py in places]
        boxes += [(*moved_note(note, by).position, *note.size) for note in inner.notes.values()]
        boxes += [moved_frame(frame, by).rectangle for frame in inner.frames.values()]
        further, moved = spreading.spread(graph, self._block, boxes, self._sizes)
        arrived = [(bx + further[0], by_ + further[1], w, h) for bx, by_, w, h in boxes]
        shifts: dict[Position, set[NodeId]] = {}
        for node, (mx, my) in moved.items():
            was = graph.positions[node]
            shifts.setdefault((mx - was[0], my - was[1]), set()).add(node)
        edits: list[Edit] = [
            MoveNodes(graph.id, frozenset(nodes), shift) for shift, nodes in sorted(shifts.items())
        ]
        instead = {self._block: arrived}
        edits += annotation_steps.following(graph, moved, self._sizes, instead)
        return (by[0] + further[0], by[1] + further[1]), edits
