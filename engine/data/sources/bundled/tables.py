"""Reads Iris and breast cancer; makes samples of any table of numbers and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.samples import Samples
from engine.data.sources.bundled.files import bundled
from engine.data.sources.spec import SourceReader
from graphs.data import ClassKind, Column, Field, Normalize, TableKind
from graphs.data.sources.bundled.tables import BreastCancer, Iris

if TYPE_CHECKING:
    import polars


class IrisReader(SourceReader[Iris], of=Iris):
    """Its file of measurements."""

    def read(self, poll: Poll = go_on) -> Samples:
        values, species, names = bundled("iris.csv")
        columns = ("sepal length", "sepal width", "petal length", "petal width")
        return table_samples("features", columns, values, "species", names, species)


class BreastCancerReader(SourceReader[BreastCancer], of=BreastCancer):
    """Its file of measurements."""

    def read(self, poll: Poll = go_on) -> Samples:
        values, diagnosis, names = bundled("breast_cancer.csv")
        measured = (
            "radius",
            "texture",
            "perimeter",
            "area",
            "smoothness",
            "compactness",
            "concavity",
            "concave points",
            "symmetry",
            "fractal dimension",
        )
        columns = (
            *("mean " + name for name in measured),
            *(name + " error" for name in measured),
            *("worst " + name for name in measured),
        )
        return table_samples("features", columns, values, "diagnosis", names, diagnosis)


def table_samples(
    name: str,
    columns: tuple[str, ...],
    values: Array,
    target: str,
    classes: tuple[str, ...],
    labels: Array,
    normalize: Normalize = Normalize.STANDARD,
) -> Samples:
    """Samples with one table of numbers, called ``name``, and one class to tell."""
    field, frame = table_of_numbers(columns, values, normalize)
    return Samples(
        fields={name: field, target: Field(ClassKind.id, classes=classes, target=True)},
        domains={},
        values={name: frame, target: labels.astype(np.int64)},
    )


def table_of_numbers(
    columns: tuple[str, ...], values: Array, normalize: Normalize = Normalize.STANDARD
) -> tuple[Field, polars.DataFrame]:
    """A field that is a table of numbers, and its values: samples × columns, as a frame."""
    import polars

    described = tuple(Column(column) for column in columns)
    frame = polars.DataFrame(
        {column: values[:, at].astype(np.float64) for at, column in enumerate(columns)}
    )
    return Field(TableKind.id, (len(columns),), columns=described, normalize=normalize), frame
