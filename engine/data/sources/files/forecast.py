"""Reads time series, sorts them, and cuts them into windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from typing import Self

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.samples import Samples
from engine.data.series.ends import SeriesEnd, about_ends, ends_of
from engine.data.series.lines import (
    Arranged,
    Moments,
    about_series,
    arranged,
    filled,
    other_step,
    told_keys,
    usual_step,
)
from engine.data.series.named_lines import with_names
from engine.data.series.roles import (
    about_order,
    found_series,
    judgements_of,
    like_missing,
    missing_columns,
    new_numbers_of,
    numbers_of,
    to_predict,
)
from engine.data.series.time_parts import found_parts, told, with_parts
from engine.data.series.times import as_in_file, century_of, found_time, moments_of, usual_time
from engine.data.series.windows import PAST, SeriesWindows, fitting_window, forecast_samples
from engine.data.sources.files.table_source import TableFileReader
from engine.data.sources.spec import Newest, Proposal, in_full
from engine.data.tables.cells.dates import zones_of
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.new_rows.signs import percents_told
from engine.data.tables.new_rows.times import other_zones, zones_told
from engine.data.tables.open_columns import Judgement
from engine.errors import DataError
from graphs.data import Column
from graphs.data.sources.files.forecast import Forecast
from graphs.notation import OPEN, DateOrder, Notation, Zones
from graphs.plan.plan import Plan
from graphs.setting_kinds import FilePath
from graphs.wording.phrases import counted, phrase, with_and


class ForecastReader(TableFileReader[Forecast], of=Forecast):
    """Windows of the lines in the order of time."""

    def read(self, poll: Poll = go_on) -> Samples:
        return self._cut(self._lines(poll))

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the path, the columns and the order of time settled, whatever the file becomes."""
        sheet = self.sheet(poll)
        sorted_by = (
            "" if self.source.lines == "as they come" else self.source.time or found_time(sheet)
        )
        given, cells = self._written(sorted_by), self._cells(sheet)
        if sorted_by:
            given = replace(given, century=century_of(sheet, sorted_by, given))
        moments, written = self._moments(sheet, sorted_by, given)
        series, parts = self.source.series, self.source.time_parts
        known = (sorted_by, *self.source.predicted, *self.source.further, *(series or ()))
        if parts is None:
            parts = () if moments is None else found_parts(sheet, moments, known)
            moments = moments if moments is None else with_parts(sheet, moments, parts)
        if series is None:
            series = (
                () if moments is None else found_series(sheet, moments, (*known, *parts), cells)
            )
        settled = self.having(
            time=sorted_by,
            time_parts=parts,
            lines="by time" if sorted_by else "as they come",
            date_order=written.order,
            century=written.century,
            series=series,
            **self.settled(sheet),
        )
        predicted, said = settled._predicted(sheet)
        settled = settled.having(predicted=predicted)
        lines = settled._lines(poll, sheet)
        notations = {name: one.notation for name, one in lines.judgements.items()}
        if sorted_by:
            of_time = written if written.holds == "number" else OPEN  # dates have own settings
            zones: Zones = ""
            if sorted_by in sheet.frame.columns:
                column = sheet.column(sorted_by)
                zones = zones_of(column, is_zoned=sorted_by in sheet.zoned)
            notations[sorted_by] = replace(of_time, step=lines.step, zones=zones)
        settled = settled.having(notations=notations)
        settled, of_window = settled._fitting(lines)
        samples = settled._cut(lines)
        return Proposal.of(
            in_full(settled.source), replace(samples, notices=(*samples.notices, *said, *of_window))
        )

    def newest(self, path: Path) -> Newest:
        """The last window of each series in a file with the same columns."""
        moved = self.having(path=FilePath(str(path)))
        sheet = moved.sheet()
        time = self.source.time if self.source.lines == "by time" else ""
        needed = (
            time,
            *(self.source.time_parts or ()),
            *self.names(),
            *self.source.predicted,
            *self.source.further,
        )
        if lacking := missing_columns(sheet, [name for name in needed if name]):
            raise DataError(lacking)
        lines = moved._lines(go_on, sheet, is_new=True)
        found = self._ends(sheet, time, lines)
        stops = lines.arranged.several.starts[1:].tolist()
        ends = [end for end, one in zip(stops, found, strict=True) if not one.problem]
        if not ends:
            raise DataError(self._too_short(path.name, lines))
        windows = np.stack([lines.values[end - self.source.window : end] for end in ends])
        follows = phrase(
            "Predicted is what follows the last of {count:,} lines of {name}.",
            count=len(lines.values),
            name=path.name,
        )
        if lines.keys:
            follows = counted(
                len(ends),
                "Predicted is what follows the last line of one series in {name}.",
                "Predicted is what follows the last line of each of {count:,} series in {name}.",
                name=path.name,
            )
        about = about_ends(path.name, found, lines.arranged, lines.moments, self.source.window)
        return Newest({PAST: windows}, (*lines.notices, follows, *about), found)

    def names(self) -> tuple[str, ...]:
        """The columns that tell the series apart."""
        return self.source.series or ()

    def has_moments(self) -> bool:
        """Whether lines are sorted by a time."""
        return self.source.lines == "by time" and bool(self.source.time)

    def _ends(self, sheet: Sheet, time: str, lines: _Lines) -> tuple[SeriesEnd, ...]:
        """Where each series ends; another step than in training leaves open what comes next."""
        moments, step, zone = lines.moments, lines.step, ""
        trained = (self.source.notations or {}).get(time, OPEN).step
        if moments is not None and other_step(moments, trained, step):
            step = None
        if moments is not None and moments.are_dates and time in sheet.frame.columns:
            zoned = zones_of(sheet.column(time), is_zoned=time in sheet.zoned) == "with"
            zone = phrase("UTC") if zoned else ""
        return ends_of(lines.keys, lines.arranged, moments, step, self.source.window, zone)

    def _fitting(self, lines: _Lines) -> tuple[Self, tuple[str, ...]]:
        """With a window that the usual split leaves samples of, if none is set; what is said."""
        cut, usual = self._windows(), Plan()
        if cut.window != Forecast().window:
            return self, ()
        window = fitting_window(cut, lines.arranged.several, usual.validation, usual.test)
        if window == cut.window:
            return self, ()
        told = phrase(
            "The window is {window} steps long: with the usual {usual}, this file is too short "
            "to be split. The setting “Window” changes it.",
            window=window,
            usual=cut.window,
        )
        return self.having(window=window), (told,)

    def _windows(self) -> SeriesWindows:
        return SeriesWindows(self.source.window, self.source.horizon, self.source.stride)

    def _cut(self, lines: _Lines) -> Samples:
        count = len(lines.predicted)
        cut = self._windows()
        several = lines.arranged.several
        taken = ""
        if lines.keys:
            taken = phrase(
                " {told_keys} {count:,} series apart. If the lines are a single series, leave "
                "the series columns empty.",
                told_keys=told_keys(lines.keys),
                count=len(lines.arranged.keys),
            )
        ahead = lines.values[:, :count]
        columns = tuple(dict.fromkeys((*lines.predicted, *self.source.further)))
        samples = forecast_samples(lines.values, ahead, cut, several, taken, columns)
        is_short = np.diff(several.starts) < self.source.window + self.source.horizon
        names = lines.arranged.keys
        about = about_series(lines.keys, names, list(compress(names, is_short)))
        read = {name: one.told for name, one in lines.judgements.items()}
        named = zip(lines.judgements.values(), replace(samples, told=read).lines_of_columns(),
                    strict=True)  # fmt: skip
        about += [line for judgement, line in named if not judgement.is_plain]
        samples = replace(samples, told={**lines.others, **read})
        return replace(samples, notices=(*lines.notices, *about), skipped=lines.skipped)

    def _too_short(self, file: str, lines: _Lines) -> str:
        longest = int(np.diff(lines.arranged.several.starts).max(initial=0))
        held = counted(len(lines.values), "{count:,} line", "{count:,} lines")
        if lines.keys:
            count = len(lines.arranged.keys)
            columns = with_and(f"“{key}”" for key in lines.keys)
            held += counted(
                longest,
                " of {series:,} series, told apart by {columns}, and the longest of these has "
                "{count:,} line",
                " of {series:,} series, told apart by {columns}, and the longest of these has "
                "{count:,} lines",
                series=count,
                columns=columns,
            )
        needed = counted(self.source.window, "{count} is needed", "{count} are needed")
        return phrase(
            "{file} has {held}, but {needed} to predict what comes next. Give a longer file.",
            file=file,
            held=held,
            needed=needed,
        )

    def _lines(self, poll: Poll, sheet: Sheet | None = None, *, is_new: bool = False) -> _Lines:
        """As it is settled; a document that says nothing of its time has one of a usual name.

        A file that ``is_new`` is read as the one of the training was.
        """
        sheet = self.sheet(poll) if sheet is None else sheet
        time = "" if self.source.lines == "as they come" else self.source.time or usual_time(sheet)
        keys, parts = self.names(), self.source.time_parts or ()
        sheet, unnamed = with_names(sheet, keys)
        given, turned = self._written(time, is_settled=True), tuple[str, ...]()
        if is_new:
            given, turned = as_in_file(sheet, time, given)
        moments, written = self._moments(sheet, time, given)
        if moments is not None:
            moments = with_parts(sheet, moments, parts)
        found = arranged(len(sheet.frame), moments, [sheet.column(key) for key in keys])
        notices = [*self._about_time(sheet, time, moments, written.order), *turned, *unnamed]
        notices += found.notices
        step = usual_step(moments, found)
        if is_new and moments is not None and (trained := (self.source.notations or {}).get(time)):
            notices += other_step(moments, trained.step, step)
            if time in sheet.frame.columns:
                notices += other_zones(sheet, Column(time, notation=trained))
        predicted, _ = self._predicted(sheet, time)
        names = tuple(dict.fromkeys((*predicted, *self.source.further)))
        columns, judgements, about = self._columns(sheet, names, found, poll, is_new=is_new)
        notices += about
        values = np.stack(columns, axis=1)
        others = dict.fromkeys(sheet.frame.columns, phrase("not used"))  # in their order
        others |= dict.fromkeys(keys, phrase("names the series"))
        others |= dict.fromkeys(parts, phrase("a part of the time"))
        if time:
            others[time] = phrase("the time by which lines are sorted")
        return _Lines(
            predicted,
            keys,
            values,
            found,
            tuple(notices),
            sheet.skipped,
            judgements,
            moments,
            step,
            others,
        )

    def _about_time(
        self, sheet: Sheet, time: str, moments: Moments | None, order: DateOrder | None
    ) -> list[str]:
        """What is said of the file and of how its times are read."""
        parts = self.source.time_parts or ()
        times = [name for name in (time, *parts) if name]
        left_out = [one for one in sheet.left_out if not any(f"“{name}”" in one for name in times)]
        notices = [*sheet.notices, *left_out]
        if order in {"day first", "month first"}:
            notices.append(
                phrase("The dates of “{time}” are read with the {order}.", time=time, order=order)
            )
        if self.source.century is not None and moments is not None:
            last = self.source.century + 99
            notices.append(
                phrase(
                    "Years of two digits in “{time}” lie from {century} to {last}.",
                    time=time,
                    century=self.source.century,
                    last=last,
                )
            )
        if moments is None:
            notices.append(about_order(sheet))
        else:
            notices += told(sheet, time, parts, moments)
            if time in sheet.frame.columns and (mixed := zones_told(sheet, time)):
                notices.append(mixed)
        return notices

    def _columns(
        self,
        sheet: Sheet,
        names: Sequence[str],
        found: Arranged,
        poll: Poll,
        *,
        is_new: bool,
    ) -> tuple[list[Array], Mapping[str, Judgement], list[str]]:
        """The numbers of columns in the order of the lines, how they were judged, and what is said.

        Those of a new file are read as they were written in training.
        """
        columns: list[Array] = []
        notices: list[str] = []
        settled = {name: one for name, one in (self.source.notations or {}).items() if is_new}
        found_out = [name for name in names if name not in settled]
        judgements = judgements_of(sheet, found_out, self._cells(sheet)) if found_out else {}
        for name in names:
            poll()
            read = (
                new_numbers_of(sheet, name, settled[name])
                if name in settled
                else numbers_of(sheet, name, judgements[name].notation)
            )
            if name in settled:
                notices += percents_told(sheet, Column(name, notation=settled[name]))
            notices += like_missing(sheet, name, read)
            values, of_gaps = filled(name, read[found.order], found.several.starts)
            columns.append(values)
            notices += [of_gaps] if of_gaps else []
        return columns, judgements, notices

    def _moments(self, sheet: Sheet, time: str, given: Notation) -> tuple[Moments | None, Notation]:
        return moments_of(sheet, time, given) if time else (None, given)

    def _cells(self, sheet: Sheet) -> dict[str, Notation]:
        """How the cells of each column are written, as far as the settings say it."""
        found = {}
        for name in sheet.frame.columns:
            given = (self.source.notations or {}).get(name, OPEN)
            found[name] = (
                replace(given, decimal=self.source.decimal) if given.decimal == "auto" else given
            )
        return found

    def _written(self, time: str, *, is_settled: bool = False) -> Notation:
        """How the time is written, as far as the settings say it."""
        given = (self.source.notations or {}).get(time, OPEN)
        if given.decimal == "auto":
            given = replace(given, decimal=self.source.decimal)
        if self.source.century is not None:
            given = replace(given, century=self.source.century)
        if self.source.date_order == "auto":
            return given
        return replace(
            given, holds="date", order=self.source.date_order, parts=() if is_settled else None
        )

    def _predicted(self, sheet: Sheet, time: str = "") -> tuple[tuple[str, ...], list[str]]:
        """The columns to predict, those with numbers that are for nothing else; and what to say."""
        if self.source.predicted:
            return self.source.predicted, []
        used = (
            time or self.source.time,
            *(self.source.time_parts or ()),
            *self.source.further,
            *self.names(),
        )
        sheet, _ = with_names(sheet, self.names())
        return to_predict(sheet, used, self.names(), self._cells(sheet))


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
    judgements: Mapping[str, Judgement]
    """How the columns were read that nothing had settled."""
    moments: Moments | None
    """When each line of the file is."""
    step: float | None
    """The usual one from line to line."""
    others: Mapping[str, str]
    """Every column of the file, with what those are for that hold no values to learn from."""
