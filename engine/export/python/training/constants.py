"""The named constants of a file that trains."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.export.python.expressions import literal
from engine.export.python.layout import Code, Group, lines


class Constants:
    """Named values, in the order in which they were asked for."""

    def __init__(self, taken: set[str]) -> None:
        self._taken, self._known = set(taken), {}  # type: set[str], dict[str, Code]

    def named(self, name: str, value: object) -> str:
        """The name of a constant, like the one that is wished for."""
        return self.spelled(name, literal(value))

    def spelled(self, name: str, code: Code) -> str:
        """The same of what is code already."""
        wish = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_") or "VALUE"
        wish = f"_{wish}" if wish[0].isdigit() else wish
        found, number = wish, 2
        while found in self._taken or (found in self._known and self._known[found] != code):
            found, number = f"{wish}_{number}", number + 1
        self._known[found] = code
        return found

    def written(self, called: bool) -> Iterator[str]:
        """The lines that give them their values: of those that call something, or of all others."""
        for name, code in self._known.items():
            if _calls(code) == called:
                yield from lines(code, before=f"{name} = ")


def _calls(code: Code) -> bool:
    """Whether something is called, which has to be defined before."""
    return isinstance(code, Group) and (len(code.opening) > 1 or any(map(_calls, code.items)))


def call(name: str, *items: Code, **named: Code) -> Group:
    """The call of a function."""
    given = [
        Group(f"{key}={value.opening}", value.items, value.closing)
        if isinstance(value, Group)
        else f"{key}={value}"
        for key, value in named.items()
    ]
    return Group(f"{name}(", [*items, *given], ")")


def entry(name: str, code: Code) -> Code:
    """What stands under a name in a dictionary."""
    key = f"{literal(name)}: "
    if isinstance(code, Group):
        return Group(f"{key}{code.opening}", code.items, code.closing)
    return f"{key}{code}"
