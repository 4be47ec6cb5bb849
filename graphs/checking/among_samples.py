"""Finds layers by which what comes out for one sample depends on the others of its batch.

Samples may meet there, or padding counts, which is as much as the longest of them asks for.
"""

from collections.abc import Iterable
from dataclasses import replace

from graphs.document.document import Graph
from graphs.document.walk import reached
from graphs.layers.ends import output_layers
from graphs.layers.spec import Layer, Outputs, Reaching
from graphs.problems import Problem, Set, Severity, problem
from graphs.setting_kinds import FieldName
from graphs.sizes import BATCH, Size, same, symbols
from graphs.types import Masked, TensorType

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
COUNTED = (
    "Padding counts here as real steps, as it does behind a MaskPadding, so what comes out for a "
    "sample depends on how long others are. Before this, let the steps be the first axis of a "
    "sample again, and put a MaskPadding there with the padded series wired to its like."
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


# ---- padding that was made zero, up to where it would count as real steps ----


def behind_masks(layer: Layer, given: Reaching, outputs: Outputs) -> tuple[Outputs, Problem | None]:
    """What comes out, and what is known of the padding in it; with a warning where that counts."""
    masks = [t.masked for types in given.types.values() for t in types if t.masked is not None]
    if not masks or given.inside:  # in a block it has been followed
        return outputs, None
    port = None if layer.keeps_zeros else _counting(layer, given)
    if port is not None:
        return outputs, problem(COUNTED, port=port, severity=Severity.WARNING)
    is_zero = layer.keeps_zeros and all(one.is_zero for one in masks)
    left = replace(masks[0], is_zero=is_zero)
    return tuple(_followed(tensor, left) for tensor in outputs), None


def _followed(tensor: TensorType, mask: Masked) -> TensorType:
    """With the mask, where steps are left and it is not known again which of them are real."""
    if tensor.masked or (tensor.padded and not mask.is_zero):
        return tensor
    if not any(_in_steps(size, mask) for size in tensor.sizes):
        return tensor
    return replace(tensor, masked=mask)


def _counting(layer: Layer, given: Reaching) -> str | None:
    """The port at which padding counts; None where it counts nowhere."""
    entering = [(port, t) for port, types in given.types.items() for t in types]
    unknown = [(port, t.masked) for port, t in entering if t.masked and t.padded is None]
    asking = _asking(layer, given) if unknown else frozenset()
    for port, mask in unknown:
        works_along = any(_in_steps(size, mask) for size in layer.along(given))
        if (works_along or port in asking) and layer.minds_padding(is_zero=mask.is_zero):
            return port
    return None


def _asking(layer: Layer, given: Reaching) -> frozenset[str]:
    """The ports where it would ask which steps are real, if that were known."""

    def known(tensor: TensorType) -> TensorType:
        is_first = tensor.masked and tensor.rank > 1 and _in_steps(tensor.sizes[1], tensor.masked)
        return replace(tensor, padded=FieldName("padded")) if is_first else tensor

    types = {port: tuple(map(known, several)) for port, several in given.types.items()}
    told = replace(given, types=types)
    if isinstance(layer.infer(told), Problem):
        return frozenset(types) if layer.runs_in_training_only else frozenset()
    return frozenset(layer.torch(told).use.lengths_asked())


def _in_steps(size: Size, mask: Masked) -> bool:
    return not symbols(size).isdisjoint(symbols(mask.steps))
