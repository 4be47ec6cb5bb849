"""The base of heads: the proposed layers from features to an Output and its loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import ClassVar, Final

from graphs.data import (
    ClassKind,
    DataKind,
    Field,
    ImageKind,
    LabelsKind,
    NumberKind,
    SeriesKind,
    TableKind,
    TokensKind,
)
from graphs.data.fields import Learned
from graphs.layers.losses.alignment import CTCLoss
from graphs.layers.losses.binary import BCEWithLogitsLoss
from graphs.layers.losses.cross_entropy import CrossEntropyLoss
from graphs.layers.losses.numbers import MSELoss
from graphs.proposing.readers import MOST_FLAT
from graphs.proposing.sketch import Sketch, Spot, fixed
from graphs.types import Kind


@dataclass(frozen=True, slots=True)
class Ground:
    """Where heads stand. What is None cannot be stood on."""

    row: Callable[[], Spot | None]
    """One row of features per sample, made when it is first asked for."""
    steps: Callable[[], Spot | None]
    """A row of features per step of an input that has the steps of the target."""
    maps: Callable[[], Spot | None]
    """Maps of an input that is as large as the target."""
    unaligned: Callable[[], Spot | None]
    """A row of features per step of an input with steps enough for a series that is said in it."""


class Head:
    """Base of all heads. Subclassing it with a kind of data registers the head for it."""

    _of: ClassVar[dict[type[DataKind], Head]] = {}

    def __init_subclass__(cls, *, of: type[DataKind]) -> None:
        if of in Head._of:
            raise TypeError(f"two heads are for {of.id}")
        Head._of[of] = cls()

    @staticmethod
    def of(kind: DataKind) -> Head:
        """The head for a kind of data: its own, or the usual one for what is learned."""
        return kind.companion(Head._of) or Head._of[_USUAL[kind.learned]]

    def draw(self, sketch: Sketch, name: str, ground: Ground) -> bool:
        """An Output and a loss for the target ``name``; False when nothing here leads there."""
        raise NotImplementedError


class ClassHead(Head, of=ClassKind):
    """A score for each class: of a sample, of a step, of a pixel, or of what is said in a row."""

    def draw(self, sketch: Sketch, name: str, ground: Ground) -> bool:
        """One score alone where a sample is one of two classes."""
        field = sketch.field(name)
        count = sketch.section.types()[name].values or 0
        if len(field.sizes) == 2 and (maps := ground.maps()) is not None:
            scores = sketch.add("conv2d", maps, out_channels=count, kernel_size=1)
            sketch.end(scores, name, CrossEntropyLoss.id, class_axis="second")
            return True
        if field.sizes and (steps := ground.steps()) is not None:
            scores = sketch.add("linear", steps, name="scores", out_features=count)
            sketch.end(scores, name, CrossEntropyLoss.id, class_axis="last")
            return True
        if field.ragged and (steps := ground.unaligned()) is not None:
            scores = sketch.add("linear", steps, name="scores", out_features=count + 1)
            sketch.end(scores, name, CTCLoss.id)
            return True
        if field.sizes:
            spread = laid_out(sketch, (*field.sizes, count), ground)
            if spread is not None:
                sketch.end(spread, name, CrossEntropyLoss.id, class_axis="last")
            return spread is not None
        row = ground.row()
        if row is None:
            return False
        two = count == 2 and sketch.section.types()[name].kind is Kind.INDEX
        scores = sketch.add("linear", row, name="scores", out_features=1 if two else count)
        sketch.end(scores, name, BCEWithLogitsLoss.id if two else CrossEntropyLoss.id)
        return True


class TokenHead(ClassHead, of=TokensKind):
    """A score for each word of the vocabulary."""


class LabelsHead(Head, of=LabelsKind):
    """A score for each label, each for itself."""

    def draw(self, sketch: Sketch, name: str, ground: Ground) -> bool:
        """As many scores as labels."""
        features = fixed(sketch.section.types()[name].features)
        row = ground.row() if features is not None else None
        if features is None or row is None:
            return False
        scores = sketch.add("linear", row, name="scores", out_features=prod(features))
        if len(features) > 1:
            scores = sketch.add("reshape", scores, sizes=features)
        sketch.end(scores, name, BCEWithLogitsLoss.id)
        return True


class NumberHead(Head, of=NumberKind):
    """Numbers of a sample, or of each of its steps."""

    def draw(self, sketch: Sketch, name: str, ground: Ground) -> bool:
        """As many values as the target has."""
        field = sketch.field(name)
        values = self._of_steps(sketch, field, ground) or laid_out(sketch, field.sizes, ground)
        if values is not None:
            sketch.end(values, name, MSELoss.id)
        return values is not None

    def _of_steps(self, sketch: Sketch, field: Field, ground: Ground) -> Spot | None:
        if len(field.sizes) not in (1, 2) or (steps := ground.steps()) is None:
            return None
        each = field.sizes[1] if len(field.sizes) == 2 else 1
        return sketch.add("linear", steps, name="values", out_features=each)


class SeriesHead(NumberHead, of=SeriesKind):
    """The values that follow, or one or more for each step."""


class RowHead(NumberHead, of=TableKind):
    """A row of numbers."""


class PictureHead(Head, of=ImageKind):
    """A picture, from one as large or from features."""

    def draw(self, sketch: Sketch, name: str, ground: Ground) -> bool:
        """Its channels, pixel by pixel where another picture is as large."""
        field = sketch.field(name)
        if (maps := ground.maps()) is not None:
            made: Spot | None = sketch.add(
                "conv2d", maps, out_channels=field.sizes[0], kernel_size=1
            )
        else:
            made = laid_out(sketch, field.sizes, ground)
        if made is not None:
            sketch.end(made, name, MSELoss.id)
        return made is not None


_USUAL: Final[Mapping[Learned, type[DataKind]]] = {
    "class": ClassKind,
    "labels": LabelsKind,
    "number": NumberKind,
}
"""The kinds whose heads serve those without one."""


def laid_out(sketch: Sketch, sizes: tuple[int | str, ...], ground: Ground) -> Spot | None:
    """Values of these sizes from a row of features; None where they are not known, or too many."""
    known = fixed(sizes)
    if known is None or prod(known) > MOST_FLAT:
        return None
    row = ground.row()
    if row is None:
        return None
    values = sketch.add("linear", row, name="values", out_features=prod(known))
    return values if len(known) < 2 else sketch.add("reshape", values, sizes=known)
