"""Layers that order, add, drop or shorten axes."""

from graphs.describe import param
from graphs.layers.checks import FURTHEST, no_axis, not_floats
from graphs.layers.shapes.reshaping import along
from graphs.layers.spec import In, Layer, Method, Outputs, Reaching, Torch, Use
from graphs.problems import Insert, Problem, Recipe, Set, problem
from graphs.sizes import Size, at_least, same
from graphs.wording.phrases import phrase


class Permute(
    Layer,
    id="permute",
    group="Shape",
    search=("transpose swap rearrange order axes dimensions channels first last batch time move"),
):
    """Puts the axes in another order.

    N × T × F with dims 0, 2, 1 becomes N × F × T.
    https://docs.pytorch.org/docs/stable/generated/torch.permute.html
    """

    keeps_zeros = True

    dims: tuple[int, ...] = param(
        default=(0, 2, 1), help="The axes in their new order; 0 is the batch, -1 is the last."
    )

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        rank = tensor.rank
        if self._names_all(rank):
            turned = tensor.rearranged(*(tensor.sizes[dim] for dim in self.dims))
            stay = [dim % rank for dim in self.dims[:2]] == [0, 1]
            return (turned.stepwise(tensor) if stay else turned,)
        return problem(
            "dims must name each of the {rank} axes of the input once, from 0 (the batch).",
            setting="dims",
            fix=Set("dims", (0, *range(2, rank), 1) if rank > 1 else tuple(range(rank))),
            rank=rank,
        )

    def _names_all(self, rank: int) -> bool:
        there = len(self.dims) == rank and all(-rank <= dim < rank for dim in self.dims)
        return there and len({dim % rank for dim in self.dims}) == rank

    def padding_fix(self, given: Reaching) -> Recipe | None:
        """Steps are usually turned for a convolution, which takes zeros for what is not there."""
        return None if not_floats(given["input"]) else Insert("mask_padding")

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Method("permute", (In(), *self.dims))))

    def brief(self) -> str:
        return " ".join(map(str, self.dims))


class Squeeze(
    Layer,
    id="squeeze",
    group="Shape",
    search="remove drop delete axis dimension singleton empty useless size 1",
):
    """Drops an axis of size 1.

    N × 1 × F with dim 1 becomes N × F.
    https://docs.pytorch.org/docs/stable/generated/torch.squeeze.html
    """

    keeps_zeros = True

    dim: int = param(default=1, help="The axis to drop; 0 is the batch, -1 is the last.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := no_axis(self.dim, tensor.rank, "dim"):
            return wrong
        axis = self.dim % tensor.rank
        if not same(tensor.sizes[axis], 1):
            single = [at for at, size in enumerate(tensor.sizes) if same(size, 1)]
            return problem(
                "Only an axis of size 1 can be dropped; axis {dim} has {size}.",
                port="input",
                setting="dim",
                fix=Set("dim", single[0]) if single else None,
                dim=self.dim,
                size=tensor.sizes[axis],
            )
        left = tensor.rearranged(*tensor.sizes[:axis], *tensor.sizes[axis + 1 :])
        return (left.stepwise(tensor) if axis > 1 else left,)

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Method("squeeze", (In(), self.dim))))

    def brief(self) -> str:
        return phrase("axis {dim}", dim=self.dim)


class Unsqueeze(
    Layer,
    id="unsqueeze",
    group="Shape",
    search=(
        "length one dummy singleton batch expand_dims new extra add insert axis dimension missing"
    ),
):
    """Adds an axis of size 1.

    N × F with dim 1 becomes N × 1 × F.
    https://docs.pytorch.org/docs/stable/generated/torch.unsqueeze.html
    """

    keeps_zeros = True

    dim: int = param(default=1, help="Where the new axis comes; 1 is after the batch, -1 is last.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        places = tensor.rank + 1
        if not -places <= self.dim < places:
            return problem(
                "dim = {dim}, but a new axis can be added at 0 to {last}.",
                setting="dim",
                fix=Set("dim", -1),
                dim=self.dim,
                last=tensor.rank,
            )
        axis = self.dim % places
        wider = tensor.rearranged(*tensor.sizes[:axis], 1, *tensor.sizes[axis:])
        return (wider.stepwise(tensor) if axis > 1 else wider,)

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Method("unsqueeze", (In(), self.dim))))

    def brief(self) -> str:
        return phrase("axis {dim}", dim=self.dim)


class Slice(
    Layer,
    id="slice",
    group="Shape",
    search=(
        "half beginning end rows columns window crop cut part narrow range steps first take "
        "keep skip ten every second other channels"
    ),
):
    """Takes a part of an axis: from start, up to but without end.

    N × T × F with dim 1 and start -3 becomes N × 3 × F, the last three steps.
    https://docs.pytorch.org/docs/stable/generated/torch.narrow.html
    """

    dim: int = param(default=1, help="The axis to cut; 0 is the batch, -1 is the last.")
    start: int = param(
        default=0,
        low=-FURTHEST,
        high=FURTHEST,
        help="The first entry; negative numbers count from the end.",
    )
    end: int | None = param(
        default=None,
        low=-FURTHEST,
        high=FURTHEST,
        help="Before which entry it ends; nothing stands for the end of the axis.",
    )
    step: int = param(
        default=1, low=1, high=FURTHEST, help="Take every entry, every second, and so on."
    )

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := no_axis(self.dim, tensor.rank, "dim"):
            return wrong
        axis = self.dim % tensor.rank
        size = tensor.sizes[axis]
        first = _place(self.start, size)
        last = size if self.end is None else _place(self.end, size)
        if first is None:
            return problem(
                "The axis has {size} entries, so it is not known which of them are left "
                "from start = {start} on.",
                port="input",
                setting="start",
                fix=Set("start", 0),
                size=size,
                start=self.start,
            )
        if last is None:
            return problem(
                "The axis has {size} entries, so it is not known which of them are left "
                "before end = {end}.",
                port="input",
                setting="end",
                fix=Set("end", None),
                size=size,
                end=self.end,
            )
        length = (last - first + (self.step - 1)) // self.step
        if not at_least(length, 1):
            return problem(
                "Nothing may be left between start and end of the {size} entries.",
                port="input",
                setting="start",
                fix=Set("start", 0) if last == size and at_least(size, 1) else None,
                size=size,
            )
        cut = tensor.rearranged(*tensor.sizes[:axis], length, *tensor.sizes[axis + 1 :])
        return (cut.stepwise(tensor) if axis > 1 else cut,)

    def minds_padding(self, *, is_zero: bool) -> bool:
        return self.start < 0

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return (given["input"].sizes[self.dim],)

    def torch(self, given: Reaching) -> Torch:
        step = None if self.step == 1 else self.step
        return Torch(use=Use(along(self.dim, slice(self.start or None, self.end, step))))

    def brief(self) -> str:
        end = "" if self.end is None else self.end
        every = f":{self.step}" if self.step > 1 else ""
        axis = phrase("axis {dim}", dim=self.dim)
        return f"{axis} · {self.start or ''}:{end}{every}"


def _place(limit: int, size: Size) -> Size | None:
    """Where a limit lies on an axis, cut to it as in torch; None when ``size`` decides."""
    needed = limit if limit >= 0 else -limit
    if at_least(size, needed):
        return limit if limit >= 0 else size - needed
    if at_least(needed - size, 0):
        return size if limit >= 0 else 0
    return None
