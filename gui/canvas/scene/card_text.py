"""What a node's card says, worked out without Qt."""

from __future__ import annotations

from dataclasses import dataclass

from graphs.checking.costs import number
from graphs.checking.evaluated_graph import NodeResult
from graphs.document.document import Graph
from graphs.document.edits import Node, NodeId
from graphs.layers import Layer
from graphs.layers.losses.losses import TargetLoss
from graphs.layers.spec import Reaching
from graphs.problems import Severity
from graphs.types import Kind, TensorType, spell
from graphs.wording.phrases import phrase


@dataclass(frozen=True, slots=True)
class CardSocket:
    """One place where a link can be fastened, as the canvas shows it."""

    port: str
    slot: int = 0
    optional: bool = False
    variadic: bool = False
    kind: Kind | None = None
    """What flows there; None while nothing does."""
    wired: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a card shows. Two cards with equal facts look alike."""

    name: str
    layer: str
    subtitle: str
    shape: str
    parameters: str
    inputs: tuple[CardSocket, ...]
    outputs: tuple[CardSocket, ...]
    refused: bool = False
    """Whether the shape is one that came in and was not accepted."""
    trouble: Severity | None = None
    share: float = 0.0
    """Its part of the whole graph's multiply-adds."""
    frozen: bool = False
    """Whether its weights stay as they are in training."""


def facts(
    graph: Graph, node: Node, result: NodeResult, trouble: Severity | None, share: float
) -> Facts:
    """What the card of ``node`` says now."""
    shape, refused = _shape(result)
    return Facts(
        node.name,
        node.layer,
        subtitle(graph, node, result.layer),
        shape,
        f"{result.parameters:,}" if result.parameters else "",
        _inputs(graph, node.id, result),
        _outputs(graph, node.id, result),
        refused,
        trouble,
        share,
        node.frozen and result.parameters > 0,
    )


def subtitle(graph: Graph, node: Node, layer: Layer | None) -> str:
    """What it is and which settings differ from usual: ``Conv2d · 32 · 3×3``.

    A block is what the graph is called that it computes.
    """
    kind = Layer.find(node.layer)
    if kind is None:
        return phrase("{layer} (unknown)", layer=node.layer)
    brief = layer.brief() if layer is not None else ""
    if isinstance(layer, TargetLoss):
        brief = layer.target
    graphs = graph.document.graphs
    titles = (graphs[id].definition.title for id in node.blocks.values() if id in graphs)
    title = next(titles, "") or kind.title
    tied = phrase("tied") if node.references else ""
    return " · ".join(part for part in (title, brief, tied) if part)


def multiply_adds(result: NodeResult) -> int:
    """The cost of one node as a number, so that costs can be compared."""
    return number(result.flops)


def _shape(result: NodeResult) -> tuple[str, bool]:
    """What comes out; for ends of the graph what comes in; what was refused; or nothing."""
    if result.outputs:
        return spell(next(iter(result.outputs.values()))), False
    if result.given is None or not result.given.types:
        return "", False
    came = result.given.first()
    if not result.accepted:
        return phrase("gets {sizes}", sizes=spell(came)), True
    if isinstance(result.layer, TargetLoss):
        return _target(result.layer, result.given), False
    return spell(came), False


def _target(loss: TargetLoss, given: Reaching) -> str:
    target = given.fields[loss.target]
    return (
        phrase("{count} classes", count=target.values)
        if target.kind is Kind.INDEX
        else spell(target)
    )


def _inputs(graph: Graph, node: NodeId, result: NodeResult) -> tuple[CardSocket, ...]:
    """Declared inputs first, then those that only links still know (a layer that is not known)."""
    links: dict[str, list[int]] = {}
    for link in graph.entering(node):
        links.setdefault(link.input, []).append(link.slot)
    found: list[CardSocket] = []
    for port in result.layer.ports().inputs if result.layer is not None else ():
        slots = links.pop(port.name, [])
        types = result.given.all(port.name) if result.given is not None else ()
        for place, slot in enumerate(slots):
            kind = types[place].kind if place < len(types) else None
            found.append(
                CardSocket(port.name, slot, port.optional, port.variadic, kind, wired=True)
            )
        if port.variadic or not slots:
            free = max(slots, default=-1) + 1
            found.append(CardSocket(port.name, free, port.optional or bool(slots), port.variadic))
    found += [CardSocket(name, slot, wired=True) for name, slots in links.items() for slot in slots]
    return tuple(found)


def _outputs(graph: Graph, node: NodeId, result: NodeResult) -> tuple[CardSocket, ...]:
    wired = {link.output for link in graph.leaving(node)}
    declared = result.layer.ports().outputs if result.layer is not None else ()
    names = (*declared, *sorted(wired - set(declared)))

    def kind(name: str) -> Kind | None:
        tensor: TensorType | None = result.outputs.get(name)
        return tensor.kind if tensor is not None else None

    return tuple(CardSocket(name, kind=kind(name), wired=name in wired) for name in names)
