"""Pictures that a table names, each with its class or number."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.folders.class_folders import Broken, left_out
from engine.data.given_split import SplitBy, column_parts, named_as_split, split_column, told
from engine.data.paths import located
from engine.data.pictures.files import Bits, Colour, PictureStack, bits_of, read_pictures
from engine.data.pictures.named import Shelf, naming_column, table_of_pictures, tables_in
from engine.data.samples import Samples
from engine.data.sources.files.table_source import TableFile
from engine.data.sources.spec import Proposal, in_full
from engine.data.tables.columns import Read, decided, read_as
from engine.data.tables.files.reading_tables import read_sheet
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged
from engine.data.tables.label_columns import label_columns, labels_of, rows_with_labels
from engine.data.tables.label_columns import told as labels_told
from engine.data.tables.multi_labels import Separator
from engine.data.tables.open_columns import Judgement
from engine.data.tables.targets import (
    Kind,
    settled_kind,
    target_field,
    target_remarks,
    with_all_digits,
)
from engine.errors import DataError
from graphs.data import Field
from graphs.describe import param
from graphs.notation import OPEN, DecimalSign, Notations
from graphs.setting_kinds import FilePath, Pair, pair
from graphs.wording.phrases import phrase
from graphs.wording.visible import spelled

USUAL_TARGETS = ("label", "class", "target", "category", "y")
"""Names under which the column to predict is looked for; otherwise it is the last one."""
NAMED = 3
"""Missing pictures that are named in an error."""


class PictureTable(
    TableFile,
    id="picture_table",
    title="Pictures named in a table",
    group="From files",
    search="csv images labels file names",
):
    """A table with a line per picture: the name of its file, and what is to be predicted.

    The pictures lie beside the table or in folders below, or in a folder of their own. Those that
    are missing or cannot be read are left out and listed.
    """

    path: FilePath = param(
        default=FilePath(""), help="The table, or the folder with it and the pictures."
    )
    pictures_path: FilePath = param(
        default=FilePath(""), help="The folder of the pictures; empty takes that of the table."
    )
    file_column: str = param(
        default="", help="The column with the names of the files; empty looks for it."
    )
    target: str = param(default="", help="The column to predict; empty takes the likeliest.")
    label_columns: tuple[str, ...] = param(
        default=(),
        help="Columns of 0 and 1 with a label each, predicted together where no target is chosen; "
        "empty looks for them.",
    )
    target_kind: Kind = param(
        default="auto",
        help="Whether a class, several labels at once, or a number is predicted; auto looks at "
        "the column.",
    )
    separator: Separator = param(
        default=";",
        title="Label separator",
        help="What stands between labels, where a picture may have several.",
    )
    decimal: DecimalSign = param(
        default="auto",
        title="Decimal sign",
        help="The sign before the decimals of a number; auto looks at the column.",
    )
    notations: Notations = param(
        default=None,
        title="How cells are written",
        help="Of the column to predict: numbers or texts, their signs, and what stands for no "
        "value; what is not said is found out.",
    )
    split: SplitBy = param(
        default="given",
        help="Whether a split that a column gives is kept, or drawn by the plan's shares.",
    )
    split_column: str = param(
        default="",
        help="The column that says what a picture is for, by words such as train and test; empty "
        "looks for one called split or so.",
    )
    size: Pair = param(
        default=64, low=1, high=4096, unit="px", help="Height and width that all are brought to."
    )
    colour: Colour = param(
        default="rgb", help="Whether colours are kept (3 channels) or not (1 channel)."
    )
    bits: Bits = param(
        default="auto",
        help="How many bits of a picture are read; auto reads all where every picture is grey with "
        "more than 8.",
    )
    broken: Broken = param(default="leave out", help="What is done with files that cannot be read.")

    def read(self, poll: Poll = go_on) -> Samples:
        sheet = self._sheet(poll)
        return self._settled(sheet)._samples(sheet, poll)

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the table and its columns settled, whatever the file becomes."""
        sheet = self._sheet(poll)
        settled = self._settled(sheet)
        samples = settled._samples(sheet, poll)
        name = next(name for name, field in samples.fields.items() if not field.target)
        bits = bits_of(samples.values[name])
        told = samples.told.keys()
        notations = {name: settled._judged(sheet, poll)[name].notation for name in told}
        settled = replace(settled, bits=bits, notations=notations, **self.settled(sheet))
        return Proposal.of(in_full(settled), samples)

    def _table(self) -> Path:
        path = located(self.path)
        if not os.path.isdir(path):
            return path
        found = table_of_pictures(path)
        if found is None:
            there = len(tables_in(path))
            raise DataError(
                "{path} has {value} table{plural} in it, and it takes one that names the "
                "pictures there. Choose the table itself.",
                path=path,
                value=there or "no",
                plural="s" * (there != 1),
            )
        return found

    def _sheet(self, poll: Poll) -> Sheet:
        return read_sheet(self._table(), poll, self.layout)

    def _shelf(self, sheet: Sheet) -> Shelf:
        own = located(self.pictures_path)
        return Shelf.of(sheet.path.absolute().parent if own == Path() else own)

    def _settled(self, sheet: Sheet) -> PictureTable:
        """The same with its table, and what each of its columns is for. Raises DataError."""
        names = self.file_column or naming_column(sheet, self._shelf(sheet))
        if not names:
            raise DataError(
                "No column of {name} names pictures. Choose the column that does, or read the "
                "file as a table.",
                name=sheet.path.name,
            )
        sheet.column(names)
        by = split_column(sheet, self.split_column, (names, self.target))
        free = [name for name in sheet.frame.columns if name not in (names, by)]
        if not free and not self.target:
            raise DataError(
                "{name} has no column to predict beside “{names}”. Choose another.",
                name=sheet.path.name,
                names=names,
            )
        usual = next((name for name in free if name.lower() in USUAL_TARGETS), "")
        likely = [name for name in free if not named_as_split(name)] or free
        target = self.target or ("" if self.label_columns else usual)
        labels = () if target else self.label_columns or label_columns(sheet, likely)
        settled = replace(self, path=FilePath(str(sheet.path)), file_column=names, split_column=by)
        return replace(
            settled, label_columns=labels, target=target or ("" if labels else likely[-1])
        )

    def _samples(self, sheet: Sheet, poll: Poll) -> Samples:
        answer, kind, rows = (
            (None, self.target_kind, rows_with_labels(sheet, self.label_columns))
            if self.label_columns
            else self._answers(sheet, poll)
        )
        read, good, told_left_out = self._pictures(sheet, rows, poll)
        target, field, values, about = self._predicted(sheet, answer, kind, good)
        parts = column_parts(sheet, self.split_column) if self.split == "given" else None
        given = None if parts is None else parts[good]
        image = "picture" if self.target == "image" else "image"
        by = (
            [
                told(
                    given,
                    phrase("The column “{split_column}” says", split_column=self.split_column),
                )
            ]
            if given is not None
            else []
        )
        return Samples(
            fields={image: read.field, target: field},
            domains={},
            values={image: read.images, target: values},
            skipped=(*sheet.skipped, *told_left_out),
            notices=(*sheet.notices, *about, *by, *read.notices),
            parts=given,
            told={} if answer is None else {target: self._judged(sheet, poll)[target].told},
        )

    def _pictures(
        self, sheet: Sheet, rows: Sequence[int], poll: Poll
    ) -> tuple[PictureStack, list[int], Sequence[str]]:
        """The pictures of rows, the rows whose picture could be read, and what is left out."""
        shelf = self._shelf(sheet)
        named = sheet.column(self.file_column).to_list()
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
        read = read_pictures(
            [file for _, file in there], pair(self.size), self.colour, self.bits, poll
        )
        skipped += [
            f"{sheet.place(row)}: {spelled(file.name)} {fault}."
            for (row, file), fault in zip(there, read.faults, strict=True)
            if fault is not None
        ]
        good = [there[at][0] for at in read.good]
        told_left_out = left_out(skipped, len(rows), self.broken)
        if not good:
            raise DataError(
                "No picture that {name} names can be read. {skipped}",
                name=sheet.path.name,
                skipped=skipped[0],
            )
        return read, good, told_left_out

    def _predicted(
        self, sheet: Sheet, answer: Read | None, kind: Kind, good: list[int]
    ) -> tuple[str, Field, Array, list[str]]:
        """What is predicted for the ``good`` rows: its name and values, and what to say of it."""
        if answer is None:
            field, values = labels_of(sheet, self.label_columns, good)
            names = phrase(
                "The column “{file_column}” names the pictures.", file_column=self.file_column
            )
            return "labels", field, values, [names, labels_told(self.label_columns, field)]
        kept = replace(answer, values=answer.values[good])
        field, values = target_field(sheet, kept, kind, self.separator)
        about = phrase(
            "The column “{file_column}” names the pictures, and “{target}” is predicted.",
            file_column=self.file_column,
            target=self.target,
        )
        return (
            self.target,
            field,
            values,
            [about, *target_remarks(sheet.taken(np.array(good)), [kept])],
        )

    def _judged(self, sheet: Sheet, poll: Poll) -> dict[str, Judgement]:
        """How the column to predict is written. Raises DataError where that is open."""
        given = (self.notations or {}).get(self.target, OPEN)
        if self.target_kind in {"class", "labels"}:
            given = replace(given, holds="text")
        judgements = judged(sheet, [self.target], {self.target: given}, self.decimal, poll)
        decided(judgements, self.target)
        return judgements

    def _answers(self, sheet: Sheet, poll: Poll) -> tuple[Read, Kind, list[int]]:
        """The values to predict, as what, and the rows that have one. Raises DataError."""
        judgements = self._judged(sheet, poll)
        answer = read_as(sheet, self.target, judgements[self.target].notation)
        if self.target_kind == "labels":  # an empty cell says that none applies
            answer = replace(answer, values=answer.values.fill_null(""))
        answer = with_all_digits(sheet, answer, self.target_kind)
        there = answer.values.is_not_null().to_numpy()
        if not there.any():
            raise DataError(
                "The column “{target}” of {name} has no values. Fill it in.",
                target=self.target,
                name=sheet.path.name,
            )
        kind = settled_kind(self.target_kind, answer, judgements[self.target].is_amount)
        return answer, kind, np.flatnonzero(there).tolist()


def _missing(name: str | None) -> str:
    return (
        phrase("{name} is not there", name=spelled(name)) if name else phrase("no picture is named")
    )


def _listed(names: list[str | None]) -> str:
    return ", ".join(f"“{spelled(name)}”" for name in names[:NAMED] if name) or "none"
