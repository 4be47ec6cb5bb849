"""Which layers fit where, and how a new one is wired as it arrives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphs.checking.evaluated_graph import EvaluatedGraph
from graphs.document.document import Graph
from graphs.document.edits import (
    AddNode,
    Connect,
    Disconnect,
    Edit,
    Link,
    NodeId,
    Position,
    Step,
)
from graphs.layers import Layer
from graphs.layers.ends import TargetInput
from graphs.layers.losses.losses import TargetLoss
from graphs.layers.spec import Reaching
from graphs.problems import Problem, Set
from graphs.setting_kinds import FieldName
from graphs.steps import operations
from graphs.types import TensorType


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """The one end of a link that is fastened while the other waits for a node."""

    node: NodeId
    port: str
    slot: int = 0
    is_input: bool = False


def settings_for(graph: Graph, layer: str) -> dict[str, Any]:
    """Settings that the data decides: the field of a new Input, the target of a new loss.

    A field that no other node uses comes first.
    """
    kind = Layer.get(layer)
    names = [p.name for p in kind.parameters() if p.kind is FieldName]
    if not names:
        return {}
    data = graph.document.data
    offered = data.targets() if issubclass(kind, TargetLoss | TargetInput) else data.inputs()
    used = {n.settings.get(names[0]) for n in graph.nodes.values() if n.layer == layer}
    free = [field for field in offered if field not in used] or list(offered)
    return {names[0]: free[0]} if free else {}


def fits(graph: Graph, kind: type[Layer], tensor: TensorType) -> bool:
    """Whether a new layer of that kind takes ``tensor``, as it is or after setting a number."""
    if kind.faults(settings := {**kind.defaults(), **settings_for(graph, kind.id)}):
        return False
    layer = kind.made(settings)
    ports = layer.ports().inputs
    if not ports:
        return False
    taken = [port for port in ports if not port.optional] or ports[:1]
    types = {port.name: (tensor, tensor) if port.variadic else (tensor,) for port in taken}
    answer = layer.infer(Reaching(types, graph.document.data.types()))
    return not isinstance(answer, Problem) or isinstance(answer.fix, Set)


def fitting(evaluation: EvaluatedGraph, end: LinkEnd) -> tuple[type[Layer], ...]:
    """The layers that can stand at the free end of a link."""
    graph = evaluation.graph
    if end.is_input:
        return tuple(k for k in Layer.members() if _gives(graph, k))
    tensor = evaluation[end.node].outputs.get(end.port)
    if tensor is None:  # nothing is known, so nothing is ruled out but what takes nothing
        return tuple(k for k in Layer.members() if not k.is_input)
    return tuple(k for k in Layer.members() if fits(graph, k, tensor))


def standing(evaluation: EvaluatedGraph, node: NodeId) -> tuple[type[Layer], ...]:
    """The other layers that can stand where a node does: with its links, taking what comes there.

    What they give may be refused further on, where a setting often mends it.
    """
    layer = evaluation.graph.nodes[node].layer
    return tuple(k for k in Layer.members() if k.id != layer and _stands(evaluation, node, k))


def _stands(evaluation: EvaluatedGraph, node: NodeId, kind: type[Layer]) -> bool:
    graph = evaluation.graph
    own = graph.nodes[node].settings
    settings = kind.fitting({**settings_for(graph, kind.id), **own})
    if kind.faults(settings):
        return False
    layer = kind.made(settings)
    ports, entering = layer.ports(), graph.entering(node)
    kept = all(ports.takes(link.input, link.slot) for link in entering)
    if not kept or any(link.output not in ports.outputs for link in graph.leaving(node)):
        return False
    types: dict[str, list[TensorType]] = {}
    for link in entering:
        came = evaluation[link.source].outputs.get(link.output)
        if came is None:  # nothing is known, so nothing more is ruled out
            return True
        types.setdefault(link.input, []).append(came)
    if any(not port.optional and port.name not in types for port in ports.inputs):
        return not entering
    found = {name: tuple(reached) for name, reached in types.items()}
    answer = layer.infer(Reaching(found, graph.document.data.types()))
    return not isinstance(answer, Problem) or isinstance(answer.fix, Set)


def replaced_by(graph: Graph, node: NodeId, layer: str) -> Step:
    """Make a node another layer, with what the data decides where the old one says nothing."""
    return operations.replaced(graph, node, layer, **settings_for(graph, layer))


def _gives(graph: Graph, kind: type[Layer]) -> bool:
    settings = {**kind.defaults(), **settings_for(graph, kind.id)}
    return not kind.faults(settings) and bool(kind.made(settings).ports().outputs)


def added(
    graph: Graph, layer: str, position: Position, end: LinkEnd | None = None
) -> tuple[Step, NodeId]:
    """Add a layer, wired to ``end`` when there is one; the step and the new node."""
    step = operations.add(graph, layer, position, **settings_for(graph, layer))
    node = new_nodes(step)[0]
    if end is None:
        return step, node
    edits = (*step.edits, *_wired(graph, layer, node, end))
    return Step(step.name, edits), node


def inserted(
    graph: Graph, layer: str, link: Link, at: Position | None = None
) -> tuple[Step, NodeId]:
    """Put a layer on a link; the step and the new node."""
    step = operations.insert_on(graph, link, layer, at, **settings_for(graph, layer))
    return step, new_nodes(step)[0]


def new_nodes(step: Step) -> list[NodeId]:
    """The nodes that a step adds."""
    return [edit.node.id for edit in step.edits if isinstance(edit, AddNode)]


def can_be_inserted(layer: str) -> bool:
    """Whether a layer has a way in and a way out."""
    kind = Layer.find(layer)
    if kind is None or kind.faults(kind.defaults()):
        return False
    ports = kind.made(kind.defaults()).ports()
    return bool(ports.inputs and ports.outputs)


def stands_in_links(graph: Graph, node: NodeId) -> bool:
    """Whether a node that is there has a way in and a way out."""
    ports = operations.ports_of(graph, node)
    return bool(ports.inputs and ports.outputs)


def _wired(graph: Graph, layer: str, node: NodeId, end: LinkEnd) -> tuple[Edit, ...]:
    kind = Layer.get(layer)
    ports = kind.made({**kind.defaults(), **settings_for(graph, layer)}).ports()
    if not end.is_input:
        if not ports.inputs:
            return ()
        return (Connect(graph.id, Link(end.node, end.port, node, ports.inputs[0].name)),)
    if not ports.outputs:
        return ()
    there = graph.link_at((end.node, end.port, end.slot))
    gone = (Disconnect(graph.id, there),) if there is not None else ()
    return (*gone, Connect(graph.id, Link(node, ports.outputs[0], end.node, end.port, end.slot)))


def type_problem(
    evaluation: EvaluatedGraph, link: Link, without: Link | None = None
) -> Problem | None:
    """What would be wrong with the types if ``link`` were there (and ``without`` were not).

    None also while something else that the node needs is missing.
    """
    graph = evaluation.graph
    tensor = evaluation[link.source].outputs.get(link.output)
    layer = evaluation[link.target].layer
    if tensor is None or layer is None:
        return None
    ports = layer.ports()
    port = ports.input(link.input)
    types = {link.input: [tensor]} if port is not None and not port.variadic else {}
    for other in graph.entering(link.target):
        if other == without or (other.input == link.input and link.input in types):
            continue
        came = evaluation[other.source].outputs.get(other.output)
        if came is None:
            return None
        types.setdefault(other.input, []).append(came)
    if port is not None and port.variadic:
        types.setdefault(link.input, []).append(tensor)
    if any(not p.optional and p.name not in types for p in ports.inputs):
        return None
    found = {name: tuple(reached) for name, reached in types.items()}
    return evaluation.refusal(link.target, found)
