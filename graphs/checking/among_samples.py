"""Finds layers by which what comes out for one sample depends on the others of its batch."""

from collections.abc import Iterable

from graphs.document.document import Graph
from graphs.document.walk import reached
from graphs.layers.ends import output_layers
from graphs.layers.spec import Layer, Outputs, Reaching
from graphs.problems import Problem, Set, Severity, problem
from graphs.sizes import BATCH, Size, same, symbols
from graphs.types import TensorType

MEETING = (
    "The samples of a batch meet or change places here, so a prediction depends on which others "
    "are asked with it. Let it work along another axis than that of the batch, {batch}."
)
MOVED = (
    "The samples of a batch meet or change places here, so a prediction depends on which others "
    "are asked with it. Bring the batch, {batch}, back to the first axis before it."
)
PAIRS = (
    "Every sample of the batch meets every other here, as {got} has the batch {batch} more than "
    "once. So a prediction depends on which others are asked with it, and memory grows with the "
    "square of the batch size. Leave the batch the first axis of all that is wired here."
)
RETURNED = (
    "What is returned, {got}, has more rows than the batch has samples, so it cannot be told which "
    "belong to one. Bring the batch, {batch}, back to the first axis with Unflatten."
)
OF_PREDICTIONS = frozenset({MEETING, MOVED, PAIRS})
"""What matters only where something that is returned depends on it: losses may compare samples."""
_BATCH = symbols(BATCH)


def among_samples(layer: Layer, given: Reaching, outputs: Outputs) -> Problem | None:
    """A warning where the samples of a batch meet; norms over the batch say it themselves."""
    if layer.is_output:
        return _returned(given.first())
    if any(map(_is_batch, layer.along(given))):
        usual = layer.defaults().get("dim")
        fix = None if layer.settings.get("dim") == usual else Set("dim", usual)
        if usual is None:
            return problem(MOVED, severity=Severity.WARNING, batch=BATCH)
        return problem(MEETING, setting="dim", fix=fix, severity=Severity.WARNING, batch=BATCH)
    pairs = next(filter(_is_paired, outputs), None)
    if pairs is None:
        return None
    if any(_is_paired(tensor) for types in given.types.values() for tensor in types):
        return None
    return problem(PAIRS, severity=Severity.WARNING, got=pairs, batch=BATCH)


def _returned(tensor: TensorType) -> Problem | None:
    """That the first axis is not the batch alone."""
    if not tensor.sizes or not _is_batch(tensor.sizes[0]) or same(tensor.sizes[0], BATCH):
        return None
    return problem(RETURNED, severity=Severity.WARNING, got=tensor, batch=BATCH)


def of_predictions(graph: Graph, found: Iterable[Problem]) -> list[Problem]:
    """Without those that only a loss would notice, such as one that compares all samples."""
    problems = list(found)
    ends = graph.of_layers(output_layers())
    if not ends or all(one.template not in OF_PREDICTIONS for one in problems):
        return problems
    shown = set(reached(ends, graph.before))
    return [p for p in problems if p.template not in OF_PREDICTIONS or p.node in shown]


def _is_paired(tensor: TensorType) -> bool:
    """Whether the batch is more than one of its axes."""
    varying = [size for size in tensor.sizes if not isinstance(size, int)]
    return len(varying) > 1 and sum(map(_is_batch, varying)) > 1


def _is_batch(size: Size) -> bool:
    return symbols(size) >= _BATCH
