"""What a head is: the layers from features to an Output and its loss, by what is predicted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import ClassVar

from graphs.data import Content, Field
from graphs.layers.losses.binary import BCEWithLogitsLoss
from graphs.layers.losses.cross_entropy import CrossEntropyLoss
from graphs.layers.losses.numbers import MSELoss
from graphs.proposing.readers import MOST_FLAT
from graphs.proposing.sketch import Sketch, Spot, fixed


@dataclass(frozen=True, slots=True)
class Ground:
    """Where heads stand. What is None cannot be stood on."""

    row: Callable[[], Spot | None]
    """One row of features per sample, made when it is first asked for."""
    steps: Callable[[], Spot | None]
    """A row of features per step of an input that has the steps of the target."""
    maps: Callable[[], Spot | None]
    """Maps of an input that is as large as the target."""


class Head:
    """Base of all heads. Subclassing it with a content registers the head for it."""

    _of: ClassVar[dict[Content, Head]] = {}

    def __init_subclass__(cls, *, content: Content) -> None:
        if content in Head._of:
            raise TypeError(f"two heads are for {content}")
        Head._of[content] = cls()

    @staticmethod
    def of(content: Content) -> Head | None:
        """The head for a content; None where it cannot be predicted."""
        return Head._of.get(content)

    def draw(self, sketch: Sketch, name: str, ground: Ground) -> bool:
        """An Output and a loss for the target ``name``; False when nothing here leads there."""
        raise NotImplementedError


class ClassHead(Head, content=Content.CLASS):
    """A score for each class: of a sample, of a step, or of a pixel."""

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
        if field.sizes:
            spread = laid_out(sketch, (*field.sizes, count), ground)
            if spread is not None:
                sketch.end(spread, name, CrossEntropyLoss.id, class_axis="last")
            return spread is not None
        row = ground.row()
        if row is None:
            return False
        two = count == 2 and field.content is Content.CLASS
        scores = sketch.add("linear", row, name="scores", out_features=1 if two else count)
        sketch.end(scores, name, BCEWithLogitsLoss.id if two else CrossEntropyLoss.id)
        return True


class TokenHead(ClassHead, content=Content.TOKENS):
    """A score for each word of the vocabulary."""


class LabelsHead(Head, content=Content.LABELS):
    """A score for each label, each for itself."""

    def draw(self, sketch: Sketch, name: str, ground: Ground) -> bool:
        """As many scores as labels."""
        row = ground.row()
        if row is None:
            return False
        count = len(sketch.field(name).classes)
        scores = sketch.add("linear", row, name="scores", out_features=count)
        sketch.end(scores, name, BCEWithLogitsLoss.id)
        return True


class NumberHead(Head, content=Content.NUMBER):
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


class SeriesHead(NumberHead, content=Content.SERIES):
    """The values that follow, or one or more for each step."""


class RowHead(NumberHead, content=Content.TABLE):
    """A row of numbers."""


class PictureHead(Head, content=Content.IMAGE):
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
