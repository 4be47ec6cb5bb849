"""What a data set offers under one name, a field, and what a kind of data is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal, TypeAlias, TypeVar

from graphs.describe import Described
from graphs.notation import PARTS, Notation
from graphs.setting_kinds import FieldName
from graphs.sizes import BATCH, Size
from graphs.types import Kind, TensorType
from graphs.wording.phrases import phrase

Learned: TypeAlias = Literal["number", "class", "labels"]
Companion = TypeVar("Companion")


class Normalize(StrEnum):
    """How numbers are brought to a common scale, fitted on the training split alone."""

    NONE = "none"
    STANDARD = "standard"
    """Mean 0 and standard deviation 1, per column or channel."""
    RANGE = "range"
    """Least value 0 and greatest 1, per column or channel."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The members of a named size: ``low, ... high`` in steps of ``multiple``."""

    low: int
    high: int
    multiple: int = 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: a number, a date that becomes several, or a category.

    A category becomes one 0-or-1 column per value.
    """

    name: str
    categories: tuple[str, ...] = ()
    """Its values in order when it is a category; an unseen one later becomes all zeros."""
    notation: Notation | None = None
    """How its cells are written; None for plain numbers and for texts as they stand."""

    @property
    def is_date(self) -> bool:
        """Whether it holds dates or times."""
        return self.notation is not None and self.notation.holds == "date"

    @property
    def parts(self) -> tuple[str, ...]:
        """What a date becomes; nothing for other columns."""
        return (self.notation.parts or ()) if self.notation is not None and self.is_date else ()

    @property
    def width(self) -> int:
        """How many numbers it becomes."""
        if self.is_date:
            return sum(PARTS.get(part, 0) for part in self.parts)
        return len(self.categories) or 1


@dataclass(frozen=True, slots=True)
class Field:
    """What the data set offers under one name."""

    content: str
    """The id of its kind."""
    sizes: tuple[int | str, ...] = ()
    """Per sample; a text names a symbol of ``DataSection.domains``."""
    classes: tuple[str, ...] = ()
    vocabulary: int | None = None
    columns: tuple[Column, ...] = ()
    normalize: Normalize = Normalize.NONE
    target: bool = False
    """Whether it is what is to be predicted; what is not may be wired to an Input."""
    words: tuple[str, ...] = ()
    """How tokens are spelled, in the order of their numbers; empty where they are numbers only."""
    joint: str = ""
    """What stands between two tokens in a text: nothing between characters, a space between words.
    """
    ragged: bool = False
    """Whether samples differ in their number of steps, the first size, which is a symbol then."""
    counts: tuple[int, ...] = ()
    """How many samples each class had when the data was chosen, where they are very uneven."""
    names: tuple[str, ...] = ()
    """What the values of a step are called, of which the last axis has several; not of a table."""

    @property
    def kind(self) -> DataKind:
        """What kind of data it is. Raises KeyError for one that this version does not know."""
        return DataKind.get(self.content)()

    @property
    def is_one_class(self) -> bool:
        """Whether each sample is one of its classes."""
        kind = self.kind
        return kind.has_classes and kind.learned == "class" and not self.sizes

    @property
    def is_one_number(self) -> bool:
        """Whether each sample is a single number."""
        kind = self.kind
        is_plain = kind.tensor is Kind.FLOAT and not (kind.in_steps or kind.has_columns)
        return is_plain and self.sizes in {(), (1,)}


class DataKind(Described, family="kinds of data"):
    """Base of every kind of data. Subclassing it with an id registers the kind; files hold the id.

    What a kind decides is asked of its attributes and methods, so that one class is a whole kind.
    What needs numpy or Qt lies in companions (``engine/data/kinds/``, ``gui/samples/``), which are
    found by the kind or by the one it is derived from; without any, those of plain numbers serve.
    """

    tensor: ClassVar[Kind] = Kind.FLOAT
    """What a batch of it is."""
    noun: ClassVar[str] = "numbers"
    """What it is called before people, as several."""
    one_class: ClassVar[str] = "class"
    """What one of ``Field.classes`` is called."""
    learned: ClassVar[Learned] = "number"
    """What is learned where it is to be predicted: numbers, one of several classes, or several."""
    has_classes: ClassVar[bool] = False
    """Whether its values are named by ``Field.classes``."""
    has_columns: ClassVar[bool] = False
    """Whether a sample is a row of named columns, which ``Field.columns`` tells."""
    is_picture: ClassVar[bool] = False
    """Whether a sample is channels × height × width of light, which can be drawn and augmented."""
    in_steps: ClassVar[bool] = False
    """Whether a sample goes from step to step along its first axis."""
    may_be_ragged: ClassVar[bool] = False
    """Whether samples may differ in their number of steps."""
    may_be_given: ClassVar[bool] = True
    """Whether a trained model can be asked about new samples of it."""

    def companion(self, registered: Mapping[type[DataKind], Companion]) -> Companion | None:
        """What is registered for this kind, or for the nearest one that it is derived from."""
        return next((registered[one] for one in type(self).__mro__ if one in registered), None)

    @property
    def is_series(self) -> bool:
        """Whether a sample is numbers one after the other."""
        return self.in_steps and self.tensor is Kind.FLOAT

    def type(
        self, field: Field, sizes: tuple[Size, ...], padded: FieldName | None = None
    ) -> TensorType:
        """The tensor type of a batch; ``sizes`` are those of a sample."""
        return TensorType(self.tensor, (BATCH, *sizes), self.values(field), padded=padded)

    def values(self, field: Field) -> int | None:
        """How many values can stand at one place; None for numbers, and where it is not known."""
        match self.tensor:
            case Kind.FLOAT:
                return None
            case Kind.MASK:
                return 2
            case Kind.INDEX | Kind.TOKENS:
                return len(field.classes) or field.vocabulary

    def scaled_axis(self, field: Field) -> int | None:
        """The axis of a sample whose places each have a scale of their own.

        None where all numbers share one. Only floats are brought to a scale.
        """
        return None

    def fault(self, field: Field) -> str | None:
        """What ``field`` lacks as a field of this kind, as the end of a sentence."""
        if self.has_classes and not field.classes:
            return phrase("it has no classes")
        return None


def joint_of(target: Field, fields: Iterable[Field]) -> str:
    """What stands between classes of steps: what does between the tokens of the same spelling.

    Where there are none, nothing stands between characters, and a space between longer names.
    """
    usual = "" if all(len(name) == 1 for name in target.classes) else " "
    return next((one.joint for one in fields if one.words == target.classes), usual)


def lengths_of(field: str) -> str:
    """Where a batch holds the lengths of a ragged field."""
    return f"{field}.lengths"
