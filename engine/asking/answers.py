"""Answers for many inputs, one after the other: rows of tables, pictures of a folder, files.

What cannot be read has an answer, too: the reason. Little is in memory at a time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import torch

from engine.asking.prediction import Predictor, Taken, predicted
from engine.controls import Poll, go_on
from engine.data.folders.class_folders import files_in, left_out
from engine.data.paths import located
from engine.data.pictures.named import named_files
from engine.data.tables.files.content import holds_rows
from engine.data.tables.files.new_files import check_names
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.remarks import Remark, Remarks, RowPlace
from engine.errors import DataError
from graphs.wording.phrases import counted, phrase, with_and
from graphs.wording.visible import visible, with_shape

if TYPE_CHECKING:
    from engine.asking.prediction import Prediction
    from engine.asking.user_input import UserInput
    from engine.data.array import Array
    from engine.data.sources.spec import Newest

NOTHING = "Nothing that the network takes is filled in, so there is no answer."
ROWS = 1000
"""Rows of a table that are asked about at a time."""
FILES = 32
"""Files that are asked about at a time."""


@dataclass(frozen=True, slots=True)
class InputAnswer:
    """What is said of one input."""

    file: str
    """Where it lies, as messages call it; empty for what is no file."""
    cells: Mapping[str, Any] = field(default_factory=dict)
    """The row of a table that was asked about, by column."""
    predictions: tuple[Prediction, ...] = ()
    """One per output; none where there is a problem."""
    problem: str = ""
    """Why nothing can be said, as a sentence."""
    notes: tuple[str, ...] = ()
    """What was taken in place of what it lacks, and what else is odd about it, as sentences."""
    series: Mapping[str, str] = field(default_factory=dict)
    """What names the series that goes on, by column."""
    line: int | None = None
    """For the row of a table, the line or row of its file that it begins in."""
    sample: int | None = None
    """For one of several samples of a file, which of them it is, from 1 on."""
    after: str = ""
    """When the series that goes on ends, where it is known."""
    first: str = ""
    """The first moment that is predicted, where it is known."""
    given: Mapping[str, Array] = field(default_factory=dict)
    """What was taken of the end of a series, raw, by field."""

    @property
    def place(self) -> str:
        """Which line, sample or series of its file it is, and which moment it is about."""
        parts = [] if self.line is None else [phrase("line {line}", line=self.line)]
        if self.sample is not None:
            parts.append(phrase("sample {number}", number=self.sample))
        parts += map(with_shape, self.series.values())
        if self.first:
            parts.append(phrase("from {moment}", moment=self.first))
        elif self.after:
            parts.append(phrase("after {moment}", moment=self.after))
        return ", ".join(parts)


def _unanswered(_: Sequence[str], count: int) -> str:
    return counted(
        count,
        "{count:,} row holds nothing that the network takes, and has no answer.",
        "{count:,} rows hold nothing that the network takes, and have no answer.",
    )


class InputAnswers:
    """The answers of a run to several inputs, made while they are iterated over."""

    def __init__(
        self, predictor: Predictor, inputs: Sequence[UserInput], poll: Poll = go_on
    ) -> None:
        self._predictor, self._poll = predictor, poll
        self.notices = Remarks()
        """What the user should know, each once; complete after the last answer."""
        self._inputs = tuple(self._expanded(inputs))
        self.refused_files = self.refused_rows = 0
        """How many files cannot be read at all, and rows of others; known after the last answer."""

    @property
    def refused(self) -> str:
        """A sentence on what has no answer; empty where all has one."""
        count, told = len(self._inputs), []
        if files := self.refused_files:
            told.append(phrase("{files:,} of {count:,} files", files=files, count=count))
        if rows := self.refused_rows:
            told.append(counted(rows, "{count:,} row", "{count:,} rows"))
        if not told:
            return ""
        total = self.refused_files + self.refused_rows
        return counted(total, "{what} was refused", "{what} were refused", what=with_and(told))

    @property
    def names_files(self) -> bool:
        """Whether the inputs are files that have to be told apart."""
        return len(self._inputs) > 1 or not any(map(self._is_rows, self._inputs))

    def columns(self) -> tuple[str, ...]:
        """The columns of the tables among the inputs, in order, or what names their series.

        Those of a table that is refused are not among them: its first line may hold values.

        Raises DataError.
        """
        tables = [one for one in self._inputs if self._is_rows(one)]
        names = dict.fromkeys(self._predictor.names)
        for path in tables:
            try:
                names |= dict.fromkeys(self._sheet(Path(str(path))).frame.columns)
            except DataError:
                if len(self._inputs) == 1:
                    raise
        return tuple(names)

    def __iter__(self) -> Iterator[InputAnswer]:
        """Raises DataError where a single input cannot be read at all, and what ``poll`` raises."""
        waiting: list[str | Path] = []
        for given in self._inputs:
            self._poll()
            if isinstance(given, str | Path) and not self._is_rows(given) and _is_file(given):
                waiting.append(given)
                if len(waiting) == FILES:
                    yield from self._of_files(waiting)
                    waiting = []
                continue
            yield from self._of_files(waiting)
            waiting = []
            yield from self._of_table(given) if self._is_rows(given) else self._of_other(given)
        yield from self._of_files(waiting)

    def _expanded(self, inputs: Sequence[UserInput]) -> Iterator[UserInput]:
        """The inputs, and for each folder among them the files in it. Raises DataError.

        Where pictures are taken, those that a table names are, too.
        """
        for given in inputs:
            if not isinstance(given, str | Path) or not _is_file(given):
                yield given
            elif self._predictor.takes_pictures and holds_rows(given):
                yield from named_files(located(given))
            elif os.path.isdir(given):
                yield from self._in_folder(given)
            else:
                yield given

    def _in_folder(self, given: str | Path) -> Sequence[Path]:
        """The files in a folder; what is left out is told. Raises DataError when there are none."""
        skipped: list[str] = []
        files = list(files_in(located(given), skipped))
        told = left_out(skipped, len(skipped) + len(files), "leave out")
        if not files:
            why = " ".join([phrase("{given} holds no files.", given=visible(given)), *told])
            raise DataError("{why} Choose another folder.", why=why)
        self.notices.add(told)
        return files

    def _is_rows(self, given: UserInput) -> bool:
        """Whether an input is a table of which every row is a sample."""
        if not isinstance(given, str | Path) or not self._predictor.takes_rows:
            return False
        return _is_file(given) and holds_rows(given)

    def _answer(self, found: InputAnswer) -> InputAnswer:
        """An answer, or the problem alone where an output could not say anything."""
        problem = next((one.problem for one in found.predictions if one.problem), "")
        if not problem:
            return found
        self.refused_rows += 1
        return replace(found, predictions=(), problem=problem)

    # ---- tables ----

    def _of_table(self, given: UserInput) -> Iterator[InputAnswer]:
        path, name = located(str(given)), visible(given) if self.names_files else ""
        try:
            sheet = self._sheet(path)
        except DataError as error:
            if len(self._inputs) == 1:
                raise
            self.refused_files += 1
            yield InputAnswer(name, problem=str(error))
            return
        self.notices.add(sheet.left_out)
        for first in range(0, len(sheet.frame), ROWS):
            self._poll()
            part = sheet.rows(first, first + ROWS)
            empty = self._predictor.unfilled(part)
            said = self._of_rows(part.where([not one for one in empty]), name)
            rows = zip(part.frame.iter_rows(named=True), part.lines, empty, strict=True)
            for row, line, nothing in rows:
                if nothing:
                    self.notices.add([Remark.of(("unfilled", name), _unanswered, count=1)])
                    yield InputAnswer(name, row, problem=phrase(NOTHING), line=line)
                else:
                    yield self._answer(next(said))

    def _of_rows(self, sheet: Sheet, name: str) -> Iterator[InputAnswer]:
        if not len(sheet.frame):
            return
        try:
            found = self._predictor.predict_rows(sheet)
        except DataError:  # one row or another is wrong: find out which
            yield from self._row_by_row(sheet, name)
            return
        self.notices.add(found.notices, self._lines_of(sheet))
        each = zip(found.samples, found.notes, sheet.lines, strict=True)
        for row, (said, notes, line) in zip(sheet.frame.iter_rows(named=True), each, strict=True):
            yield InputAnswer(name, row, said, notes=notes, line=line)

    def _row_by_row(self, sheet: Sheet, name: str) -> Iterator[InputAnswer]:
        for at, row in enumerate(sheet.frame.iter_rows(named=True)):
            line, alone = sheet.lines[at], sheet.rows(at, at + 1)
            try:
                found = self._predictor.predict_rows(alone)
            except DataError as error:
                self.refused_rows += 1
                yield InputAnswer(name, row, problem=str(error), line=line)
                continue
            self.notices.add(found.notices, self._lines_of(alone))
            (said,), (notes,) = found.samples, found.notes
            yield InputAnswer(name, row, said, notes=notes, line=line)

    def _lines_of(self, sheet: Sheet) -> list[RowPlace]:
        """Where rows stand, with their file where there are several."""
        file = visible(sheet.path.name) if self.names_files else ""
        counted_in: Literal["line", "row"] = "row" if sheet.counted == "row" else "line"
        return [RowPlace(file, counted_in, line) for line in sheet.lines]

    def _sheet(self, path: Path) -> Sheet:
        """A table with all columns that are asked for. Raises DataError."""
        sheet = self._predictor.sheet(path, self._poll)
        check_names(sheet, self._predictor.columns)
        return sheet

    # ---- files and everything else ----

    def _of_files(self, paths: Sequence[str | Path]) -> Iterator[InputAnswer]:
        """Several files at a time, where each is encoded to the same sizes."""
        encoded: list[Taken | str] = []
        newests: list[Newest | None] = []
        for path in paths:
            try:
                newest = self._predictor.newest(path)
                taken = self._predictor.encode(path, newest)
            except DataError as error:
                if len(self._inputs) == 1:
                    raise
                encoded.append(str(error))
                newests.append(None)
            else:
                self.notices.add(taken.notices, self._samples_of(path, taken))
                encoded.append(taken)
                newests.append(newest)
        said = iter(self._said([one.tensors for one in encoded if isinstance(one, Taken)]))
        for path, one, newest in zip(paths, encoded, newests, strict=True):
            if isinstance(one, str):
                self.refused_files += 1
                yield InputAnswer(visible(path), problem=one)
                continue
            rows = next(said)
            if newest is None:
                for at, (row, notes) in enumerate(zip(rows, one.notes, strict=True), 1):
                    found = InputAnswer(visible(path), predictions=tuple(row), notes=notes)
                    yield self._answer(replace(found, sample=at if len(rows) > 1 else None))
                continue
            yield from self._of_ends(visible(path), list(zip(rows, one.notes, strict=True)), newest)

    def _samples_of(self, path: str | Path, taken: Taken) -> list[RowPlace]:
        """Where the samples of a file stand."""
        several = len(self._inputs) > 1
        return _numbered(visible(path) if several else "", "sample", len(taken.notes))

    def _of_ends(
        self,
        file: str,
        said: Sequence[tuple[Sequence[Prediction], tuple[str, ...]]],
        newest: Newest,
    ) -> Iterator[InputAnswer]:
        """What is said of each series of a file, in order; a short one has its reason."""
        rows = iter(enumerate(said))
        for end in newest.ends:
            found = InputAnswer(file, series=end.name, problem=end.problem, after=end.after)
            if end.problem:
                yield found
                continue
            at, (row, notes) = next(rows)
            given = {name: values[at] for name, values in newest.values.items()}
            answered = replace(found, predictions=tuple(row), first=end.first, given=given)
            yield self._answer(replace(answered, notes=notes))

    def _said(self, several: list[Mapping[str, torch.Tensor]]) -> list[list[list[Prediction]]]:
        """For each of several encoded inputs what is said of each of its samples."""
        network, known = self._predictor.network, self._predictor.preprocessing
        shapes = {tuple((n, t.shape[1:]) for n, t in sorted(one.items())) for one in several}
        if len(shapes) != 1:
            return [predicted(network, known, one) for one in several]
        joined = {name: torch.cat([one[name] for one in several]) for name in several[0]}
        rows = iter(predicted(network, known, joined))
        counts = [len(next(iter(one.values()))) for one in several]
        return [[next(rows) for _ in range(count)] for count in counts]

    def _of_other(self, given: UserInput) -> Iterator[InputAnswer]:
        found = self._predictor.predict(given)
        count = len(found.samples)
        self.notices.add(found.notices, _numbered("", "row", count))
        for said, notes in zip(found.samples, found.notes, strict=True):
            yield self._answer(InputAnswer("", predictions=said, notes=notes))


def _numbered(file: str, counted_as: Literal["row", "sample"], count: int) -> list[RowPlace]:
    """Where several samples stand; of a single one that goes without saying."""
    return [RowPlace(file, counted_as, at) for at in range(1, count + 1)] if count > 1 else []


def _is_file(given: str | Path) -> bool:
    return isinstance(given, Path) or not given.lstrip().startswith(("{", "["))
