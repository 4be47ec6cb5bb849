"""The one place where words for the user are looked up, so that they can be translated."""

from collections.abc import Callable

_translate: list[Callable[[str], str]] = []


def text(key: str) -> str:
    """The words for ``key``; the key is the English text and stands for itself."""
    return _translate[-1](key) if _translate else key


def use(translate: Callable[[str], str]) -> None:
    """Look words up through ``translate`` from now on."""
    _translate[:] = [translate]
