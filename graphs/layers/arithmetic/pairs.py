"""Two tensors value by value: divided, the smaller or larger one, compared, or chosen from."""

from dataclasses import replace
from typing import ClassVar

from graphs.layers.arithmetic.value_by_value import PAIR, Arithmetic, broadcast, steps_of
from graphs.layers.checks import not_floats, padded_apart
from graphs.layers.spec import (
    Function,
    In,
    Layer,
    LengthsOf,
    Operator,
    Outputs,
    Port,
    Ports,
    Reaching,
    Torch,
    Use,
)
from graphs.problems import Problem, problem
from graphs.types import Kind, TensorType
from graphs.wording.phrases import phrase


class OfTwo(Arithmetic):
    """Base of what takes exactly two tensors, in an order."""

    function: ClassVar[str] = ""

    def ports(self) -> Ports:
        return PAIR

    def entering(self, given: Reaching) -> tuple[TensorType, ...]:
        return given["input"], given["other"]

    def place(self, slot: int) -> tuple[str, int]:
        return ("input", "other")[slot], 0

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Function(self.function, (In(), In("other")))))


class Divide(
    OfTwo,
    id="divide",
    group="Arithmetic",
    search="division quotient ratio over fraction proportion by",
):
    """Divides the first tensor by the second, value by value.

    y = a / b.
    Sizes must agree; an axis of size 1, or one that is missing in front, is repeated as in torch.
    https://docs.pytorch.org/docs/stable/generated/torch.div.html
    """

    sign, verb = "/", "divide"

    def domain(self) -> str:
        return phrase(
            "It divides by numbers that are 0 or nearly so. Put a Softplus behind what it divides "
            "by, or add a small number to what is never below 0."
        )

    def torch(self, given: Reaching) -> Torch:
        if given["other"].padded:
            sound = "engine.modules.sound_steps.divide_by_steps"
            return Torch(use=Use(Function(sound, (In(), In("other"), LengthsOf("other")))))
        return Torch(use=Use(Operator(self.sign, (In(), In("other")))))


class Minimum(
    OfTwo,
    id="minimum",
    group="Arithmetic",
    search="smaller lesser lower of two tensors min elementwise whichever",
):
    """Keeps the smaller of two values at each place.

    y = min(a, b).
    Sizes must agree; an axis of size 1, or one that is missing in front, is repeated as in torch.
    https://docs.pytorch.org/docs/stable/generated/torch.minimum.html
    """

    verb, function = "compare", "torch.minimum"


class Maximum(
    OfTwo,
    id="maximum",
    group="Arithmetic",
    search="larger greater bigger of two tensors max maxout elementwise winner whichever",
):
    """Keeps the larger of two values at each place.

    y = max(a, b).
    Sizes must agree; an axis of size 1, or one that is missing in front, is repeated as in torch.
    https://docs.pytorch.org/docs/stable/generated/torch.maximum.html
    """

    verb, function = "compare", "torch.maximum"


class PairComparison(OfTwo):
    """Base of comparisons, whose answers are a mask: yes or no at each place."""

    verb = "compare"

    def infer(self, given: Reaching) -> Outputs | Problem:
        answer = super().infer(given)
        if isinstance(answer, Problem):
            return answer
        return (TensorType(Kind.MASK, answer[0].sizes, padded=answer[0].padded),)


class Greater(
    PairComparison,
    id="greater",
    group="Arithmetic",
    search=(
        "more above larger bigger than compare comparison gt mask boolean threshold exceed binary"
    ),
):
    """Says where the first tensor is larger than the second.

    y = a > b.
    The answer is a mask, as Where and attention take it. Nothing is learned through it.
    https://docs.pytorch.org/docs/stable/generated/torch.gt.html
    """

    function = "torch.gt"


class Less(
    PairComparison,
    id="less",
    group="Arithmetic",
    search="below smaller lower than compare comparison lt mask boolean threshold binary",
):
    """Says where the first tensor is smaller than the second.

    y = a < b.
    The answer is a mask, as Where and attention take it. Nothing is learned through it.
    https://docs.pytorch.org/docs/stable/generated/torch.lt.html
    """

    function = "torch.lt"


class Equal(
    PairComparison,
    id="equal",
    group="Arithmetic",
    search="same identical compare comparison eq mask boolean token padding match which are",
):
    """Says where two tensors hold the same value.

    y = a == b.
    Tokens and classes are compared as the numbers that stand for them. The answer is a mask, as
    Where and attention take it. Nothing is learned through it.
    https://docs.pytorch.org/docs/stable/generated/torch.eq.html
    """

    function = "torch.eq"

    def kind_fault(self, tensor: TensorType, port: str, slot: int) -> Problem | None:
        return None


class Lerp(
    Arithmetic,
    id="lerp",
    group="Arithmetic",
    search=(
        "gated sum highway interpolate interpolation mix blend between two linear convex "
        "combination gate weigh"
    ),
):
    """Goes from one tensor to another as far as a third one says, value by value.

    y = a + weight · (b - a). So it is a where the weight is 0, and b where it is 1, as in highway
    networks.
    Sizes must agree; an axis of size 1, or one that is missing in front, is repeated as in torch.
    https://docs.pytorch.org/docs/stable/generated/torch.lerp.html
    """

    verb = "mix"

    def ports(self) -> Ports:
        return Ports(inputs=tuple(Port(name) for name in _LERPED))

    def entering(self, given: Reaching) -> tuple[TensorType, ...]:
        return tuple(given[port] for port in _LERPED)

    def place(self, slot: int) -> tuple[str, int]:
        return _LERPED[slot], 0

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Function("torch.lerp", tuple(In(port) for port in _LERPED))))


_LERPED = ("input", "end", "weight")


class Where(
    Layer,
    id="where",
    group="Arithmetic",
    search=(
        "depending fill condition conditional choose if else otherwise mask select replace "
        "masked conditionally"
    ),
):
    """Takes the first tensor where a mask says yes, and the second elsewhere.

    y = a where the mask says yes, else b.
    Sizes must agree; an axis of size 1, or one that is missing in front, is repeated as in torch.
    https://docs.pytorch.org/docs/stable/generated/torch.where.html
    """

    def ports(self) -> Ports:
        return Ports(inputs=(Port("condition"), Port("input"), Port("other")))

    def infer(self, given: Reaching) -> Outputs | Problem:
        mask, one, other = (given[port] for port in ("condition", "input", "other"))
        if mask.kind is not Kind.MASK:
            return problem(
                "Needs a mask, such as Greater or Less gives, but gets {kind} values.",
                port="condition",
                kind=mask.kind.value,
            )
        if wrong := not_floats(one) or not_floats(other, "other"):
            return wrong
        sizes = broadcast(one.sizes, other.sizes)
        sizes = None if sizes is None else broadcast(sizes, mask.sizes)
        if sizes is None:
            return problem(
                "Cannot choose between {first} and {second} by a mask of {mask}: the sizes of an "
                "axis differ, and neither is 1.",
                port="input",
                first=one,
                second=other,
                mask=mask,
            )
        tensors = (one, other, mask)
        apart = padded_apart(tensors, "other")
        return apart or (replace(one.of(*sizes), padded=steps_of(tensors, len(sizes))),)

    def torch(self, given: Reaching) -> Torch:
        ports = ("condition", "input", "other")
        return Torch(use=Use(Function("torch.where", tuple(In(port) for port in ports))))
