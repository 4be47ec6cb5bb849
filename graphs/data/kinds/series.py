"""Series as data."""

from graphs.data.fields import DataKind, Field


class SeriesKind(DataKind, id="series"):
    """Steps in time × values per step; steps alone where each has one value."""

    noun = "series"
    in_steps = True
    may_be_ragged = True

    def scaled_axis(self, field: Field) -> int | None:
        """Each value of a step has a scale of its own, which all steps share."""
        return -1 if len(field.sizes) > 1 else None
