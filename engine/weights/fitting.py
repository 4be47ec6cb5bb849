"""What of some weights a network takes, told alike by the window, training and the command line.

Each tensor is taken by itself where its name and sizes match, as ``load_state_dict(strict=False)``
takes what has a name, and as those who fine-tune know it: a new head is drawn anew, and nothing
else. People see layers, though, so layers are counted; one of which some tensors fit is said to
start from them in part, with the tensors that do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from engine.weights.origins import UNKNOWN, Origin
from graphs.wording.phrases import phrase

NAMED = 3
"""So many tensors or layers are named in a sentence."""
LONGEST = 100
"""Letters of such a name."""

Fit: TypeAlias = Literal["taken", "other sizes", "other numbers", "not there", "not used"]
"""``not there``: the network has it and the file has not; ``not used``: the other way round."""
Shape: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One tensor of the network or of the file."""

    name: str
    fit: Fit
    here: Shape | None
    """Its sizes in the network."""
    there: Shape | None
    """Its sizes in the file."""
    learns: bool = True
    """Whether it is a parameter; what a layer only counts or averages makes no layer of its own."""


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers of a network that have parameters, by how much of them starts from a file."""

    whole: tuple[str, ...]
    partly: Mapping[str, tuple[str, ...]]
    """With what of them does: ``conv2`` with ``bias``."""
    anew: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many there are in all."""
        return len(self.whole) + len(self.partly) + len(self.anew)

    def sentence(self) -> str:
        """How many start from the file, and which in part."""
        values = {"count": len(self.whole), "all": self.count}
        if not self.partly:
            return phrase("{count} of {all} layers start from it.", **values)
        some = [f"{_short(name)} ({', '.join(keys)})" for name, keys in self.partly.items()]
        return phrase(
            "{count} of {all} layers start from it; in part also {partly}.",
            **values,
            partly=listed(some, ", "),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What of the weights a network takes, tensor by tensor."""

    rows: tuple[Row, ...]
    sha: str = ""
    origin: Origin = field(default=UNKNOWN)

    def of(self, *fits: Fit) -> list[Row]:
        """The tensors of which that is so."""
        return [row for row in self.rows if row.fit in fits]

    def layers(self) -> Layers:
        """The same, layer by layer."""
        taken: dict[str, list[str]] = {}
        fresh: set[str] = set()
        learning = {_layer(row) for row in self.rows if row.learns and row.fit != "not used"}
        for row in self.rows:
            layer = _layer(row)
            if layer not in learning or row.fit == "not used":
                continue
            keys = taken.setdefault(layer, [])
            if row.fit == "taken":
                keys.append(row.name.removeprefix(f"{layer}."))
            else:
                fresh.add(layer)
        return Layers(
            tuple(name for name in taken if name not in fresh),
            {name: tuple(keys) for name, keys in taken.items() if keys and name in fresh},
            tuple(name for name, keys in taken.items() if not keys),
        )

    def reasons(self) -> list[str]:
        """Of each tensor that is drawn anew, why."""
        return [_why(row) for row in self.of("other sizes", "other numbers", "not there")]

    def sentences(self) -> tuple[str, ...]:
        """Where they come from, what was taken, and what was not and why."""
        fresh, unused = self.reasons(), self.of("not used")
        told = [self.origin.sentence(self.sha), self.layers().sentence()]
        if fresh:
            told.append(phrase("Drawn anew: {listed}.", listed=listed(fresh)))
        if unused:
            names = listed([f"“{_short(row.name)}”" for row in unused])
            told.append(phrase("Not used: {listed}.", listed=names))
        return tuple(told)


def compared(
    here: Mapping[str, Shape], there: Mapping[str, Shape], sha: str, origin: Origin
) -> Report:
    """What the parameters of a network take of a file, by the sizes of both alone."""
    return Report(
        tuple(_row(name, shape, there.get(name)) for name, shape in here.items()), sha, origin
    )


def listed(words: Iterable[str], between: str = "; ") -> str:
    """The first few of them, and how many more there are."""
    every = list(words)
    first, more = between.join(every[:NAMED]), len(every) - NAMED
    if more <= 0:
        return first
    return phrase("{first} and {more:,} more", first=first, more=more)


def _row(name: str, here: Shape, there: Shape | None) -> Row:
    if there is None:
        return Row(name, "not there", here, None)
    if there != here:
        return Row(name, "other sizes", here, there)
    return Row(name, "taken", here, there)


def _layer(row: Row) -> str:
    return row.name.partition(".")[0]


def _why(row: Row) -> str:
    match row.fit:
        case "other sizes":
            return phrase(
                "“{name}” is {sizes} here and {there} in the file",
                name=_short(row.name),
                sizes=_sizes(row.here),
                there=_sizes(row.there),
            )
        case "other numbers":
            return phrase(
                "“{name}” holds another kind of numbers in the file", name=_short(row.name)
            )
        case _:
            return phrase("“{name}” is not in the file", name=_short(row.name))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[:LONGEST]}..."


def _sizes(shape: Shape | None) -> str:
    return " × ".join(map(str, shape or ())) or phrase("1 value")
