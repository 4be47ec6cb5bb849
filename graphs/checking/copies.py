"""What a block makes of what reaches it: its graph is asked for each of its copies.

Copies that are reached by the same are asked once. What leaves one copy enters the next, by the
order of the ports. Inputs beyond these reach every copy as they are, and outputs beyond these leave
the last one alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from graphs.checking.node_kinds import Bindings, block_ports, within
from graphs.describe import in_words
from graphs.document.document import Graph
from graphs.document.edits import GraphId
from graphs.layers.blocks import Block
from graphs.layers.spec import Call, Inside
from graphs.layers.weighted import unwrapped
from graphs.problems import Problem, Set, problem
from graphs.setting_kinds import PerCopy
from graphs.types import TensorType
from graphs.wording.phrases import phrase

KEPT = 1_000
"""So many ways to reach a graph are remembered: as many as a block may have copies."""
MOST_NODES = 20_000
"""A block may hold so many nodes, those of the blocks in it included."""
TOO_MANY = "With what its blocks hold, “{name}” has more than {most:,} nodes. Choose a smaller one."
NO_WAY_ON = (
    "A block that is repeated hands on what leaves it to the next copy, but this one has no {end}. "
    "Add one in the block, or do not repeat it."
)
OTHER_SHAPES = (
    "The copies are to share their weights, but in copy {copy} “{weight}” has the shape {got}, in "
    "the first {wanted}. Let each copy have its own, or keep the sizes in the block."
)
OTHER_SETTINGS = (
    "The copies are to share their weights, and so all of “{inside}”, but in copy {copy} its "
    "{argument} is {got}, in the first {wanted}. Let each copy have its own, or hand what changes "
    "on from copy to copy."
)


class Evaluated(Protocol):
    """What is known of a graph with what reaches it."""

    @property
    def size(self) -> int:
        """How many nodes it has, those inside of blocks included."""

    def as_block(self) -> Inside | None:
        """What a block that computes it may know; None while something in it is wrong."""

    def modules(self) -> Mapping[str, Call]:
        """What makes the modules of a graph in which all is accepted, by their names."""


Results = TypeVar("Results", bound=Evaluated)


class BlockResults(Generic[Results]):
    """What graphs make of what reaches the blocks that compute them: asked once for equal types."""

    def __init__(
        self, ask: Callable[[Graph, Mapping[str, TensorType], int, Bindings], Results]
    ) -> None:
        self._ask = ask
        self._known: dict[GraphId, dict[object, Results]] = {}

    def of(
        self, graph: Graph, arriving: Mapping[str, TensorType], depth: int, bindings: Bindings
    ) -> Results:
        """The graph with these types at its block inputs and these values of its parameters."""
        known = self._known.setdefault(graph.id, {})
        copy = bindings.copy if _counts_copies(graph) else 0
        values = repr(sorted(bindings.values.items()))  # 1, 1.0 and True are not the same
        key = (depth, copy, values, *sorted(arriving.items()))
        found = known.pop(key, None)
        if found is None:
            while len(known) >= KEPT:
                del known[next(iter(known))]
            found = self._ask(graph, arriving, depth, bindings)
        known[key] = found  # the last of them, so that what is used stays
        return found

    def forget(self, graphs: Iterable[GraphId]) -> None:
        """These have changed."""
        for graph in graphs:
            self._known.pop(graph, None)


class Copies(NamedTuple, Generic[Results]):
    """The copies of one block, as far as they can be followed, and what they come to together."""

    each: tuple[Results, ...]
    whole: Inside | None
    """None while something in one of them is wrong."""
    wrong: Problem | None = None
    """Why they do not fit together."""


def followed(
    name: str,
    block: Block,
    graph: Graph,
    arriving: Mapping[str, TensorType],
    ask: Callable[[Mapping[str, TensorType], Bindings], Results],
) -> Copies[Results]:
    """Ask the copies of a block one after the other, each with what leaves the one before."""
    ports = block_ports(graph)
    names = [port.name for port in ports.inputs]
    if block.repeat > 1 and not (names and ports.outputs):
        end = phrase("output") if names else phrase("input")
        once = Set("repeat", 1, words=phrase("Do not repeat it"))
        return Copies((), None, problem(NO_WAY_ON, setting="repeat", fix=once, end=end))
    each: list[Results] = []
    size = 0
    known: list[Inside] = []
    for copy in range(block.repeat):
        each.append(ask(arriving, within(graph, block, copy)))
        size += each[-1].size
        if size > MOST_NODES:
            return Copies((), None, problem(TOO_MANY, setting="graph", name=name, most=MOST_NODES))
        inside = each[-1].as_block()
        if inside is None:
            return Copies(tuple(each), None)
        known.append(inside)
        handed = zip(names, ports.outputs, strict=False)  # those beyond the other side stay out
        arriving = {**arriving, **{name: inside.outputs[out] for name, out in handed}}
    differ = (_other_shapes(known) or _other_modules(each)) if block.shares_weights else None
    return Copies(tuple(each), _together(block, known), differ)


def _together(block: Block, known: list[Inside]) -> Inside:
    """All copies as one; the weights of each under its number, where each has its own."""
    flops = known[0].flops
    for one in known[1:]:
        flops = flops + one.flops
    if block.repeat == 1 or block.shares_weights:
        weights = known[0].weights
    else:
        weights = {
            f"{number}.{name}": shape
            for number, one in enumerate(known)
            for name, shape in one.weights.items()
        }
    return Inside(known[-1].outputs, weights, flops, known[-1].parameters)


def _other_shapes(known: list[Inside]) -> Problem | None:
    """That copies cannot share weights which have not the same shapes."""
    first = known[0].weights
    for copy, other in enumerate(known[1:], 2):
        for name, shape in other.weights.items():
            if first.get(name) != shape:
                return _apart(
                    OTHER_SHAPES,
                    copy=copy,
                    weight=name,
                    got=_spelled(shape),
                    wanted=_spelled(first.get(name, ())),
                )
    return None


def _other_modules(each: Sequence[Evaluated]) -> Problem | None:
    """That what has the weights is one module, which cannot differ from copy to copy."""
    first = unwrapped(each[0].modules())
    for copy, other in enumerate(each[1:], 2):
        if other is each[0]:  # graphs that nothing tells apart are evaluated once
            continue
        for inside, call in unwrapped(other.modules()).items():
            wanted = first[inside].arguments
            differs = (a for a, value in call.arguments.items() if wanted.get(a) != value)
            if (argument := next(differs, None)) is not None:
                return _apart(
                    OTHER_SETTINGS,
                    copy=copy,
                    inside=inside,
                    argument=argument,
                    got=in_words(call.arguments[argument]),
                    wanted=in_words(wanted.get(argument)),
                )
    return None


def _apart(template: str, **values: Any) -> Problem:
    """Why copies cannot share their weights; the fix gives each its own."""
    own = Set("shares_weights", False, words=phrase("Let each copy have its own"))
    return problem(template, setting="shares_weights", fix=own, **values)


def _spelled(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def _counts_copies(graph: Graph) -> bool:
    """Whether something in it depends on which copy it is."""
    return any(_holds(node.settings.values()) for node in graph.nodes.values())


def _holds(values: Iterable[object]) -> bool:
    return any(isinstance(one, PerCopy) for one in _flat(values))


def _flat(values: Iterable[object]) -> Iterator[object]:
    for value in values:
        if isinstance(value, dict):
            yield from _flat(value.values())
        else:
            yield value
