"""What a reader is: the layers between an Input and features, by the content of its field."""

from __future__ import annotations

from typing import ClassVar

from graphs.data import Content
from graphs.proposing.sketch import Features, Sketch, Spot
from graphs.sizes import product

MOST_FLAT = 65_536
"""More numbers than this are not laid out as one row."""


class Reader:
    """Base of all readers. Subclassing it with a content registers the reader for it."""

    _of: ClassVar[dict[Content, Reader]] = {}

    def __init_subclass__(cls, *, content: Content) -> None:
        if content in Reader._of:
            raise TypeError(f"two readers are for {content}")
        Reader._of[content] = cls()

    @staticmethod
    def of(content: Content) -> Reader | None:
        """The reader for a content; None where nothing can be learned from it."""
        return Reader._of.get(content)

    def features(self, sketch: Sketch, name: str) -> Features:
        """One row of features per sample."""
        raise NotImplementedError

    def steps(self, sketch: Sketch, name: str, causal: bool) -> Spot | None:
        """A row of features per step, which knows of later steps only where it is not causal.

        None where the field has no steps.
        """
        return None

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
