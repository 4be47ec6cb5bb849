"""Finding layers by what a user types: the palette and the search on the canvas share this."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from graphs.layers import Layer
from graphs.wording.phrases import phrase

# Groups in the order in which a network is usually drawn; others follow by name.
ORDER = (
    "In and out",
    "Linear",
    "Convolution",
    "Pooling",
    "Activation",
    "Normalization",
    "Regularization",
    "Shape",
    "Merge",
    "Arithmetic",
    "Values",
    "Embedding",
    "Recurrent",
    "Attention",
    "Loss",
    "Canvas",
)
MIME = "application/x-layerloom-layer"
"""What is dragged from the palette: the layer's id."""


class CatalogueEntry(Protocol):
    """What is listed: a layer, or something else that can be put on the canvas."""

    @property
    def id(self) -> str:
        """What it is called in files, and while it is dragged."""

    @property
    def title(self) -> str:
        """What it is called in the list."""

    @property
    def group(self) -> str:
        """The heading that it stands under."""

    @property
    def search(self) -> str:
        """Further words under which it is found."""

    def summary(self) -> str:
        """What it is, in one sentence."""


@dataclass(frozen=True, slots=True)
class Extra:
    """Something that is no layer."""

    id: str
    title_template: str
    group: str
    search: str
    words: str

    @property
    def title(self) -> str:
        """What it is called."""
        return phrase(self.title_template)

    def summary(self) -> str:
        """What it is, in one sentence."""
        return phrase(self.words)


NOTE = Extra("note", "Note", "Canvas", "comment text annotation sticky", "Words on the canvas.")
Kind = TypeVar("Kind", bound=CatalogueEntry)


def entries() -> tuple[CatalogueEntry, ...]:
    """Everything that can be put on the canvas."""
    return (*Layer.members(), NOTE)


def entry(id: str) -> CatalogueEntry | None:
    """The layer or other thing of that id; None for one that is not known."""
    return NOTE if id == NOTE.id else Layer.find(id)


def found(text: str, among: Iterable[Kind], suiting: Collection[str] = frozenset()) -> list[Kind]:
    """Those that ``text`` may mean, best first; all, by group, when it is empty.

    Of those that answer equally well, the ``suiting`` ones, by id, come first.
    """
    kinds = list(among)
    words = text.casefold().split()
    if not words:
        return sorted(kinds, key=_in_order)
    ranked = [(rank, kind) for kind in kinds if (rank := _rank(kind, words)) is not None]

    def order(pair: tuple[tuple[int, int], Kind]) -> tuple[object, ...]:
        return (*pair[0], pair[1].id not in suiting, *_likely(pair[1]))

    return [kind for _, kind in sorted(ranked, key=order)]


def groups(kinds: Iterable[Kind]) -> Iterator[tuple[str, list[Kind]]]:
    """The layers by group, in the order of the palette."""
    by_group: dict[str, list[Kind]] = {}
    for kind in sorted(kinds, key=_in_order):
        by_group.setdefault(kind.group, []).append(kind)
    yield from by_group.items()


def _in_order(kind: CatalogueEntry) -> tuple[int, str, str]:
    place = ORDER.index(kind.group) if kind.group in ORDER else len(ORDER)
    return place, kind.group, kind.title.casefold()


def _likely(kind: CatalogueEntry) -> tuple[bool, tuple[int, str, str]]:
    """Of equals, the one for images comes before the one for series: it is meant more often."""
    return kind.id.endswith("1d"), _in_order(kind)


def _rank(kind: CatalogueEntry, words: list[str]) -> tuple[int, int] | None:
    """How well a layer answers to all the words: the worst one, then all; None is not at all."""
    ranks = [_rank_of_word(kind, word) for word in words]
    answered = [rank for rank in ranks if rank is not None]
    return (max(answered), sum(answered)) if len(answered) == len(ranks) else None


def _rank_of_word(kind: CatalogueEntry, word: str) -> int | None:
    title, id = kind.title.casefold(), kind.id.casefold()
    others = f"{kind.search} {kind.group}".casefold()
    tests = (
        word in (title, id),
        title.startswith(word) or id.startswith(word),
        any(part.startswith(word) for part in id.split("_")),
        any(part.startswith(word) for part in others.split()),
        word in title or word in id or word in others,
    )
    return next((place for place, passed in enumerate(tests) if passed), None)
