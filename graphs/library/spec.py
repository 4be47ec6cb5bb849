"""What a ready-made block is, and the list of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from graphs.data import DataSection
from graphs.document.document import Graph
from graphs.document.edits import MAIN, NodeId, Position, Step
from graphs.library.drawing import Drawing, DrawnGraph, computing
from graphs.plan.plan import Plan
from graphs.steps.clips import Clip, copied, pasted
from graphs.wording.phrases import phrase

Draw = TypeVar("Draw", bound=Callable[..., DrawnGraph])


@dataclass(frozen=True, slots=True)
class ReadyBlock:
    """A block to build with. ``id`` is a contract; ``search`` holds further words to find it by."""

    id: str
    title_template: str
    summary_template: str
    help_template: str
    search: str
    draw: Callable[..., DrawnGraph]

    @property
    def title(self) -> str:
        """What it is called."""
        return phrase(self.title_template)

    def summary(self) -> str:
        """What it is, in one sentence."""
        return phrase(self.summary_template)

    def help(self) -> str:
        """What it is, at length."""
        return phrase(self.help_template)

    def clip(self) -> Clip:
        """One block, named after its id, with the graphs that it computes."""
        drawing = Drawing(DataSection(), Plan())
        layer, name, settings = computing(self.draw(drawing), self.id)
        drawing.node(layer, name, (0, 0), **settings)
        return copied(drawing.document().graphs[MAIN], [NodeId(name)])


class Clipped(Protocol):
    """What can be placed: a ready-made block, or one that a user has kept."""

    def clip(self) -> Clip:
        """One block, with the graphs that it computes."""


def placed(graph: Graph, block: Clipped, at: Position, **values: Any) -> Step:
    """Add a block with its top left corner at a place, with values of its parameters.

    The graphs that it computes come along, but for those that are in the document already.
    """
    clip = block.clip()
    (node,), ((x, y),) = clip.nodes, clip.positions
    if values:
        node = replace(node, settings={**node.settings, "values": values})
    step = pasted(graph, replace(clip, nodes=(node,)), by=(at[0] - x, at[1] - y))
    return replace(step, name=phrase("Add a block"))


_BLOCKS: dict[str, ReadyBlock] = {}


def block(id: str, title: str, summary: str, search: str = "") -> Callable[[Draw], Draw]:
    """Register the drawing function below as a ready-made block; its docstring is the help."""

    def register(draw: Draw) -> Draw:
        if id in _BLOCKS:
            raise TypeError(f"two blocks are called {id!r}")
        _BLOCKS[id] = ReadyBlock(id, title, summary, (draw.__doc__ or "").strip(), search, draw)
        return draw

    return register


def blocks() -> tuple[ReadyBlock, ...]:
    """All ready-made blocks, by id."""
    return tuple(_BLOCKS[id] for id in sorted(_BLOCKS))


def find(id: str) -> ReadyBlock | None:
    """The ready-made block called ``id``."""
    return _BLOCKS.get(id)
