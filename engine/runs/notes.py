"""What the user says about a run: its name, a note and a star, in a small file beside run.json."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from engine.errors import RunError
from graphs.errors import FileError
from graphs.files import strict
from graphs.files.saving import write_atomically

NOTES = "notes.json"
LONGEST_NAME, LONGEST_NOTE = 200, 10_000
"""Letters."""


class Notes(msgspec.Struct, frozen=True):
    """``notes.json``; nothing of it decides what the run comes to."""

    name: Annotated[str, msgspec.Meta(max_length=LONGEST_NAME)] = ""
    note: Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE)] = ""
    starred: bool = False


def read(folder: Path) -> Notes:
    """What was said about the run in ``folder``; nothing where it was not or cannot be read."""
    return strict.read_or(folder / NOTES, Notes(), Notes, within=folder)[0]


def write(folder: Path, notes: Notes) -> None:
    """Keep what is said about a run; a broken file is set aside first. Raises RunError."""
    _, fault = strict.read_or(folder / NOTES, Notes(), Notes, within=folder)
    if fault:
        strict.set_aside(folder / NOTES)
    try:
        data = msgspec.json.format(msgspec.json.encode(notes), indent=2)
        write_atomically(folder / NOTES, data, within=folder)
    except FileError as error:
        raise RunError(str(error)) from error
