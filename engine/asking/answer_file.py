"""Writes answers as CSV: a line per input, with what was asked beside what was said."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from engine.asking.answers import InputAnswer, InputAnswers
from engine.asking.prediction import Predictor
from engine.data.series.windows import FUTURE, PAST
from engine.errors import DataError
from graphs.files import saving
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    from engine.asking.prediction import Prediction
    from engine.network.wiring import OutputPlace
    from graphs.data import Field

MOST_PROBABILITIES = 1000
"""With more classes only the probability of the likeliest is written."""
MOST_VALUES = 1000
"""With more numbers in an answer they stand in one column, parted by spaces."""
FILE, PROBLEM, NOTE = "file", "problem", "note"
"""A problem is why there is no answer, and empty where there is one; a note says what an answer
rests on. It comes last, so that the columns before it keep their places."""


def write(path: Path, predictor: Predictor, answers: InputAnswers) -> tuple[int, int]:
    """Write all answers into a file; how many there are, and how many of these are problems.

    The file is there when all is written, and not before. Raises DataError, also with what the
    system says, and what the poll of the answers raises.
    """
    with _refused(path):
        target = saving.target_of(path)
        mode = saving.mode_of(target)
        saving.sweep(target.parent)
        part = saving.temporary(target.parent)
        handle = saving.Disk().create(part)
    try:
        counted = _fill(handle, path, predictor, answers)
        with _refused(path):
            if mode is not None:
                part.chmod(mode)
            part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    return counted


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    """Say why the system does not take the file. Raises DataError."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise DataError(
            "The answers cannot be written to {name}: {reason}",
            name=path.name,
            reason=saving.reason(error),
        ) from None


class _Lines:
    """A file that says whose fault it is when the disk takes no more of it."""

    def __init__(self, file: TextIO, path: Path) -> None:
        self._file, self._path = file, path

    def write(self, line: str) -> int:
        """Write a line. Raises DataError."""
        with _refused(self._path):
            return self._file.write(line)


def _fill(handle: int, path: Path, predictor: Predictor, answers: InputAnswers) -> tuple[int, int]:
    """Write all answers into an open file, and close it. Raises DataError."""
    # A name may hold what no text can; it is spelled then, as in messages.
    file = os.fdopen(handle, "w", encoding="utf-8-sig", errors="backslashreplace", newline="")
    try:
        counted = _write(csv.writer(_Lines(file, path)), predictor, answers)
    except BaseException:
        with suppress(OSError):  # a disk that is full says so again
            file.close()
        raise
    with _refused(path):
        file.close()
    return counted


def _write(writer: Any, predictor: Predictor, answers: InputAnswers) -> tuple[int, int]:
    own = answers.columns()
    told = [phrase("last moment"), phrase("first moment predicted")] * predictor.has_moments
    moments = len(told)
    told += [
        column for place in predictor.network.output_places for column in _titles(predictor, place)
    ]
    head = [*([FILE] if answers.names_files else []), *own]
    writer.writerow([*head, *_unlike(head, [*told, PROBLEM, NOTE])])
    count = problems = 0
    for answer in answers:
        count += 1
        problems += bool(answer.problem)
        cells = [*([answer.file] if answers.names_files else []), *_cells(answer, own)]
        said = [cell for cells in map(_said, _in_order(predictor, answer)) for cell in cells]
        ends = [answer.after, answer.first][:moments]
        said = said or [""] * (len(told) - moments)
        writer.writerow([*cells, *ends, *said, answer.problem, " ".join(answer.notes)])
    return count, problems


def _cells(answer: InputAnswer, columns: Sequence[str]) -> list[Any]:
    own = {**answer.cells, **answer.series}
    return ["" if (cell := own.get(name)) is None else cell for name in columns]


def _unlike(taken: Sequence[str], names: Sequence[str]) -> list[str]:
    """The names, changed where they are taken already."""
    found: list[str] = []
    for name in names:
        while name in taken or name in found:
            name += " (said)"
        found.append(name)
    return found


def _in_order(predictor: Predictor, answer: InputAnswer) -> Iterator[tuple[Prediction, int]]:
    """What each output says, with how many columns it has."""
    places = predictor.network.output_places
    for place, prediction in zip(places, answer.predictions, strict=False):
        yield prediction, len(_titles(predictor, place))


def _titles(predictor: Predictor, place: OutputPlace) -> list[str]:
    """The columns for what one output says."""
    prefix = f"{place.name}: " if len(predictor.network.output_places) > 1 else ""
    return [prefix + title for title in _plain_titles(predictor, place)]


def _plain_titles(predictor: Predictor, place: OutputPlace) -> list[str]:
    losses = predictor.network.losses
    loss = next((one for one in losses if one.name == place.loss), None)
    if loss is None:
        return [phrase("predicted value")]
    target = predictor.preprocessing.fields[loss.target]
    if loss.task == "number":
        fields = predictor.preprocessing.fields
        # A future of one column does not name it; it comes first in the past, whose columns are.
        first = fields[PAST].names[:1] if loss.target == FUTURE and PAST in fields else ()
        return _value_titles(target, target.names or first)
    if loss.steps:
        return [phrase("predicted steps")]
    if loss.task == "sequence":
        return [phrase("predicted sequence")]
    is_labels = loss.task == "labels"
    said = phrase("predicted labels") if is_labels else phrase("predicted class")
    if place.reading == "scores":
        return [said]
    if len(target.classes) > MOST_PROBABILITIES:
        return [said, phrase("probability")]
    return [said, *(phrase("probability of {name}", name=name) for name in target.classes)]


def _value_titles(target: Field, names: Sequence[str]) -> list[str]:
    """A column per number: step by step, and in each step value by value by these names."""
    count = 1
    for size in target.sizes:
        count *= size if isinstance(size, int) else MOST_VALUES + 1
    if count == 1 and not names:
        return [phrase("predicted value")]
    if count > MOST_VALUES:
        return [phrase("predicted values")]
    steps = range(1, count // (len(names) or 1) + 1)
    if not names:
        return [phrase("predicted value {at}", at=at) for at in steps]
    if len(steps) == 1:
        return [phrase("predicted value of {name}", name=name) for name in names]
    return [
        phrase("predicted value {at} of {name}", at=at, name=name) for at in steps for name in names
    ]


def _said(told: tuple[Prediction, int]) -> list[Any]:
    """The cells of what one output says, as many as it has columns."""
    one, width = told
    if one.class_ is not None or one.labels is not None:
        first = one.class_ if one.class_ is not None else "; ".join(one.labels or ())
        shares = list((one.probabilities or {}).values())
        return [first, *(shares if len(shares) == width - 1 else [max(shares, default="")])]
    in_a_row = one.steps if one.sequence is None else one.sequence
    if in_a_row is not None:
        return [" ".join(in_a_row)]
    values = one.value if isinstance(one.value, tuple) else (one.value,)
    return list(values) if len(values) == width else [" ".join(map(str, values))]
