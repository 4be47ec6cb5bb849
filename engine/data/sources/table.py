"""Tables from files: CSV and Parquet, with any column to predict."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
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
from engine.data.paths import located
from engine.data.prose import is_prose, text_fields
from engine.data.samples import Array, Poll, Samples, Values, go_on
from engine.data.sheet import Sheet, read_sheet
from engine.data.sources.spec import Proposal, Source
from engine.data.texts import Reading
from engine.data.tokens import Unit
from engine.errors import DataError
from graphs.data import Content, Domain, Field, Normalize
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
    """A file with a line per sample and one or more columns to predict.

    Columns of numbers are scaled; columns of texts become one 0-or-1 column per text; columns of
    sentences are read word by word, each as a field of its own. Columns that cannot help, such as
    ids, are proposed to be ignored.
    """

    path: FilePath = param(default=FilePath(""), help="A CSV or Parquet file.")
    target: str = param(default="", help="The column to predict; empty takes the likeliest.")
    also: tuple[str, ...] = param(
        default=(), help="Further columns to predict, each as a field of its own."
    )
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
    texts: tuple[str, ...] | None = param(
        default=None, help="Columns to read as text; none takes those that hold sentences."
    )
    text_unit: Unit = param(default="words", help="What a token of a text is.")
    text_length: int = param(
        default=100, low=1, high=100_000, unit="tokens", help="So many tokens of a text are read."
    )
    text_words: int = param(
        default=5000,
        low=10,
        high=100_000,
        help="How many words are told apart, the commonest first; the rest are unknown.",
    )
    text_least: int = param(
        default=2, low=1, high=1000, help="How often a word must occur to be told apart."
    )

    def column_names(self) -> tuple[str, ...]:
        """Every column of the file, to choose from. Raises DataError."""
        return tuple(self._sheet().frame.columns)

    def read(self, poll: Poll = go_on) -> Samples:
        return self._samples(self._sheet(poll), poll)

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the path and what each column is for settled, whatever the file becomes."""
        sheet = self._sheet(poll)
        samples = self._samples(sheet, poll)
        targets = self._targets(sheet)
        fields = samples.fields
        texts = tuple(name for name, field in fields.items() if field.content is Content.TOKENS)
        columns = {column.name for field in fields.values() for column in field.columns}
        used = {*targets, *texts, *columns}
        settled = replace(
            self,
            path=FilePath(str(sheet.path.absolute())),
            target=targets[0],
            ignored=tuple(name for name in sheet.frame.columns if name not in used),
            texts=texts,
        )
        return Proposal.of(settled, samples)

    def _sheet(self, poll: Poll = go_on) -> Sheet:
        return read_sheet(located(self.path), poll)

    def _samples(self, sheet: Sheet, poll: Poll) -> Samples:
        targets = self._targets(sheet)
        named = {*(self.ignored or ()), *self.categories, *(self.texts or ())}
        for name in named - set(targets):
            sheet.column(name)
        sheet, answers, skipped = self._answered(sheet, targets)
        columns, texts, notices = self._columns(sheet, targets, poll)
        if not columns and not texts:
            raise DataError(
                f"No column of {sheet.path.name} is left to learn from. Ignore fewer columns."
            )
        found = {
            answer.values.name: self._target_field(sheet, answer, main=at == 0)
            for at, answer in enumerate(answers)
        }
        fields = {name: field for name, (field, _) in found.items()}
        values: dict[str, Values] = {name: labels for name, (_, labels) in found.items()}
        domains: dict[str, Domain] = {}
        reading = Reading(self.text_unit, self.text_length, self.text_words, self.text_least)
        for name, tokens in text_fields(texts, reading, poll).items():
            fields[name], values[name] = tokens.field, tokens.values
            domains |= tokens.domains
            notices += tokens.notices
        if columns:
            notices += [remark for column in columns for remark in remarks(column)]
            features = "inputs" if "features" in fields else "features"
            fields[features], values[features] = _features(sheet, columns)
        return Samples(fields, domains, values, skipped, (*sheet.left_out, *notices))

    def _targets(self, sheet: Sheet) -> tuple[str, ...]:
        """The columns to predict, the main one first. Raises DataError."""
        targets = tuple(dict.fromkeys((self._target(sheet), *self.also)))
        for name in targets:
            sheet.column(name)
            if name in (self.ignored or ()):
                raise DataError(
                    f"The column “{name}” is to be predicted and to be ignored. Choose one."
                )
        return targets

    def _target(self, sheet: Sheet) -> str:
        names = sheet.frame.columns
        if len(names) < 2:
            raise DataError(
                f"{sheet.path.name} has one column only, and it takes one to learn from and one to "
                "predict. Choose another file."
            )
        if self.target:
            return self.target
        if self.also:
            return self.also[0]
        free = [name for name in names if name not in (self.ignored or ())] or names
        return next((name for name in free if name.lower() in USUAL_TARGETS), free[-1])

    def _answered(
        self, sheet: Sheet, targets: tuple[str, ...]
    ) -> tuple[Sheet, list[Read], tuple[str, ...]]:
        """The rows that have every value to predict, these values, and what was left out."""
        answers = [self._answer(sheet, name, main=name == targets[0]) for name in targets]
        complete = np.ones(len(sheet.frame), dtype=bool)
        skipped: list[str] = []
        for answer in answers:
            name = answer.values.name
            without = np.flatnonzero(answer.values.is_null().to_numpy() & complete).tolist()
            skipped += [
                f"{sheet.place(row)}: no value for “{name}”" for row in without[:SHOWN_ROWS]
            ]
            if more := len(without[SHOWN_ROWS:]):
                skipped.append(f"{more} more rows without a value for “{name}”")
            complete[without] = False
            if not complete.any():
                raise DataError(
                    f"The column “{name}” of {sheet.path.name} has no values. Fill it in."
                )
        if complete.all():
            return sheet, answers, ()
        rows = np.flatnonzero(complete)
        lines = [sheet.lines[row] for row in rows.tolist()]
        kept = Sheet(sheet.path, sheet.frame[rows], lines, sheet.counted, sheet.left_out)
        return kept, [Read(one.values[rows], one.whole) for one in answers], tuple(skipped)

    def _answer(self, sheet: Sheet, name: str, main: bool) -> Read:
        kind = self.target_kind if main else "auto"
        as_texts = kind in {"class", "labels"} or name in self.categories
        answer = read_column(sheet, name, (name,) if as_texts else (), self.decimal)
        if kind == "labels":  # an empty cell says that none applies
            return Read(answer.values.fill_null(""))
        return answer

    def _columns(
        self, sheet: Sheet, targets: tuple[str, ...], poll: Poll
    ) -> tuple[list[Read], list[polars.Series], list[str]]:
        """The columns to learn from, those to read as text, and why others are not."""
        columns, texts, notices = [], [], []
        for name in sheet.frame.columns:
            poll()
            if name in targets or name in (self.ignored or ()):
                continue
            if name in (self.texts or ()):
                texts.append(read_column(sheet, name, (name,), self.decimal).values)
                continue
            column = read_column(sheet, name, self.categories, self.decimal)
            reason = reason_to_ignore(name, column) if self.ignored is None else None
            if self.texts is None and name not in self.categories and is_prose(column):
                texts.append(column.values)
            elif reason is None or name in self.categories:
                columns.append(column)
            else:
                notices.append(f"The column “{name}” {reason}; it is ignored.")
        return columns, texts, notices

    def _target_field(self, sheet: Sheet, answer: Read, main: bool) -> tuple[Field, Array]:
        name, file = answer.values.name, sheet.path.name
        set_so = self.target_kind if main else "auto"
        kind = _likely_kind(answer) if set_so == "auto" else set_so
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


def _features(sheet: Sheet, columns: Collection[Read]) -> tuple[Field, polars.DataFrame]:
    """The columns to learn from as one table."""
    import polars

    inputs = tuple(described(sheet, column) for column in columns)
    width = sum(column.width for column in inputs)
    field = Field(Content.TABLE, (width,), columns=inputs, normalize=Normalize.STANDARD)
    return field, polars.DataFrame([column.values for column in columns])
