"""Blocks of the document as searches offer them: one more that computes the same graph."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from graphs.checking.evaluated_graph import computed_by
from graphs.document.document import Graph
from graphs.document.edits import GraphId
from graphs.layers.blocks import Block
from graphs.steps import block_ports
from graphs.wording.phrases import phrase

_MARK = f"{Block.id}:"


@dataclass(frozen=True, slots=True)
class OfferedBlock:
    """A graph that a further block can compute."""

    graph: GraphId
    title: str
    search: str
    """The names of the blocks that compute it."""
    group: str = Block.group
    where: str = ""
    """The names of these blocks, if they alone tell it from another of its title."""

    @property
    def id(self) -> str:
        """What no layer is called."""
        return f"{_MARK}{self.graph}"

    def summary(self) -> str:
        """What it is, in one sentence."""
        return phrase("One more block of this graph: {names}.", names=self.search)

    def help(self) -> str:
        """The same: there is no more to say."""
        return self.summary()


def offered_blocks(graph: Graph) -> tuple[OfferedBlock, ...]:
    """What further blocks in a graph can compute, by title: nothing that needs the graph itself."""
    found = []
    for id, other in graph.document.graphs.items():
        used = sorted(at.nodes[block].name for at, block in block_ports.uses(other))
        if used and graph.id not in computed_by(other):
            found.append(OfferedBlock(id, other.definition.title or used[0], ", ".join(used)))
    named = Counter(one.title.casefold() for one in found)
    told = [
        replace(one, where=phrase("as {names}", names=one.search))
        if named[one.title.casefold()] > 1
        else one
        for one in found
    ]
    return tuple(sorted(told, key=lambda one: (one.title, one.search)))


def graph_of(id: str) -> GraphId | None:
    """The graph of an offered block; None for the id of a layer."""
    return GraphId(id.removeprefix(_MARK)) if id.startswith(_MARK) else None
