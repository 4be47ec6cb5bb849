"""Layers in a wrong order: one that needs a shape which an earlier layer has removed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from graphs.checking.evaluation import Evaluation
from graphs.checking.further_up import deciding
from graphs.document.document import Graph
from graphs.document.edits import Link, NodeId
from graphs.layers import Layer
from graphs.layers.checks import NEEDS
from graphs.layers.spec import Reaching
from graphs.problems import Bypass, Insert, Problem, Reorder, Set, Severity
from graphs.types import TensorType

ORDER = (
    "The order is wrong: “{moved}” works on the form of what it gets, so it belongs before "
    "“{ahead}”."
)
MOST_LINKS = 50
"""So far it is looked up and down a chain."""


def put_right(evaluation: Evaluation, found: Iterable[Problem]) -> list[Problem]:
    """The problems, with the fix that the graph around them asks for.

    A type rule sees one node; of a chain it cannot know whether the order is wrong, nor whether
    there is a layer further up whose setting it would have set.
    """
    return [_seen(evaluation, one) if _may_be_wrong(one) else one for one in found]


def _may_be_wrong(found: Problem) -> bool:
    if found.severity is not Severity.ERROR or found.node is None or found.port is None:
        return False
    return found.template == NEEDS or isinstance(found.recipe, Insert | Set)


def _seen(evaluation: Evaluation, found: Problem) -> Problem:
    graph = evaluation.graph
    order = _order_of(evaluation, found)
    if order is not None:
        moved, ahead = graph.nodes[NodeId(order.moved[0])], graph.nodes[NodeId(order.ahead)]
        values = {**found.values, "moved": moved.name, "ahead": ahead.name}
        other = moved.id if moved.id != found.node else ahead.id
        return replace(found, fix=order, towards=None, more=ORDER, values=values, other=other)
    fix, link = found.recipe, _entering(graph, found)
    if link is None or _has_features(evaluation, link):
        return found
    if isinstance(fix, Insert) and fix.ahead and Layer.get(fix.layer).makes_rows:
        here = replace(fix, ahead=False)
        return replace(found, fix=None, towards=here, more="", other=link.source)
    if isinstance(fix, Set) and fix.setting == "out_features" and fix.port is not None:
        return replace(found, fix=Insert("linear", settings={"out_features": fix.value}))
    return found


def _order_of(evaluation: Evaluation, found: Problem) -> Reorder | None:
    """How the chain that a problem is in is put right; None when its order is not what is wrong."""
    graph, link = evaluation.graph, _entering(evaluation.graph, found)
    if link is None:
        return None
    fix = found.recipe
    if found.template == NEEDS and (fix is None or isinstance(fix, Bypass)):
        bypassed = fix is not None and _is_enough_to_bypass(evaluation, link)
        return None if bypassed else _of_what_lost_its_form(evaluation, link)
    if isinstance(fix, Insert) and fix.ahead:
        return _of_what_would_lose_it(evaluation, link, fix, deciding(graph, link))
    return None


def _is_enough_to_bypass(evaluation: Evaluation, link: Link) -> bool:
    """Whether the chain loses its form once more, so that the first time was one too many."""
    tensor = _tensor(evaluation, link)
    if tensor is None or tensor.before is None:
        return False
    last = _along(evaluation, _behind(evaluation.graph, link.target), tensor.before)
    return last is not None and last.rank == 2


def _of_what_lost_its_form(evaluation: Evaluation, link: Link) -> Reorder | None:
    """For a node that refuses the form: the next link up that carries one which it takes."""
    graph = evaluation.graph
    up: Link | None = link
    for _ in range(MOST_LINKS):
        up = _only(graph, up.source) if up is not None else None
        if up is None:
            return None
        tensor = _tensor(evaluation, up)
        if tensor is not None and _after(evaluation, link.target, tensor) is not None:
            break
    else:
        return None
    assert up is not None
    chain = [*_between(graph, up, link), *_behind(graph, link.target)]
    return _sorted_out(evaluation, up, chain, None, link.target)


def _of_what_would_lose_it(
    evaluation: Evaluation, link: Link, fix: Insert, into: Link | None
) -> Reorder | None:
    """For a loss that wants rows: what stands between it and the layer to be fed with rows."""
    if into is None or into.target == link.source == into.source:
        return None
    chain = _between(evaluation.graph, into, link)
    return _sorted_out(evaluation, into, chain, fix, None)


def _sorted_out(
    evaluation: Evaluation,
    into: Link,
    chain: Sequence[NodeId],
    flat: Insert | None,
    first: NodeId | None,
) -> Reorder | None:
    """The nodes of a chain that have to go before the others, if it works then."""
    tensor = _tensor(evaluation, into)
    moved: list[NodeId] = [] if first is None else [first]
    for _ in chain:
        if tensor is None:
            return None
        form = _along(evaluation, moved, tensor)
        if form is None:
            return None
        if flat is not None:
            form = _through(_layer_of(flat), "input", form, evaluation)
        if form is None:
            return None
        refusing, last = _refusing(evaluation, [n for n in chain if n not in moved], form)
        if refusing is None and last.rank == 2 and not isinstance(last.sizes[1], int):
            return None  # so many values as a sample has steps: no layer with weights takes them
        if refusing is None:
            return Reorder(tuple(moved), into.target, flat) if moved else None
        moved = [n for n in chain if n in {*moved, refusing}]
    return None


def _layer_of(flat: Insert) -> Layer:
    kind = Layer.get(flat.layer)
    return kind.made({**kind.defaults(), **flat.settings})


def _along(
    evaluation: Evaluation, nodes: Iterable[NodeId], tensor: TensorType
) -> TensorType | None:
    """What comes out of nodes one after the other."""
    for node in nodes:
        after = _after(evaluation, node, tensor)
        if after is None:
            return None
        tensor = after
    return tensor


def _refusing(
    evaluation: Evaluation, nodes: Iterable[NodeId], tensor: TensorType
) -> tuple[NodeId | None, TensorType]:
    """The first node that does not take what the ones before it give, and that."""
    for node in nodes:
        after = _after(evaluation, node, tensor)
        if after is None:
            return node, tensor
        tensor = after
    return None, tensor


def _after(evaluation: Evaluation, node: NodeId, tensor: TensorType) -> TensorType | None:
    """What a node with one way in and out makes of a tensor; None when it refuses."""
    layer, entering = evaluation[node].layer, evaluation.graph.entering(node)
    if layer is None or len(entering) != 1 or evaluation.graph.nodes[node].references:
        return None
    return _through(layer, entering[0].input, tensor, evaluation)


def _through(
    layer: Layer, port: str, tensor: TensorType, evaluation: Evaluation
) -> TensorType | None:
    outputs = layer.infer(Reaching({port: (tensor,)}, evaluation.fields))
    return None if isinstance(outputs, Problem) or not outputs else outputs[0]


def _tensor(evaluation: Evaluation, link: Link) -> TensorType | None:
    return evaluation[link.source].outputs.get(link.output)


def _only(graph: Graph, node: NodeId) -> Link | None:
    entering = graph.entering(node)
    return entering[0] if len(entering) == 1 else None


def _entering(graph: Graph, found: Problem) -> Link | None:
    links = graph.entering(NodeId(found.node)) if found.node is not None else []
    return links[0] if len(links) == 1 else None


def _between(graph: Graph, top: Link, bottom: Link) -> list[NodeId]:
    """The nodes from the one that ``top`` enters to the one that ``bottom`` leaves."""
    found: list[NodeId] = []
    here: Link | None = bottom
    while here is not None and here != top and len(found) < MOST_LINKS:
        found.insert(0, here.source)
        here = _only(graph, here.source)
    return found if here == top else []


def _behind(graph: Graph, node: NodeId) -> list[NodeId]:
    """A node and those that it alone feeds, one after the other, without Outputs and losses."""
    found = [node]
    while len(found) < MOST_LINKS:
        after = [k for k in graph.leaving(found[-1]) if _has_way_out(graph, k.target)]
        if len(after) != 1 or len(graph.entering(after[0].target)) != 1:
            return found
        if after[0].target in found:
            return found
        found.append(after[0].target)
    return found


def _has_way_out(graph: Graph, node: NodeId) -> bool:
    kind = Layer.find(graph.nodes[node].layer)
    return kind is not None and not (kind.is_output or kind.runs_in_training_only)


def _has_features(evaluation: Evaluation, link: Link) -> bool:
    """Whether a layer with ``out_features`` is further up, past such as keep the features."""
    graph, here = evaluation.graph, link
    for _ in range(MOST_LINKS):
        if "out_features" in graph.nodes[here.source].settings:
            return True
        before, given = _only(graph, here.source), _tensor(evaluation, here)
        came = _tensor(evaluation, before) if before is not None else None
        if before is None or came is None or given is None:
            return False
        if not (came.rank and given.rank) or came.sizes[-1] != given.sizes[-1]:
            return False
        here = before
    return False
