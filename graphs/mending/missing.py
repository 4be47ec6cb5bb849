"""What a graph lacks, links, Outputs and losses, and the steps that add them where they belong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from math import hypot
from typing import Any

from graphs.checking.evaluated_graph import EvaluatedGraph
from graphs.checking.evaluation import evaluated
from graphs.checking.unmet import NOT_WIRED
from graphs.document.document import Graph
from graphs.document.edits import Connect, Link, NodeId, Position, Step
from graphs.document.walk import reached
from graphs.layers import Layer
from graphs.layers.ends import Input, Output, input_layers, output_layers, target_inputs
from graphs.layers.losses.losses import TargetLoss, is_reading, losses
from graphs.layers.spec import Reaching
from graphs.mending.fitting import LinkEnd, new_nodes, settings_for, type_problem
from graphs.problems import Problem, Set
from graphs.steps import operations, placing
from graphs.types import Kind, floats

LOSSES = ("cross_entropy_loss", "mse_loss", "bce_with_logits_loss", "bce_loss")
"""The first one that takes what there is, and suits the target, is offered."""
MANY = 50
"""With more free outputs than this nobody can say which one was meant."""
OFFERED = 3
"""So many links are offered where several would do."""
RIGHT, SETTABLE, UNKNOWN, MENDABLE = range(4)
"""How well a place fits: as it is, after setting a number, nobody knows yet, after another fix."""


def links_for(evaluation: EvaluatedGraph, node: NodeId, port: str) -> list[Link]:
    """Links that would serve a port to which nothing is wired, the likeliest first.

    For an Output and a loss the one that fits best. For others outputs that nothing else takes, the
    nearest first; where there are none, those of any node. What lies beside a whole network and
    gives nothing yet comes last.
    """
    graph = evaluation.graph
    layer = graph.nodes[node].layer
    if layer in _final():
        partners = set(_partners(graph, layer))
        ends = list(islice(_for_final(graph, evaluation, layer), MANY))
        rated = list(_rated(evaluation, node, port, ends))
        if not rated:  # all between has been deleted: what is left begins at an Input
            rated = list(_rated(evaluation, node, port, _loose(graph, evaluation)))
        # Where an Output hangs a loss belongs, whatever comes there, and where a loss, an Output.
        rated = [(RIGHT if f == UNKNOWN and k in partners else f, k) for f, k in rated]
        return [_link(k, node, port) for _, k in sorted(rated, key=lambda one: one[0])[:1]]
    free = _near(evaluation, node, port, _free(graph, _final() if is_reading(layer) else set()))
    apart = UNKNOWN if _is_whole(evaluation) else MENDABLE
    found = [end for fit, end in free if fit < apart]
    if not found:
        fits = _near(evaluation, node, port, _all(graph))
        found = [end for fit, end in fits if fit <= SETTABLE]
    found += [end for fit, end in free if apart <= fit <= UNKNOWN]
    return [_link(end, node, port) for end in found[:OFFERED]]


def _near(
    evaluation: EvaluatedGraph, node: NodeId, port: str, ends: Iterable[LinkEnd]
) -> list[tuple[int, LinkEnd]]:
    """The places that could be wired to a port, the nearest first; none of too many."""
    some = list(islice(ends, MANY + 1))
    near = sorted(some, key=lambda end: _nearness(evaluation.graph, end.node, node))
    return list(_rated(evaluation, node, port, near)) if len(some) <= MANY else []


def _is_whole(evaluation: EvaluatedGraph) -> bool:
    """Whether a network ends well, so that what is fed by nothing lies beside it."""
    return any(evaluation[node].accepted for node in evaluation.graph.of_layers(_final()))


def _link(end: LinkEnd, node: NodeId, port: str) -> Link:
    return Link(end.node, end.port, node, port)


def _rated(
    evaluation: EvaluatedGraph, node: NodeId, port: str, ends: Iterable[LinkEnd]
) -> Iterator[tuple[int, LinkEnd]]:
    """The places that could be wired to a port, with how well they fit."""
    for end in ends:
        if operations.refusal(evaluation.graph, end.node, end.port, node, port) is None:
            known = end.port in evaluation[end.node].outputs
            wrong = type_problem(evaluation, _link(end, node, port))
            fit = _fit(wrong) if known else UNKNOWN
            if fit is not None:
                yield fit, end


def _nearness(graph: Graph, one: NodeId, other: NodeId) -> tuple[bool, bool, float]:
    """How near one lies before another: what is read later on the canvas comes last.

    The end of a row is near the beginning of the next, unless something lies right above that.
    """
    (x1, y1), (x2, y2) = graph.positions[one], graph.positions[other]
    in_row = abs(y2 - y1) < placing.CARD[1]
    is_later = x1 >= x2 if in_row else y1 > y2
    is_beside = in_row and x2 - x1 <= placing.BESIDE
    is_above = _is_next_row(graph, y1, y2) and abs(x2 - x1) < placing.CARD[0]
    is_far = not (is_beside or is_above or _goes_on(graph, one, other))
    return is_later, is_far, hypot(x2 - x1 - placing.BESIDE, y2 - y1)


def _goes_on(graph: Graph, one: NodeId, other: NodeId) -> bool:
    """Whether one ends a row of the canvas and the other begins the next."""
    (x1, y1), (x2, y2) = graph.positions[one], graph.positions[other]
    places = graph.positions.values()
    ends = all(x <= x1 for x, y in places if abs(y - y1) < placing.CARD[1])
    begins = all(x >= x2 for x, y in places if abs(y - y2) < placing.CARD[1])
    return ends and begins and _is_next_row(graph, y1, y2)


def _is_next_row(graph: Graph, y1: int, y2: int) -> bool:
    """Whether no node lies between two heights, of which the second is below the first."""
    high = placing.CARD[1]
    between = (y1 + high <= y and y + high <= y2 for _, y in graph.positions.values())
    return y2 - y1 >= high and not any(between)


def _read_at(graph: Graph, node: NodeId) -> tuple[int, int]:
    """Where a node comes when the canvas is read in rows."""
    x, y = graph.positions[node]
    return y // placing.DOWN, x


def output_step(evaluation: EvaluatedGraph) -> Step:
    """Add an Output, at what a loss takes or else where the network ends."""
    graph = evaluation.graph
    end = next(_for_final(graph, evaluation, Output.id), None)
    return _added(graph, Output.id, settings_for(graph, Output.id), end)


def input_step(evaluation: EvaluatedGraph) -> Step:
    """Add an Input before all that is there, wired to the port that waits for it."""
    graph = evaluation.graph
    added = _added(graph, Input.id, settings_for(graph, Input.id), None)
    waiting = [
        (NodeId(one.node), one.port)
        for one in evaluation.problems()
        if one.template == NOT_WIRED and one.node is not None and one.port is not None
    ]
    waiting = [one for one in waiting if graph.nodes[one[0]].layer not in _final()]
    if not waiting:
        return added
    ahead = max(waiting, key=lambda one: (sum(1 for _ in reached({one[0]}, graph.targets)), one))
    link = Link(new_nodes(added)[0], "output", *ahead)
    wired = Step(added.name, (*added.edits, Connect(graph.id, link)))
    trial = graph.document.copy()
    trial.apply(wired)
    wrong = evaluated(trial.graphs[graph.id])[link.target].problems
    return added if any(one.recipe is None for one in wrong) else wired


def loss_step(evaluation: EvaluatedGraph) -> Step:
    """Add a loss for a target of the data, wired to the place that fits it best."""
    graph = evaluation.graph
    partners = set(_partners(graph, LOSSES[0]))
    ranked = []
    for at, end in enumerate(islice(_for_final(graph, evaluation, LOSSES[0]), MANY)):
        shown = _shown_as(graph, end)
        for number, target in enumerate(graph.document.data.targets()):
            for place, kind in enumerate(_losses_for(graph, target)):
                fit = _fit_of(evaluation, kind, target, end)
                if fit is not None:
                    fit = RIGHT if fit == UNKNOWN and end in partners else fit
                    ranked.append(
                        ((fit, target not in shown, at, number, place), kind, target, end)
                    )
    if not ranked:
        return _added(graph, LOSSES[0], settings_for(graph, LOSSES[0]), None)
    _, kind, target, end = min(ranked, key=lambda one: one[0])
    return _added(graph, kind, {"target": target}, end)


def _losses_for(graph: Graph, target: str) -> list[str]:
    """The losses that can learn a target, if they get the right scores."""
    wanted = graph.document.data.types()[target]
    found = []
    for id in LOSSES:
        kind = Layer.get(id)
        assert issubclass(kind, TargetLoss)
        wrong = kind.made({"target": target}).compare(floats(1), wanted)
        if wrong is None or wrong.setting != "target":
            found.append(id)
    return found


def _shown_as(graph: Graph, end: LinkEnd) -> set[str]:
    """What the Outputs at a place, or behind its softmax, are called."""
    near = graph.leaving(end.node)
    behind = [graph.nodes[k.target] for k in near]
    behind += [graph.nodes[k.target] for one in near for k in graph.leaving(one.target)]
    return {node.name for node in behind if node.layer in output_layers()}


def _fit_of(evaluation: EvaluatedGraph, kind: str, target: str, end: LinkEnd) -> int | None:
    tensor = evaluation[end.node].outputs.get(end.port)
    if tensor is None:
        return UNKNOWN
    made = Layer.get(kind).made({**Layer.get(kind).defaults(), "target": target})
    answer = made.infer(Reaching({"input": (tensor,)}, evaluation.fields))
    return _fit(answer if isinstance(answer, Problem) else None)


def _fit(wrong: Problem | None) -> int | None:
    """None for what cannot be mended."""
    if wrong is None:
        return RIGHT
    if wrong.recipe is None:
        return None
    return SETTABLE if isinstance(wrong.recipe, Set) else MENDABLE


def _final() -> set[str]:
    return output_layers() | losses()


def _partners(graph: Graph, layer: str) -> list[LinkEnd]:
    """Where an Output hangs that has no loss, or a loss that has no Output; before its softmax."""
    is_loss = layer in losses()
    own = set(_linked(graph, losses() if is_loss else output_layers()))
    found: dict[LinkEnd, None] = {}
    for place in sorted(
        _linked(graph, output_layers() if is_loss else losses()), key=lambda place: place in own
    ):
        before = graph.entering(place.node)
        if is_loss and is_reading(graph.nodes[place.node].layer) and len(before) == 1:
            found[LinkEnd(before[0].source, before[0].output)] = None
        found[place] = None
    return list(found)


def _for_final(graph: Graph, evaluation: EvaluatedGraph, layer: str) -> Iterator[LinkEnd]:
    """Where an Output or a loss can hang: at its partners, then where the network ends."""
    ends = list(_ends(graph, evaluation))
    if layer in losses():  # scores are learned from before they are turned into what is read
        ends.sort(key=lambda end: is_reading(graph.nodes[end.node].layer))
    yield from dict.fromkeys((*_partners(graph, layer), *ends))


def _linked(graph: Graph, layers: set[str]) -> list[LinkEnd]:
    """The places at which nodes of these layers hang."""
    ids = sorted(node.id for node in graph.nodes.values() if node.layer in layers)
    return [LinkEnd(k.source, k.output) for id in ids for k in graph.entering(id)]


def _ends(graph: Graph, evaluation: EvaluatedGraph) -> Iterator[LinkEnd]:
    """Where the network ends: outputs that feed no layer, the last one first.

    Behind what is wired come nodes to which nothing is, in the order in which the canvas is read.
    Those that are known to hold no real numbers are left out.
    """
    order = evaluation.order
    loose = {node for node in order if not graph.sources(node)}
    wired = [node for node in order if node not in loose]
    read = sorted(loose, key=lambda node: (_read_at(graph, node), node))
    for node in (*reversed(wired), *reversed(read)):
        if graph.nodes[node].layer in input_layers() | target_inputs() | _final():
            continue
        fed = {k.output for k in graph.leaving(node) if graph.nodes[k.target].layer not in _final()}
        for name in operations.ports_of(graph, node).outputs:
            tensor = evaluation[node].outputs.get(name)
            if name not in fed and (tensor is None or tensor.kind is Kind.FLOAT):
                yield LinkEnd(node, name)


def _free(graph: Graph, beside: set[str]) -> Iterator[LinkEnd]:
    """Outputs to which nothing is wired but layers ``beside`` which another may hang."""
    for node in graph.nodes:
        leaving = graph.leaving(node)
        wired = {k.output for k in leaving if graph.nodes[k.target].layer not in beside}
        for name in operations.ports_of(graph, node).outputs:
            if name not in wired:
                yield LinkEnd(node, name)


def _loose(graph: Graph, evaluation: EvaluatedGraph) -> Iterator[LinkEnd]:
    """What Inputs give that feed nothing but Outputs and losses."""
    for node in evaluation.order:
        fed = {graph.nodes[k.target].layer for k in graph.leaving(node)}
        if graph.nodes[node].layer in input_layers() and fed <= _final():
            yield from (LinkEnd(node, name) for name in operations.ports_of(graph, node).outputs)


def _all(graph: Graph) -> Iterator[LinkEnd]:
    """All outputs."""
    for node in graph.nodes:
        for name in operations.ports_of(graph, node).outputs:
            yield LinkEnd(node, name)


def _added(graph: Graph, layer: str, settings: dict[str, Any], end: LinkEnd | None) -> Step:
    """Add a layer at a free place, wired to ``end``."""
    place = placing.free_place(graph, _wish(graph, layer, end))
    step = operations.add(graph, layer, place, **settings)
    if end is None:
        return step
    (node,) = new_nodes(step)
    ports = Layer.get(layer).made({**Layer.get(layer).defaults(), **settings}).ports()
    link = Link(end.node, end.port, node, ports.inputs[0].name)
    return Step(step.name, (*step.edits, Connect(graph.id, link)))


def _wish(graph: Graph, layer: str, end: LinkEnd | None) -> Position:
    """Behind the place it hangs at; else behind all, or before all for an Input."""
    if end is not None:
        x, y = graph.positions[end.node]
        return x + placing.BESIDE, y
    places: Iterable[Position] = graph.positions.values()
    top = min((y for _, y in places), default=0)
    if Layer.get(layer).is_input:
        return min((x for x, _ in places), default=0) - placing.BESIDE, top
    return max((x for x, _ in places), default=-placing.BESIDE) + placing.BESIDE, top
