"""Labels, of which several can hold at once, as data."""

from graphs.data.fields import DataKind, Field
from graphs.setting_kinds import FieldName
from graphs.sizes import Size
from graphs.types import Kind, TensorType


class LabelsKind(DataKind, id="labels"):
    """Several of named classes at once: 1 for each that holds, else 0."""

    tensor = Kind.MASK
    noun = "labels"
    one_class = "label"
    learned = "labels"
    has_classes = True
    may_be_given = False

    def type(
        self, field: Field, sizes: tuple[Size, ...], padded: FieldName | None = None
    ) -> TensorType:
        """One place for each label."""
        return super().type(field, (len(field.classes),))
