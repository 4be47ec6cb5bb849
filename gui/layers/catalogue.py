"""Finding layers by what a user types: the palette and the search on the canvas share this."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from graphs.layers import Layer
from graphs.wording.phrases import phrase
from gui.layers.intent import SURE_LETTERS, Worded, WordIndex
from gui.layers.ready_blocks import YOURS, LibraryBlock, library_blocks, ready_block
from gui.layers.stems import stem
from gui.layers.thesaurus import BLOCK, JOINING

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
    YOURS,
    "Blocks",
    "Loss",
    "Canvas",
)
NAMED, FURTHER_WORDS = 2, 3
"""Ranks up to these are of names and of whole further words; beyond are parts of words."""
NAME, ABOUT, FURTHER = range(3)
"""Why something is found: by its name, by what it is about, or as its words hold what is typed."""
SHARE = 0.5
"""What answers by less of what the best one does is not meant."""
SUITS = 1.2
"""How much more what suits the place counts."""
BLOCKS_SAID, JOINING_SAID = frozenset(BLOCK.split()), frozenset(JOINING.split())
USUAL = {"1d": 0.96, "3d": 0.93}
MIME = "application/x-layerloom-layer"
"""What is dragged from the palette: the id of a layer or a ready-made block."""


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

    def help(self) -> str:
        """The same: there is no more to say."""
        return self.summary()


NOTE = Extra("note", "Note", "Canvas", "comment text annotation sticky", "Words on the canvas.")
Kind = TypeVar("Kind", bound=Worded)


def entries() -> tuple[Worded, ...]:
    """Everything that can be put on the canvas."""
    return (*Layer.members(), NOTE)


def offered(folders: Iterable[Path] = ()) -> tuple[Worded, ...]:
    """All of these, the ready-made blocks, and those that are kept in some folders."""
    return (*entries(), *library_blocks(folders))


def entry(id: str) -> Worded | None:
    """The layer or other thing of that id; None for one that is not known."""
    if (block := ready_block(id)) is not None:
        return LibraryBlock(block)
    return NOTE if id == NOTE.id else Layer.find(id)


def found(text: str, among: Iterable[Kind], suiting: Collection[str] = frozenset()) -> list[Kind]:
    """Those that ``text`` may mean, best first; all, by group, when it is empty.

    First come those whose names begin with all of its words, then those that are about what it
    says, then those that it stands somewhere in. Of those that answer equally well, the ``suiting``
    ones, by id, come first.
    """
    kinds = list(among)
    if not text.strip():
        return sorted(kinds, key=_in_order)
    return [kind for _, kind in _ranked(text, kinds, suiting)]


def meant(text: str, among: Iterable[Kind]) -> list[Kind]:
    """Those that ``text`` names or is about, best first; none when it is empty."""
    return [kind for order, kind in _ranked(text, list(among)) if order[0] < FURTHER]


def _ranked(
    text: str, kinds: list[Kind], suiting: Collection[str] = frozenset()
) -> list[tuple[tuple[Any, ...], Kind]]:
    """Those that answer in any way, best first, each with what it is sorted by."""
    scores, words = _index().scores(text), text.casefold().split()
    likely = {
        kind.id: score * (SUITS if kind.id in suiting else 1.0) * _usual(kind)
        for kind in kinds
        if words and (score := scores.get(kind.id, 0.0))
    }
    least = SHARE * max(likely.values(), default=0.0)
    found: list[tuple[tuple[Any, ...], Kind]] = []
    for kind in kinds:
        rank, score = _rank(kind, words) if words else None, likely.get(kind.id, 0.0)
        named = rank is not None and rank[0] <= NAMED
        if isinstance(kind, LibraryBlock):
            as_block = _rank_as_block(kind, words)
            rank, named = as_block or rank, as_block is not None
        if score and score >= least and not named:
            found.append(((ABOUT, -score, *_likely(kind)), kind))
        elif rank is not None:
            tier = NAME if named else FURTHER
            found.append(((tier, *rank, kind.id not in suiting, *_likely(kind)), kind))
    return sorted(found, key=lambda pair: pair[0])


def _rank_as_block(block: LibraryBlock, words: list[str]) -> tuple[int, int] | None:
    """How well a block answers where one is asked for, and no layer; None is not at all.

    "dense" is a layer first, and so is "convolution": one word names a block only where it is all
    that the block is called. Where a block is asked for by that word, what it is known for will do.
    """
    if " ".join(words) == block.title.casefold():
        return 0, 0
    apart = " ".join(words).replace("-", " ").split()
    said = [_as_called(w, block.title) for w in apart if w not in BLOCKS_SAID | JOINING_SAID]
    asked = not BLOCKS_SAID.isdisjoint(words)
    if len(said) < (1 if asked else 2):
        return None
    worst = FURTHER_WORDS if asked else NAMED
    if (rank := _rank(block, said)) is None or rank[0] > worst:
        return None
    known_as = sum(word in block.search.casefold().split() for word in said)
    return rank[0], rank[1] - known_as  # "se" is a name, and "sequence" begins alike


def _as_called(word: str, title: str) -> str:
    """The word of a title that ``word`` is another form of, as "excite" of "excitation"."""
    begin = stem(word)
    called = title.casefold().split() if len(begin) >= SURE_LETTERS else []
    return next((one for one in called if stem(one).startswith(begin)), word)


def asks_for_block(text: str, block: LibraryBlock) -> bool:
    """Whether ``text`` names a block, and no layer that is called alike."""
    return _rank_as_block(block, text.casefold().split()) is not None


@lru_cache(maxsize=1)
def _index_of(titles: tuple[str, ...]) -> WordIndex:
    """The words of all entries, in the language in which they are called so."""
    return WordIndex(entries())


def _index() -> WordIndex:
    return _index_of(tuple(one.title for one in entries()))


def groups(kinds: Iterable[Kind]) -> Iterator[tuple[str, list[Kind]]]:
    """The layers by group; both in the order in which they are given."""
    by_group: dict[str, list[Kind]] = {}
    for kind in kinds:
        by_group.setdefault(kind.group, []).append(kind)
    yield from by_group.items()


def _in_order(kind: Worded) -> tuple[int, str, str]:
    place = ORDER.index(kind.group) if kind.group in ORDER else len(ORDER)
    return place, kind.group, kind.title.casefold()


def _likely(kind: Worded) -> tuple[bool, tuple[int, str, str]]:
    """Of equals, the one for images comes before the one for series: it is meant more often."""
    return kind.id.endswith("1d"), _in_order(kind)


def _usual(kind: Worded) -> float:
    """How much of its score counts: images are meant more often than series or volumes.

    Little, so that a word that says which is meant decides.
    """
    return next((share for ending, share in USUAL.items() if kind.id.endswith(ending)), 1.0)


class _Called:
    """What one thing is called, taken apart once for all the letters that are typed."""

    def __init__(self, title: str, id: str, others: str) -> None:
        self.whole = (title.casefold(), id.casefold())
        self.parts = tuple(self.whole[1].split("_"))
        self.further = tuple(others.casefold().split())
        self._all = "\n".join((*self.whole, others.casefold()))

    def rank(self, word: str) -> int | None:
        """How well it answers to a word; None is not at all."""
        title, id = self.whole
        if word not in self._all:
            return None
        if word in self.whole:
            return 0
        if title.startswith(word) or id.startswith(word):
            return 1
        if any(part.startswith(word) for part in self.parts):
            return NAMED
        return FURTHER_WORDS if any(part.startswith(word) for part in self.further) else 4


_called = lru_cache(maxsize=1000)(_Called)


def _rank(kind: Worded, words: list[str]) -> tuple[int, int] | None:
    """How well a layer answers to all the words: the worst one, then all; None is not at all."""
    if " ".join(words) == kind.title.casefold():
        return 0, 0
    called = _called(kind.title, kind.id.rpartition(":")[2], f"{kind.search} {kind.group}")
    ranks = []
    for word in words:
        if (rank := called.rank(word)) is None:
            return None
        ranks.append(rank)
    return max(ranks), sum(ranks)
