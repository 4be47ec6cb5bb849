"""What a node is by its settings, and by the graphs of the document that these refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphs.document.document import Graph
from graphs.document.edits import GraphId, Node, NodeId
from graphs.layers import Layer
from graphs.layers.blocks import Block
from graphs.layers.spec import Inside, Port, Ports
from graphs.problems import Problem, Set, Severity, problem
from graphs.setting_kinds import PerCopy, Promoted
from graphs.wording.phrases import phrase

GONE = "{name} takes “{parameter}”, which is no parameter of the block. Choose a value."
IN_VAIN = "The block has no parameter “{parameter}”, so its value here is not used."


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


@dataclass(frozen=True, slots=True)
class Bindings:
    """What settings inside of a block stand for, at one place where its graph is computed."""

    values: Mapping[str, Any]
    """By promoted parameter."""
    copy: int = 0
    """Which copy of a repeated block it is."""

    def settled(self, value: Any) -> Any:
        """The value that a setting has here. Raises KeyError for a parameter that is gone."""
        match value:
            case Promoted(parameter):
                return self.values[parameter]
            case PerCopy():
                return value.at(self.copy)
            case dict():
                return {name: self.settled(one) for name, one in value.items()}
            case _:
                return value


def within(graph: Graph, block: Block, copy: int = 0) -> Bindings:
    """What settings stand for in the graph that a block computes, in one of its copies.

    What a block says for a parameter that its graph does not have stands for nothing.
    """
    return Bindings(bound(graph, block.values or {}), copy)


def bound(graph: Graph, values: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a graph, where a block that computes it has these ``values``."""
    usual = graph.definition.parameters
    return {**usual, **{name: one for name, one in values.items() if name in usual}}


def kind_of(graph: Graph, node: Node, bindings: Bindings | None = None) -> NodeKind:
    """What a node of a graph is; with ``bindings``, at a place where the graph is computed."""
    made = layer_of(graph, node, bindings)
    layer, faults = (None, made) if isinstance(made, tuple) else (made, ())
    ports = Ports((), ()) if layer is None else layer.ports()
    inputs = {port.name: port.variadic for port in ports.inputs}
    return NodeKind(node, layer, ports, inputs, node.references, node.blocks, faults)


def layer_of(
    graph: Graph, node: Node, bindings: Bindings | None = None
) -> Layer | tuple[Problem, ...]:
    """The layer that a node describes, with the ports that its graphs give it; or why not.

    Promoted parameters have their usual values without ``bindings``.
    """
    kind = Layer.find(node.layer)
    if kind is None:
        unknown = problem(
            "This version of Layerloom has no layer “{layer}”. The node is kept as it is; "
            "remove it, or open the file with a newer version.",
            layer=node.layer,
        )
        return (replace(unknown, path=(node.id,)),)
    bindings = bindings or Bindings(graph.definition.parameters)
    settings: dict[str, Any] = {}
    for name, value in node.settings.items():
        try:
            settings[name] = bindings.settled(value)
        except KeyError as gone:
            return (_gone(node.id, kind, name, str(gone.args[0])),)
    faults = kind.faults(settings)
    if faults:
        return tuple(_unusable(node, kind, name, fault) for name, fault in faults.items())
    layer = kind.made(settings)
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
    return Ports(tuple(map(Port, inputs)), tuple(outputs))


def block_ends(graph: Graph) -> tuple[dict[str, NodeId], dict[str, NodeId]]:
    """By name, the nodes that bring in what enters a block, and those that give what leaves it.

    In the order of the block's ports: as its definition has it, else by name.
    """
    ranks = {id: rank for rank, id in enumerate(graph.definition.ports)}
    last = len(ranks)
    inputs: dict[str, NodeId] = {}
    outputs: dict[str, NodeId] = {}
    for node in sorted(graph.nodes.values(), key=lambda n: (ranks.get(n.id, last), n.name)):
        kind = Layer.find(node.layer)
        if kind is not None and kind.is_block_input:
            inputs[node.name] = node.id
        elif kind is not None and kind.is_block_output:
            outputs[node.name] = node.id
    return inputs, outputs


def _unusable(node: Node, kind: type[Layer], setting: str, fault: str) -> Problem:
    """What is wrong with a setting; the fix is the value that it has in a new node.

    A value that the block says is mended there, not by taking the word from the block.
    """
    is_own = not isinstance(node.settings.get(setting), Promoted | PerCopy)
    usual = kind.defaults() if is_own else {}
    fix = Set(setting, usual[setting]) if setting in usual else None
    found = problem("{name} {fault}.", setting=setting, fix=fix, name=setting, fault=fault)
    return replace(found, path=(node.id,))


def said_in_vain(node: Node, inside: Inside) -> Problem | None:
    """A value that a block has for a parameter which its definition no longer has.

    It is looked for in what the node holds: what is promoted in turn has to stay promoted.
    """
    said = node.settings.get("values")
    if not isinstance(said, dict):
        return None
    gone = next((one for one in said if one not in inside.parameters), None)
    if gone is None:
        return None
    left = {name: value for name, value in said.items() if name in inside.parameters}
    fix = Set("values", left or None, words=phrase("Remove what is not used"))
    return problem(IN_VAIN, setting="values", fix=fix, severity=Severity.WARNING, parameter=gone)


def _gone(node: NodeId, kind: type[Layer], setting: str, parameter: str) -> Problem:
    usual = kind.defaults()
    found = problem(
        GONE,
        setting=setting,
        fix=Set(setting, usual[setting]) if setting in usual else None,
        name=setting,
        parameter=parameter,
    )
    return replace(found, path=(node,))
