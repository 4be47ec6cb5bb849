"""A document laid out flat: the nodes that it computes, as if none were in a block.

Unlike the network that the engine lays out, it needs no document without problems, and no sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphs.checking.node_kinds import Bindings, block_ends
from graphs.document.document import Document, Graph
from graphs.document.edits import GraphId, Link, Node, NodeId, Path
from graphs.document.walk import reached
from graphs.files.encoding import complete
from graphs.layers import Layer
from graphs.layers.blocks import Block
from graphs.layers.weighted import WEIGHTS_OF
from graphs.setting_kinds import NodeRef

MOST = 2_000
"""Of larger networks the rest is left out, so that an edit does not wait for it."""
Drawn: TypeAlias = tuple[GraphId, NodeId]
"""Where a node is drawn, however often it is computed."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A node at one place where it is computed."""

    name: str
    layer: str
    settings: Mapping[str, Any]
    """All of them, as they are at this place."""
    references: Mapping[str, Path]
    """By setting, the places of other nodes."""
    entering: tuple[tuple[str, Path, str], ...]
    """By port: from where, and which output of it."""
    home: Path
    """The same where the weights are the same."""
    trail: tuple[Drawn, ...]
    """The blocks around it from outside, and itself."""

    @property
    def is_end(self) -> bool:
        """Whether it is an Output, or there for training alone."""
        kind = Layer.find(self.layer)
        return kind is not None and (kind.is_output or kind.runs_in_training_only)


class Flat:
    """The leaves of a document by their paths."""

    def __init__(self, document: Document) -> None:
        self.is_whole = True
        """Whether nothing had to be left out."""
        self._found: dict[Path, tuple[_Place, Node]] = {}
        self._count = 0
        self._lay_out(_Place(document.main, Bindings({})))
        self.leaves = {path: _leaf(*found) for path, found in self._found.items()}

    def needed(self) -> frozenset[Path]:
        """The places on which depends what the network returns or learns by."""
        ends = [path for path, leaf in self.leaves.items() if leaf.is_end]
        return frozenset(reached(ends, lambda path: self._before(self.leaves[path])))

    def _before(self, leaf: Leaf) -> set[Path]:
        lenders = {path for path in leaf.references.values() if path in self.leaves}
        return lenders | {source for _, source, _ in leaf.entering}

    def _lay_out(self, place: _Place) -> None:
        self._count += 1 + len(place.graph.nodes)
        self.is_whole = self.is_whole and self._count <= MOST
        for node in place.graph.nodes.values():
            inside = place.computed(node)
            if inside is None and not place.is_end(node):
                self._found[(*place.path, node.id)] = place, node
            for copy in place.copies(node, inside) if inside is not None else ():
                if not self.is_whole:
                    return
                place.insides.setdefault(node.id, []).append(copy)
                self._lay_out(copy)


@dataclass(eq=False, slots=True)
class _Place:
    """A graph where it is computed: the main one, or that of a block."""

    graph: Graph
    bindings: Bindings
    path: Path = ()
    home: Path = ()
    trail: tuple[Drawn, ...] = ()
    around: _Place | None = None
    before: _Place | None = None
    """The copy of a repeated block that comes before this one."""
    insides: dict[NodeId, list[_Place]] = field(default_factory=dict)
    """By node, the copies of the graph that it computes."""

    def is_end(self, node: Node) -> bool:
        """Whether it stands for a port of the block."""
        kind = Layer.find(node.layer)
        is_port = kind is not None and (kind.is_block_input or kind.is_block_output)
        return is_port and self.around is not None

    def computed(self, node: Node) -> Graph | None:
        """The graph that a block computes; None where that cannot be, or it is no block."""
        graphs = self.graph.document.graphs
        inside = next((graphs[id] for id in node.blocks.values() if id in graphs), None)
        within = {self.graph.id, *(graph for graph, _ in self.trail)}
        is_block = node.layer == Block.id and inside is not None and inside.id not in within
        return inside if is_block else None

    def copies(self, node: Node, inside: Graph) -> Iterator[_Place]:
        """The graph that a block computes, as often as it is repeated."""
        settings = settled(complete(Block, node.settings), self.bindings)
        values = {**inside.definition.parameters, **(settings["values"] or {})}
        path, home = (*self.path, node.id), (*self.home, self._lender(node))
        trail, last = (*self.trail, (self.graph.id, node.id)), None
        times = settings["repeat"] if isinstance(settings["repeat"], int) else 1
        times = max(1, min(times, MOST))
        for copy in range(times):
            number = (copy,) if times > 1 else ()
            own = () if settings["shares_weights"] is True else number
            last = _Place(
                inside,
                Bindings(values, copy),
                (*path, *number),
                (*home, *own),
                trail,
                self,
                last,
            )
            yield last

    def _lender(self, node: Node) -> NodeId:
        """The block whose weights a block has: itself, or another beside it."""
        seen = {node.id}
        while (
            lender := self.graph.nodes.get(node.references.get(WEIGHTS_OF, node.id))
        ) is not None:
            if lender.id in seen:
                break
            seen.add(lender.id)
            node = lender
        return node.id

    def origin(self, link: Link) -> tuple[Path, str] | None:
        """From where something comes along a link, through whatever blocks."""
        place: _Place = self
        way: Link | None = link
        seen: set[tuple[int, Link]] = set()
        while way is not None and (id(place), way) not in seen:
            seen.add((id(place), way))
            if copies := place.insides.get(way.source):
                place, way = copies[-1], copies[-1].leaving(way.output)
            elif place.is_end(place.graph.nodes[way.source]):
                place, way = place.arriving(place.graph.nodes[way.source].name)
            else:
                return (*place.path, way.source), way.output
        return None

    def leaving(self, port: str) -> Link | None:
        """What feeds an output of the block."""
        _, outputs = block_ends(self.graph)
        entering = self.graph.entering(outputs[port]) if port in outputs else []
        return entering[0] if entering else None

    def arriving(self, port: str) -> tuple[_Place, Link | None]:
        """What feeds an input of the block, and where that lies."""
        inputs, outputs = block_ends(self.graph)
        handed = dict(zip(inputs, outputs, strict=False))
        if self.before is not None and port in handed:
            return self.before, self.before.leaving(handed[port])
        assert self.around is not None, "the main graph has no ends"
        entering = self.around.graph.entering(self.trail[-1][1])
        return self.around, next((link for link in entering if link.input == port), None)


def settled(settings: Mapping[str, Any], bindings: Bindings) -> dict[str, Any]:
    """Settings as they are at a place; what is promoted to a parameter that is gone, as it is."""
    found = {}
    for name, value in settings.items():
        try:
            found[name] = bindings.settled(value)
        except KeyError:
            found[name] = value
    return found


def _leaf(place: _Place, node: Node) -> Leaf:
    settings = settled(complete(Layer.find(node.layer), node.settings), place.bindings)
    entering = [(link.input, place.origin(link)) for link in place.graph.entering(node.id)]
    return Leaf(
        node.name,
        node.layer,
        {name: value for name, value in settings.items() if not isinstance(value, NodeRef)},
        {name: (*place.path, other) for name, other in node.references.items()},
        tuple((port, *origin) for port, origin in entering if origin is not None),
        (*place.home, node.id),
        (*place.trail, (place.graph.id, node.id)),
    )
