"""From node to node: all that can be reached from some of them."""

from collections.abc import Callable, Iterable, Iterator

from graphs.document.edits import NodeId


def reached(starts: Iterable[NodeId], beside: Callable[[NodeId], set[NodeId]]) -> Iterator[NodeId]:
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
