"""What of some weights a network takes, told alike by the window, training and the command line.

Each tensor is taken by itself where its name and sizes match, as ``load_state_dict(strict=False)``
takes what has a name, and as those who fine-tune know it: a new head is drawn anew, and nothing
else. Nodes that were put into a block, or taken out of one, are known by the end of their names,
and layers that another program has named by order and sizes, where these leave no choice.
People see layers, though, so layers are counted; one of which some tensors fit is said to
start from them in part, with the tensors that do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from engine.weights.by_order import Shape, by_order, named_otherwise
from engine.weights.origins import UNKNOWN, Origin
from graphs.document.document import Document
from graphs.wording.phrases import phrase

NAMED = 3
"""So many tensors or layers are named in a sentence."""
LONGEST = 100
"""Letters of such a name."""
DEEPEST = 100
"""Parts of a name; blocks lie in each other less deep."""

Fit: TypeAlias = Literal["taken", "other sizes", "other numbers", "not there", "not used"]
"""``not there``: the network has it and the file has not; ``not used``: the other way round."""
How: TypeAlias = Literal["lent", "end", "order"]
"""By what a tensor of another name is known: who lent it, the end of its name, order and sizes."""


class OtherName(NamedTuple):
    """Where a tensor is in the file."""

    name: str
    how: How


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
    source: str = ""
    """Its name in the file, where that is another."""

    how: How | None = None
    """By what it is known there, where that is another."""


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
    in_the_way: str = ""
    """The layer for which nothing was known by its order; empty when none was in question."""

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

    def renamed(self) -> Iterator[str]:
        """By what was taken what the file has by other names, and what was in the way of it."""
        known = {
            how: listed([_moved(row) for row in self.of("taken") if row.how == how])
            for how in ("lent", "end", "order")
        }
        if known["lent"]:
            yield phrase("In common until then: {listed}.", listed=known["lent"])
        if known["end"]:
            yield phrase("By the end of its name: {listed}.", listed=known["end"])
        if known["order"]:
            yield phrase("By order and sizes: {listed}.", listed=known["order"])
        if self.in_the_way:
            yield phrase(
                "By order and sizes nothing was taken, as “{name}” fits no one layer alone.",
                name=_short(self.in_the_way),
            )

    def reasons(self) -> list[str]:
        """Of each tensor that is drawn anew, why."""
        return [_why(row) for row in self.of("other sizes", "other numbers", "not there")]

    def sentences(self) -> tuple[str, ...]:
        """Where they come from, what was taken, and what was not and why."""
        fresh, unused = self.reasons(), self.of("not used")
        told = [self.origin.sentence(self.sha), self.layers().sentence()]
        told += self.renamed()
        if fresh:
            told.append(phrase("Drawn anew: {listed}.", listed=listed(fresh)))
        if unused:
            names = listed([f"“{_short(row.name)}”" for row in unused])
            told.append(phrase("Not used: {listed}.", listed=names))
        return tuple(told)


def compared(
    here: Mapping[str, Shape],
    there: Mapping[str, Shape],
    sha: str,
    origin: Origin,
    document: Document | None = None,
) -> Report:
    """What the parameters of a network take of a file, by the sizes of both alone."""
    meant, in_the_way = meant_by(here, there, origin, document)
    rows = (_row(name, shape, there, meant.get(name)) for name, shape in here.items())
    return Report(tuple(rows), sha, origin, in_the_way)


def meant_by(
    here: Mapping[str, Shape],
    there: Mapping[str, Shape],
    origin: Origin,
    document: Document | None = None,
) -> tuple[dict[str, OtherName], str]:
    """By name in the network, where the file has what is meant, if by another name.

    What had the numbers of another node when they were learned begins with those. What another
    program has named is known by its order where a ``document`` says what that is here; the layer
    that is in the way of this, if one is, comes second.
    """
    lent = {
        name: source
        for name in here.keys() - there
        if (source := _lent(name, origin.lenders)) is not None and source in there
    }
    mine = {name: shape for name, shape in here.items() if name not in lent}
    theirs = {n: s for n, s in there.items() if n not in lent.values()}
    moved = partners(mine, theirs)
    found = {name: OtherName(one, "lent") for name, one in lent.items()}
    found |= {name: OtherName(one, "end") for name, one in moved.items()}
    if document is None or not origin.is_foreign:
        return found, ""
    mine = {n: s for n, s in mine.items() if n not in moved and n not in there}
    taken = {*moved.values(), *here}
    theirs = {n: s for n, s in theirs.items() if n not in taken}
    if not named_otherwise(theirs, there):
        return found, ""
    ordered = by_order(document, mine, theirs)
    found |= {name: OtherName(one, "order") for name, one in ordered.names.items()}
    return found, ordered.in_the_way


def _lent(name: str, lenders: Mapping[str, str]) -> str | None:
    """The name of what was lent to what had no numbers of its own."""
    parts = name.split(".")
    for to in range(1, len(parts) + 1 if len(parts) <= DEEPEST else 0):
        if (lender := lenders.get(".".join(parts[:to]))) is not None:
            return ".".join((lender, *parts[to:]))
    return None


def partners(here: Mapping[str, Shape], there: Mapping[str, Shape]) -> dict[str, str]:
    """By name in the network, the other name under which the file has what is meant.

    ``block.conv.weight`` and ``conv.weight`` are one tensor when neither name is in both, no other
    name ends so, and the sizes are the same: then a node lies in a block by now, or no more.
    """
    mine, theirs = (_by_ends(one.keys() - other) for one, other in ((here, there), (there, here)))
    found: dict[str, str] = {}
    for end in mine.keys() & theirs.keys():
        (first, *more), (second, *further) = mine[end], theirs[end]
        whole = end in (first, second)
        if whole and not more and not further and here[first] == there[second]:
            found[first] = second
    return found


def _by_ends(names: Iterable[str]) -> dict[str, list[str]]:
    """The names that end so, by each end that names at least a node and what it holds."""
    ends: dict[str, list[str]] = {}
    for name in sorted(names):
        parts = name.split(".")
        for at in range(len(parts) - 1 if len(parts) <= DEEPEST else 0):
            ends.setdefault(".".join(parts[at:]), []).append(name)
    return ends


def listed(words: Iterable[str], between: str = "; ") -> str:
    """The first few of them, and how many more there are."""
    every = list(words)
    first, more = between.join(every[:NAMED]), len(every) - NAMED
    if more <= 0:
        return first
    return phrase("{first} and {more:,} more", first=first, more=more)


def _row(name: str, here: Shape, file: Mapping[str, Shape], source: OtherName | None) -> Row:
    there = file.get(name if source is None else source.name)
    if there is None:
        return Row(name, "not there", here, None)
    if there != here:
        return Row(name, "other sizes", here, there)
    other, how = ("", None) if source is None else source
    return Row(name, "taken", here, there, source=other, how=how)


def _moved(row: Row) -> str:
    return phrase("“{name}” from “{source}”", name=_short(row.name), source=_short(row.source))


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
