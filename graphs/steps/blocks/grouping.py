"""Group: nodes become a block that computes the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from graphs import names
from graphs.document.document import Graph
from graphs.document.edits import (
    AddGraph,
    AddNode,
    BlockDefinition,
    ChangeDefinition,
    ChangeFrame,
    ChangeNote,
    Connect,
    Edit,
    GraphId,
    Link,
    Node,
    NodeId,
    Position,
    Step,
)
from graphs.document.walk import reached
from graphs.layers import Layer
from graphs.layers.blocks import Block
from graphs.problems import Problem, problem
from graphs.setting_kinds import GraphRef, PerCopy, Promoted
from graphs.steps import (
    annotation_steps,
    block_ports,
    operations,
    placing,
)
from graphs.steps.annotation_steps import NO_MARKS, Marks
from graphs.wording.phrases import phrase

INPUT, OUTPUT = "block_input", "block_output"


class Crossing(NamedTuple):
    """Where a value that crosses the border comes from: a node and one of its outputs."""

    node: NodeId
    output: str


def grouping_refusal(graph: Graph, nodes: Collection[NodeId]) -> Problem | None:
    """Why nodes cannot become a block; None when they can."""
    if not nodes:
        return problem("Choose the nodes that are to become a block.")
    for node in sorted(nodes):
        drawn = graph.nodes[node]
        kind = Layer.find(drawn.layer)
        if kind is None or kind.belongs_outside():
            return problem(
                "“{name}” belongs to the network as a whole, so it cannot go into a block. "
                "Choose without it.",
                name=drawn.name,
            )
        if block_ports.is_end(drawn):
            return problem("“{name}” is a port of this block. Choose without it.", name=drawn.name)
        for other in (*graph.referred(node), *graph.referring(node)):
            if other not in nodes:
                return problem(
                    "“{name}” and “{other}” share weights, so both have to go into the block.",
                    name=drawn.name,
                    other=graph.nodes[other].name,
                )
    return _way_around(graph, nodes)


def _way_around(graph: Graph, nodes: Collection[NodeId]) -> Problem | None:
    """That something outside stands between nodes, so that a block of them would need itself."""
    leaving = {t for node in nodes for t in graph.targets(node)} - set(nodes)
    behind = set(reached(leaving, graph.targets))
    for node in sorted(nodes):
        if between := graph.sources(node) & (behind - set(nodes)):
            return problem(
                "“{name}” stands between the nodes that were chosen. Choose it, too.",
                name=graph.nodes[min(between)].name,
            )
    return None


def group(
    graph: Graph, nodes: Collection[NodeId], title: str, marks: Marks = NO_MARKS
) -> tuple[Step, NodeId]:
    """Make a block of nodes that ``grouping_refusal`` has nothing against; and its node.

    What entered them enters the block, each value once, and what left them leaves it.
    """
    chosen = frozenset(nodes)
    id = operations.new_graph_id()
    inside = _Inside(graph, chosen, id)
    name = names.free(title or "block", graph.names.keys() - {graph.nodes[n].name for n in chosen})
    settings = {**Block.defaults(), "graph": GraphRef(id), "values": inside.values or None}
    block = Node(operations.new_id(), Block.id, name, settings)
    edits: list[Edit] = [
        *operations.delete(graph, chosen).edits,
        *annotation_steps.removed(graph, marks),
        AddGraph(id),
        ChangeDefinition(id, BlockDefinition(), inside.definition(title)),
        *inside.edits(),
        *_marks(graph, marks, id),
        AddNode(graph.id, block, _middle(graph, chosen)),
        *inside.links_outside(block.id),
    ]
    return Step(phrase("Group"), tuple(edits)), block.id


class _Inside:
    """The graph that a block of some nodes is to compute."""

    def __init__(self, graph: Graph, nodes: frozenset[NodeId], id: GraphId) -> None:
        self._graph, self._nodes, self._id = graph, nodes, id
        self.values: dict[str, Any] = {}
        """What the block sets for parameters of it."""
        self._usual: dict[str, Any] = {}
        self._drawn = {node: self._promoted(graph.nodes[node]) for node in sorted(nodes)}
        order = sorted(nodes, key=lambda node: (*graph.positions[node], node))
        every = [link for node in order for link in graph.entering(node)]
        self._within = [link for link in every if link.source in nodes]
        self._entering = [link for link in every if link.source not in nodes]
        self._leaving = [
            link for node in order for link in graph.leaving(node) if link.target not in nodes
        ]
        taken = {graph.nodes[node].name for node in nodes}
        self._inputs = self._ends(INPUT, self._entering, taken)
        self._outputs = self._ends(OUTPUT, self._leaving, taken)

    def definition(self, title: str) -> BlockDefinition:
        """Its ports from above to below; promoted is what was promoted around it."""
        ends = (*self._inputs.values(), *self._outputs.values())
        return BlockDefinition(title, self._usual, tuple(end.id for end in ends))

    def _promoted(self, node: Node) -> Node:
        """The node with what it took from the graph around promoted once more."""
        usual = self._graph.definition.parameters
        settings = dict(node.settings)
        for name, value in node.settings.items():
            if isinstance(value, Promoted):
                self.values[value.parameter] = value
                self._usual[value.parameter] = usual.get(value.parameter)
            elif isinstance(value, PerCopy):
                parameter = names.free(f"{node.name}_{name}", {*usual, *self._usual})
                self.values[parameter], self._usual[parameter] = value, value.at(0)
                settings[name] = Promoted(parameter)
        return replace(node, settings=settings)

    def _ends(self, layer: str, links: list[Link], taken: set[str]) -> dict[Crossing, Node]:
        """An end for each value that crosses the border."""
        places = list(dict.fromkeys(Crossing(link.source, link.output) for link in links))
        found: dict[Crossing, Node] = {}
        for place in places:
            source = self._graph.nodes[place.node].name
            several = source if place.output == "output" else f"{source}_{place.output}"
            wish = layer.removeprefix("block_") if len(places) == 1 else several
            name = names.free(wish, taken)
            taken.add(name)
            found[place] = Node(operations.new_id(), layer, name, Layer.get(layer).defaults())
        return found

    def edits(self) -> Iterator[Edit]:
        """What draws it into an empty graph."""
        graph, id = self._graph, self._id
        for node, drawn in self._drawn.items():
            yield AddNode(id, drawn, graph.positions[node])
        left, right, top = self._edges()
        for ends, x in ((self._inputs, left), (self._outputs, right)):
            for number, end in enumerate(ends.values()):
                yield AddNode(id, end, (x, top + number * placing.DOWN))
        for link in self._within:
            yield Connect(id, link)
        for link in self._entering:
            end = self._inputs[Crossing(link.source, link.output)]
            yield Connect(id, replace(link, source=end.id, output="output"))
        for place, end in self._outputs.items():
            yield Connect(id, Link(place.node, place.output, end.id, "input"))

    def _edges(self) -> tuple[int, int, int]:
        """Where ends stand left and right of the nodes, and how high they begin."""
        places = [self._graph.positions[node] for node in self._nodes]
        xs = [x for x, _ in places]
        return min(xs) - placing.BESIDE, max(xs) + placing.BESIDE, min(y for _, y in places)

    def links_outside(self, block: NodeId) -> Iterator[Edit]:
        """What wires the block as its nodes were."""
        graph = self._graph
        for place, end in self._inputs.items():
            yield Connect(graph.id, Link(place.node, place.output, block, end.name))
        for link in self._leaving:
            end = self._outputs[Crossing(link.source, link.output)]
            yield Connect(graph.id, replace(link, source=block, output=end.name))


def _marks(graph: Graph, marks: Marks, into: GraphId) -> Iterator[Edit]:
    for frame in sorted(marks.frames):
        yield ChangeFrame(into, frame, None, graph.frames[frame])
    for note in sorted(marks.notes):
        yield ChangeNote(into, note, None, graph.notes[note])


def _middle(graph: Graph, nodes: Collection[NodeId]) -> Position:
    """The free place that is nearest to the middle of nodes that make room."""
    places = [graph.positions[node] for node in nodes]
    x, y = centre(places)
    wish = (placing.on_grid(x), placing.on_grid(y))
    across, down = placing.free_shift(graph, [(*wish, *placing.CARD)], nodes)
    return wish[0] + across, wish[1] + down


def centre(places: Collection[Position]) -> tuple[float, float]:
    """The middle of the rectangle around some places."""
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
