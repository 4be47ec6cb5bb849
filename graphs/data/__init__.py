"""What a document knows of its data: the section, its fields, and the kinds that they can be."""

from graphs.data import kinds
from graphs.data.fields import (
    Column,
    DataKind,
    Domain,
    Field,
    Normalize,
    joint_of,
    lengths_of,
)
from graphs.data.kinds.classes import ClassKind
from graphs.data.kinds.images import ImageKind
from graphs.data.kinds.labels import LabelsKind
from graphs.data.kinds.numbers import NumberKind
from graphs.data.kinds.series import SeriesKind
from graphs.data.kinds.tables import TableKind
from graphs.data.kinds.tokens import TokensKind
from graphs.data.section import DataSection

__all__ = [
    "ClassKind",
    "Column",
    "DataKind",
    "DataSection",
    "Domain",
    "Field",
    "ImageKind",
    "LabelsKind",
    "Normalize",
    "NumberKind",
    "SeriesKind",
    "TableKind",
    "TokensKind",
    "joint_of",
    "kinds",
    "lengths_of",
]
