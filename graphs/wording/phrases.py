"""The one door for words that users read: a template, looked up so that it can be translated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial, reduce
from typing import Any

AND = "{first} and {second}"
OR = "{first} or {second}"
_translate: list[Callable[[str], str]] = []


def phrase(template: str, /, **values: Any) -> str:
    """The words for ``template`` in the user's language, filled with ``values``.

    ``phrase("{name} holds no rows.", name=path.name)``. Formats such as ``{count:,}`` are those of
    ``str.format``. Without values the template stands as it is, braces included. Raises KeyError
    for a value that the template names and nobody gives.
    """
    words = _translate[-1](template) if _translate else template
    return words.format_map(values) if values else words


def fillings(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as texts, but for numbers: a template may give them a form, as ``{count:,}`` does."""
    return {n: one if isinstance(one, int | float) else str(one) for n, one in values.items()}


def by_count(count: int, one: str, several: str) -> str:
    """The template for so many: ``one`` for exactly one, else ``several``.

    Both are whole sentences, as no ending and no verb of one language fits another.
    """
    return one if count == 1 else several


def counted(count: int, one: str, several: str, /, **values: Any) -> str:
    """The words of ``by_count``, filled: ``counted(n, "{count} row", "{count} rows")``."""
    return phrase(by_count(count, one, several), **{"count": count, **values})


def with_and(words: Iterable[str]) -> str:
    """Several things that all hold, in one sentence: ``a and b``; nothing where there are none."""
    return joined(words, AND)


def with_or(words: Iterable[str]) -> str:
    """Several things of which one holds or is chosen: ``a or b``."""
    return joined(words, OR)


def enumerated(words: Iterable[str]) -> str:
    """A list with one ``and``: ``a, b and c``."""
    *most, last = words
    return phrase(AND, first=", ".join(most), second=last) if most else last


def joined(words: Iterable[str], template: str) -> str:
    """Words one after the other, each pair by a template of ``first`` and ``second``."""
    several = list(words)
    return reduce(partial(_pair, template), several) if several else ""


def _pair(template: str, first: str, second: str) -> str:
    return phrase(template, first=first, second=second)


class UserError(Exception):
    """An error whose message is a sentence for the user: a template, and the values that fill it.

    Code that recognises an error looks at its class or its template, never at the text, which
    differs by language and by values.
    """

    def __init__(self, template: str = "", /, **values: Any) -> None:
        super().__init__(phrase(template, **values))
        self.template, self.values = template, values


def use(translate: Callable[[str], str]) -> None:
    """Look templates up through ``translate`` from now on."""
    _translate[:] = [translate]
