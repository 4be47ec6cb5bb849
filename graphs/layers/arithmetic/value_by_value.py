"""Tensors computed with value by value, and how their sizes are brought together."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from graphs.layers.checks import not_floats, padded_apart
from graphs.layers.spec import (
    All,
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
from graphs.sizes import Size, same
from graphs.types import Kind, TensorType

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


def steps_of(tensors: tuple[TensorType, ...], rank: int) -> FieldName | None:
    """What pads the result, when the steps of all that is padded are its axis 1."""
    padded = [tensor for tensor in tensors if tensor.padded is not None]
    return padded[0].padded if padded and all(t.rank == rank for t in padded) else None
