"""Products of tensors by an equation, and the product of two rows by learned weights."""

from collections.abc import Mapping
from dataclasses import replace

from graphs.describe import param
from graphs.layers.arithmetic.equations import AxisName, parsed
from graphs.layers.arithmetic.value_by_value import PAIR, broadcast
from graphs.layers.checks import not_fixed, not_floats, padded_apart
from graphs.layers.parametrized import Parametrized
from graphs.layers.spec import (
    All,
    Call,
    Function,
    In,
    Layer,
    Module,
    Outputs,
    Port,
    Ports,
    Reaching,
    Torch,
    Use,
)
from graphs.problems import Problem, Unlink, problem
from graphs.setting_kinds import FieldName
from graphs.sizes import BATCH, Size, alike, product, quotient, same, sum_of
from graphs.types import TensorType

AxisSizes = dict[AxisName, Size]


class Einsum(
    Layer, id="einsum", group="Arithmetic", search="einstein sum product contract equation dot"
):
    """Multiplies tensors and sums along axes, as an equation with letters says.

    bik,bkj->bij is y[b, i, j] = Σ x[b, i, k] · z[b, k, j], a sum over k. Each letter
    is an axis. Axes of one letter go together; what stands behind -> is kept, in that
    order, and along all other letters the products are added up: bij,bjk->bik is a product of
    matrices, bi,bi->b a dot product, bij->bji turns, and bii->bi takes a diagonal. ... stands for
    all axes without a letter. Without -> all letters that stand once are kept, by the alphabet. Of
    one letter an axis of size 1 is repeated. b is usually the batch, which comes first.
    https://docs.pytorch.org/docs/stable/generated/torch.einsum.html
    """

    equation: str = param(
        default="b...i,b...i->b...",
        help="The axes of each tensor, in the order of the links; behind -> those that are kept.",
    )

    def ports(self) -> Ports:
        return Ports(inputs=(Port("input", variadic=True),))

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensors = given.all("input")
        for slot, tensor in enumerate(tensors):
            if wrong := not_floats(tensor, slot=slot):
                return wrong
        if wrong := self._ranks_fault(tensors):
            return wrong
        named, kept = self._axes(tensors)
        found: AxisSizes = {}
        for tensor, axes in zip(tensors, named, strict=True):
            wrong = _put_together(found, tensor, axes)
            if wrong:
                return wrong
        out = tensors[0].of(*(found[axis] for axis in kept))
        padded = self._padded(tensors, named, kept)
        return padded_apart(tensors, "input") or (replace(out, padded=padded),)

    def _ranks_fault(self, tensors: tuple[TensorType, ...]) -> Problem | None:
        equation = parsed(self.equation)
        if isinstance(equation, Problem):
            return equation
        if len(equation.operands) != len(tensors):
            more = len(tensors) > len(equation.operands)
            return problem(
                "Tensors in the equation: {wanted}, tensors wired: {given}. Put a comma between "
                "the axes of each two tensors, or wire as many.",
                port="input",
                setting="equation",
                fix=Unlink(slot=len(tensors) - 1) if more else None,
                wanted=len(equation.operands),
                given=len(tensors),
            )
        for letters, tensor in zip(equation.operands, tensors, strict=True):
            unnamed = "..." in letters
            if len(letters) - unnamed == tensor.rank or (unnamed and len(letters) <= tensor.rank):
                continue
            return problem(
                "“{letters}” names {count} axes, but the tensor has {rank}, the batch included. "
                "Give each axis a letter, or ... to those without one.",
                port="input",
                setting="equation",
                letters="".join(letters),
                count=len(letters) - unnamed,
                rank=tensor.rank,
            )
        return None

    def _axes(self, tensors: tuple[TensorType, ...]) -> tuple[list[list[AxisName]], list[AxisName]]:
        equation = parsed(self.equation)
        assert not isinstance(equation, Problem)  # infer has refused it
        return equation.axes([tensor.rank for tensor in tensors])

    def _padded(
        self, tensors: tuple[TensorType, ...], named: list[list[AxisName]], kept: list[AxisName]
    ) -> FieldName | None:
        """Steps are known where those of all that is padded are axis 1 of the output, too."""
        padded = [(t, axes) for t, axes in zip(tensors, named, strict=True) if t.padded is not None]
        stay = all(axes[:2] == kept[:2] and axes.count(axes[1]) == 1 for _, axes in padded)
        return padded[0][0].padded if padded and stay else None

    def flops(self, given: Reaching, outputs: Outputs) -> Size:
        tensors = given.all("input")
        named, kept = self._axes(tensors)
        first = dict(zip(named[0], tensors[0].sizes, strict=True))
        total: Size = 0
        for at, (tensor, axes) in enumerate(zip(tensors[1:], named[1:], strict=True), start=1):
            second = dict(zip(axes, tensor.sizes, strict=True))
            later = {axis for rest in named[at + 1 :] for axis in rest} | set(kept)
            total, first = _multiplied(total, first, second, later)
        return total

    def along(self, given: Reaching) -> tuple[Size, ...]:
        tensors = given.all("input")
        named, kept = self._axes(tensors)
        return tuple(
            size
            for tensor, axes in zip(tensors, named, strict=True)
            for size, axis in zip(tensor.sizes, axes, strict=True)
            if axis not in kept or axes.count(axis) > 1
        )

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Function("torch.einsum", (self.equation, All("input")))))

    def brief(self) -> str:
        return self.equation


