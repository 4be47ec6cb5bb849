"""Classes: positions among the names of a field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from engine.data.array import Array
from engine.data.kinds.spec import RawValues, Shown
from engine.data.ragged import Ragged
from engine.data.samples import Values
from engine.data.texts.tokens import Speller
from graphs.data import ClassKind, Field, joint_of


class RawClasses(RawValues, of=ClassKind):
    """One per sample, or one per step."""

    def shown(self, field: Field, values: Values, fields: Iterable[Field]) -> Shown:
        """Names, those of several steps as one text."""
        speller = Speller(field.classes, joint_of(field, fields))
        if isinstance(values, Ragged):
            return tuple(speller.spelled(values.sample(row)) for row in range(len(values)))
        taken = cast("Array", values)
        if field.sizes:
            return tuple(speller.spelled(row.flat) for row in taken)
        return tuple(field.classes[int(label)] for label in taken)
