"""Tensors put behind each other, and products of matrices."""

from dataclasses import replace

from graphs.describe import param
from graphs.layers.arithmetic.value_by_value import MANY, PAIR, broadcast, steps_of
from graphs.layers.checks import no_axis, not_floats, padded_apart
from graphs.layers.spec import (
    All,
    Function,
    In,
    Layer,
    Operator,
    Outputs,
    Ports,
    Reaching,
    Torch,
    Use,
)
from graphs.problems import Insert, Problem, problem
from graphs.sizes import Size, same, sum_of
from graphs.types import Scale, TensorType
from graphs.wording.phrases import phrase


class Matmul(
    Layer,
    id="matmul",
    group="Merge",
    search=(
        "matrix matrices multiplication product dot attention scores bmm einsum multiply "
        "adjacency graph neighbours nodes edges gnn gcn"
    ),
):
    """Multiplies matrices: rows of the first with columns of the second.

    y[i, j] = Σ a[i, k] · b[k, j], a sum over k.
    ... × rows × K and ... × K × columns become ... × rows × columns. Axes before these must
    agree; one of size 1, or one that is missing in front, is repeated as in torch.
    https://docs.pytorch.org/docs/stable/generated/torch.matmul.html
    """

    def ports(self) -> Ports:
        return PAIR

    def infer(self, given: Reaching) -> Outputs | Problem:
        one, other = given["input"], given["other"]
        for port, tensor in (("input", one), ("other", other)):
            if wrong := not_floats(tensor, port):
                return wrong
            if tensor.rank < 2:
                return problem("Needs rows × columns, but gets {got}.", port=port, got=tensor)
        if not same(one.sizes[-1], other.sizes[-2]):
            return problem(
                "The first has {columns} columns, but the second {rows} rows; both must agree.",
                port="other",
                fix=self._turned(one, other),
                columns=one.sizes[-1],
                rows=other.sizes[-2],
            )
        before = broadcast(one.sizes[:-2], other.sizes[:-2])
        if before is None:
            return problem(
                "The axes before rows and columns differ, and neither is 1: {first} and {second}.",
                port="other",
                first=one,
                second=other,
            )
        product = one.of(*before, one.sizes[-2], other.sizes[-1])
        # Steps, or samples, that are the columns of the first or the rows of the second are mixed.
        if (one.padded and one.rank == 2) or (other.padded and other.rank < 4):
            return (product,)
        apart = padded_apart((one, other), "other")
        return apart or (replace(product, padded=steps_of((one, other), product.rank)),)

    def _turned(self, one: TensorType, other: TensorType) -> Insert | None:
        """Rows of the second as its columns, when they fit then."""
        if not same(one.sizes[-1], other.sizes[-1]):
            return None
        dims = (*range(other.rank - 2), other.rank - 1, other.rank - 2)
        return Insert("permute", "other", {"dims": dims})

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[-1:]

    def flops(self, given: Reaching, outputs: Outputs) -> Size:
        return outputs[0].of(*outputs[0].sizes, given["input"].sizes[-1]).elements()

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Operator("@", (In(), In("other")))))


