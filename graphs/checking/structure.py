"""Finds all problems that need the whole graph: what stands between a document and training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from graphs.checking.among_samples import of_predictions
from graphs.checking.circles import circles
from graphs.checking.data_hints import LEFT_BEHIND, SHIFTED_OUT, hints
from graphs.checking.evaluation import Evaluation
from graphs.checking.gradients import learning, unlearned
from graphs.checking.memory import too_large
from graphs.checking.ordering import put_right
from graphs.describe import Described
from graphs.document.document import Document, Graph
from graphs.document.edits import NodeId
from graphs.document.walk import reached
from graphs.layers.ends import input_layers, output_layers, target_inputs
from graphs.layers.losses.losses import losses
from graphs.layers.normalization import BatchNorm
from graphs.layers.spec import Layer
from graphs.plan.augmentations import Augmentation
from graphs.plan.optimizers import Optimizer
from graphs.plan.plan import Plan
from graphs.plan.schedules import Schedule
from graphs.problems import Problem, Remove, Set, Severity, problem

NO_DATA = "No data is chosen. Choose a data set or a file of your own."
NO_INPUT = "There is no Input, so no data reaches the graph. Add one."
NO_LOSS = "There is no loss, so nothing would be learned. Add one."
NO_WEIGHT = (
    "All losses have a weight of 0, so nothing is learned. Set the weight of “{name}” to 1, or "
    "delete the loss."
)
NO_LEARNER = (
    "No layer that learns leads to “{name}”. Wire it behind one with weights, such as Linear."
)
ALL_FROZEN = (
    "All nodes with weights are frozen, so nothing would be learned. Unfreeze “{name}” or another "
    "one in the inspector."
)
NO_OUTPUT = "There is no Output, so the model returns nothing. Add one."
DEAD_END = (
    "Nothing that is returned or learned depends on this node, so it is left out. "
    "Wire it on or delete it."
)
SHOWN_TARGET = (
    "“{name}” brings in what is to be predicted, which is not known of new samples, so nothing "
    "that is returned can depend on it. Let it lead to losses alone, or use an Input."
)
BAD_SETTING = "{part}: {name} {fault}. Change it in the training plan."
NO_TRAINING = (
    "Validation and test take {share} of the samples; nothing is left for training. "
    "Lower one of them in the plan."
)
NO_SUCH_FOLD = "The plan asks for fold {fold} of {folds}. Choose a smaller one, or none for all."
ONE_AT_A_TIME = (
    "“{name}” cannot learn from one sample at a time, as batch normalisation learns from how the "
    "samples of a batch differ. Set the batch size to 2 or more."
)
OF_THE_PLAN = frozenset(
    {BAD_SETTING, NO_TRAINING, NO_SUCH_FOLD, ONE_AT_A_TIME, SHIFTED_OUT, LEFT_BEHIND}
)
"""The templates of problems that are mended in the training plan."""
OF_TRAINING = OF_THE_PLAN | {NO_DATA, NO_LOSS, NO_WEIGHT, NO_LEARNER, ALL_FROZEN}
"""The templates of problems that stop training alone: the network can be made, and leave."""


def problems(
    document: Document,
    evaluation: Evaluation,
    available: int | None = None,
    *,
    needs_loss: bool = True,
) -> list[Problem]:
    """All problems: of the whole, of the graph's structure, then of nodes in topological order.

    With ``available`` bytes of memory given, also whether training fits into them. Without
    ``needs_loss`` what is learned need not be a loss of the graph.
    """
    graph = document.main
    if not graph.nodes:
        return [
            problem(
                "The graph is empty. Let one be proposed for your data, start from a template, or "
                "add layers."
            )
        ]
    circles, dead_ends = _of_structure(graph, evaluation)
    found = [
        *_of_the_whole(document, needs_loss),
        *circles,
        *_shown_targets(graph),
        *put_right(evaluation, of_predictions(graph, evaluation.problems())),
        *dead_ends,
        *_all_frozen(evaluation),
        *_memory(document, evaluation, available),
        *hints(document),
    ]
    if needs_loss and all(p.severity is not Severity.ERROR for p in found):
        found += _nothing_to_learn(evaluation) or unlearned(evaluation, _weighed(graph))
    return found


def errors(
    document: Document,
    evaluation: Evaluation,
    available: int | None = None,
    *,
    needs_loss: bool = True,
) -> list[Problem]:
    """Those problems that stop training."""
    found = problems(document, evaluation, available, needs_loss=needs_loss)
    return [p for p in found if p.severity is Severity.ERROR]


def stops_export(problem: Problem) -> bool:
    """Whether no network can be made, be it only to be written for other programs."""
    return problem.severity is Severity.ERROR and problem.template not in OF_TRAINING


def _memory(document: Document, evaluation: Evaluation, available: int | None) -> list[Problem]:
    if available is None:
        return []
    return too_large(evaluation, document.plan, available)


def _all_frozen(evaluation: Evaluation) -> list[Problem]:
    """Nothing can be learned when every node that has weights is frozen."""
    nodes = evaluation.graph.nodes
    if not any(node.frozen for node in nodes.values()) or evaluation.trained:
        return []  # adding up the weights of a thousand nodes takes time in every edit
    frozen = min((n for n, r in evaluation.results.items() if r.parameters), default=None)
    if frozen is None:
        return []
    found = problem(ALL_FROZEN, name=nodes[frozen].name)
    return [replace(found, path=(frozen,))]


def _nothing_to_learn(evaluation: Evaluation) -> list[Problem]:
    """No trained weight has a part in any loss. Usually the node before a loss has some."""
    graph, losses = evaluation.graph, _losses(evaluation.graph)
    nodes = graph.nodes
    if not _weighed(graph):
        loss = min(losses)
        nothing = problem(NO_WEIGHT, fix=Set("weight", 1.0), name=nodes[loss].name)
        return [replace(nothing, path=(loss,))]
    if any(evaluation[n].trained and not nodes[n].frozen for n in learning(evaluation, losses)):
        return []
    loss = min(losses)
    nothing = problem(NO_LEARNER, port="input", name=nodes[loss].name)
    return [replace(nothing, path=(loss,))]


_kept: WeakKeyDictionary[Graph, tuple[object, list[Problem], list[Problem]]] = WeakKeyDictionary()


def _of_structure(graph: Graph, evaluation: Evaluation) -> tuple[list[Problem], list[Problem]]:
    """Circles and dead ends, looked for again only when nodes or links have changed.

    Or the names of nodes on circles, as these are told.
    """
    names = [graph.nodes[node].name for node in sorted(evaluation.held_up)]
    state, kept = (graph.revision, names), _kept.get(graph)
    if kept is None or kept[0] != state:
        rounds = circles(graph) if evaluation.held_up else []
        kept = (state, rounds, _dead_ends(graph))
        _kept[graph] = kept
    return kept[1], kept[2]


def _shown_targets(graph: Graph) -> list[Problem]:
    """What is to be predicted, on its way to an Output."""
    brought = graph.of_layers(target_inputs())
    if not brought:
        return []
    shown = set(reached(graph.of_layers(output_layers()), graph.before))
    return [
        replace(problem(SHOWN_TARGET, name=graph.nodes[node].name), path=(node,))
        for node in sorted(shown.intersection(brought))
    ]


def _of_the_whole(document: Document, needs_loss: bool) -> list[Problem]:
    graph, found = document.main, []
    if not document.data.source:
        found.append(problem(NO_DATA))
    if not graph.of_layers(input_layers()):
        found.append(problem(NO_INPUT))
    if needs_loss and not _losses(graph):
        found.append(problem(NO_LOSS))
    if not graph.of_layers(output_layers()):
        found.append(problem(NO_OUTPUT))
    plan = document.plan
    found += _of_the_plan(plan)
    found += _of_the_split(plan)
    found += _of_the_batches(document)
    return found


def _of_the_split(plan: Plan) -> list[Problem]:
    found = []
    if plan.folds is not None and (plan.fold or 0) > plan.folds:
        found.append(problem(NO_SUCH_FOLD, setting="fold", fold=plan.fold, folds=plan.folds))
    kept = plan.validation + (plan.test if plan.folds is None else 1 / plan.folds)
    if kept >= 1:
        found.append(problem(NO_TRAINING, setting="test", share=f"{kept:.0%}"))
    return found


def _of_the_batches(document: Document) -> list[Problem]:
    """Norms over the batch have to have one, and batches that accumulate pass one by one."""
    if document.plan.batch_size > 1:
        return []
    norms = Layer.ids(lambda kind: issubclass(kind, BatchNorm))
    every = [g.nodes[id].name for g in document.graphs.values() for id in g.of_layers(norms)]
    return [problem(ONE_AT_A_TIME, setting="batch_size", name=name) for name in sorted(every)[:1]]


def _of_the_plan(plan: Plan) -> list[Problem]:
    """Settings that cannot be used, before an optimizer refuses them in words of its own."""
    parts: list[tuple[type[Described], Mapping[str, Any]]] = [
        (Plan, plan.settings),
        (Optimizer.get(plan.optimizer.id), plan.optimizer.settings),
        (Schedule.get(plan.schedule.id), plan.schedule.settings),
        *((Augmentation.get(one.id), one.settings) for one in plan.augmentation),
    ]
    return [
        problem(
            BAD_SETTING,
            setting=name if part is Plan else None,
            part=part.title,
            name=name,
            fault=fault,
        )
        for part, settings in parts
        for name, fault in part.faults(settings).items()
    ]


def _losses(graph: Graph) -> list[NodeId]:
    return graph.of_layers(losses())


def _weighed(graph: Graph) -> list[NodeId]:
    """The losses that count: one whose weight is 0 moves nothing."""
    return [node for node in _losses(graph) if graph.nodes[node].settings.get("weight") != 0]


def _dead_ends(graph: Graph) -> list[Problem]:
    """Nodes from which no path leads to an Output or a loss; they would not be computed."""
    ends = graph.of_layers(output_layers() | losses())
    if not ends:
        return []
    useful = set(reached(ends, graph.before))
    unused = graph.nodes.keys() - useful
    if not unused:
        return []
    begun = input_layers()
    waits = any(not graph.sources(n) and graph.nodes[n].layer not in begun for n in useful)
    return [_unused(graph, node, unused, waits) for node in sorted(unused)]


def _unused(graph: Graph, node: NodeId, unused: set[NodeId], waits: bool) -> Problem:
    """A node that leads nowhere. To delete it is no fix where a whole chain waits for a link.

    Nor is it where what is used ``waits`` for one: what lay between may just have been deleted.
    """
    beside = {link.source for link in graph.entering(node)} | graph.targets(node)
    fix = None if waits or beside & unused else Remove()
    return Problem(DEAD_END, severity=Severity.WARNING, fix=fix, path=(node,))
