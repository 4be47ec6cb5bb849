"""What is said of new rows that are asked about in parts: counted over all of them, told once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, Self, TypeAlias

from graphs.wording.phrases import counted, phrase

Wording: TypeAlias = Callable[[Sequence[str], int], str]
"""Makes a sentence of different values, in the order in which they came, and of a count."""
SHOWN = 5
"""So many rows are named in a sentence; each has its own note."""


class RowPlace(NamedTuple):
    """Where a row stands."""

    file: str
    """Empty where that goes without saying."""
    counted: Literal["line", "row", "sample"]
    number: int

    @property
    def words(self) -> str:
        """Which it is: ``a.csv, line 7``."""
        told = {
            "line": phrase("line {line}", line=self.number),
            "row": phrase("row {row}", row=self.number),
            "sample": phrase("sample {number}", number=self.number),
        }[self.counted]
        return f"{self.file}, {told}" if self.file else told


class Remark(str):
    """A sentence about some rows, which can be said of more."""

    about: tuple[str, ...]
    """What it is said of; those about the same are told as one."""
    wording: Wording
    values: tuple[str, ...]
    times: int
    notes: Mapping[int, str]
    """What is said of single rows, by their place among those that were asked about."""
    spots: tuple[RowPlace, ...]
    """Where the rows stand, as far as that is known."""
    of_all: bool
    """Whether it goes without saying which rows it is about."""

    @classmethod
    def of(
        cls,
        about: tuple[str, ...],
        wording: Wording,
        values: Iterable[str] = (),
        count: int = 0,
        notes: Mapping[int, str] | None = None,
    ) -> Self:
        """What ``wording`` makes of some values and a count."""
        different = tuple(dict.fromkeys(values))
        made = cls(wording(different, count))
        made.about, made.wording, made.values, made.times = about, wording, different, count
        made.notes, made.spots, made.of_all = notes or {}, (), False
        return made

    @classmethod
    def of_each(cls, sentence: str, count: int) -> Self:
        """A sentence that holds for each of so many samples."""
        notes = dict.fromkeys(range(count), sentence)
        made = cls.of((sentence,), lambda *_: sentence, notes=notes)
        made.of_all = True
        return made

    def at(self, spots: Sequence[RowPlace]) -> Self:
        """The same, with where each of the rows stands that were asked about."""
        if self.of_all:
            return self
        made = type(self).of(self.about, self.wording, self.values, self.times, self.notes)
        made.spots = tuple(spots[row] for row in sorted(self.notes))
        return made


def notes_of(notices: Iterable[str], count: int) -> list[tuple[str, ...]]:
    """What is said of each of so many rows, each sentence once."""
    found: list[dict[str, None]] = [{} for _ in range(count)]
    for notice in notices:
        if isinstance(notice, Remark):
            for row, note in notice.notes.items():
                found[row][note] = None
    return [tuple(one) for one in found]


def _where(spots: Sequence[RowPlace], count: int) -> str:
    """Which rows a sentence is about, of which the first are named; empty for none."""
    if not count:
        return ""
    more = phrase(" and {count:,} more", count=count - len(spots)) if count > len(spots) else ""
    if len({(one.file, one.counted) for one in spots}) > 1:
        return phrase(" See {places}.", places="; ".join(one.words for one in spots) + more)
    numbers = ", ".join(str(one.number) for one in spots) + more
    one, several = {
        "line": (" See line {numbers}.", " See lines {numbers}."),
        "row": (" See row {numbers}.", " See rows {numbers}."),
        "sample": (" See sample {numbers}.", " See samples {numbers}."),
    }[spots[0].counted]
    return counted(count, one, several, numbers=numbers)


class _Sum:
    """Several remarks about the same."""

    def __init__(self, first: Remark) -> None:
        self._wording, self._count = first.wording, 0
        self._values: dict[str, None] = {}
        self._spots: list[RowPlace] = []
        self._placed = 0

    def add(self, remark: Remark) -> None:
        """Count one more."""
        self._values |= dict.fromkeys(remark.values)
        self._count += remark.times
        self._spots += remark.spots[: SHOWN - len(self._spots)]
        self._placed += len(remark.spots)

    def __str__(self) -> str:
        return self._wording(tuple(self._values), self._count) + _where(self._spots, self._placed)


class Remarks:
    """All that is said of one part after the other, in the order in which it came first."""

    def __init__(self) -> None:
        self._told: dict[str | tuple[str, ...], _Sum | None] = {}

    def add(self, notices: Iterable[str], spots: Sequence[RowPlace] = ()) -> None:
        """Take in what is said of one more part, whose rows stand at these ``spots``."""
        for notice in notices:
            if isinstance(notice, Remark):
                found = self._told.get(notice.about) or _Sum(notice)
                found.add(notice.at(spots) if spots else notice)
                self._told[notice.about] = found
            else:
                self._told[notice] = None

    def __iter__(self) -> Iterator[str]:
        """Each sentence once."""
        for notice, found in self._told.items():
            yield str(notice if found is None else found)
