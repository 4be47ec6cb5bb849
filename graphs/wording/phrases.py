"""The one door for words that users read: a template, looked up so that it can be translated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_translate: list[Callable[[str], str]] = []


def phrase(template: str, /, **values: Any) -> str:
    """The words for ``template`` in the user's language, filled with ``values``.

    ``phrase("{name} holds no rows.", name=path.name)``. Formats such as ``{count:,}`` are those of
    ``str.format``. Without values the template stands as it is, braces included. Raises KeyError
    for a value that the template names and nobody gives.
    """
    words = _translate[-1](template) if _translate else template
    return words.format_map(values) if values else words


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
