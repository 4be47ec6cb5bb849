"""A table as it stands in a file: named columns of texts or numbers, and where each row is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from engine.data.array import Array
from engine.errors import DataError
from graphs.data.sources.table_layout import AUTO, TableLayout
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars

T = TypeVar("T")
TABLE_ENDINGS = frozenset(
    [
        ".csv",
        ".tsv",
        ".tab",
        ".psv",
        ".parquet",
        ".pq",
        ".xlsx",
        ".xlsm",
        ".xlsb",
        ".xls",
        ".ods",
        ".jsonl",
        ".ndjson",
    ]
)
"""How files end that hold tables; texts of other names may hold one, too."""
PACKED = ".gz"
"""How a file ends that is packed."""


def is_table(path: Path | str) -> bool:
    """Whether a file is called as those are that hold tables."""
    endings = [ending.lower() for ending in Path(path).suffixes]
    packed = endings[-1:] == [PACKED]
    return not TABLE_ENDINGS.isdisjoint(endings[-2:-1] if packed else endings[-1:])


def checked_names(path: Path, names: Sequence[str], way_out: str) -> list[str]:
    """The names of columns, those without one called by their places.

    Raises DataError, which ends in the way out, for a name that several have.
    """
    called = [name or f"column {at}" for at, name in enumerate(names, 1)]
    for name, count in Counter(called).items():
        if count > 1:
            raise DataError(
                "{name} has {count} columns called “{other_name}”. {way_out}",
                name=path.name,
                count=count,
                other_name=name,
                way_out=way_out,
            )
    return called


class Line(int):
    """Where a row begins in another file than that of its sheet."""

    file: str

    @classmethod
    def of(cls, line: int, file: str) -> Line:
        """A line of a file."""
        made = cls(line)
        made.file = file
        return made


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns of a file: raw texts as String, numbers as Float64, dates as Datetime.

    An empty cell is null; what else stands for no value is for ``engine.data.tables`` to say.
    """

    path: Path
    frame: polars.DataFrame
    lines: Sequence[int]
    """For each row, where it begins in the file."""
    counted: str = "line"
    """What ``lines`` counts: lines of a text, or rows."""
    left_out: tuple[str, ...] = ()
    """Columns of kinds that cannot be learned from, each with the reason, as sentences."""
    moments: Mapping[str, polars.Series] = field(default_factory=dict)
    """Columns of dates and times, as Float64 microseconds."""
    zoned: frozenset[str] = frozenset()
    """Columns whose times had a zone in a file with kinds of its own; here they are UTC."""
    notices: tuple[str, ...] = ()
    """What was decided about how the file is to be read, as sentences."""
    skipped: tuple[str, ...] = ()
    """Lines that were left out because they do not fit, each with the reason."""
    native: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The numbers of columns that mix them with texts; they do not show what the texts mean."""
    blank: tuple[int, ...] = ()
    """Some of the lines between rows that hold nothing."""
    layout: TableLayout = AUTO
    """How the table lies in its file, settled."""

    parts: Array | None = None
    """Which part each row is given for, where files say it; see ``splitting.given_split``."""
    whole: polars.DataFrame | None = field(default=None, compare=False)
    """All rows of the file, where these are a part of them."""
    known: dict[Hashable, tuple[polars.DataFrame, Any]] = field(default_factory=dict, compare=False)
    """What was found on the whole of a frame, by what it is about."""

    def place(self, row: int) -> str:
        """Where a row is, for a message: ``people.csv, line 17``.

        Of rows that are in no file only the number; nothing of a single one.
        """
        line = self.lines[row]
        if not self.path.name:
            return f"{self.counted.capitalize()} {line}" if len(self.lines) > 1 else ""
        file = line.file if isinstance(line, Line) else self.path.name
        return f"{file}, {self.counted} {line}"

    def taken(self, rows: Array) -> Sheet:
        """Some of the rows, by position."""
        lines = [self.lines[row] for row in rows.tolist()]
        parts = None if self.parts is None else self.parts[rows]
        return replace(self, frame=self.frame[rows], lines=lines, parts=parts)

    def rows(self, first: int, end: int) -> Sheet:
        """The rows from ``first`` up to ``end``, which itself is not among them."""
        frame, lines = self.frame[first:end], self.lines[first:end]
        whole = self.frame if self.whole is None else self.whole
        return replace(self, frame=frame, lines=lines, whole=whole)

    def where(self, kept: Sequence[bool]) -> Sheet:
        """The rows that are ``kept``, as a part of the whole."""
        if all(kept):
            return self
        lines = [line for line, one in zip(self.lines, kept, strict=True) if one]
        whole = self.frame if self.whole is None else self.whole
        return replace(self, frame=self.frame.filter(list(kept)), lines=lines, whole=whole)

    def whole_column(self, name: str) -> polars.Series:
        """The column called ``name`` of all rows of the file."""
        return self.column(name) if self.whole is None else self.whole.get_column(name)

    def found_once(self, about: Hashable, find: Callable[[], T]) -> T:
        """What ``find`` finds on all rows of the file, which is asked once for all their parts."""
        whole = self.frame if self.whole is None else self.whole
        if about not in self.known or self.known[about][0] is not whole:
            self.known[about] = whole, find()
        found: T = self.known[about][1]
        return found

    def column(self, name: str) -> polars.Series:
        """The column called ``name``. Raises DataError that lists what there is."""
        # The frame makes its list of names anew each time it is asked, slowly when there are many.
        column: polars.Series | None = self.frame.get_column(name, default=None)
        if column is None:
            known = self.frame.columns
            names = ", ".join(f"“{one}”" for one in known[:20])
            more = phrase(" and {count} more", count=len(known) - 20) if known[20:] else ""
            why = next((one for one in self.left_out if f"“{name}”" in one), "")
            why = why or phrase(
                "{name} has no column “{other_name}”.", name=self.path.name, other_name=name
            )
            raise DataError(
                "{why} It has: {names}{more}. Choose one of these, or add the column to the file.",
                why=why,
                names=names,
                more=more,
            )
        return column
