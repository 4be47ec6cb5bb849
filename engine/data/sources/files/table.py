"""Reads a table: judges its columns, and makes fields and samples of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.paths import located
from engine.data.samples import Samples, Values
from engine.data.sources.files.table_source import TableFileReader
from engine.data.sources.spec import Proposal, in_full
from engine.data.splitting.given_split import (
    TEST,
    VALID,
    column_parts,
    named_as_split,
    split_column,
)
from engine.data.splitting.given_split import told as parts_told
from engine.data.tables.cells import sentinels
from engine.data.tables.columns import Read, decided, described, read_as, reason_to_ignore, remarks
from engine.data.tables.files.reading_tables import read_sheet
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.files.text.other_signs import parting
from engine.data.tables.judging import judged
from engine.data.tables.open_columns import Judgement
from engine.data.tables.row_parts import with_own_files
from engine.data.tables.targets import settled_kind, target_field, target_remarks, with_all_digits
from engine.data.tables.telling import lines
from engine.data.tables.text_columns import is_prose, repeated_prose, text_fields, unit_of
from engine.data.tables.traps import whole_table
from engine.data.texts.passages import TokenReading
from engine.errors import DataError
from graphs.data import ClassKind, Domain, Field, Normalize, NumberKind, TableKind, TokensKind
from graphs.data.sources.choices import AnswerKind
from graphs.data.sources.files.table import Table, TextUnit
from graphs.notation import Notation
from graphs.setting_kinds import FilePath
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars

USUAL_TARGETS = ("target", "label", "class", "y")
"""Names under which the column to predict is looked for; otherwise it is the last one."""
SHOWN_ROWS = 3
"""Rows that are named when many are left out."""


class TableReader(TableFileReader[Table], of=Table):
    """The columns as one table, as texts, and as what is to be predicted."""

    def read(self, poll: Poll = go_on) -> Samples:
        sheet = self._rows(poll)
        targets = self._targets(sheet)
        return self._samples(sheet, targets, self._judged(sheet, targets, poll), poll)

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the path and what each column is for settled, whatever the file becomes."""
        sheet = self._rows(poll)
        if column := self._likely_split(sheet):
            return self.having(split_column=column).propose(poll)
        targets = self._targets(sheet)
        judgements = self._judged(sheet, targets, poll)
        samples = self._samples(sheet, targets, judgements, poll)
        fields = samples.fields
        texts = tuple(name for name, field in fields.items() if field.content == TokensKind.id)
        columns = {column.name for field in fields.values() for column in field.columns}
        used = {*targets, *texts, *columns}
        settled = self.having(
            path=FilePath(str(sheet.path.absolute())),
            target=targets[0],
            ignored=tuple(name for name in sheet.frame.columns if name not in used),
            texts=texts,
            text_unit=self._settled_unit([fields[name] for name in texts]),
            notations={name: one.notation for name, one in judgements.items() if name in used},
            **self.settled(sheet),
        )
        return Proposal.of(in_full(settled.source), samples)

    def _likely_split(self, sheet: Sheet) -> str:
        """The column that says what each row is for, where none is named and it is not used."""
        if self.source.split_column or self.source.split == "shares" or sheet.parts is not None:
            return ""
        known = (
            self.source.target,
            *self.source.also,
            *self.source.categories,
            *(self.source.texts or ()),
        )
        found = split_column(sheet, "", known)
        return found if self.source.ignored is None or found in self.source.ignored else ""

    def _rows(self, poll: Poll) -> Sheet:
        """The rows of all files, with the parts that they are given for. Raises DataError."""
        sheet = self.sheet(poll)
        own = {VALID: located(self.source.validation_path), TEST: located(self.source.test_path)}
        if self.source.split_column:
            split_column(sheet, self.source.split_column)
        return with_own_files(sheet, own, lambda path: read_sheet(path, poll, sheet.layout))

    def _samples(
        self,
        sheet: Sheet,
        targets: tuple[str, ...],
        judgements: Mapping[str, Judgement],
        poll: Poll,
    ) -> Samples:
        sheet, answers, skipped = self._answered(sheet, targets, judgements)
        columns, texts, notices = self._columns(sheet, targets, judgements, poll)
        notices = [*target_remarks(sheet, answers), *notices]
        if not columns and not texts:
            raise DataError(self._nothing_left(sheet, notices))
        found = {
            answer.values.name: target_field(
                sheet, answer, self._kind(answer, judgements, main=at == 0), self.source.separator
            )
            for at, answer in enumerate(answers)
        }
        fields = {name: field for name, (field, _) in found.items()}
        values: dict[str, Values] = {name: labels for name, (_, labels) in found.items()}
        domains: dict[str, Domain] = {}
        for name, tokens in text_fields(texts, self._reading, poll).items():
            fields[name], values[name] = tokens.field, tokens.values
            domains |= tokens.domains
            notices += tokens.notices
            if self.source.text_unit == "auto" and not tokens.field.joint:
                notices.append(
                    phrase(
                        "The column “{name}” is read as text by characters, as its script puts no "
                        "spaces between words.",
                        name=name,
                    )
                )
        if columns:
            notices += remarks(columns)
            for column in columns:
                notices += sentinels.remarks(sheet, column.values)
            features = "inputs" if "features" in fields else "features"
            fields[features], values[features] = _features(sheet, columns)
        notices += whole_table.remarks(sheet, columns, texts, answers)
        told = self._told(judgements, fields)
        parts, said_by = self._parts(sheet)
        read = Samples(fields, domains, values, (*sheet.skipped, *skipped), parts=parts, told=told)
        named = zip(judgements.values(), read.lines_of_columns(), strict=True)
        said = [line for judgement, line in named if not judgement.is_plain]
        notices = [*said_by, *sheet.notices, *sheet.left_out, *notices, *said]
        return replace(read, notices=tuple(notices))

    def _settled_unit(self, texts: Sequence[Field]) -> TextUnit:
        """What auto has come to, where it is the same for all columns of texts."""
        units: set[TextUnit] = {"words" if field.joint else "characters" for field in texts}
        return (
            units.pop()
            if self.source.text_unit == "auto" and len(units) == 1
            else self.source.text_unit
        )

    def _reading(self, texts: polars.Series) -> TokenReading:
        """How a column of texts becomes tokens."""
        unit = unit_of(texts) if self.source.text_unit == "auto" else self.source.text_unit
        return TokenReading(
            unit, self.source.text_length, self.source.text_words, self.source.text_least
        )

    def _parts(self, sheet: Sheet) -> tuple[Array | None, list[str]]:
        """What each row is given for, and what to say of it."""
        if self.source.split == "shares":
            return None, []
        if sheet.parts is not None:
            return sheet.parts, [parts_told(sheet.parts, phrase("The files say"))]
        parts = column_parts(sheet, self.source.split_column)
        where = phrase("The column “{split_column}” says", split_column=self.source.split_column)
        return parts, [] if parts is None else [parts_told(parts, where)]

    def _told(
        self, judgements: Mapping[str, Judgement], fields: Mapping[str, Field]
    ) -> dict[str, str]:
        """What each column was read as, and what became of it where that is something else."""
        told = {name: one.told for name, one in judgements.items()}
        for name, field in fields.items():
            if name not in judgements:
                continue
            if field.content == TokensKind.id:
                told[name] = phrase(
                    "text, read as {which}",
                    which=phrase("words") if field.joint else phrase("characters"),
                )
                told[name] += judgements[name].likeness
            elif field.content == ClassKind.id and judgements[name].notation.holds == "number":
                told[name] += phrase(", each a class")
            elif field.content == NumberKind.id and judgements[name].notation.holds == "date":
                dates = lines.without_parts(told[name])
                told[name] = phrase("{partition}; predicted as days", partition=dates)
        return told

    def _judged(self, sheet: Sheet, targets: tuple[str, ...], poll: Poll) -> dict[str, Judgement]:
        """How each column that is not ignored is written. Raises DataError where one is open."""
        named = {
            *(self.source.ignored or ()),
            *self.source.categories,
            *(self.source.texts or ()),
            *(self.source.notations or ()),
        }
        for name in named - set(targets):
            sheet.column(name)
        settled = dict(self.source.notations or {})
        as_texts = {*self.source.categories, *(self.source.texts or ())}
        if self.source.target_kind in {"class", "labels"}:
            as_texts.add(targets[0])
        for name in as_texts:
            settled[name] = replace(settled.get(name, Notation()), holds="text")
        unused = {*(self.source.ignored or ()), self.source.split_column}
        names = [name for name in sheet.frame.columns if name not in unused]
        found = judged(sheet, names, settled, self.source.decimal, poll)
        decided(found, targets[0])
        return found

    def _kind(self, answer: Read, judgements: Mapping[str, Judgement], *, main: bool) -> AnswerKind:
        asked = self.source.target_kind if main else "auto"
        return settled_kind(asked, answer, judgements[answer.values.name].is_amount)

    def _nothing_left(self, sheet: Sheet, notices: Sequence[str]) -> str:
        left = phrase("No column of {name} is left to learn from.", name=sheet.path.name)
        if self.source.ignored:
            return phrase("{left} Ignore fewer columns.", left=left)
        return phrase(
            "{left} {notices} Choose another file, or name what to ignore yourself.",
            left=left,
            notices=" ".join(notices),
        )

    def _targets(self, sheet: Sheet) -> tuple[str, ...]:
        """The columns to predict, the main one first. Raises DataError."""
        targets = tuple(dict.fromkeys((self._target(sheet), *self.source.also)))
        for name in targets:
            sheet.column(name)
            if name in (self.source.ignored or ()):
                raise DataError(
                    "The column “{name}” is to be predicted and to be ignored. Choose one.",
                    name=name,
                )
        return targets

    def _target(self, sheet: Sheet) -> str:
        names = sheet.frame.columns
        if len(names) < 2:
            if sign := parting(sheet.column(names[0])):
                raise DataError(
                    "{name} has “{sign}” between its columns, which is not read there. Save it "
                    "with commas between them.",
                    name=sheet.path.name,
                    sign=sign,
                )
            raise DataError(
                "{name} has one column only, and it takes one to learn from and one to "
                "predict. If a colon parts its columns, set the column separator; if another sign "
                "does, save it with commas there; or choose another file.",
                name=sheet.path.name,
            )
        if self.source.target:
            return self.source.target
        if self.source.also:
            return self.source.also[0]
        unused = {*(self.source.ignored or ()), self.source.split_column}
        free = [name for name in names if name not in unused] or names
        free = [name for name in free if not named_as_split(name)] or free
        return next((name for name in free if name.lower() in USUAL_TARGETS), free[-1])

    def _answered(
        self, sheet: Sheet, targets: tuple[str, ...], found: Mapping[str, Judgement]
    ) -> tuple[Sheet, list[Read], tuple[str, ...]]:
        """The rows that have every value to predict, these values, and what was left out."""
        answers = [
            self._answer(sheet, name, found[name].notation, main=name == targets[0])
            for name in targets
        ]
        complete = np.ones(len(sheet.frame), dtype=bool)
        skipped: list[str] = []
        for answer in answers:
            name = answer.values.name
            without = np.flatnonzero(answer.values.is_null().to_numpy() & complete).tolist()
            skipped += _told_without(sheet, without, name)
            complete[without] = False
            if not complete.any():
                raise DataError(
                    "The column “{name}” of {path_name} has no values. Fill it in.",
                    name=name,
                    path_name=sheet.path.name,
                )
        if complete.all():
            return sheet, answers, ()
        rows = np.flatnonzero(complete)
        kept = sheet.taken(rows)
        return kept, [replace(one, values=one.values[rows]) for one in answers], tuple(skipped)

    def _answer(self, sheet: Sheet, name: str, notation: Notation, main: bool) -> Read:
        answer = read_as(sheet, name, notation)
        if main and self.source.target_kind == "labels":  # an empty cell says that none applies
            return replace(answer, values=answer.values.fill_null(""))
        return with_all_digits(sheet, answer, self.source.target_kind if main else "auto")

    def _columns(
        self, sheet: Sheet, targets: tuple[str, ...], found: Mapping[str, Judgement], poll: Poll
    ) -> tuple[list[Read], list[polars.Series], list[str]]:
        """The columns to learn from, those to read as text, and why others are not."""
        columns, texts, notices = [], [], []
        for name in sheet.frame.columns:
            poll()
            if (
                name in targets
                or name in (self.source.ignored or ())
                or name == self.source.split_column
            ):
                continue
            if name in (self.source.texts or ()):
                texts.append(read_as(sheet, name, found[name].notation).values)
                continue
            column = read_as(sheet, name, found[name].notation)
            reason = reason_to_ignore(name, column) if self.source.ignored is None else None
            if (
                self.source.texts is None
                and name not in self.source.categories
                and is_prose(column)
            ):
                texts.append(column.values)
            elif reason is None or name in self.source.categories:
                columns.append(column)
                if self.source.texts is None and (told := repeated_prose(column)):
                    notices.append(told)
            else:
                notices.append(
                    phrase("The column “{name}” {reason}; it is ignored.", name=name, reason=reason)
                )
        return columns, texts, notices


def _features(sheet: Sheet, columns: Collection[Read]) -> tuple[Field, polars.DataFrame]:
    """The columns to learn from as one table."""
    import polars

    inputs = tuple(described(sheet, column) for column in columns)
    width = sum(column.width for column in inputs)
    field = Field(TableKind.id, (width,), columns=inputs, normalize=Normalize.STANDARD)
    return field, polars.DataFrame([column.values for column in columns])


def _told_without(sheet: Sheet, rows: Sequence[int], name: str) -> list[str]:
    """What is said of rows that have no value to predict: one sentence for all of them."""
    if len(rows) < 2:
        return [
            phrase("{place}: no value for “{name}”", place=sheet.place(row), name=name)
            for row in rows
        ]
    places = "; ".join(sheet.place(row) for row in rows[:SHOWN_ROWS])
    if (more := len(rows) - SHOWN_ROWS) <= 0:
        return [
            phrase(
                "{count:,} rows without a value for “{name}”: {places}",
                count=len(rows),
                name=name,
                places=places,
            )
        ]
    return [
        phrase(
            "{count:,} rows without a value for “{name}”: {places} and {more:,} more",
            count=len(rows),
            name=name,
            places=places,
            more=more,
        )
    ]
