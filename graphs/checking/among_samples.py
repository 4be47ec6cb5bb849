"""Finds layers by which what comes out for one sample depends on the others of its batch."""

from graphs.layers.spec import Layer, Outputs, Reaching
from graphs.problems import Problem, Set, Severity, problem
from graphs.sizes import BATCH, Size, symbols
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
_BATCH = symbols(BATCH)


def among_samples(layer: Layer, given: Reaching, outputs: Outputs) -> Problem | None:
    """A warning where the samples of a batch meet; norms over the batch say it themselves."""
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


def _is_paired(tensor: TensorType) -> bool:
    """Whether the batch is more than one of its axes."""
    varying = [size for size in tensor.sizes if not isinstance(size, int)]
    return len(varying) > 1 and sum(map(_is_batch, varying)) > 1


def _is_batch(size: Size) -> bool:
    return symbols(size) >= _BATCH
