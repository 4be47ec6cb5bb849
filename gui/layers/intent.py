"""What a plain request means: how well each thing answers to words that need not be its name."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple, Protocol

from gui.layers.stems import WORD, parts_of, stem, words_in
from gui.layers.thesaurus import ALIKE, IDLE, MEANT, WEAK

TITLE, SEARCH, SUMMARY, HELP, GROUP = 4.0, 3.0, 2.0, 0.7, 0.5
"""How much a word counts by where it stands."""
SYNONYM, BEGUN = 0.75, 0.6
"""How much what a word may stand for counts against the word itself."""
EXPLAINED, WEAKLY = 0.4, 0.4
"""How much a word counts that a phrase explains, and one that says little beside others."""
FEWEST_LETTERS = 3
"""A word of which fewer are typed may begin too many others."""
ENDING, SURE_LETTERS = 3, 5
"""How many letters at its end a word may have of its own; and how many it must share."""


class Worded(Protocol):
    """A thing that words are told of."""

    @property
    def id(self) -> str:
        """What it is called in files."""

    @property
    def title(self) -> str:
        """What it is called in lists."""

    @property
    def group(self) -> str:
        """What it belongs to."""

    @property
    def search(self) -> str:
        """Further words under which it is found."""

    def summary(self) -> str:
        """What it is, in one sentence."""

    def help(self) -> str:
        """What it is, at length."""


class Term(NamedTuple):
    """One thing that is asked for: the stems that would answer, and how much each would."""

    weight: float
    answers: Mapping[str, float]


class WordIndex:
    """Words of many things, weighed by where they stand and by how few things have them."""

    def __init__(self, things: Iterable[Worded]) -> None:
        places: dict[str, dict[str, float]] = defaultdict(dict)
        count = 0
        for thing in things:
            count += 1
            for word, weight in _weights(thing).items():
                places[word][thing.id] = weight
        # A word that a tenth have in passing is as good as one that few have by name.
        self._rarity = {
            word: math.log(1 + count / sum(min(1.0, w / SEARCH) for w in ids.values()))
            for word, ids in places.items()
        }
        self._places = places
        self._sorted = sorted({*places, *_alike()})

    def scores(self, text: str) -> dict[str, float]:
        """How well each thing answers, by id; those that do not at all are left out."""
        found: dict[str, float] = defaultdict(float)
        for term in self._terms(list(self._read(text))):
            best: dict[str, float] = {}
            for word, share in term.answers.items():
                rarity = self._rarity.get(word, 0.0) * share * term.weight
                for id, weight in self._places.get(word, {}).items():
                    best[id] = max(best.get(id, 0.0), weight * rarity)
            for id, score in best.items():
                found[id] += score
        return found

    def _read(self, text: str) -> Iterator[str]:
        """The stems of what is asked for; names that nothing is called by are taken apart."""
        for word in WORD.findall(text.replace("'", "")):
            whole = stem(word.casefold())
            known = whole in self._places or whole in _alike()
            yield from [whole] if known or word.islower() else parts_of(word)

    def _terms(self, words: list[str]) -> Iterator[Term]:
        """First what phrases mean, then what single words do."""
        explained: set[str] = set()
        for phrase, technical in _phrases():
            if phrase <= set(words):
                explained |= phrase
                yield Term(1.0, dict.fromkeys(technical, 1.0))
        telling = [word for word in dict.fromkeys(words) if word not in _stems(IDLE)]
        strong = explained or any(word not in _stems(WEAK) for word in telling)
        for word in telling:
            weight = WEAKLY if strong and word in _stems(WEAK) else 1.0
            yield Term(weight * (EXPLAINED if word in explained else 1.0), self._answers(word))

    def _answers(self, word: str) -> dict[str, float]:
        """The stems that a word may stand for. One that is not known may be the start of others."""
        known = word in self._places or word in _alike()
        begun = {} if known else dict.fromkeys(self._begun_by(word), BEGUN)
        found = {word: 1.0} | begun
        for one, share in list(found.items()):
            for other in _alike().get(one, ()):
                found[other] = max(found.get(other, 0.0), share * SYNONYM)
        return found

    def _begun_by(self, word: str) -> list[str]:
        """Known words that begin like one that is not known: all of it, or but for its ending."""
        for length in range(len(word), max(FEWEST_LETTERS, len(word) - ENDING) - 1, -1):
            begin = word[:length]
            at, end = (bisect_left(self._sorted, one) for one in (begin, f"{begin}\uffff"))
            if at < end:
                return self._sorted[at:end]
            if length <= SURE_LETTERS:
                break
        return []


def _weights(thing: Worded) -> dict[str, float]:
    """How much each word of a thing counts: by the best place that it stands in."""
    by_place = (
        (GROUP, words_in(thing.group)),
        (HELP, words_in(thing.help())),
        (SUMMARY, words_in(thing.summary())),
        (SEARCH, words_in(thing.search)),
        (TITLE, [*parts_of(thing.title), *parts_of(thing.id.replace("_", " "))]),
    )
    return {word: weight for weight, words in by_place for word in words}


@cache
def _stems(words: str) -> frozenset[str]:
    return frozenset(words_in(words))


@cache
def _alike() -> dict[str, Collection[str]]:
    """What each word of the thesaurus may be said for."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in ALIKE:
        together = words_in(line)
        for word in together:
            found[word].update(other for other in together if other != word)
    return dict(found)


@cache
def _phrases() -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    return tuple((_stems(said), tuple(words_in(meant))) for said, meant in MEANT.items())
