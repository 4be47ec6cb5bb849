"""How alike two tensors are: cosines, and distances."""

from graphs.describe import param
from graphs.layers.arithmetic.value_by_value import PAIR, broadcast, steps_of
from graphs.layers.checks import no_axis, not_floats, padded_apart
from graphs.layers.spec import Call, In, Layer, Module, Outputs, Ports, Reaching, Torch, Use
from graphs.problems import Problem, problem
from graphs.sizes import BATCH, Size, symbols
from graphs.types import TensorType


class Likeness(Layer):
    """Base of layers that compare two tensors along one axis."""

    def ports(self) -> Ports:
        return PAIR

    def axis(self, rank: int) -> int:
        """The axis that is compared along, counted from the front."""
        raise NotImplementedError

    def axis_fault(self, rank: int) -> Problem | None:
        """What is wrong with that axis."""
        raise NotImplementedError

    @property
    def keeps(self) -> bool:
        """Whether the axis stays, with a size of 1."""
        return False

    def infer(self, given: Reaching) -> Outputs | Problem:
        one, other = given["input"], given["other"]
        if wrong := not_floats(one) or not_floats(other, "other"):
            return wrong
        sizes = broadcast(one.sizes, other.sizes)
        if sizes is None:
            return problem(
                "Cannot compare {first} and {second}: the sizes of an axis differ, and neither is "
                "1.",
                port="other",
                first=one,
                second=other,
            )
        if wrong := self.axis_fault(len(sizes)) or padded_apart((one, other), "other"):
            return wrong
        axis = self.axis(len(sizes))
        left = (*sizes[:axis], *((1,) if self.keeps else ()), *sizes[axis + 1 :])
        alone = axis > 1 and not symbols(sizes[axis]) & symbols(BATCH)
        padded = steps_of((one, other), len(sizes)) if alone else None
        return (TensorType(one.kind, left, padded=padded),)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        sizes = broadcast(given["input"].sizes, given["other"].sizes) or ()
        return sizes[self.axis(len(sizes)) :][:1]

    def torch(self, given: Reaching) -> Torch:
        made = Call(f"torch.nn.{type(self).__name__}", self.settings)
        return Torch(made, Use(Module((In(), In("other")))))


class CosineSimilarity(
    Likeness,
    id="cosine_similarity",
    group="Arithmetic",
    search="angle cosine similar alike compare dot vectors match direction same how",
):
    """Gives the cosine of the angle between two vectors: 1 where they agree.

    For vectors a and b, y = Σ a · b / (|a| · |b|), where |a| = √Σ a². Lengths below eps count as
    eps.
    The vectors lie along dim, which is gone afterwards.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CosineSimilarity.html
    """

    dim: int = param(default=1, help="The axis of the vectors; 0 is the batch, -1 is the last.")
    eps: float = param(
        default=1e-8, above=0, help="The least product of lengths, so that nothing is divided by 0."
    )

    def axis(self, rank: int) -> int:
        return self.dim % rank

    def axis_fault(self, rank: int) -> Problem | None:
        return no_axis(self.dim, rank, "dim")


class PairwiseDistance(
    Likeness,
    id="pairwise_distance",
    group="Arithmetic",
    search=(
        "euclidean distance difference l2 vectors far apart compare near closeness between "
        "how much differ"
    ),
):
    """Gives the distance between two vectors, which lie along the last axis.

    For vectors a and b, y = (Σ |a - b + eps| ** p) ** (1 / p); p = 2 is the usual distance.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.PairwiseDistance.html
    """

    p: float = param(
        default=2.0, low=1, high=10, help="The power of the norm: 2 is the straight line."
    )
    eps: float = param(
        default=1e-6, low=0, help="Added to each difference, so that no slope is infinite."
    )
    keepdim: bool = param(default=False, help="Leave an axis of size 1 where the vectors were.")

    @property
    def keeps(self) -> bool:
        return self.keepdim

    def axis(self, rank: int) -> int:
        return rank - 1

    def axis_fault(self, rank: int) -> Problem | None:
        if rank:
            return None
        return problem("The vectors lie along the last axis, but there is none.", port="input")
