"""Questions that many type rules ask of what reaches them. Each answers with a problem or None."""

from collections.abc import Iterable
from dataclasses import replace
from math import isqrt

from graphs.layers.spec import Layer, Reaching
from graphs.problems import Bypass, Insert, Problem, Recipe, Replace, Set, problem
from graphs.setting_kinds import FieldName
from graphs.sizes import Size, at_least
from graphs.types import Kind, TensorType
from graphs.wording.phrases import phrase

SIDES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""What the axes behind the channels are called, by their number."""
FURTHEST = 2**31 - 1
"""The largest number of a place along an axis; near 2^62 torch no longer computes with them."""
NEEDS = "Needs {wanted}, but gets {got}."
TOO_SMALL = "The {axis} would shrink to {size}. Lower kernel_size or give it a larger input."
MENDED = (
    "The {axis} would shrink to {size}. Set {way}, lower kernel_size, or give it a larger input."
)
DILATED = (
    "The {axis} would shrink to {size}. Lower dilation or kernel_size, or give it a larger input."
)
DILATED_MENDED = (
    "The {axis} would shrink to {size}. Set {way}, lower dilation or kernel_size, or give it a "
    "larger input."
)


def not_floats(tensor: TensorType, port: str = "input", slot: int = 0) -> Problem | None:
    """Floats are needed; tokens and classes get an Embedding as the fix."""
    if tensor.kind is Kind.FLOAT:
        return None
    fix = (
        Insert("embedding", port, slot=slot)
        if tensor.values and tensor.kind is not Kind.MASK
        else None
    )
    if tensor.kind is Kind.TOKENS:
        return problem(
            "This layer computes with floats, but gets tokens. "
            "An Embedding turns tokens into floats.",
            port=port,
            fix=fix,
        )
    return problem(
        "This layer computes with floats, but gets {kind} values.",
        port=port,
        fix=fix,
        kind=tensor.kind.value,
    )


def not_rank(
    tensor: TensorType,
    ranks: tuple[int, ...],
    wanted: str,
    fix: Recipe | None = None,
    port: str = "input",
) -> Problem | None:
    """``ranks`` count the batch; ``wanted`` says the sizes without it: "channels × height"."""
    if tensor.rank in ranks:
        return None
    return problem(NEEDS, port=port, fix=fix, wanted=wanted, got=tensor)


def not_grid(layer: Layer, tensor: TensorType, axes: int) -> Problem | None:
    """A series of channels or a picture is needed, with ``axes`` sides.

    The fix leaves out what took its form away, or gives it one.
    """
    if tensor.rank == axes + 2:
        return None
    wanted = "channels × " + " × ".join(SIDES[axes])
    before = tensor.before
    if before is not None and accepts(layer, before):
        return not_rank(tensor, (axes + 2,), wanted, Bypass())
    fitting = layer.id.replace(f"{axes}d", f"{tensor.rank - 2}d")
    if axes < tensor.rank - 2 and fitting != layer.id and Layer.find(fitting) is not None:
        return not_rank(tensor, (axes + 2,), wanted, Replace(fitting))
    known = {1: _rows, 2: _pictures}[axes](tensor) if axes < 3 else []
    shapes = (sizes for sizes in known if accepts(layer, _as(tensor, sizes)))
    fix = next((Insert("reshape", settings={"sizes": sizes}) for sizes in shapes), None)
    wrong = not_rank(tensor, (axes + 2,), wanted, fix)
    if wrong is not None and fix is None and before is not None and before.rank == axes + 2:
        return replace(wrong, towards=Bypass())  # the form is right there, though not the sizes
    return wrong


def not_fixed(size: Size, parameter: str, port: str = "input") -> Problem | None:
    """Weights need a number: a size known only by name cannot be ``parameter``."""
    if not isinstance(size, int):
        return problem(
            "{parameter} must be a fixed number, but the size here is {size}, "
            "which varies from batch to batch.",
            port=port,
            parameter=parameter,
            size=size,
        )
    if size < 1:
        return problem("{parameter} would be {size}.", port=port, parameter=parameter, size=size)
    return None


def empty(sizes: Iterable[Size], port: str = "input") -> Problem | None:
    """An axis that may hold nothing, where torch needs at least one value."""
    for size in sizes:
        if not at_least(size, 1):
            return problem("An axis of the input may be empty: {size}.", port=port, size=size)
    return None


def vanishing(
    sides: tuple[Size, ...],
    fix: Recipe | None = None,
    setting: str = "kernel_size",
    template: str = TOO_SMALL,
    undilated: tuple[Size, ...] = (),
) -> Problem | None:
    """A side of an output that could shrink to nothing.

    ``undilated`` are the sides without the dilation that there is; where they suffice, it is that
    which takes too much away.
    """
    if undilated and all(at_least(side, 1) for side in undilated):
        return vanishing(sides, fix or Set("dilation", 1), "dilation", DILATED)
    way = fix.setting if isinstance(fix, Set) and fix.setting != "dilation" else ""
    if way:  # the sentence names what the button does
        template = {TOO_SMALL: MENDED, DILATED: DILATED_MENDED}.get(template, template)
    for axis, size in zip(SIDES[len(sides)], sides, strict=True):
        if not at_least(size, 1):
            values = {"axis": axis, "size": size} | ({"way": way} if way else {})
            return Problem(template, values, port="input", setting=setting, fix=fix)
    return None


def no_axis(dim: int, rank: int, setting: str) -> Problem | None:
    """An axis counted from the front, or from the back when negative, that is not there."""
    if -rank <= dim < rank:
        return None
    return problem(
        "{name} = {dim}, but the axes of the input are 0 (the batch) to {last}.",
        setting=setting,
        name=setting,
        dim=dim,
        last=rank - 1,
    )


def beyond_sample(
    axes: int, tensor: TensorType, setting: str, fitting: tuple[int, ...]
) -> Problem | None:
    """A setting that names more axes than a sample has; the batch is no axis of it."""
    if axes < tensor.rank:
        return None
    return problem(
        "{name} names {axes} axes, but a sample has {rank}.",
        setting=setting,
        fix=Set(setting, fitting) if tensor.rank else None,
        name=setting,
        axes=axes,
        rank=max(tensor.rank - 1, 0),
    )


def padded_apart(tensors: Iterable[TensorType], port: str) -> Problem | None:
    """Series that are filled up by different fields, so that their steps do not go together."""
    fields = dict.fromkeys(tensor.padded for tensor in tensors if tensor.padded is not None)
    if len(fields) < 2:
        return None
    first, second, *_ = fields
    return problem(
        "The samples of “{first}” and “{second}” have steps of their own, so they cannot be put "
        "together step by step. Make one value of the steps first, such as with Mean.",
        port=port,
        first=first,
        second=second,
    )


def accepts(layer: Layer, tensor: TensorType) -> bool:
    """Whether a layer with one input would take ``tensor``."""
    return not isinstance(layer.infer(Reaching({"input": (tensor,)})), Problem)


def _rows(tensor: TensorType) -> list[tuple[int, ...]]:
    """Sizes that make a series of one channel."""
    if tensor.rank != 2:
        return []
    return [(1, tensor.features[0] if isinstance(tensor.features[0], int) else -1)]


def _pictures(tensor: TensorType) -> list[tuple[int, ...]]:
    """Sizes that make pictures of grey values or columns of pixels."""
    features = tensor.features
    if tensor.rank == 3 and sum(not isinstance(size, int) for size in features) < 2:
        return [(1, *(size if isinstance(size, int) else -1 for size in features))]
    if tensor.rank != 2 or not isinstance(features[0], int):
        return []
    sides = ((channels, isqrt(features[0] // channels)) for channels in (1, 3))
    return [(c, side, side) for c, side in sides if c * side * side == features[0]]


def _as(tensor: TensorType, sizes: tuple[int, ...]) -> TensorType:
    known = iter(tensor.features)
    kept = {-1: next((size for size in known if not isinstance(size, int)), 1)}
    return tensor.rearranged(tensor.sizes[0], *(kept.get(size, size) for size in sizes))


def no_target(target: FieldName, given: Reaching) -> Problem | None:
    """That it is not said what is to be predicted, or that the data has no such field."""
    if not target:
        return problem("Choose which field of the data is to be predicted.", setting="target")
    if target in given.fields:
        return None
    return problem(
        "The data has no field “{field}”. Choose one of: {known}.",
        setting="target",
        field=target,
        known=", ".join(sorted(given.fields)) or phrase("(no data chosen)"),
    )
