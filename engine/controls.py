"""Stopping and pausing: long work polls between two steps for what the user wants."""

import threading
from collections.abc import Callable
from typing import TypeAlias

Poll: TypeAlias = Callable[[], None]
"""Called several times a second by what takes long; what it raises ends the work."""


SIGN_SECONDS = 600.0
"""So often a run that waits says that it is alive."""


def go_on() -> None:
    """The poll of those who never want to stop."""


class Controls:
    """Thread-safe. The run asks ``stopping`` and waits while paused wherever time passes."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._go = threading.Event()
        self._go.set()

    def stop(self) -> None:
        """End the run at the next poll; a paused one too."""
        self._stop.set()
        self._go.set()

    def pause(self) -> None:
        """Hold the run at the next poll."""
        if not self._stop.is_set():
            self._go.clear()

    def proceed(self) -> None:
        """Let a paused run go on."""
        self._go.set()

    @property
    def stopping(self) -> bool:
        """Whether the run is to end."""
        return self._stop.is_set()

    @property
    def paused(self) -> bool:
        """Whether the run is to wait."""
        return not self._go.is_set()

    def wait_while_paused(self, say_alive: Callable[[], None] = go_on) -> None:
        """Return once the run may go on or is to stop; ``say_alive`` is called now and then."""
        while not self._go.wait(SIGN_SECONDS):
            say_alive()
