"""What is said of new rows that are asked about in parts: counted over all of them, told once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Self, TypeAlias

Wording: TypeAlias = Callable[[Sequence[str], int], str]
"""Makes a sentence of different values, in the order in which they came, and of a count."""


class Remark(str):
    """A sentence about some rows, which can be said of more."""

    about: tuple[str, ...]
    """What it is said of; those about the same are told as one."""
    wording: Wording
    values: tuple[str, ...]
    times: int

    @classmethod
    def of(
        cls, about: tuple[str, ...], wording: Wording, values: Iterable[str] = (), count: int = 0
    ) -> Self:
        """What ``wording`` makes of some values and a count."""
        different = tuple(dict.fromkeys(values))
        made = cls(wording(different, count))
        made.about, made.wording, made.values, made.times = about, wording, different, count
        return made


class _Sum:
    """Several remarks about the same."""

    def __init__(self, first: Remark) -> None:
        self._wording, self._count = first.wording, 0
        self._values: dict[str, None] = {}

    def add(self, remark: Remark) -> None:
        """Count one more."""
        self._values |= dict.fromkeys(remark.values)
        self._count += remark.times

    def __str__(self) -> str:
        return self._wording(tuple(self._values), self._count)


class Remarks:
    """All that is said of one part after the other, in the order in which it came first."""

    def __init__(self) -> None:
        self._told: dict[str | tuple[str, ...], _Sum | None] = {}

    def add(self, notices: Iterable[str]) -> None:
        """Take in what is said of one more part."""
        for notice in notices:
            if isinstance(notice, Remark):
                found = self._told.get(notice.about) or _Sum(notice)
                found.add(notice)
                self._told[notice.about] = found
            else:
                self._told[notice] = None

    def __iter__(self) -> Iterator[str]:
        """Each sentence once."""
        for notice, found in self._told.items():
            yield str(notice if found is None else found)
