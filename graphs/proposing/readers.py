"""The base of readers: the proposed layers between an Input and features, by kind of data."""

from __future__ import annotations

from typing import ClassVar

from graphs.data import DataKind
from graphs.proposing.sketch import Features, Sketch, Spot
from graphs.sizes import bounds, product

MOST_FLAT = 65_536
"""More numbers than this are not laid out as one row."""


class Reader:
    """Base of all readers. Subclassing it with a kind of data registers the reader for it."""

    _of: ClassVar[dict[type[DataKind], Reader]] = {}

    def __init_subclass__(cls, *, of: type[DataKind]) -> None:
        if of in Reader._of:
            raise TypeError(f"two readers are for {of.id}")
        Reader._of[of] = cls()

    @staticmethod
    def of(kind: DataKind) -> Reader:
        """The reader for a kind of data: its own, or that of what it is derived from."""
        found = kind.companion(Reader._of)
        assert found is not None  # the plain one is for every kind
        return found

    def features(self, sketch: Sketch, name: str) -> Features | None:
        """One row of features per sample; None where nothing can be learned from the field."""
        raise NotImplementedError

    def steps(self, sketch: Sketch, name: str, causal: bool) -> Spot | None:
        """A row of features per step, which knows of later steps only where it is not causal.

        None where the field has no steps.
        """
        return None

    def in_its_steps(self, sketch: Sketch, name: str, least: int) -> Spot | None:
        """A row of features per step, of which there may be ``least`` or more; None for fewer."""
        sizes = sketch.section.types()[name].features
        if not sizes or bounds(sizes[0])[1] < least:
            return None
        return self.steps(sketch, name, causal=False)

    def maps(self, sketch: Sketch, name: str) -> Spot | None:
        """Maps of features as large as the picture; None where the field is no picture."""
        return None


def flat(sketch: Sketch, name: str) -> Spot | None:
    """The numbers of a field in one row; None where they are not known, or too many."""
    spot = sketch.input(name)
    tensor = sketch.type(spot)
    if tensor.rank == 1:
        return sketch.add("reshape", spot, sizes=(1,))
    total = product(tensor.features)
    if not isinstance(total, int) or total > MOST_FLAT:
        return None
    return spot if tensor.rank == 2 else sketch.add("flatten", spot)
