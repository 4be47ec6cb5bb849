"""Tensor types: what flows along a link, with the batch axis first and every size exact."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from graphs.setting_kinds import FieldName
from graphs.sizes import BATCH, Size, product, quotient
from graphs.wording.phrases import phrase


class Kind(StrEnum):
    """What the numbers of a tensor are, which decides what may be done with them."""

    FLOAT = "float"
    TOKENS = "tokens"
    """Positions in a vocabulary, as ``Embedding`` takes them."""
    INDEX = "index"
    """Class numbers, as a loss takes them for targets."""
    MASK = "mask"


class Scale(StrEnum):
    """What is known about floats beyond their sizes; losses ask for it."""

    ANY = "any"
    PROBABILITIES = "probabilities"
    """Each value lies between 0 and 1, each for itself (Sigmoid)."""
    DISTRIBUTION = "distribution"
    """Between 0 and 1 and adding up to 1 along the classes (Softmax)."""
    LOGARITHMS = "logarithms"
    """Of shares between 0 and 1 (LogSoftmax)."""

    @property
    def is_shares(self) -> bool:
        """Whether each value is known to lie between 0 and 1."""
        return self in {Scale.PROBABILITIES, Scale.DISTRIBUTION}


@dataclass(frozen=True, slots=True)
class Masked:
    """That padding stands among the steps of a tensor and is no longer told from real ones."""

    steps: Size
    """How many steps there are, where padding was made zero."""
    is_zero: bool
    """Whether it is still zero."""


@dataclass(frozen=True, slots=True)
class TensorType:
    """The type of one tensor. ``sizes[0]`` is the batch ``N`` unless a layer took it away."""

    kind: Kind
    sizes: tuple[Size, ...]
    values: int | None = None
    """How many values tokens or classes can take: the vocabulary or the number of classes."""
    scale: Scale = Scale.ANY
    padded: FieldName | None = None
    """The ragged field whose lengths say how many steps (axis 1) of each sample are real.

    The rest is padding at the end, whose values mean nothing. None where every step is real, and
    where it is no longer known.
    """
    into: tuple[Size, ...] | None = None
    """The sides of the image in which places are counted, row after row, as pools give them."""
    masked: Masked | None = None
    """That a layer has made padding zero, from which on it counts, wherever the steps lie now."""
    before: "TensorType | None" = field(default=None, compare=False, repr=False)
    """What entered the layer that made it, where leaving that layer out may be the mend."""

    @property
    def rank(self) -> int:
        """How many axes, the batch included."""
        return len(self.sizes)

    @property
    def features(self) -> tuple[Size, ...]:
        """All sizes without the batch."""
        return self.sizes[1:]

    def of(self, *sizes: Size) -> "TensorType":
        """The same kind with other sizes, about whose scale and padding nothing is known."""
        return TensorType(self.kind, sizes, self.values)

    def scaled(self, scale: Scale) -> "TensorType":
        """The same sizes after a computation that leaves values of ``scale``."""
        return TensorType(self.kind, self.sizes, self.values, scale, self.padded)

    def stepwise(self, like: "TensorType") -> "TensorType":
        """The same tensor after a computation that leaves the steps of ``like`` apart."""
        return replace(self, padded=like.padded)

    def rearranged(self, *sizes: Size) -> "TensorType":
        """The same values laid out otherwise; classes that added up to 1 may be apart now.

        Which steps are real is forgotten; ``stepwise`` says that they are where they were.
        """
        scale = Scale.PROBABILITIES if self.scale.is_shares else self.scale
        return TensorType(self.kind, sizes, self.values, scale)

    def elements(self) -> Size:
        """How many numbers it holds per sample; in all, where no axis is the batch."""
        if self.sizes[:1] == (BATCH,):
            return product(self.features)
        total = product(self.sizes)
        each = quotient(total, BATCH)
        return total if each is None else each

    def __str__(self) -> str:
        return spell(self)


def floats(*features: Size) -> TensorType:
    """A batch of float tensors with the given sizes per sample."""
    return TensorType(Kind.FLOAT, (BATCH, *features))


def spell(tensor: TensorType) -> str:
    """Sizes the way people say them, the batch hidden: ``3 × 32 × 32``; ``scalar`` for none."""
    shown = tensor.sizes[1:] if tensor.sizes[:1] == (BATCH,) else tensor.sizes
    written = " × ".join(f"({s})" if " " in str(s) and len(shown) > 1 else str(s) for s in shown)
    return written or (phrase("1 value") if tensor.sizes else phrase("scalar"))
