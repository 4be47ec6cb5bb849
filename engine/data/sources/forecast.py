"""Time series from files, whose next values are to be predicted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.data.columns import read_column
from engine.data.samples import Array, Poll, Samples, go_on
from engine.data.series import PAST, Windows, forecast_samples
from engine.data.series_lines import (
    Arranged,
    Moments,
    about_series,
    arranged,
    filled,
    series_columns,
)
from engine.data.sheet import Sheet
from engine.data.sources.spec import Newest, Proposal, in_full
from engine.data.sources.table_file import TableFile
from engine.data.tables.evidence import seen
from engine.data.tables.times import found_time, moments_of, usual_time
from engine.errors import DataError
from graphs.describe import FilePath, param
from graphs.notation import DateOrder, DecimalSign, Notation

if TYPE_CHECKING:
    import polars


class Forecast(
    TableFile,
    id="forecast",
    title="Time series",
    group="From files",
    search="forecast window horizon csv excel parquet",
):
    """A file with a line per moment, whose next values are to be predicted.

    Windows of the past are learned from; none reaches from one series into another. The split keeps
    the order of time: the last windows of all series are the test, those before them validation,
    and no two parts have a moment in common.
    """

    predicted: tuple[str, ...] = param(
        default=(), help="The columns whose future is predicted; none takes all with numbers."
    )
    further: tuple[str, ...] = param(
        default=(), help="Further columns whose past is learned from, but not predicted."
    )
    time: str = param(
        default="", help="The column to sort by; empty looks for one that holds times."
    )
    lines: Literal["by time", "as they come"] = param(
        default="by time",
        title="Order of lines",
        help="Whether lines are sorted by time, or stay in the order of the file.",
    )
    date_order: DateOrder = param(
        default="auto",
        title="Order of dates",
        help="Which part of a date comes first; auto looks at the whole column.",
    )
    series: tuple[str, ...] | None = param(
        default=None,
        title="Series columns",
        help="The columns that tell several series apart; none looks for them where a time stands "
        "several times.",
    )
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
        """With the path, the columns and the order of time settled, whatever the file becomes."""
        sheet = self.sheet(poll)
        sorted_by = "" if self.lines == "as they come" else self.time or found_time(sheet)
        moments, order = self._moments(sheet, sorted_by)
        series = self.series
        if series is None:
            known = (sorted_by, *self.predicted, *self.further)
            series = () if moments is None else _found_series(sheet, moments, known)
        settled = replace(
            self,
            time=sorted_by,
            lines="by time" if sorted_by else "as they come",
            date_order=order,
            series=series,
            **self.settled(sheet),
        )
        settled = replace(settled, predicted=settled._predicted(sheet))
        return Proposal.of(in_full(settled), settled._cut(settled._lines(poll, sheet)))

    def newest(self, path: Path) -> Newest:
        """The last window of each series in a file with the same columns."""
        lines = replace(self, path=FilePath(str(path)))._lines(go_on)
        starts = lines.arranged.several.starts
        ends = [end for first, end in pairwise(starts.tolist())
                if end - first >= self.window]  # fmt: skip
        if not ends:
            raise DataError(
                f"{path.name} has {int(np.diff(starts).max()):,} lines, but {self.window} are "
                "needed to predict what comes next. Give a longer file."
            )
        windows = np.stack([lines.values[end - self.window : end] for end in ends])
        told = f"Predicted is what follows the last of {len(lines.values):,} lines of {path.name}."
        if lines.keys:
            told = (
                f"Predicted is what follows the last line of each of {len(ends):,} series in "
                f"{path.name}."
            )
        long = set(ends)
        names = [
            name
            for name, end in zip(lines.arranged.keys, starts[1:].tolist(), strict=True)
            if end in long
        ]
        rows = tuple(dict(zip(lines.keys, name, strict=True)) for name in names)
        return Newest({PAST: windows}, (*lines.notices, told), rows if lines.keys else ())

    def names(self) -> tuple[str, ...]:
        """The columns that tell the series apart."""
        return self.series or ()

    def _cut(self, lines: _Lines) -> Samples:
        count = len(lines.predicted)
        cut = Windows(self.window, self.horizon, self.stride)
        several = lines.arranged.several
        samples = forecast_samples(lines.values, lines.values[:, :count], cut, several)
        short = int((np.diff(several.starts) < self.window + self.horizon).sum())
        about = about_series(lines.keys, lines.arranged.keys, short)
        return replace(samples, notices=(*lines.notices, *about), skipped=lines.skipped)

    def _lines(self, poll: Poll, sheet: Sheet | None = None) -> _Lines:
        """As it is settled; a document that says nothing of its time has one of a usual name."""
        sheet = self.sheet(poll) if sheet is None else sheet
        time = "" if self.lines == "as they come" else self.time or usual_time(sheet)
        keys = self.series or ()
        moments, order = self._moments(sheet, time)
        found = arranged(len(sheet.frame), moments, [sheet.column(key) for key in keys])
        left_out = [one for one in sheet.left_out if not (time and f"“{time}”" in one)]
        notices = [*sheet.notices, *left_out]
        if order in {"day first", "month first"}:
            notices.append(f"The dates of “{time}” are read with the {order}.")
        notices += found.notices
        predicted = self._predicted(sheet, time)
        columns = []
        for name in dict.fromkeys((*predicted, *self.further)):
            poll()
            read = _numbers(sheet, name, self.decimal)[found.order]
            values, told = filled(name, read, found.several.starts)
            columns.append(values)
            notices += [told] if told else []
        values = np.stack(columns, axis=1)
        return _Lines(predicted, keys, values, found, tuple(notices), sheet.skipped)

    def _moments(self, sheet: Sheet, time: str) -> tuple[Moments | None, DateOrder]:
        if not time:
            return None, self.date_order
        return moments_of(sheet, time, self.decimal, self.date_order)

    def _predicted(self, sheet: Sheet, time: str = "") -> tuple[str, ...]:
        """The columns to predict; those that hold numbers and are not for something else."""
        if self.predicted:
            return self.predicted
        others = (time or self.time, *self.further, *(self.series or ()))
        names = [name for name in sheet.frame.columns if name not in others]
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
    """What a file holds: steps × columns, series by series in the order of time."""

    predicted: tuple[str, ...]
    """The columns to predict, which come first."""
    keys: tuple[str, ...]
    values: Array
    arranged: Arranged
    notices: tuple[str, ...]
    skipped: tuple[str, ...]


def _found_series(sheet: Sheet, moments: Moments, known: Sequence[str]) -> tuple[str, ...]:
    """The columns that tell several series apart, among those that are for nothing else."""
    import polars

    possible: dict[str, polars.Series] = {}
    for name in sheet.frame.columns:
        column = sheet.column(name)
        if name in known or column.null_count():
            continue
        shown = seen(column, Notation())
        if shown.holds == "text":
            possible[name] = column
        elif shown.holds == "number" and shown.wrong is None:
            possible[name] = column.cast(polars.Float64, strict=False)
    return series_columns(possible, moments.values)


def _numbers(sheet: Sheet, name: str, decimal: DecimalSign) -> Array:
    """A column in the order of the file, NaN where it has no value. Raises DataError."""
    read = read_column(sheet, name, (), decimal)
    if read.is_text or read.is_date:
        held = "texts" if read.is_text else "dates"
        raise DataError(
            f"The column “{name}” of {sheet.path.name} holds {held}, and a forecast takes numbers. "
            "Choose another column."
        )
    if read.values.null_count() == len(read.values):
        raise DataError(f"The column “{name}” of {sheet.path.name} has no values. Fill it in.")
    numbers: Array = read.values.to_numpy().astype(np.float64)
    return numbers
