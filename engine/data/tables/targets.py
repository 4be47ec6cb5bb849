"""What is predicted from a table: a class, several labels, or a number; and what is odd in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.data.array import Array
from engine.data.tables import judging
from engine.data.tables.cells import date_parts, likenesses, sentinels
from engine.data.tables.cells.numbers import EXACT
from engine.data.tables.columns import Read, as_held, number_name, spelled_in_several_ways
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.multi_labels import labelled
from engine.data.tables.telling.words import listed, quoted
from engine.errors import DataError
from graphs.data import ClassKind, Field, LabelsKind, Normalize, NumberKind
from graphs.data.sources.choices import AnswerKind, Separator
from graphs.wording.phrases import by_count, phrase, with_and

if TYPE_CHECKING:
    import polars

ONE_SPELLING = (
    "The column “{name}” of {file} has one value alone, {quoted}, as {listed} is taken as missing. "
    "If that is a value of its own, set what stands for a missing value in this column "
    "(notations.{name}.missing) to nothing, or choose another column to predict."
)
SEVERAL_SPELLINGS = (
    "The column “{name}” of {file} has one value alone, {quoted}, as {listed} are taken as "
    "missing. If that is a value of its own, set what stands for a missing value in this column "
    "(notations.{name}.missing) to nothing, or choose another column to predict."
)
FEW_CLASSES = 20
"""So many different whole numbers are still taken for classes."""
MOST_CLASSES = 1000
FAR = 100.0
"""So many times as far from the middle as the others is absurd."""
FEW_FAR = 3
"""No more values than that are; what is more belongs to the spread."""


def target_field(
    sheet: Sheet, answer: Read, set_so: AnswerKind, separator: Separator
) -> tuple[Field, Array]:
    """The field of a column to predict, with its values. Raises DataError."""
    name, file = answer.values.name, sheet.path.name
    kind = likely_kind(answer) if set_so == "auto" else set_so
    if answer.values.n_unique() == 1:
        if spelled := answer.notation.missing:
            raise DataError(
                by_count(len(spelled), ONE_SPELLING, SEVERAL_SPELLINGS),
                name=name,
                file=file,
                quoted=quoted(as_held(answer.values[0])),
                listed=listed(spelled),
            )
        raise DataError(
            "The column “{name}” of {file} has the same value in every row, so there is "
            "nothing to learn. Choose another column to predict.",
            name=name,
            file=file,
        )
    if kind == "number":
        if answer.is_text:
            raise DataError(
                "The column “{name}” of {file} holds texts, so no number can be predicted. "
                "Predict a class, or choose another column.",
                name=name,
                file=file,
            )
        numbers = date_parts.scaled(answer.values, "elapsed") if answer.is_date else answer.values
        field = Field(NumberKind.id, (1,), normalize=Normalize.STANDARD, target=True)
        return field, numbers.to_numpy().reshape(-1, 1)
    if kind == "labels":
        return _labels_field(answer, separator, file)
    classes, labels = _classes(answer.values)
    if len(classes) > MOST_CLASSES or len(classes) * 2 > max(len(labels), 2 * FEW_CLASSES):
        if answer.is_text and (alike := likenesses.of(answer.values)):
            raise DataError(
                "The column “{name}” of {file} has {count} different values in {other_count} "
                "rows, too many to tell apart as classes. They look like {kind}: {example}.",
                name=name,
                file=file,
                count=len(classes),
                other_count=len(labels),
                kind=phrase(alike[0]),
                example=phrase(alike[1]),
            )
        raise DataError(
            "The column “{name}” of {file} has {count} different values in {other_count} "
            "rows, too many to tell apart as classes. Choose another column.",
            name=name,
            file=file,
            count=len(classes),
            other_count=len(labels),
        )
    return Field(ClassKind.id, classes=classes, target=True), labels


def with_all_digits(sheet: Sheet, answer: Read, set_so: AnswerKind) -> Read:
    """Whole numbers beyond what floats hold as texts with all their digits, where they are classes.

    It makes no difference how they are written. Raises DataError where numbers are wanted and all
    come to the same one.
    """
    import polars

    column, values = sheet.column(answer.values.name), answer.values
    if answer.is_text or not answer.whole or column.dtype != polars.String:
        return answer
    largest = values.drop_nulls().abs().max()
    if not isinstance(largest, float) or largest <= EXACT:
        return answer
    exact = judging.exactly(column.set(values.is_null(), None), answer.notation)
    digits = exact.drop_nulls()
    if exact.null_count() > values.null_count():
        return answer
    same = values.drop_nulls().n_unique() == 1 < digits.n_unique()
    if set_so == "number" and same:
        raise DataError(
            "The numbers of the column “{name}” of {file} differ only in digits beyond the "
            "sixteenth, which no number that is computed with holds. Predict a class, or choose "
            "another column.",
            name=values.name,
            file=sheet.path.name,
        )
    is_class = set_so == "class" or (set_so == "auto" and (same or _are_few(digits)))
    return replace(answer, values=exact) if is_class else answer


def settled_kind(asked: AnswerKind, answer: Read, is_amount: bool) -> AnswerKind:
    """What a column is predicted as; ``is_amount`` says that its numbers are money or percents."""
    return "number" if asked == "auto" and is_amount and not answer.is_text else asked


def likely_kind(answer: Read) -> Literal["class", "number"]:
    """A class for texts and for few different whole numbers."""
    return "class" if answer.is_text or (answer.whole and _are_few(answer.values)) else "number"


def _are_few(values: polars.Series) -> bool:
    distinct = values.n_unique()
    return distinct <= FEW_CLASSES and distinct * 2 <= values.len()


def target_remarks(sheet: Sheet, answers: Sequence[Read]) -> list[str]:
    """What the user should know about the columns to predict, as sentences."""
    said = []
    for answer in answers:
        said += spelled_in_several_ways(answer)
        if standing := sentinels.remarks(sheet, _numbers_among(answer)):
            said += standing
        elif answer.is_date:
            said.append(
                phrase(
                    "The column “{name}” is predicted as days since 1970-01-01, as a date is no "
                    "number.",
                    name=answer.values.name,
                )
            )
        elif not answer.is_text and likely_kind(answer) == "number":
            said += _far_off(sheet, answer.values)
    return said


def _numbers_among(answer: Read) -> polars.Series:
    """The values as numbers, where they are such though their texts name classes."""
    import polars

    if not answer.is_text:
        return answer.values
    numbers = answer.values.cast(polars.Float64, strict=False)
    return numbers if numbers.null_count() == answer.values.null_count() else answer.values


def _far_off(sheet: Sheet, values: polars.Series) -> list[str]:
    """The few numbers that lie absurdly far from all others, by line."""
    numbers = values.to_numpy()
    middle = np.median(numbers)
    away = np.abs(numbers - middle)
    usual = np.percentile(away, 90)
    far = np.flatnonzero(away > FAR * usual) if usual > 0 else np.array([], dtype=np.int64)
    if not len(far) or len(far) > FEW_FAR:
        return []
    lines = with_and(f"{sheet.place(row)} ({numbers[row]:g})" for row in far.tolist())
    return [
        phrase(
            "The column “{name}” lies absurdly far from all others in {lines}; the usual "
            "is about {middle:g}. Training would learn little else. Look whether it is a "
            "mistake, and correct or empty it.",
            name=values.name,
            lines=lines,
            middle=middle,
        )
    ]


def _labels_field(answer: Read, separator: Separator, file: str) -> tuple[Field, Array]:
    name = answer.values.name
    known, held = labelled(answer.values, separator)
    if len(known) < 2 or len(known) > MOST_CLASSES:
        raise DataError(
            "The column “{name}” of {file} has {count} different labels between "
            "“{separator}”; from 2 to {most_classes} can be learned. Set another label "
            "separator, or choose another column.",
            name=name,
            file=file,
            count=len(known),
            separator=separator,
            most_classes=MOST_CLASSES,
        )
    return Field(LabelsKind.id, classes=known, target=True), held


def _classes(values: polars.Series) -> tuple[tuple[str, ...], Array]:
    """Class names in the order of their values, and each row's class."""
    import polars

    known = values.unique().sort().to_list()
    if all(isinstance(value, str) and _is_whole(value) for value in known):
        known.sort(key=int)
    names = tuple(value if isinstance(value, str) else number_name(value) for value in known)
    labels = values.replace_strict(known, list(range(len(known))), return_dtype=polars.Int64)
    return names, np.asarray(labels.to_numpy())


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal()
