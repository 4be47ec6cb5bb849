"""Refuses, before anything is read or made, what the memory cannot hold."""

from engine.errors import DataError
from engine.machine import free_memory


def check_memory(needed: int, what: str, advice: str) -> None:
    """Raise DataError when ``needed`` bytes are not free. ``what`` is in the plural."""
    free = free_memory()
    if needed > free:
        raise DataError(
            f"{what} need {needed / 1e9:.1f} GB of memory, but only {free / 1e9:.1f} GB are free. "
            f"{advice}"
        )
