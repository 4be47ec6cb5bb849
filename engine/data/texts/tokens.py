"""Texts as tokens: cut into characters or words, and numbered by a vocabulary."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.data.array import Array
from graphs.data import Field
from graphs.data.sources.choices import Unit

JOINTS: dict[Unit, str] = {"characters": "", "words": " "}
"""What stands between tokens when they are written one after the other."""

PAD = "<pad>"
UNKNOWN = "<unk>"
SPECIAL = (PAD, UNKNOWN)
"""Tokens 0 and 1 of every vocabulary that may meet what it does not know, or fill up."""

PART = 200_000
"""Characters of a text that are cut at once: as long as a thread keeps all others waiting."""
_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")  # doesn't is one word, a full stop another
_SPACE = re.compile(r"\s")


def pieces(text: str, joint: str) -> list[str]:
    """The text cut into characters where ``joint`` is empty, otherwise into words and signs."""
    return _WORD.findall(text) if joint else list(text)


def parts(text: str, joint: str) -> Iterator[str]:
    """A long text in turn, divided where no piece is: between two characters or in a space."""
    start = 0
    while start < len(text):
        end = start + PART
        if joint and (space := _SPACE.search(text, min(end, len(text)))) is not None:
            end = space.start()
        elif joint:
            end = len(text)
        yield text[start:end]
        start = end


def vocabulary(counted: Counter[str], most: int, least: int = 1) -> tuple[str, ...]:
    """The commonest pieces behind the special ones, ``most`` in all; ``least`` is how often."""
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    known = [piece for piece, count in ranked if count >= least and piece not in SPECIAL]
    return (*SPECIAL, *known[: max(most - len(SPECIAL), 0)])


@dataclass(frozen=True, slots=True)
class Numbered:
    """A text as numbers of tokens, and the pieces that the vocabulary does not hold."""

    tokens: Array
    unknown: tuple[str, ...]


class Speller:
    """Numbers the tokens of one field, and spells them."""

    def __init__(self, words: Sequence[str], joint: str) -> None:
        self._words, self._joint = tuple(words), joint
        self._numbers = {word: number for number, word in enumerate(self._words)}
        self._unknown = self._numbers.get(UNKNOWN)
        for special in SPECIAL:
            self._numbers.pop(special, None)

    @classmethod
    def of(cls, field: Field) -> "Speller":
        """The speller of a field with words."""
        return cls(field.words, field.joint)

    def numbered(self, text: str) -> Numbered:
        """The text as tokens.

        A word that is not known as it is written is looked up in small letters. What is unknown
        becomes the unknown token; where there is none it is left out.
        """
        cut = pieces(text, self._joint)
        found = [self._number(piece) for piece in cut]
        unknown = tuple(p for p, n in zip(cut, found, strict=True) if n is None)
        instead = () if self._unknown is None else (self._unknown,)
        if unknown:
            kept = [one for n in found for one in (instead if n is None else (n,))]
        else:
            kept = [n for n in found if n is not None]
        return Numbered(np.array(kept, dtype=np.int32), unknown)

    def read(self, text: str, longest: int) -> Array:
        """The first tokens of a text; one unknown token where there is none."""
        tokens = self.numbered(text).tokens[:longest]
        return tokens if len(tokens) else np.array([self._unknown or 0], dtype=np.int32)

    def _number(self, piece: str) -> int | None:
        known = self._numbers.get(piece)
        return self._numbers.get(piece.lower()) if known is None and self._joint else known

    def spelled(self, tokens: Iterable[int]) -> str:
        """The tokens as a text, padding left out."""
        words = (self._words[token] for token in tokens)
        return self._joint.join(word for word in words if word != PAD)
