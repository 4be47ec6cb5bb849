"""Numbers to predict as data."""

from graphs.data.fields import DataKind, Field


class NumberKind(DataKind, id="number"):
    """One number to predict."""

    may_be_ragged = True
    may_be_given = False

    def scaled_axis(self, field: Field) -> int | None:
        """Of several numbers each has a scale of its own."""
        return -1 if field.sizes and isinstance(field.sizes[-1], int) else None
