"""Imports torch once, under a lock, as two threads that import parts of it break each other."""

from importlib import import_module
from threading import Lock

_LOCK = Lock()


def load() -> None:
    """Import torch and all that trains with it, or wait until another thread has done so."""
    with _LOCK:
        import_module("torch")
        import_module("engine.training.loop")
