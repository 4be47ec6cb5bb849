"""Where runs lie that were given a folder of their own: one small file for each such place.

The index of runs may be lost and is made anew from the folders; these could not be found again. A
file for each, so that no process ever writes over what another has just put there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from graphs.errors import FileError
from graphs.files import opener
from graphs.files.saving import write_atomically
from graphs.wording.phrases import phrase

FOLDER, ENDING = "elsewhere", ".place"
LONGEST = 2**16
"""Bytes of a path."""


def keep(home: Path, folder: Path) -> str:
    """Remember where a run lies; why that was not possible, as a sentence, empty when it was."""
    path = _file(home, folder)
    if os.path.isfile(path):
        return ""
    try:
        with suppress(OSError):  # what is really wrong, the writing says
            path.parent.mkdir(exist_ok=True)
        write_atomically(path, os.fsencode(folder), within=home)
    except FileError as error:
        return phrase(
            "The run in {folder} will not be in the list of runs: {error}",
            folder=folder,
            error=error,
        )
    return ""


def forget(home: Path, folder: Path) -> None:
    """A run was deleted, so nobody has to look there again."""
    with suppress(OSError):
        _file(home, folder).unlink()


def known(home: Path) -> Iterator[Path]:
    """All places that were kept, whether a run is there now or not; broken files are left out."""
    with suppress(OSError):
        names = sorted(entry.name for entry in os.scandir(home / FOLDER))
        for path in (home / FOLDER / name for name in names if name.endswith(ENDING)):
            with suppress(FileError, ValueError):
                place = Path(os.fsdecode(opener.read_bytes(path, LONGEST, within=home)))
                if place.is_absolute() and path == _file(home, place):  # whole, and ours
                    yield place


def _file(home: Path, folder: Path) -> Path:
    return home / FOLDER / f"{sha256(os.fsencode(folder)).hexdigest()[:32]}{ENDING}"
