"""Layers that bring several tensors together."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from graphs.describe import param
from graphs.layers.checks import no_axis, not_floats, padded_apart
from graphs.layers.spec import (
    All,
    Function,
    In,
    Layer,
    Operator,
    Outputs,
    Port,
    Ports,
    Reaching,
    Torch,
    Use,
)
from graphs.problems import Insert, Problem, problem
from graphs.setting_kinds import FieldName
from graphs.sizes import Size, same, sum_of
from graphs.types import Kind, Scale, TensorType
from graphs.wording.phrases import phrase

MANY = Ports(inputs=(Port("input", variadic=True),))
PAIR = Ports(inputs=(Port("input"), Port("other")))


class Arithmetic(Layer):
    """Base of layers that compute with several tensors value by value."""

    sign: ClassVar[str]
    verb: ClassVar[str]

    def ports(self) -> Ports:
        return MANY

    def entering(self, given: Reaching) -> tuple[TensorType, ...]:
        """The tensors, in the order of the computation."""
        return given.all("input")

    def place(self, slot: int) -> tuple[str, int]:
        """The port and the slot at which one of the tensors enters."""
        return "input", slot

    def kind_fault(self, tensor: TensorType, port: str, slot: int) -> Problem | None:
        """Why it cannot compute with values of that kind."""
        return not_floats(tensor, port, slot)

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensors = self.entering(given)
        if len(tensors) < 2:
            return problem("Wire two or more tensors to {verb}.", port="input", verb=self.verb)
        for at, tensor in enumerate(tensors):
            if wrong := self.kind_fault(tensor, *self.place(at)):
                return wrong
        total = tensors[0].sizes
        for tensor in tensors[1:]:
            wider = broadcast(total, tensor.sizes)
            if wider is None:
                return problem(
                    "Cannot {verb} {first} and {second}: the sizes of an axis differ, "
                    "and neither is 1.",
                    port="input",
                    fix=self._projection(tensors),
                    verb=self.verb,
                    first=tensors[0].of(*total),
                    second=tensor,
                )
            total = wider
        apart = padded_apart(tensors, self.place(1)[0])
        return apart or (replace(tensors[0].of(*total), padded=steps_of(tensors, len(total))),)

    def _projection(self, tensors: tuple[TensorType, ...]) -> Insert | None:
        floats = all(tensor.kind is Kind.FLOAT for tensor in tensors)
        fix = _projection(tensors) if floats else None
        if fix is None:
            return None
        port, slot = self.place(fix.slot)
        return replace(fix, port=port, slot=slot)

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Operator(self.sign, (All("input"),))))


class Add(
    Arithmetic,
    id="add",
    group="Merge",
    search=(
        "two together block around sum plus residual skip shortcut connection combine "
        "branches elementwise join connect bypass identity"
    ),
):
    """Adds tensors value by value.

    y = a + b + ...
    Sizes must agree; an axis of size 1, or one that is missing in front, is repeated as in torch.
    https://docs.pytorch.org/docs/stable/generated/torch.add.html
    """

    sign, verb = "+", "add"


class Multiply(
    Arithmetic,
    id="multiply",
    group="Merge",
    search=(
        "mask out two attention excitation times product gate scale elementwise weigh "
        "combine weights apply scaling"
    ),
):
    """Multiplies tensors value by value.

    y = a · b · ...
    Sizes must agree; an axis of size 1, or one that is missing in front, is repeated as in torch.
    https://docs.pytorch.org/docs/stable/generated/torch.mul.html
    """

    sign, verb = "*", "multiply"


class Subtract(
    Arithmetic,
    id="subtract",
    group="Merge",
    search="minus difference deviation remove away residual",
):
    """Takes the second tensor from the first, value by value.

    y = a - b.
    Sizes must agree; an axis of size 1, or one that is missing in front, is repeated as in torch.
    https://docs.pytorch.org/docs/stable/generated/torch.sub.html
    """

    sign, verb = "-", "subtract"

    def ports(self) -> Ports:
        return PAIR

    def entering(self, given: Reaching) -> tuple[TensorType, ...]:
        return given["input"], given["other"]

    def place(self, slot: int) -> tuple[str, int]:
        return ("input", "other")[slot], 0

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Operator(self.sign, (In(), In("other")))))


class Matmul(
    Layer,
    id="matmul",
    group="Merge",
    search=("matrix matrices multiplication product dot attention scores bmm einsum multiply"),
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


def broadcast(one: tuple[Size, ...], other: tuple[Size, ...]) -> tuple[Size, ...] | None:
    """The sizes of a sum, aligned at the last axis; None when some member cannot be added."""
    rank = max(len(one), len(other))
    left, right = (1,) * (rank - len(one)) + one, (1,) * (rank - len(other)) + other
    found = []
    for a, b in zip(left, right, strict=True):
        if same((a - 1) * (a - b), 0):  # a is 1 or b, whichever member it is
            found.append(b)
        elif same((b - 1) * (b - a), 0):
            found.append(a)
        else:
            return None
    return tuple(found)


def _projection(tensors: tuple[TensorType, ...]) -> Insert | None:
    """A 1 × 1 convolution or a Linear that gives one tensor the form of all others."""
    for slot, tensor in enumerate(tensors):
        rest = [other.sizes for place, other in enumerate(tensors) if place != slot]
        wanted: tuple[Size, ...] | None = rest[0]
        for sizes in rest[1:]:
            wanted = broadcast(wanted, sizes) if wanted is not None else None
        if wanted is None or len(wanted) != tensor.rank:
            continue
        for fix, sizes in _projections(tensor, wanted, slot):
            if broadcast(sizes, wanted) is not None:
                return fix
    return None


def _projections(
    tensor: TensorType, wanted: tuple[Size, ...], slot: int
) -> Iterator[tuple[Insert, tuple[Size, ...]]]:
    """Projections that would make the right number of channels or features, and what they give."""
    image = tensor.rank == 4
    axis = 1 if image else tensor.rank - 1
    goal = wanted[axis]
    fixed = isinstance(tensor.sizes[axis], int) and isinstance(goal, int) and goal > 0
    if not fixed or tensor.rank < 2:
        return
    if not image:
        settings = {"out_features": goal}
        yield Insert("linear", settings=settings, slot=slot), (*tensor.sizes[:-1], goal)
        return
    for stride in (1, 2, 4):
        settings = {"out_channels": goal, "kernel_size": 1, "stride": stride}
        out = ((side - 1) // stride + 1 for side in tensor.sizes[2:])
        yield Insert("conv2d", settings=settings, slot=slot), (tensor.sizes[0], goal, *out)


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


def steps_of(tensors: tuple[TensorType, ...], rank: int) -> FieldName | None:
    """What pads the result, when the steps of all that is padded are its axis 1."""
    padded = [tensor for tensor in tensors if tensor.padded is not None]
    return padded[0].padded if padded and all(t.rank == rank for t in padded) else None


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
