"""Time series from files, whose next values are to be predicted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.data.columns import read_column
from engine.data.paths import located
from engine.data.samples import Array, Poll, Samples, go_on
from engine.data.series import PAST, Windows, forecast_samples
from engine.data.sheet import Sheet, read_sheet
from engine.data.sources.spec import Newest, Proposal, Source
from engine.data.tables import judging
from engine.data.tables.evidence import seen
from engine.data.tables.judging import judged
from engine.errors import DataError, Undecided
from graphs.describe import FilePath, param
from graphs.notation import DecimalSign, Notation

USUAL_TIMES = ("time", "date", "datetime", "timestamp", "ds")
"""Names under which the column of time is looked for."""


class Forecast(
    Source,
    id="forecast",
    title="Time series (CSV, Parquet)",
    group="From files",
    search="forecast window horizon",
):
    """A file with a line per moment, whose next values are to be predicted.

    Windows of the past are learned from. The split keeps the order of time: the last windows are
    the test, those before them validation, and no two parts have a moment in common.
    """

    path: FilePath = param(default=FilePath(""), help="A CSV or Parquet file.")
    predicted: tuple[str, ...] = param(
        default=(), help="The columns whose future is predicted; none takes all with numbers."
    )
    further: tuple[str, ...] = param(
        default=(), help="Further columns whose past is learned from, but not predicted."
    )
    time: str = param(default="", help="The column to sort by; empty takes the lines as they come.")
    window: int = param(
        default=48, low=1, high=100_000, unit="steps", help="How much of the past is seen."
    )
    horizon: int = param(
        default=1, low=1, high=10_000, unit="steps", help="How much of the future is predicted."
    )
    stride: int = param(
        default=1, low=1, high=100_000, unit="steps", help="How far apart windows begin."
    )
    decimal: DecimalSign = param(
        default="auto",
        title="Decimal sign",
        help="The sign before the decimals of a number; auto looks at the column.",
    )

    def read(self, poll: Poll = go_on) -> Samples:
        return self._cut(self._lines(poll))

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the path and the columns settled, whatever the file becomes."""
        lines = self._lines(poll)
        path = FilePath(str(located(self.path).absolute()))
        settled = replace(self, path=path, predicted=lines.predicted, time=lines.time)
        return Proposal.of(settled, self._cut(lines))

    def newest(self, path: Path) -> Newest:
        """The last window of a file with the same columns."""
        lines = replace(self, path=FilePath(str(path)))._lines(go_on)
        steps = len(lines.values)
        if steps < self.window:
            raise DataError(
                f"{path.name} has {steps:,} lines, but {self.window} are needed to predict what "
                "comes next. Give a longer file."
            )
        told = f"Predicted is what follows the last of {steps:,} lines of {path.name}."
        return Newest({PAST: lines.values[None, -self.window :]}, (*lines.notices, told))

    def _cut(self, lines: _Lines) -> Samples:
        count = len(lines.predicted)
        cut = Windows(self.window, self.horizon, self.stride)
        samples = forecast_samples(lines.values, lines.values[:, :count], cut)
        return replace(samples, notices=lines.notices)

    def _lines(self, poll: Poll) -> _Lines:
        sheet = read_sheet(located(self.path), poll)
        time = self.time or _likely_time(sheet)
        notices = [one for one in sheet.left_out if not (time and f"“{time}”" in one)]
        order = np.arange(len(sheet.frame))
        if time:
            order = _order(sheet, time, self.decimal, notices)
        predicted = self.predicted or self._number_columns(sheet, time)
        columns = []
        for name in dict.fromkeys((*predicted, *self.further)):
            poll()
            columns.append(_numbers(sheet, name, self.decimal, order, notices))
        return _Lines(predicted, time, np.stack(columns, axis=1), tuple(notices))

    def _number_columns(self, sheet: Sheet, time: str) -> tuple[str, ...]:
        """The columns that hold numbers, other than time and those only to learn from."""
        names = [name for name in sheet.frame.columns if name not in (time, *self.further)]
        found = []
        for name in names:
            column = sheet.column(name)
            shown = seen(column, Notation(decimal=self.decimal))
            there = column.null_count() < len(column)
            if there and shown.holds == "number" and shown.wrong is None:
                found.append(name)
        if not found:
            raise DataError(
                f"{sheet.path.name} has no column of numbers to predict. Choose another file, or "
                "set the decimal sign."
            )
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Lines:
    """What a file holds: steps × columns in the order of time, those to predict first."""

    predicted: tuple[str, ...]
    time: str
    values: Array
    notices: tuple[str, ...]


def _likely_time(sheet: Sheet) -> str:
    names = (*sheet.moments, *sheet.frame.columns)
    return next((name for name in names if name.lower() in USUAL_TIMES), "")


def _order(sheet: Sheet, name: str, decimal: DecimalSign, notices: list[str]) -> Array:
    """The rows in the order of time. Raises DataError for what is no time."""
    moments = _moments(sheet, name, decimal)
    order = np.argsort(moments, kind="stable")
    steps = np.diff(moments[order])
    if same := int((steps == 0).sum()):
        notices.append(
            f"The column “{name}” has the same time as the line before in {same} "
            f"line{'s' * (same != 1)}; they stay in the order of the file."
        )
    elif len(steps) and (uneven := int((steps != np.median(steps)).sum())):
        notices.append(
            f"The steps of “{name}” are not all alike: {uneven} differ from the usual one. The "
            "model takes them as alike."
        )
    return order


def _moments(sheet: Sheet, name: str, decimal: DecimalSign) -> Array:
    import polars

    if name in sheet.moments:
        column = times = sheet.moments[name]
    else:
        column, judgement = sheet.column(name), judged(sheet, [name], {}, decimal)[name]
        times = judging.read(column, judgement.notation)
        if judgement.ways and not times.null_count():
            raise Undecided(judgement.question, {name: judgement})
        if times.dtype == polars.String:
            times = polars.Series(name, [None] * len(times), polars.Float64)
        elif times.dtype.is_temporal():
            times = times.cast(polars.Int64)
    wrong = times.is_null().arg_true()
    if wrong.len():
        row = int(wrong[0])
        told = "is empty" if column[row] is None else f"holds “{column[row]}”, which is no time"
        raise DataError(
            f"{sheet.place(row)}: the column “{name}” {told}. Write times like 2024-05-31 17:00, "
            "or as numbers."
        )
    moments: Array = times.cast(polars.Float64).to_numpy()
    return moments


def _numbers(
    sheet: Sheet, name: str, decimal: DecimalSign, order: Array, notices: list[str]
) -> Array:
    """The column in the order of time, gaps filled with the value before. Raises DataError."""
    read = read_column(sheet, name, (), decimal)
    if read.is_text:
        raise DataError(
            f"The column “{name}” of {sheet.path.name} holds texts, and a forecast takes numbers. "
            "Choose another column."
        )
    values = read.values.gather(order)
    if missing := values.null_count():
        filled = values.fill_null(strategy="forward").fill_null(strategy="backward")
        if filled.null_count():
            raise DataError(f"The column “{name}” of {sheet.path.name} has no values. Fill it in.")
        rows = f"{missing} row{'s' * (missing != 1)}"
        notices.append(
            f"The column “{name}” has no value in {rows}; there, the value before is taken."
        )
        values = filled
    numbers: Array = values.to_numpy()
    return numbers
