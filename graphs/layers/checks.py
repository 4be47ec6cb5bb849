"""Questions that many type rules ask of what reaches them. Each answers with a problem or None."""

from graphs.problems import Insert, Problem, Recipe, problem
from graphs.sizes import Size, at_least
from graphs.types import Kind, TensorType


def not_floats(tensor: TensorType, port: str = "input") -> Problem | None:
    """Floats are needed; tokens get an Embedding as the fix."""
    if tensor.kind is Kind.FLOAT:
        return None
    if tensor.kind is Kind.TOKENS:
        return problem(
            "This layer computes with floats, but gets tokens. An Embedding turns tokens into floats.",
            port=port,
            fix=Insert("embedding", port),
        )
    return problem(
        "This layer computes with floats, but gets {kind} values.",
        port=port,
        kind=tensor.kind.value,
    )


def not_rank(
    tensor: TensorType, ranks: tuple[int, ...], wanted: str, fix: Recipe | None = None
) -> Problem | None:
    """``ranks`` count the batch; ``wanted`` says the sizes without it: "channels × height × width"."""
    if tensor.rank in ranks:
        return None
    return problem(
        "Needs {wanted}, but gets {got}.", port="input", fix=fix, wanted=wanted, got=tensor
    )


def not_fixed(size: Size, parameter: str) -> Problem | None:
    """Weights need a number: a size known only by name cannot be ``parameter``."""
    if isinstance(size, int):
        return None
    return problem(
        "{parameter} must be a fixed number, but the size here is {size}, which varies from batch to batch.",
        port="input",
        parameter=parameter,
        size=size,
    )


def too_small(size: Size, axis: str, setting: str, fix: Recipe | None = None) -> Problem | None:
    """An output axis that could shrink to nothing."""
    if at_least(size, 1):
        return None
    return problem(
        "The {axis} would shrink to {size}. Lower {setting} or give it a larger input.",
        port="input",
        setting=setting,
        fix=fix,
        axis=axis,
        size=size,
    )
