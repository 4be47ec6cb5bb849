"""The layers proposed for rows of numbers: they are scaled; hidden layers follow."""

from graphs.data import DataKind, Normalize, NumberKind, TableKind
from graphs.proposing.readers import Reader, flat
from graphs.proposing.sketch import Features, Sketch, Spot
from graphs.types import Kind


class RowReader(Reader, of=TableKind):
    """Reads tables. Those that no preprocessing standardises are standardised in the network."""

    def features(self, sketch: Sketch, name: str) -> Features:
        """The numbers themselves."""
        row = flat(sketch, name)
        assert row is not None  # a table has so many columns, and not too many
        return _scaled(sketch, name, row)


class PlainReader(Reader, of=DataKind):
    """Reads numbers of any kind that has no reader of its own."""

    def features(self, sketch: Sketch, name: str) -> Features | None:
        """The numbers in one row, or their average over the steps where those are not known."""
        tensor = sketch.section.types()[name]
        if tensor.kind is not Kind.FLOAT:
            return None
        if (row := flat(sketch, name)) is not None:
            return _scaled(sketch, name, row)
        if tensor.rank != 3 or not isinstance(tensor.sizes[2], int):
            return None
        return Features(sketch.add("mean", sketch.input(name), dim=1), learned=False)


class NumberReader(RowReader, of=NumberKind):
    """Reads numbers that are given rather than predicted."""


def _scaled(sketch: Sketch, name: str, row: Spot) -> Features:
    """A row of numbers, brought to one scale where preprocessing does not."""
    if sketch.field(name).normalize is Normalize.NONE:
        row = sketch.add("batch_norm1d", row)
    return Features(row, learned=False)
