"""Reads a table of pictures, and the pictures that it names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.folders.class_folders import left_out
from engine.data.paths import located
from engine.data.pictures.files import PictureStack, read_pictures
from engine.data.pictures.named import Shelf, naming_column, table_of_pictures, tables_in
from engine.data.pictures.plain import FULL_WHITE
from engine.data.samples import Samples
from engine.data.sources.files.table_source import TableFileReader
from engine.data.sources.spec import Proposal, in_full
from engine.data.splitting.given_split import column_parts, named_as_split, split_column, told
from engine.data.tables.columns import Read, decided, read_as
from engine.data.tables.files.reading_tables import read_sheet
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged
from engine.data.tables.label_columns import label_columns, labels_of, rows_with_labels
from engine.data.tables.label_columns import told as labels_told
from engine.data.tables.open_columns import Judgement
from engine.data.tables.targets import settled_kind, target_field, target_remarks, with_all_digits
from engine.errors import DataError
from graphs.data import Field
from graphs.data.sources.choices import AnswerKind
from graphs.data.sources.files.picture_table import PictureTable
from graphs.notation import OPEN
from graphs.setting_kinds import FilePath
from graphs.wording.phrases import by_count, phrase
from graphs.wording.visible import spelled

USUAL_TARGETS = ("label", "class", "target", "category", "y")
"""Names under which the column to predict is looked for; otherwise it is the last one."""
NO_TABLE = (
    "{path} has no tables in it, and it takes one that names the pictures there. Choose the table "
    "itself."
)
ONE_TABLE = (
    "{path} has {count} table in it, and it takes one that names the pictures there. Choose the "
    "table itself."
)
SEVERAL_TABLES = (
    "{path} has {count} tables in it, and it takes one that names the pictures there. Choose the "
    "table itself."
)
NAMED = 3
"""Missing pictures that are named in an error."""


class PictureTableReader(TableFileReader[PictureTable], of=PictureTable):
    """The pictures that are there, with what the table says of each."""

    def read(self, poll: Poll = go_on) -> Samples:
        sheet = self.sheet(poll)
        white = self.source.deep_white or FULL_WHITE  # as before it could be chosen
        return self._settled(sheet).having(deep_white=white)._samples(sheet, poll)[0]

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the table and its columns settled, whatever the file becomes."""
        sheet = self.sheet(poll)
        settled = self._settled(sheet)
        samples, read = settled._samples(sheet, poll)
        told = samples.told.keys()
        notations = {name: settled._judged(sheet, poll)[name].notation for name in told}
        settled = settled.having(notations=notations, **read.settled, **self.settled(sheet))
        return Proposal.of(in_full(settled.source), samples)

    def _table(self) -> Path:
        path = located(self.source.path)
        if not os.path.isdir(path):
            return path
        found = table_of_pictures(path)
        if found is None:
            there = len(tables_in(path))
            raise DataError(
                by_count(there, ONE_TABLE, SEVERAL_TABLES) if there else NO_TABLE,
                path=path,
                count=there,
            )
        return found

    def sheet(self, poll: Poll = go_on) -> Sheet:
        """The table that names the pictures. Raises DataError, and whatever ``poll`` raises."""
        return read_sheet(self._table(), poll, self.source.layout)

    def _shelf(self, sheet: Sheet) -> Shelf:
        own = located(self.source.pictures_path)
        return Shelf.of(sheet.path.absolute().parent if own == Path() else own)

    def _settled(self, sheet: Sheet) -> PictureTableReader:
        """The same with its table, and what each of its columns is for. Raises DataError."""
        names = self.source.file_column or naming_column(sheet, self._shelf(sheet))
        if not names:
            raise DataError(
                "No column of {name} names pictures. Choose the column that does, or read the "
                "file as a table.",
                name=sheet.path.name,
            )
        sheet.column(names)
        by = split_column(sheet, self.source.split_column, (names, self.source.target))
        free = [name for name in sheet.frame.columns if name not in (names, by)]
        if not free and not self.source.target:
            raise DataError(
                "{name} has no column to predict beside “{names}”. Choose another.",
                name=sheet.path.name,
                names=names,
            )
        usual = next((name for name in free if name.lower() in USUAL_TARGETS), "")
        likely = [name for name in free if not named_as_split(name)] or free
        target = self.source.target or ("" if self.source.label_columns else usual)
        labels = () if target else self.source.label_columns or label_columns(sheet, likely)
        settled = self.having(path=FilePath(str(sheet.path)), file_column=names, split_column=by)
        return settled.having(label_columns=labels, target=target or ("" if labels else likely[-1]))

    def _samples(self, sheet: Sheet, poll: Poll) -> tuple[Samples, PictureStack]:
        answer, kind, rows = (
            (None, self.source.target_kind, rows_with_labels(sheet, self.source.label_columns))
            if self.source.label_columns
            else self._answers(sheet, poll)
        )
        read, good, told_left_out = self._pictures(sheet, rows, poll)
        target, field, values, about = self._predicted(sheet, answer, kind, good)
        parts = (
            column_parts(sheet, self.source.split_column) if self.source.split == "given" else None
        )
        given = None if parts is None else parts[good]
        image = "picture" if self.source.target == "image" else "image"
        by = (
            [
                told(
                    given,
                    phrase(
                        "The column “{split_column}” says", split_column=self.source.split_column
                    ),
                )
            ]
            if given is not None
            else []
        )
        samples = Samples(
            fields={image: read.field, target: field},
            domains={},
            values={image: read.images, target: values},
            skipped=(*sheet.skipped, *told_left_out),
            notices=(*sheet.notices, *about, *by, *read.notices, *self._unused(sheet)),
            parts=given,
            told={} if answer is None else {target: self._judged(sheet, poll)[target].told},
            deep_white={image: read.deep_white} if read.deep_white else {},
        )
        return samples, read

    def _unused(self, sheet: Sheet) -> list[str]:
        """A sentence about the columns that are for nothing."""
        source = self.source
        used = {source.file_column, source.target, source.split_column, *source.label_columns}
        free = [name for name in sheet.frame.columns if name not in used]
        if not free:
            return []
        more = phrase(" and {count} more", count=len(free) - NAMED) if free[NAMED:] else ""
        return [
            phrase(
                "Not used: {shown}{more}. Another column to predict can be chosen.",
                shown=", ".join(f"“{name}”" for name in free[:NAMED]),
                more=more,
            )
        ]

    def _pictures(
        self, sheet: Sheet, rows: Sequence[int], poll: Poll
    ) -> tuple[PictureStack, list[int], Sequence[str]]:
        """The pictures of rows, the rows whose picture could be read, and what is left out."""
        shelf = self._shelf(sheet)
        named = sheet.column(self.source.file_column).to_list()
        files = {row: shelf.find(named[row]) for row in rows if named[row]}
        there = [(row, file) for row, file in files.items() if file is not None]
        skipped = [
            f"{sheet.place(row)}: {_missing(named[row])}." for row in rows if files.get(row) is None
        ]
        if not there:
            raise DataError(
                "None of the {count:,} pictures that {name} names lies in {folder}, such as "
                "{listed}. Choose the folder of the pictures.",
                count=len(rows),
                name=sheet.path.name,
                folder=shelf.folder,
                listed=_listed([named[row] for row in rows]),
            )
        read = read_pictures([file for _, file in there], self.source, poll)
        skipped += [
            f"{sheet.place(row)}: {spelled(file.name)} {fault}."
            for (row, file), fault in zip(there, read.faults, strict=True)
            if fault is not None
        ]
        good = [there[at][0] for at in read.good]
        told_left_out = left_out(skipped, len(rows), self.source.broken)
        if not good:
            raise DataError(
                "No picture that {name} names can be read. {skipped}",
                name=sheet.path.name,
                skipped=skipped[0],
            )
        return read, good, told_left_out

    def _predicted(
        self, sheet: Sheet, answer: Read | None, kind: AnswerKind, good: list[int]
    ) -> tuple[str, Field, Array, list[str]]:
        """What is predicted for the ``good`` rows: its name and values, and what to say of it."""
        if answer is None:
            field, values = labels_of(sheet, self.source.label_columns, good)
            names = phrase(
                "The column “{file_column}” names the pictures.",
                file_column=self.source.file_column,
            )
            return "labels", field, values, [names, labels_told(self.source.label_columns, field)]
        kept = replace(answer, values=answer.values[good])
        field, values = target_field(sheet, kept, kind, self.source.separator)
        about = phrase(
            "The column “{file_column}” names the pictures, and “{target}” is predicted.",
            file_column=self.source.file_column,
            target=self.source.target,
        )
        return (
            self.source.target,
            field,
            values,
            [about, *target_remarks(sheet.taken(np.array(good)), [kept])],
        )

    def _judged(self, sheet: Sheet, poll: Poll) -> dict[str, Judgement]:
        """How the column to predict is written. Raises DataError where that is open."""
        given = (self.source.notations or {}).get(self.source.target, OPEN)
        if self.source.target_kind in {"class", "labels"}:
            given = replace(given, holds="text")
        judgements = judged(
            sheet, [self.source.target], {self.source.target: given}, self.source.decimal, poll
        )
        decided(judgements, self.source.target)
        return judgements

    def _answers(self, sheet: Sheet, poll: Poll) -> tuple[Read, AnswerKind, list[int]]:
        """The values to predict, as what, and the rows that have one. Raises DataError."""
        judgements = self._judged(sheet, poll)
        answer = read_as(sheet, self.source.target, judgements[self.source.target].notation)
        if self.source.target_kind == "labels":  # an empty cell says that none applies
            answer = replace(answer, values=answer.values.fill_null(""))
        answer = with_all_digits(sheet, answer, self.source.target_kind)
        there = answer.values.is_not_null().to_numpy()
        if not there.any():
            raise DataError(
                "The column “{target}” of {name} has no values. Fill it in.",
                target=self.source.target,
                name=sheet.path.name,
            )
        kind = settled_kind(
            self.source.target_kind, answer, judgements[self.source.target].is_amount
        )
        return answer, kind, np.flatnonzero(there).tolist()


def _missing(name: str | None) -> str:
    return (
        phrase("{name} is not there", name=spelled(name)) if name else phrase("no picture is named")
    )


def _listed(names: list[str | None]) -> str:
    return ", ".join(f"“{spelled(name)}”" for name in names[:NAMED] if name) or "none"
