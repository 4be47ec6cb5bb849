"""Layers that repeat values along axes, without computing."""

from graphs.describe import param
from graphs.layers.checks import beyond_sample
from graphs.layers.sliding import MOST_PLACES
from graphs.layers.spec import (
    Function,
    In,
    Layer,
    Method,
    Outputs,
    Port,
    Ports,
    Reaching,
    SizeOf,
    Torch,
    Use,
)
from graphs.problems import Problem, Set, problem
from graphs.sizes import Size, same
from graphs.types import TensorType

LIKE = "like"


class Expand(
    Layer,
    id="expand",
    group="Shape",
    search="broadcast repeat batch class token copies same size stretch over",
):
    """Repeats axes of size 1 until they have the given sizes.

    With sizes 4, -1 an input of N × 1 × F becomes N × 4 × F. What is wired to like gives the size
    of the first axis: a Parameter of 1 × 1 × F becomes N × 1 × F, one for each sample.
    https://docs.pytorch.org/docs/stable/generated/torch.Tensor.expand.html
    """

    sizes: tuple[int, ...] = param(
        default=(),
        low=-1,
        high=MOST_PLACES,
        help="Sizes of the last axes; -1 leaves an axis as it is. Empty: all as they are.",
    )

    def ports(self) -> Ports:
        return Ports((Port("input"), Port(LIKE, optional=True)))

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor, like = given["input"], given.get(LIKE)
        if not tensor.sizes:
            return problem("Needs at least one axis, but gets a single number.", port="input")
        if 0 in self.sizes or len(self.sizes) >= tensor.rank:
            return problem(
                "sizes takes numbers from 1 on, or -1, for at most {most} axes.",
                setting="sizes",
                fix=Set("sizes", ()),
                most=tensor.rank - 1,
            )
        if like is not None and (wrong := _not_repeated(tensor, like)):
            return wrong
        sizes = list(tensor.sizes)
        for at, size in enumerate(self.sizes, start=tensor.rank - len(self.sizes)):
            if size == -1 or same(sizes[at], size):
                continue
            if not same(sizes[at], 1):
                return problem(
                    "Only an axis of size 1 can be repeated; axis {dim} has {size}.",
                    port="input",
                    setting="sizes",
                    fix=Set("sizes", ()),
                    dim=at,
                    size=sizes[at],
                )
            sizes[at] = size
        return (self._repeated(tensor, like, sizes),)

    def _repeated(
        self, tensor: TensorType, like: TensorType | None, sizes: list[Size]
    ) -> TensorType:
        if like is not None:
            sizes[0] = like.sizes[0]
        repeated = tensor.rearranged(*sizes)
        kept = tensor.rank < 2 or sizes[1] == tensor.sizes[1]
        return repeated.stepwise(tensor) if kept else repeated

    def caution(self, given: Reaching, outputs: Outputs) -> Problem | None:
        """Of what gives the size no value is looked at."""
        return super().caution(Reaching({"input": given.types["input"]}), outputs)

    def torch(self, given: Reaching) -> Torch:
        first = SizeOf(0, LIKE) if given.get(LIKE) else -1
        rest = (-1,) * (given["input"].rank - 1 - len(self.sizes))
        return Torch(use=Use(Method("expand", (In(), first, *rest, *self.sizes))))

    def brief(self) -> str:
        return "×".join(map(str, self.sizes))


def _not_repeated(tensor: TensorType, like: TensorType) -> Problem | None:
    """That the first axis cannot become what it is of ``like``."""
    if not like.sizes:
        return problem("Needs at least one axis, but gets a single number.", port=LIKE)
    if same(tensor.sizes[0], 1) or same(tensor.sizes[0], like.sizes[0]):
        return None
    return problem(
        "Only an axis of size 1 can be repeated; axis {dim} has {size}.",
        port="input",
        dim=0,
        size=tensor.sizes[0],
    )


class Tile(
    Layer,
    id="tile",
    group="Shape",
    search="repeat repeatvector copies copy duplicate several times many over",
):
    """Repeats the whole tensor along its axes.

    N × F with repeats 3 becomes N × 3F: the features three times one after the other.
    https://docs.pytorch.org/docs/stable/generated/torch.tile.html
    """

    dims: tuple[int, ...] = param(
        default=(2,),
        low=1,
        high=MOST_PLACES,
        help="How often to repeat along each of the last axes.",
    )

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := beyond_sample(len(self.dims), tensor, "dims", self.dims[: tensor.rank - 1]):
            return wrong
        sizes = list(tensor.sizes)
        for at, times in enumerate(self.dims, start=tensor.rank - len(self.dims)):
            sizes[at] = sizes[at] * times
        tiled = tensor.rearranged(*sizes)
        kept = tensor.rank < 2 or sizes[1] == tensor.sizes[1]
        return (tiled.stepwise(tensor) if kept else tiled,)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        last = given["input"].sizes[-len(self.dims) :] if self.dims else ()
        return tuple(size for size, times in zip(last, self.dims, strict=True) if times > 1)

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Function("torch.tile", (In(), self.dims))))

    def brief(self) -> str:
        return "×".join(map(str, self.dims))
