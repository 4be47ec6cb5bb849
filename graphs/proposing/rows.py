"""How rows of numbers are read: brought to one scale, and no more; hidden layers follow."""

from graphs.data import Content, Normalize
from graphs.proposing.readers import Reader, flat
from graphs.proposing.sketch import Features, Sketch


class RowReader(Reader, content=Content.TABLE):
    """Reads tables. Those that no preprocessing standardises are standardised in the network."""

    def features(self, sketch: Sketch, name: str) -> Features:
        """The numbers themselves."""
        row = flat(sketch, name)
        assert row is not None  # a table has so many columns, and not too many
        if sketch.field(name).normalize is Normalize.NONE:
            row = sketch.add("batch_norm1d", row)
        return Features(row, learned=False)


class NumberReader(RowReader, content=Content.NUMBER):
    """Reads numbers that are given rather than predicted."""
