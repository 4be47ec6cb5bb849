"""Labels: for each name of a field, whether it holds."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress
from typing import cast

import numpy as np

from engine.data.array import Array
from engine.data.kinds.fitted_numbers import FittedNumbers
from engine.data.kinds.spec import RawValues, Shown
from engine.data.samples import Values
from engine.errors import DataError
from graphs.data import Field, LabelsKind


class RawLabels(RawValues, of=LabelsKind):
    """Samples × labels of 0 and 1."""

    def encoded(self, name: str, field: Field, numbers: FittedNumbers, values: Values) -> Array:
        """As floats, which losses compute with."""
        array, known = cast("Array", values), len(field.classes)
        if array.shape[1:] != (known,) or not np.isin(array, (0, 1)).all():
            raise DataError(
                "“{name}” does not say of {known} labels whether they hold. Choose the data again.",
                name=name,
                known=known,
            )
        return array.astype(np.float32)

    def shown(self, field: Field, values: Values, fields: Iterable[Field]) -> Shown:
        """The names of those that hold."""
        return tuple(", ".join(compress(field.classes, row)) for row in cast("Array", values))

    def told(self, field: Field, value: Array, joint: str) -> str:
        """The names of those that hold."""
        return ", ".join(compress(field.classes, value))
