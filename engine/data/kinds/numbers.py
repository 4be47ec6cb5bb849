"""Numbers to predict."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from engine.data.array import Array
from engine.data.kinds.spec import RawValues, Shown
from engine.data.ragged import Ragged
from engine.data.samples import Values
from graphs.data import Field, NumberKind


class RawNumbers(RawValues, of=NumberKind):
    """One or several per sample."""

    def shown(self, field: Field, values: Values, fields: Iterable[Field]) -> Shown:
        """One per sample as plain numbers."""
        if isinstance(values, Ragged) or field.sizes not in {(), (1,)}:
            return super().shown(field, values, fields)
        return tuple(float(value) for value in cast("Array", values).reshape(-1))
