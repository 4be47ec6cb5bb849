"""Fuzzy search: how well words match what somebody types, even with letters left out."""

from __future__ import annotations

OTHERS = 3
"""The rank of what is found by its further words, not by its title."""
FUZZY = 4
"""Ranks from here on are matches of letters that only follow each other."""


def rank(title: str, others: str, text: str) -> tuple[int, int] | None:
    """The worst rank of the words of ``text``, and their sum; None when one of them is not there.

    ``others`` are further words under which the title is found. A lower rank is a better match.
    """
    title, others = title.casefold(), others.casefold()
    ranks = [_of_word(word, title, others) for word in text.casefold().split()]
    known = [one for one in ranks if one is not None]
    return (max(known, default=0), sum(known)) if len(known) == len(ranks) else None


def _of_word(word: str, title: str, others: str) -> int | None:
    if title.startswith(word):
        return 0
    if any(part.startswith(word) for part in title.split()):
        return 1
    if word in title:
        return 2
    if word in others:
        return OTHERS
    gaps = _gaps(word, title)
    return None if gaps is None else FUZZY + gaps


def _gaps(word: str, title: str) -> int | None:
    """How many jumps it takes to find the letters in their order, from the start of a part on."""
    if len(word) < 2:
        return None
    starts = [0, *(at + 1 for at, sign in enumerate(title) if sign in " _-/")]
    found = [gaps for start in starts if (gaps := _gaps_from(word, title[start:])) is not None]
    return min(found, default=None)


def _gaps_from(word: str, part: str) -> int | None:
    if not part.startswith(word[0]):
        return None
    last, gaps = 0, 0
    for sign in word[1:]:
        at = part.find(sign, last + 1)
        if at < 0:
            return None
        gaps += at > last + 1
        last = at
    return gaps
