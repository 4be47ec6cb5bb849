"""Rows of tables and numbers to predict, which are told and not drawn."""

from graphs.data import Field, NumberKind, TableKind
from gui.samples.views.spec import KindView


class RowView(KindView, of=TableKind):
    """Cells by column."""

    def draws(self, field: Field) -> bool:
        """Never."""
        return False


class NumberView(KindView, of=NumberKind):
    """One number or several."""

    def draws(self, field: Field) -> bool:
        """Never."""
        return False
