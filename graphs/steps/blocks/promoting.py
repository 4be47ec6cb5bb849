"""Promote: a setting inside of a block becomes one that each block says for itself, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphs import names
from graphs.document.document import Graph
from graphs.document.edits import MAIN, ChangeDefinition, ChangeNode, Edit, Node, NodeId, Step
from graphs.layers import Layer
from graphs.problems import Problem, problem
from graphs.setting_kinds import GraphRef, NodeRef, PerCopy, Promoted, without_nothing
from graphs.steps import block_ports
from graphs.wording.phrases import phrase

VALUES = "values"
"""The setting of a block that says what its promoted parameters are."""


def promotion_refusal(
    graph: Graph, node: NodeId, setting: str, *, of_block: bool = False
) -> Problem | None:
    """Why a setting cannot be promoted; None when it can.

    ``of_block``, it is no setting of the node but a promoted parameter of the block that it is.
    """
    drawn = graph.nodes[node]
    kind, value = Layer.find(drawn.layer), _held(graph, drawn, setting, of_block)
    if graph.id == MAIN:
        return problem("Only what lies in a block can be promoted. Group it to a block first.")
    if of_block:
        if isinstance(value, Promoted | PerCopy):
            return problem("“{setting}” is settled elsewhere already.", setting=setting)
        return None
    if kind is None or setting == VALUES or all(p.name != setting for p in kind.parameters()):
        return problem("“{setting}” is no setting that a block could say.", setting=setting)
    if isinstance(value, Promoted | PerCopy):
        return problem("“{setting}” is settled elsewhere already.", setting=setting)
    refers = {p.name for p in kind.parameters() if without_nothing(p.kind) in (NodeRef, GraphRef)}
    if setting in refers:
        return problem(
            "“{setting}” refers to what lies in the block, which blocks cannot say.",
            setting=setting,
        )
    return None


def promote(
    graph: Graph, node: NodeId, setting: str, *, of_block: bool = False
) -> tuple[Step, str]:
    """Let each block say a setting that ``promotion_refusal`` has nothing against; its name there.

    Blocks that say nothing have the value of now, so that nothing computes anything else.
    """
    drawn, definition = graph.nodes[node], graph.definition
    value = _held(graph, drawn, setting, of_block)
    taken = definition.parameters.keys()
    called = setting if setting not in taken else names.free(f"{drawn.name}_{setting}", {*taken})
    parameters = {**definition.parameters, called: value}
    edits: list[Edit] = [
        ChangeDefinition(graph.id, definition, replace(definition, parameters=parameters)),
        ChangeNode(graph.id, drawn, _given(drawn, setting, Promoted(called), of_block)),
    ]
    return Step(phrase("Promote {setting}", setting=setting), tuple(edits)), called


def taking_back_refusal(
    graph: Graph, node: NodeId, setting: str, *, of_block: bool = False
) -> Problem | None:
    """Why a promoted setting cannot become a value again; None when it can."""
    value = _held(graph, graph.nodes[node], setting, of_block)
    if not isinstance(value, Promoted):
        return problem("“{setting}” is not promoted.", setting=setting)
    if len({repr(one) for one in _said(graph, value.parameter)}) > 1:
        return problem(
            "The blocks say different values for “{parameter}”. Give all of them one first, or "
            "make this block its own.",
            parameter=value.parameter,
        )
    if any(isinstance(one, Promoted | PerCopy) for one in _said(graph, value.parameter)):
        return problem(
            "What a block says for “{parameter}” is promoted in turn. Take that back first.",
            parameter=value.parameter,
        )
    return None


def take_back(graph: Graph, node: NodeId, setting: str, *, of_block: bool = False) -> Step:
    """Make a setting that ``taking_back_refusal`` has nothing against the value that it has.

    The parameter goes with the last setting that takes it.
    """
    drawn = graph.nodes[node]
    promoted = _held(graph, drawn, setting, of_block)
    assert isinstance(promoted, Promoted), "who asks has looked"
    called = promoted.parameter
    value = next(_said(graph, called), graph.definition.parameters.get(called))
    edits: list[Edit] = [ChangeNode(graph.id, drawn, _given(drawn, setting, value, of_block))]
    if sum(count for _, count in _takers(graph, called)) == 1:
        edits += _without(graph, called)
    return Step(phrase("Take {setting} back", setting=setting), tuple(edits))


def set_usual(graph: Graph, parameter: str, value: Any) -> Step:
    """Let a promoted parameter be that in all blocks that do not say otherwise."""
    old = graph.definition
    parameters = {**old.parameters, parameter: value}
    said = parameter not in old.parameters or repr(old.parameters[parameter]) == repr(value)
    edits = () if said else (ChangeDefinition(graph.id, old, replace(old, parameters=parameters)),)
    return Step(phrase("Set {setting}", setting=parameter), edits)


def parameter_fault(graph: Graph, old: str, new: str) -> str | None:
    """Why a promoted parameter cannot be called that, as a sentence; None when it can."""
    if (fault := names.fault(new)) is not None:
        return phrase("The name “{name}” {fault}.", name=new, fault=fault)
    if new != old and new in graph.definition.parameters:
        return phrase("Another parameter is called “{name}” already.", name=new)
    return None


def rename_parameter(graph: Graph, old: str, new: str) -> Step:
    """Call a promoted parameter by a name that ``parameter_fault`` has nothing against."""
    definition = graph.definition
    parameters = {new if k == old else k: value for k, value in definition.parameters.items()}
    edits: list[Edit] = [
        ChangeDefinition(graph.id, definition, replace(definition, parameters=parameters))
    ]
    for drawn, _ in _takers(graph, old):
        settings = {key: _renamed(value, old, new) for key, value in drawn.settings.items()}
        edits.append(ChangeNode(graph.id, drawn, replace(drawn, settings=settings)))
    for other, block in _uses(graph):
        drawn = other.nodes[block]
        if old in (said := drawn.settings.get(VALUES) or {}):
            values = {new if k == old else k: value for k, value in said.items()}
            edits.append(ChangeNode(other.id, drawn, _with(drawn, {VALUES: values})))
    return Step(phrase("Rename {parameter}", parameter=old), tuple(edits))


def _uses(graph: Graph) -> Iterator[tuple[Graph, NodeId]]:
    """The blocks that compute a graph; one within itself computes nothing."""
    return (use for use in block_ports.uses(graph) if use[0].id != graph.id)


def _held(graph: Graph, node: Node, setting: str, of_block: bool) -> Any:
    """What a node has for a setting, or the block that it is for a parameter, said or not."""
    if of_block:
        (computed,) = node.blocks.values()
        usual = graph.document.graphs[computed].definition.parameters
        return {**usual, **(node.settings.get(VALUES) or {})}.get(setting)
    kind = Layer.find(node.layer)
    usual = kind.defaults() if kind is not None else {}
    return {**usual, **node.settings}.get(setting)


def _given(node: Node, setting: str, value: Any, of_block: bool) -> Node:
    if of_block:
        said = node.settings.get(VALUES) or {}
        return _with(node, {VALUES: {**said, setting: value}})
    return _with(node, {setting: value})


def _with(node: Node, settings: dict[str, Any]) -> Node:
    return replace(node, settings={**node.settings, **settings})


def _said(graph: Graph, parameter: str) -> Iterator[Any]:
    """What each block that computes the graph has for a parameter, whether it says so or not."""
    usual = graph.definition.parameters.get(parameter)
    for other, block in _uses(graph):
        yield (other.nodes[block].settings.get(VALUES) or {}).get(parameter, usual)


def _takers(graph: Graph, parameter: str) -> Iterator[tuple[Node, int]]:
    """The nodes in a graph that take a parameter, and how often each does."""
    for id in sorted(graph.nodes):
        node = graph.nodes[id]
        handed = (one for v in node.settings.values() if isinstance(v, dict) for one in v.values())
        count = sum(one == Promoted(parameter) for one in (*node.settings.values(), *handed))
        if count:
            yield node, count


def _without(graph: Graph, parameter: str) -> Iterator[Edit]:
    """What takes a parameter out of a definition, and out of what blocks say."""
    definition = graph.definition
    kept = {k: value for k, value in definition.parameters.items() if k != parameter}
    yield ChangeDefinition(graph.id, definition, replace(definition, parameters=kept))
    for other, block in _uses(graph):
        drawn = other.nodes[block]
        said = drawn.settings.get(VALUES) or {}
        if parameter in said:
            left = {k: value for k, value in said.items() if k != parameter}
            yield ChangeNode(other.id, drawn, _with(drawn, {VALUES: left or None}))


def _renamed(value: Any, old: str, new: str) -> Any:
    match value:
        case Promoted(parameter) if parameter == old:
            return Promoted(new)
        case dict():
            return {key: _renamed(one, old, new) for key, one in value.items()}
        case _:
            return value
