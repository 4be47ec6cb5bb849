"""What a node is by its settings, and by the graphs of the document that these refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphs.document.document import Graph
from graphs.document.edits import GraphId, Node, NodeId
from graphs.layers import Layer
from graphs.layers.spec import Port, Ports
from graphs.problems import Problem, Set, problem


@dataclass(frozen=True, slots=True)
class NodeKind:
    """What is known of a node before anything reaches it."""

    node: Node
    layer: Layer | None
    """None for an unknown kind and for settings that cannot be used."""
    ports: Ports
    inputs: Mapping[str, bool]
    """The input ports by name, and whether they are variadic."""
    references: Mapping[str, NodeId]
    blocks: Mapping[str, GraphId]
    """By setting, the graphs that it computes."""
    faults: tuple[Problem, ...] = ()


def kind_of(graph: Graph, node: Node) -> NodeKind:
    """What a node of a graph is."""
    made = layer_of(graph, node)
    layer, faults = (None, made) if isinstance(made, tuple) else (made, ())
    ports = Ports((), ()) if layer is None else layer.ports()
    inputs = {port.name: port.variadic for port in ports.inputs}
    return NodeKind(node, layer, ports, inputs, node.references, node.blocks, faults)


def layer_of(graph: Graph, node: Node) -> Layer | tuple[Problem, ...]:
    """The layer that a node describes, with the ports that its graphs give it; or why not."""
    kind = Layer.find(node.layer)
    if kind is None:
        unknown = problem(
            "This version of Layerloom has no layer “{layer}”. The node is kept as it is; "
            "remove it, or open the file with a newer version.",
            layer=node.layer,
        )
        return (replace(unknown, path=(node.id,)),)
    faults = kind.faults(node.settings)
    if faults:
        return tuple(_unusable(node.id, kind, name, fault) for name, fault in faults.items())
    layer = kind.made(node.settings)
    if not (blocks := node.blocks):
        return layer
    graphs = graph.document.graphs
    return layer.around({n: block_ports(graphs[id]) for n, id in blocks.items() if id in graphs})


def ports_of(graph: Graph, node: Node) -> Ports | None:
    """The ports of a node; None when nobody can tell.

    That is so for an unknown layer, an unusable setting, and a block whose graph is not there.
    """
    if not graph.document.graphs.keys() >= set(node.blocks.values()):
        return None
    layer = layer_of(graph, node)
    return layer.ports() if isinstance(layer, Layer) else None


def block_ports(graph: Graph) -> Ports:
    """What a block that computes the graph takes and gives, by name."""
    inputs, outputs = block_ends(graph)
    return Ports(tuple(map(Port, sorted(inputs))), tuple(sorted(outputs)))


def block_ends(graph: Graph) -> tuple[dict[str, NodeId], dict[str, NodeId]]:
    """By name, the nodes that bring in what enters a block, and those that give what leaves it."""
    inputs: dict[str, NodeId] = {}
    outputs: dict[str, NodeId] = {}
    for node in graph.nodes.values():
        kind = Layer.find(node.layer)
        if kind is not None and kind.is_block_input:
            inputs[node.name] = node.id
        elif kind is not None and kind.is_block_output:
            outputs[node.name] = node.id
    return inputs, outputs


def _unusable(node: NodeId, kind: type[Layer], setting: str, fault: str) -> Problem:
    """What is wrong with a setting; the fix is the value that it has in a new node."""
    usual = kind.defaults()
    fix = Set(setting, usual[setting]) if setting in usual else None
    found = problem("{name} {fault}.", setting=setting, fix=fix, name=setting, fault=fault)
    return replace(found, path=(node,))
