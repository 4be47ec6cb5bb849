"""Layers that put the entries of an axis in another order, or add them up one after the other."""

from graphs.describe import param
from graphs.layers.checks import FURTHEST, no_axis, not_floats
from graphs.layers.spec import Function, In, Layer, Method, Outputs, Reaching, Torch, Use
from graphs.problems import Insert, Problem, Recipe
from graphs.sizes import Size
from graphs.types import Scale
from graphs.wording.phrases import phrase, with_and


class Transpose(
    Layer,
    id="transpose",
    group="Shape",
    search=("swap exchange axes dimensions rows columns height width permute matrix turn flip"),
):
    """Swaps two axes.

    N × T × F with dims 1 and 2 becomes N × F × T.
    https://docs.pytorch.org/docs/stable/generated/torch.transpose.html
    """

    keeps_zeros = True

    dim0: int = param(default=1, help="The first of the two axes; 0 is the batch, -1 is the last.")
    dim1: int = param(default=-1, help="The second of the two axes.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        rank = tensor.rank
        if wrong := no_axis(self.dim0, rank, "dim0") or no_axis(self.dim1, rank, "dim1"):
            return wrong
        one, other = self.dim0 % rank, self.dim1 % rank
        sizes = list(tensor.sizes)
        sizes[one], sizes[other] = sizes[other], sizes[one]
        turned = tensor.rearranged(*sizes)
        stay = min(one, other) > 1 or one == other
        return (turned.stepwise(tensor) if stay else turned,)

    def padding_fix(self, given: Reaching) -> Recipe | None:
        """Steps are usually turned for a convolution, which takes zeros for what is not there."""
        return None if not_floats(given["input"]) else Insert("mask_padding")

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Method("transpose", (In(), self.dim0, self.dim1))))

    def brief(self) -> str:
        return with_and(map(str, (self.dim0, self.dim1)))


class Flip(
    Layer,
    id="flip",
    group="Shape",
    search="reverse mirror backwards order other way round bidirectional",
):
    """Puts the entries of an axis in the opposite order.

    y[i] = x[L - 1 - i], where L is the size of the axis.
    https://docs.pytorch.org/docs/stable/generated/torch.flip.html
    """

    dim: int = param(default=1, help="The axis to turn round; 0 is the batch, -1 is the last.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := no_axis(self.dim, tensor.rank, "dim"):
            return wrong
        turned = tensor.rearranged(*tensor.sizes)
        return (turned.stepwise(tensor) if self.dim % tensor.rank > 1 else turned,)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return (given["input"].sizes[self.dim],)

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Function("torch.flip", (In(), (self.dim,)))))

    def brief(self) -> str:
        return phrase("axis {dim}", dim=self.dim)


class Roll(
    Layer,
    id="roll",
    group="Shape",
    search=(
        "shift rotate circular cyclic move by one circularly along around edge wrap other side "
        "picture"
    ),
):
    """Moves the entries of an axis; what leaves at one end enters at the other.

    y[(i + shifts) mod L] = x[i], where L is the size of the axis.
    https://docs.pytorch.org/docs/stable/generated/torch.roll.html
    """

    shifts: int = param(
        default=1,
        low=-FURTHEST,
        high=FURTHEST,
        help="How many places; negative numbers move to the front.",
    )
    dim: int = param(default=1, help="The axis to move along; 0 is the batch, -1 is the last.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := no_axis(self.dim, tensor.rank, "dim"):
            return wrong
        turned = tensor.rearranged(*tensor.sizes)
        return (turned.stepwise(tensor) if self.dim % tensor.rank > 1 else turned,)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return (given["input"].sizes[self.dim],)

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Function("torch.roll", (In(), self.shifts, self.dim))))

    def brief(self) -> str:
        return f"{phrase('axis {dim}', dim=self.dim)} · {self.shifts}"


class CumSum(
    Layer,
    id="cumsum",
    group="Shape",
    search="cumulative running total sum integrate accumulate up so far prefix",
):
    """Adds values up along an axis: each becomes the sum of all up to itself.

    y[i] = x[0] + ... + x[i].
    https://docs.pytorch.org/docs/stable/generated/torch.cumsum.html
    """

    dim: int = param(default=1, help="The axis to add up along; 0 is the batch, -1 is the last.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := not_floats(tensor) or no_axis(self.dim, tensor.rank, "dim"):
            return wrong
        summed = tensor.of(*tensor.sizes).scaled(Scale.ANY)
        # Padding comes behind the real steps, which do not see it; along the batch they would.
        return (summed.stepwise(tensor) if self.dim % tensor.rank else summed,)

    def minds_padding(self, *, is_zero: bool) -> bool:
        return False

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return (given["input"].sizes[self.dim],)

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Function("torch.cumsum", (In(), self.dim))))

    def brief(self) -> str:
        return phrase("axis {dim}", dim=self.dim)