def _put_together(found: AxisSizes, tensor: TensorType, axes: list[AxisName]) -> Problem | None:
    """The sizes of axes, with those of a further tensor."""
    own: AxisSizes = {}
    for axis, size in zip(axes, tensor.sizes, strict=True):
        if axis in own and not same(own[axis], size):
            return problem(
                "{axis} names two axes of one tensor, of {first} and {second}. Only axes of one "
                "size have a diagonal; give each a letter of its own.",
                port="input",
                setting="equation",
                axis=axis,
                first=own[axis],
                second=size,
            )
        own[axis] = size
    for axis, size in own.items():
        both = broadcast((found.get(axis, 1),), (size,))
        if both is None:
            return problem(
                "{axis} names an axis of {first} in one tensor and one of {second} in another. "
                "Axes of one letter must be as long, or 1; give each a letter of its own.",
                port="input",
                setting="equation",
                axis="..." if isinstance(axis, int) else axis,
                first=found[axis],
                second=size,
            )
        found[axis] = both[0]
    return None


def _multiplied(
    total: Size, one: AxisSizes, other: AxisSizes, later: set[AxisName]
) -> tuple[Size, AxisSizes]:
    """What a product of two costs on top of ``total``, and the axes that are left of it.

    Sums of one tensor alone are made first, and where nothing is summed torch counts nothing.
    """
    wide = [{a: s for a, s in sizes.items() if not same(s, 1)} for sizes in (one, other)]
    summed = {axis for axis in wide[0].keys() & wide[1].keys() if axis not in later}
    whole = {
        axis: size
        for sizes in wide
        for axis, size in sizes.items()
        if axis in later or axis in summed
    }
    left = {axis: size for axis, size in whole.items() if axis not in summed}
    cost = _per_sample(product(whole.values())) if summed else 0
    return sum_of((total, cost)), left


def _per_sample(cost: Size) -> Size:
    each = quotient(cost, BATCH)
    return cost if each is None else each


class Bilinear(
    Parametrized, id="bilinear", group="Linear", search="product two inputs interaction tensor"
):
    """Connects every pair of features of two inputs to every output feature.

    y = x₁ᵀ A x₂ + b, with a learned matrix A for each output. Works on the last axis of both:
    N × ... × in1_features and N × ... × in2_features become N × ... × out_features.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Bilinear.html
    """

    out_features: int = param(default=32, low=1, help="How many outputs.")
    bias: bool = param(default=True, help="Add a learned offset to each output.")

    def ports(self) -> Ports:
        return PAIR

    def infer(self, given: Reaching) -> Outputs | Problem:
        one, other = given["input"], given["other"]
        for port, tensor, name in (
            ("input", one, "in1_features"),
            ("other", other, "in2_features"),
        ):
            if wrong := not_floats(tensor, port):
                return wrong
            if tensor.rank == 0 or tensor.sizes == (BATCH,):
                return problem(
                    "Needs an axis of features, but gets one value per sample.", port=port
                )
            if wrong := not_fixed(tensor.sizes[-1], name, port):
                return wrong
        if not alike(one.sizes[:-1], other.sizes[:-1]):
            return problem(
                "Both inputs must have the same sizes before the last axis, but are {first} and "
                "{second}.",
                port="other",
                first=one,
                second=other,
            )
        if wrong := padded_apart((one, other), "other"):
            return wrong
        known = one if one.padded is not None else other
        return (one.of(*one.sizes[:-1], self.out_features).stepwise(known),)

    def _pair(self, given: Reaching) -> tuple[int, int]:
        one, other = (given[port].sizes[-1] for port in ("input", "other"))
        assert isinstance(one, int)  # infer has refused anything else
        assert isinstance(other, int)
        return one, other

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        shapes = self.learned((self.out_features, *self._pair(given)))
        return {**shapes, "bias": (self.out_features,)} if self.bias else shapes

    def flops(self, given: Reaching, outputs: Outputs) -> Size:
        return outputs[0].elements() * product(self._pair(given))

    def torch(self, given: Reaching) -> Torch:
        one, other = self._pair(given)
        made = Call.of(
            "torch.nn.Bilinear",
            in1_features=one,
            in2_features=other,
            out_features=self.out_features,
            bias=self.bias,
        )
        return Torch(self.wrapped(made), Use(Module((In("input"), In("other")))))

    def brief(self) -> str:
        return self.told(str(self.out_features))
