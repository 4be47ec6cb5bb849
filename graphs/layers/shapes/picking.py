"""Layers that keep some of the entries: the largest, those at given places, or all but the rim."""

from graphs.describe import param
from graphs.layers.checks import FURTHEST, beyond_sample, no_axis, not_floats, padded_apart
from graphs.layers.spec import (
    Function,
    In,
    Index,
    Layer,
    Outputs,
    Port,
    Ports,
    Reaching,
    Torch,
    Use,
)
from graphs.problems import Problem, Set, problem
from graphs.sizes import Size, at_least
from graphs.types import Kind, TensorType
from graphs.wording.phrases import phrase


class TopK(
    Layer,
    id="topk",
    group="Shape",
    search=(
        "largest biggest smallest best k top highest sort rank ranking pick argmax few "
        "strongest sorted"
    ),
):
    """Keeps the k largest entries of an axis, and says where they were.

    N × F with k 3 becomes N × 3, twice: the values, and their places along the axis. Of equal
    values those in front come first.
    https://docs.pytorch.org/docs/stable/generated/torch.topk.html
    """

    k: int = param(default=1, low=1, high=FURTHEST, help="How many entries to keep.")
    dim: int = param(default=-1, help="The axis to look along; 0 is the batch, -1 is the last.")
    largest: bool = param(default=True, help="Keep the largest; off: the smallest.")

    def ports(self) -> Ports:
        return Ports(outputs=("values", "indices"))

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := not_floats(tensor) or no_axis(self.dim, tensor.rank, "dim"):
            return wrong
        axis = self.dim % tensor.rank
        size = tensor.sizes[axis]
        if not at_least(size, self.k):
            return problem(
                "k = {k}, but the axis has {size} entries.",
                port="input",
                setting="k",
                fix=Set("k", 1) if self.k > 1 and at_least(size, 1) else None,
                k=self.k,
                size=size,
            )
        kept = tensor.rearranged(*tensor.sizes[:axis], self.k, *tensor.sizes[axis + 1 :])
        if axis > 1:
            kept = kept.stepwise(tensor)
        count = size if isinstance(size, int) else None
        return kept, TensorType(Kind.INDEX, kept.sizes, count, padded=kept.padded)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return (given["input"].sizes[self.dim],)

    def torch(self, given: Reaching) -> Torch:
        action = Function("engine.modules.picking.top", (In(), self.k, self.dim, self.largest))
        return Torch(use=Use(action, outputs=("values", "indices")))

    def brief(self) -> str:
        return f"{self.k} · {phrase('axis {dim}', dim=self.dim)}"


class Gather(
    Layer,
    id="gather",
    group="Shape",
    search="take along axis index indices pick lookup rows by position select",
):
    """Takes entries along an axis, at each place the one that the index names there.

    y[n, k] = x[n, index[n, k]] along dim 1.
    N × F with an index of N × K along dim 1 becomes N × K. The index comes from TopK, or from
    tokens or classes of which it is known how many there are.
    https://docs.pytorch.org/docs/stable/generated/torch.gather.html
    """

    dim: int = param(default=-1, help="The axis to take from; 0 is the batch, -1 is the last.")

    def ports(self) -> Ports:
        return Ports((Port("input"), Port("index")))

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor, index = given["input"], given["index"]
        if wrong := not_floats(tensor) or no_axis(self.dim, tensor.rank, "dim"):
            return wrong
        if index.kind not in {Kind.INDEX, Kind.TOKENS}:
            return problem(
                "The index takes places or classes, as TopK gives them, but gets {kind} values.",
                port="index",
                kind=index.kind.value,
            )
        if index.rank != tensor.rank:
            return problem(
                "Input and index need as many axes, but have {first} and {second}.",
                port="index",
                first=tensor.rank,
                second=index.rank,
            )
        wrong = self._places_fault(tensor, index) or padded_apart((tensor, index), "index")
        return wrong or self._taken(tensor, index)

    def _places_fault(self, tensor: TensorType, index: TensorType) -> Problem | None:
        """Every place must be there, or training would end at the first that is not."""
        axis = self.dim % tensor.rank
        if index.values is None or not at_least(tensor.sizes[axis], index.values):
            return problem(
                "The index may name {count} places, but axis {axis} has {size} entries.",
                port="index",
                count=phrase("unknown") if index.values is None else index.values,
                axis=axis,
                size=tensor.sizes[axis],
            )
        for at, (size, wanted) in enumerate(zip(tensor.sizes, index.sizes, strict=True)):
            if at != axis and not at_least(size - wanted, 0):
                return problem(
                    "Along axis {axis} the index has {wanted} entries, and the input {size}.",
                    port="index",
                    axis=at,
                    wanted=wanted,
                    size=size,
                )
        return None

    def _taken(self, tensor: TensorType, index: TensorType) -> Outputs:
        taken = tensor.rearranged(*index.sizes)
        return (taken.stepwise(index) if self.dim % tensor.rank > 1 else taken,)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return (given["input"].sizes[self.dim],)

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Function("torch.gather", (In(), self.dim, In("index")))))

    def brief(self) -> str:
        return phrase("axis {dim}", dim=self.dim)


class Crop(
    Layer,
    id="crop",
    group="Shape",
    search=(
        "edges picture center cropping1d cropping2d cut trim margin border remove outer "
        "pixels smaller"
    ),
):
    """Leaves out values before and after the last axes: the opposite of Pad.

    N × C × H × W with crop 1, 2, 3, 4 becomes N × C × (H - 7) × (W - 3).
    https://docs.pytorch.org/docs/stable/generated/torch.narrow.html
    """

    crop: tuple[int, ...] = param(
        default=(1, 1),
        low=0,
        high=FURTHEST,
        help="How many to leave out before and after, for the last axis first.",
    )

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        axes = len(self.crop) // 2
        if len(self.crop) % 2:
            return problem(
                "crop needs two numbers for each axis: before and after.",
                setting="crop",
                fix=Set("crop", (*self.crop, 0)),
            )
        if wrong := beyond_sample(axes, tensor, "crop", self.crop[: 2 * (tensor.rank - 1)]):
            return wrong
        sizes = list(tensor.sizes)
        for place, (before, after) in enumerate(self._sides()):
            sizes[-1 - place] = sizes[-1 - place] - (before + after)
        for axis in range(1, tensor.rank):
            if sizes[axis] != tensor.sizes[axis] and not at_least(sizes[axis], 1):
                return problem(
                    "Nothing may be left of the {size} entries of axis {axis}.",
                    port="input",
                    setting="crop",
                    size=tensor.sizes[axis],
                    axis=axis,
                )
        cut = tensor.rearranged(*sizes)
        steps = tensor.rank - 2
        touched = axes > steps >= 0 and any(self._sides()[steps])
        return (cut if touched else cut.stepwise(tensor),)

    def _sides(self) -> list[tuple[int, int]]:
        return list(zip(self.crop[::2], self.crop[1::2], strict=True))

    def minds_padding(self, *, is_zero: bool) -> bool:
        return False

    def along(self, given: Reaching) -> tuple[Size, ...]:
        sizes = given["input"].sizes
        return tuple(sizes[-1 - at] for at, sides in enumerate(self._sides()) if any(sides))

    def torch(self, given: Reaching) -> Torch:
        parts = [slice(before or None, -after or None) for before, after in self._sides()]
        return Torch(use=Use(Index((..., *reversed(parts)))))

    def brief(self) -> str:
        return " ".join(map(str, self.crop))
