"""Rows of tables as data."""

from graphs.data.fields import DataKind, Field


class TableKind(DataKind, id="table"):
    """One row of numbers, made of columns."""

    has_columns = True

    def scaled_axis(self, field: Field) -> int:
        """Each column has a scale of its own."""
        return -1
