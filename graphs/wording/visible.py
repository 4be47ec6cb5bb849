"""Texts from outside as they may be shown: nothing in them that a terminal or a screen would obey.

A name may hold the escape sequences of a terminal, signs that turn the direction of writing, line
breaks that forge a line of ours, or halves of characters that no file can take.
"""

from functools import partial
from unicodedata import category

REPLACED = "�"
"""Stands for each sign that is not shown."""
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Those that make text run in the other direction, which can make a name read as another."""
_OBEYED = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control signs, halves of characters, and signs that end a line or a paragraph."""


def visible(text: object) -> str:
    """A name, a path or a sentence on one line."""
    told = str(text)
    return told if told.isprintable() else "".join(map(_shown, told))


def visible_lines(text: object) -> str:
    """The same for a text that may have several lines and tabs."""
    return "".join(map(partial(_shown, kept="\n\t"), str(text)))


def with_shape(name: str) -> str:
    """The name of a class; one that has no shape of its own, such as a line break, as a sign."""
    return {" ": "␣", "\n": "↵", "\t": "⇥", "": "∅"}.get(name, name)


def spelled(name: str) -> str:
    """A name that is no valid text on the disk, as one that a document can hold."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _shown(sign: str, kept: str = "") -> str:
    if sign.isprintable() or sign in kept:  # quick, and so for nearly all
        return sign
    return REPLACED if sign in _TURNING or category(sign) in _OBEYED else sign
