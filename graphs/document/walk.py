"""Reachability: everything that can be reached from given things along links or references."""

from collections.abc import Callable, Iterable, Iterator, Set
from typing import TypeVar

Place = TypeVar("Place")


def reached(starts: Iterable[Place], beside: Callable[[Place], Set[Place]]) -> Iterator[Place]:
    """The ``starts`` and what lies beside them, beside that, and so on; each once, as it is found.

    So whoever looks for one node need not walk to the end.
    """
    waiting = list(starts)
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        yield node
        new = beside(node) - seen
        seen |= new
        waiting.extend(new)
