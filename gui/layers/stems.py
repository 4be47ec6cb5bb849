"""Words brought to a form in which the same word is written the same way, however it is bent."""

import re
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
PART = re.compile(r"\d+d\b|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
"""What a name is put together of: ``MaxPool2d`` of max, pool and 2d."""
PLURALS = (("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("ies", "y"), ("s", ""))
BENT = (
    *(("isation", "iz"), ("ization", "iz"), ("ising", "iz"), ("ised", "iz"), ("ise", "iz")),
    *(("ation", "at"), ("ction", "ct"), ("ing", ""), ("ed", ""), ("er", "")),
    ("ly", ""),
)
WHOLE = frozenset({"embed", "number", "series", "other", "over", "transformer", "never"})
"""Words that end like a bent one and are none."""
SHORT = 4
"""Words below that many letters have no ending."""


def words_in(text: str) -> list[str]:
    """The stems of all words of a text, in their order; a name is one word."""
    return [stem(word.casefold()) for word in WORD.findall(text.replace("'", ""))]


def parts_of(name: str) -> list[str]:
    """The stems of what a name is put together of, and of itself."""
    parts = [part for word in WORD.findall(name) for part in (*PART.findall(word), word)]
    return [stem(part.casefold()) for part in parts]


@lru_cache(maxsize=10_000)
def stem(word: str) -> str:
    """``pooling``, ``pooled`` and ``pools`` as ``pool``; British endings as American ones.

    Light, and the same for all: a stem need be no word, but never joins what means two things.
    """
    if len(word) < SHORT or word in WHOLE or not word.isalpha():
        return word
    if not word.endswith(("ss", "us", "is")):
        word = _without(word, PLURALS)
    if word in WHOLE:
        return word
    word = _without(word, BENT)
    if len(word) > SHORT - 1 and word[-1] == word[-2] and word[-1] in "bdgmnprt":
        word = word[:-1]  # dropping, bigger
    return word[:-1] if len(word) >= SHORT and word.endswith("e") else word


def _without(word: str, endings: tuple[tuple[str, str], ...]) -> str:
    for ending, by in endings:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and re.search("[aeiouy]", rest):
            return rest + by
    return word
