"""What a view of a kind of data is; here a curve of numbers, which serves where a kind has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from graphs.data import DataKind, Field
from graphs.types import Kind
from gui.samples.tiles import DrawnTile, first_values

if TYPE_CHECKING:
    from engine.data.array import Array

FEWEST_NUMBERS = 3
"""With fewer numbers a sample is no curve, and is told in words."""


class KindView:
    """Base of all, and what serves for a kind that has none of its own.

    Subclassing it with a kind of data registers it for that kind and those derived from it.
    """

    _of: ClassVar[dict[type[DataKind], KindView]] = {}

    def __init_subclass__(cls, *, of: type[DataKind]) -> None:
        if of in KindView._of:
            raise TypeError(f"two views are of {of.id}")
        KindView._of[of] = cls()

    @staticmethod
    def of(kind: DataKind) -> KindView:
        """What is registered for a kind, or for what it is derived from."""
        return kind.companion(KindView._of) or _PLAIN

    def draws(self, field: Field) -> bool:
        """Whether samples are drawn; others are told in words and numbers."""
        if field.kind.tensor is not Kind.FLOAT or len(field.sizes) != 1:
            return False
        (length,) = field.sizes
        return isinstance(length, str) or length >= FEWEST_NUMBERS

    def tile(self, value: Array) -> DrawnTile:
        """A sample as its source gives it."""
        return DrawnTile(curve=first_values(value))

    def shown_tile(self, shown: Array) -> DrawnTile:
        """A sample as the engine prepares it for the eye."""
        return self.tile(shown)


_PLAIN = KindView()