class Concatenate(
    Layer,
    id="concatenate",
    group="Merge",
    search=(
        "two features side by inputs u-net cat concat join merge combine append attach glue "
        "skip connection branches together unet put behind next alongside extra unify"
    ),
):
    """Puts tensors behind each other along one axis.

    N × A and N × B with dim 1 become N × (A + B).
    All other axes must agree. What has no batch, such as a Parameter of 1 × 1 × features for a
    class token, is repeated for every sample.
    https://docs.pytorch.org/docs/stable/generated/torch.cat.html
    """

    dim: int = param(
        default=1, help="The axis that grows; 0 is the batch, 1 holds channels or features."
    )

    def ports(self) -> Ports:
        return MANY

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensors = given.all("input")
        if not tensors:
            return problem("Wire the tensors to be joined.", port="input")
        first = tensors[0]
        if wrong := no_axis(self.dim, first.rank, "dim"):
            return wrong
        axis = self.dim % first.rank
        tensors = _with_batch(tensors, axis)
        first = tensors[0]
        for tensor in tensors[1:]:
            if tensor.kind is not first.kind:
                return problem(
                    "Cannot join {first} values and {second} values.",
                    port="input",
                    first=first.kind.value,
                    second=tensor.kind.value,
                )
            if not _joinable(first.sizes, tensor.sizes, axis):
                return problem(
                    "Cannot join {first} and {second} along axis {axis}: all others must agree.",
                    port="input",
                    setting="dim",
                    fix=_flattened(tensors, axis),
                    first=first,
                    second=tensor,
                    axis=axis,
                )
        return padded_apart(tensors, "input") or (_joined(tensors, axis),)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return (given.all("input")[0].sizes[self.dim],)

    def torch(self, given: Reaching) -> Torch:
        tensors = given.all("input")
        axis = self.dim % tensors[0].rank
        alone = _alone(tensors, axis)
        if not alone:
            return Torch(use=Use(Function("torch.cat", (All("input"),), {"dim": self.dim})))
        whole = next(at for at in range(len(tensors)) if at not in alone)
        named = {"dim": axis, "repeated": alone, "like": whole}
        return Torch(use=Use(Function("engine.modules.joining.joined", (All("input"),), named)))

    def brief(self) -> str:
        return phrase("axis {dim}", dim=self.dim)


def _alone(tensors: tuple[TensorType, ...], axis: int) -> tuple[int, ...]:
    """Which tensors are one sample's while others hold a batch, so that they are repeated."""
    if axis == 0:
        return ()
    ones = tuple(at for at, tensor in enumerate(tensors) if tensor.rank and tensor.sizes[0] == 1)
    return ones if len(ones) < len(tensors) else ()


def _with_batch(tensors: tuple[TensorType, ...], axis: int) -> tuple[TensorType, ...]:
    """The tensors once those that are one sample's are repeated."""
    alone = _alone(tensors, axis)
    if not alone:
        return tensors
    batch = next(t.sizes[:1] for at, t in enumerate(tensors) if at not in alone)
    return tuple(
        replace(t, sizes=(*batch, *t.sizes[1:])) if at in alone else t
        for at, t in enumerate(tensors)
    )


def _joinable(one: tuple[Size, ...], other: tuple[Size, ...], axis: int) -> bool:
    if len(one) != len(other):
        return False
    pairs = zip(one, other, strict=True)
    return all(place == axis or same(a, b) for place, (a, b) in enumerate(pairs))


def _joined(tensors: tuple[TensorType, ...], axis: int) -> TensorType:
    first = tensors[0]
    sizes = list(first.sizes)
    sizes[axis] = sum_of(tensor.sizes[axis] for tensor in tensors)
    values = [tensor.values for tensor in tensors]
    known = [value for value in values if value is not None]
    plain = any(not tensor.scale.is_shares for tensor in tensors)
    return TensorType(
        first.kind,
        tuple(sizes),
        max(known) if len(known) == len(values) else None,
        Scale.ANY if plain else Scale.PROBABILITIES,
        steps_of(tensors, first.rank) if axis > 1 else None,
    )


def _flattened(tensors: tuple[TensorType, ...], axis: int) -> Insert | None:
    """A Flatten for the one tensor that is not flat as the others are."""
    deep = [slot for slot, tensor in enumerate(tensors) if tensor.rank > 2]
    if axis != 1 or len(deep) != 1:
        return None
    slot = deep[0]
    tensor = tensors[slot]
    flat = tensor.rearranged(tensor.sizes[0], 0).sizes
    others = (other.sizes for place, other in enumerate(tensors) if place != slot)
    return Insert("flatten", slot=slot) if all(_joinable(flat, o, 1) for o in others) else None
