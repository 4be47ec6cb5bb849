"""Refuses, before anything is read or made, what the memory cannot hold."""

import psutil

from engine.errors import DataError


def check_memory(needed: int, what: str, advice: str) -> None:
    """Raise DataError when ``needed`` bytes are not free. ``what`` is in the plural."""
    free = psutil.virtual_memory().available
    if needed > free:
        raise DataError(
            f"{what} need {needed / 1e9:.1f} GB of memory, but only {free / 1e9:.1f} GB are free. "
            f"{advice}"
        )
