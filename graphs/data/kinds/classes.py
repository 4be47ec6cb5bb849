"""Classes as data."""

from graphs.data.fields import DataKind, Field
from graphs.types import Kind


class ClassKind(DataKind, id="class"):
    """One of several named classes."""

    tensor = Kind.INDEX
    noun = "classes"
    learned = "class"
    has_classes = True
    may_be_ragged = True
    may_be_given = False

    def values(self, field: Field) -> int:
        """As many as there are classes."""
        return len(field.classes)
