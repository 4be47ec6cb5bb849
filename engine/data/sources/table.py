"""Tables from files: CSV and Parquet, with any column to predict."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.data.columns import (
    DecimalSign,
    Read,
    described,
    number_name,
    read_column,
    reason_to_ignore,
    remarks,
)
from engine.data.labels import Separator, labelled
from engine.data.samples import Array, Poll, Samples, go_on
from engine.data.sheet import Sheet, read_sheet
from engine.data.sources.spec import Proposal, Source
from engine.errors import DataError
from graphs.data import Content, Field, Normalize
from graphs.describe import FilePath, param

if TYPE_CHECKING:
    import polars

USUAL_TARGETS = ("target", "label", "class", "y")
"""Names under which the column to predict is looked for; otherwise it is the last one."""
FEW_CLASSES = 20
"""So many different whole numbers are still taken for classes."""
MOST_CLASSES = 1000
SHOWN_ROWS = 20
"""Rows that are named when many are left out."""


class Table(
    Source, id="table", title="Table (CSV, Parquet)", group="From files", search="csv excel"
):
    """A file with a line per sample and a column to predict.

    Columns of numbers are scaled; columns of texts become one 0-or-1 column per text. Columns that
    cannot help, such as ids, are proposed to be ignored.
    """

    path: FilePath = param(default=FilePath(""), help="A CSV or Parquet file.")
    target: str = param(default="", help="The column to predict; empty takes the likeliest.")
    ignored: tuple[str, ...] | None = param(
        default=None, help="Columns not to learn from; none leaves out those that cannot help."
    )
    categories: tuple[str, ...] = param(
        default=(), help="Columns to read as categories although they hold numbers."
    )
    target_kind: Literal["auto", "class", "labels", "number"] = param(
        default="auto",
        help="Whether a class, several labels at once, or a number is predicted; auto looks at "
        "the column, and takes it for one class or a number.",
    )
    separator: Separator = param(
        default=";", help="What stands between labels, where a row may have several."
    )
    decimal: DecimalSign = param(default=".", help="The sign before the decimals of a number.")

    def column_names(self) -> tuple[str, ...]:
        """Every column of the file, to choose from. Raises DataError."""
        return tuple(self._sheet().frame.columns)

    def read(self, poll: Poll = go_on) -> Samples:
        return self._samples(self._sheet(poll))

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the path, the target and the ignored columns settled, whatever the file becomes."""
        sheet = self._sheet(poll)
        samples = self._samples(sheet)
        (target,) = (name for name, field in samples.fields.items() if field.target)
        (features,) = samples.fields.keys() - {target}
        used = {target, *(column.name for column in samples.fields[features].columns)}
        ignored = tuple(name for name in sheet.frame.columns if name not in used)
        path = FilePath(str(sheet.path.absolute()))
        settled = replace(self, path=path, target=target, ignored=ignored)
        return Proposal.of(settled, samples)

    def _sheet(self, poll: Poll = go_on) -> Sheet:
        return read_sheet(Path(self.path).expanduser(), poll)

    def _samples(self, sheet: Sheet) -> Samples:
        target = self._target(sheet)
        for name in {*(self.ignored or ()), *self.categories} - {target}:
            sheet.column(name)
        sheet, answer, skipped = self._answered(sheet, target)
        columns, notices = self._columns(sheet, target)
        if not columns:
            raise DataError(
                f"No column of {sheet.path.name} is left to learn from. Ignore fewer columns."
            )
        field, labels = self._target_field(sheet, answer)
        notices += [remark for column in columns for remark in remarks(column)]
        inputs = tuple(described(sheet, column) for column in columns)
        features = "inputs" if target == "features" else "features"
        width = sum(column.width for column in inputs)
        return Samples(
            fields={
                features: Field(
                    Content.TABLE, (width,), columns=inputs, normalize=Normalize.STANDARD
                ),
                target: field,
            },
            domains={},
            values={features: _frame(columns), target: labels},
            skipped=skipped,
            notices=(*sheet.left_out, *notices),
        )

    def _target(self, sheet: Sheet) -> str:
        names = sheet.frame.columns
        if len(names) < 2:
            raise DataError(
                f"{sheet.path.name} has one column only, and it takes one to learn from and one to "
                "predict. Choose another file."
            )
        if not self.target:
            free = [name for name in names if name not in (self.ignored or ())] or names
            return next((name for name in free if name.lower() in USUAL_TARGETS), free[-1])
        sheet.column(self.target)
        if self.target in (self.ignored or ()):
            raise DataError(
                f"The column “{self.target}” is to be predicted and to be ignored. Choose one."
            )
        return self.target

    def _answered(self, sheet: Sheet, target: str) -> tuple[Sheet, Read, tuple[str, ...]]:
        """The rows that have a value to predict, that value, and what was left out."""
        texts = self.target_kind in {"class", "labels"} or target in self.categories
        answer = read_column(sheet, target, (target,) if texts else (), self.decimal)
        if self.target_kind == "labels":  # an empty cell says that none applies
            return sheet, answer, ()
        without = answer.values.is_null().arg_true().to_list()
        if not without:
            return sheet, answer, ()
        rows = answer.values.is_not_null().arg_true().to_numpy()
        if not len(rows):
            raise DataError(
                f"The column “{target}” of {sheet.path.name} has no values. Fill it in."
            )
        skipped = [f"{sheet.place(row)}: no value for “{target}”" for row in without[:SHOWN_ROWS]]
        if more := without[SHOWN_ROWS:]:
            skipped.append(f"{len(more)} more rows without a value for “{target}”")
        lines = [sheet.lines[row] for row in rows]
        kept = Sheet(sheet.path, sheet.frame[rows], lines, sheet.counted, sheet.left_out)
        return kept, Read(answer.values[rows], answer.whole), tuple(skipped)

    def _columns(self, sheet: Sheet, target: str) -> tuple[list[Read], list[str]]:
        """The columns to learn from, and why others are not."""
        columns, notices = [], []
        for name in sheet.frame.columns:
            if name == target or name in (self.ignored or ()):
                continue
            column = read_column(sheet, name, self.categories, self.decimal)
            reason = reason_to_ignore(name, column) if self.ignored is None else None
            if reason is None or name in self.categories:
                columns.append(column)
            else:
                notices.append(f"The column “{name}” {reason}; it is ignored.")
        return columns, notices

    def _target_field(self, sheet: Sheet, answer: Read) -> tuple[Field, Array]:
        name, file = answer.values.name, sheet.path.name
        kind = self.target_kind if self.target_kind != "auto" else _likely_kind(answer)
        if answer.values.n_unique() == 1:
            raise DataError(
                f"The column “{name}” of {file} has the same value in every row, so there is "
                "nothing to learn. Choose another column to predict."
            )
        if kind == "number":
            if answer.is_text:
                raise DataError(
                    f"The column “{name}” of {file} holds texts, so no number can be predicted. "
                    "Predict a class, or choose another column."
                )
            field = Field(Content.NUMBER, (1,), normalize=Normalize.STANDARD, target=True)
            return field, answer.values.to_numpy().reshape(-1, 1)
        if kind == "labels":
            return self._labels_field(answer, file)
        classes, labels = _classes(answer.values)
        if len(classes) > MOST_CLASSES or len(classes) * 2 > max(len(labels), 2 * FEW_CLASSES):
            raise DataError(
                f"The column “{name}” of {file} has {len(classes)} different values in "
                f"{len(labels)} rows, too many to tell apart as classes. Choose another column."
            )
        return Field(Content.CLASS, classes=classes, target=True), labels

    def _labels_field(self, answer: Read, file: str) -> tuple[Field, Array]:
        name = answer.values.name
        known, held = labelled(answer.values, self.separator)
        if len(known) < 2 or len(known) > MOST_CLASSES:
            raise DataError(
                f"The column “{name}” of {file} has {len(known)} different labels between "
                f"“{self.separator}”; from 2 to {MOST_CLASSES} can be learned. Set another "
                "separator, or choose another column."
            )
        return Field(Content.LABELS, classes=known, target=True), held


def _likely_kind(answer: Read) -> Literal["class", "number"]:
    distinct = answer.values.n_unique()
    few = distinct <= FEW_CLASSES and distinct * 2 <= answer.values.len()
    return "class" if answer.is_text or (answer.whole and few) else "number"


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


def _frame(columns: Collection[Read]) -> polars.DataFrame:
    import polars

    return polars.DataFrame([column.values for column in columns])
