"""A signal for code that must not know Qt."""

from collections.abc import Callable
from typing import Generic, TypeVar

Event = TypeVar("Event")


class Signal(Generic[Event]):
    """Calls every listener, in the order they connected."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], None]] = []

    def connect(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Start calling ``listener``; the function returned stops it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def emit(self, event: Event) -> None:
        """Call every listener with ``event``; listeners added meanwhile wait for the next one."""
        for listener in tuple(self._listeners):
            listener(event)
