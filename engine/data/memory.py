"""Checks free memory before data is read or made, and refuses what does not fit."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import DataError
from engine.machine import free_memory
from graphs.data import DataSection
from graphs.files.opener import amount
from graphs.wording.phrases import phrase
from graphs.wording.visible import visible


@contextmanager
def memory_told(section: DataSection) -> Iterator[None]:
    """Raise DataError in place of what says in the block that the memory ran out."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, MemoryError) or "can't allocate memory" in str(error):  # torch's words
            raise DataError(too_much(section)) from error
        raise


def too_much(section: DataSection) -> str:
    """What to say when the memory ran out while data was read, whose size nobody could foresee."""
    place = str(section.settings.get("path") or "")
    try:
        size = (
            phrase(", which has {amount} on the disk,", amount=amount(Path(place).stat().st_size))
            if place
            else ""
        )
    except (OSError, ValueError):
        size = ""
    what = (
        phrase("The data in {place}{size} does", place=visible(place), size=size)
        if place
        else phrase("The data does")
    )
    return phrase(
        "{what} not fit into the memory, of which {amount} are free. Choose a part of "
        "it, close other programs, or use a machine with more memory.",
        what=what,
        amount=amount(free_memory()),
    )


def has_room(needed: int) -> bool:
    """Whether so many bytes are free."""
    return needed <= free_memory()


def check_memory(needed: int, what: str, advice: str) -> None:
    """Raise DataError when ``needed`` bytes are not free. ``what`` is in the plural."""
    free = free_memory()
    if needed > free:
        raise DataError(
            "{what} need {amount} of memory, but only {free} are free. {advice}",
            what=what,
            amount=amount(needed),
            free=amount(free),
            advice=advice,
        )
