"""Earlier versions of saved documents: what each save replaces is kept in the state folder.

Of each document the newest ten, and of all together no more than a quarter of a gigabyte.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graphs.errors import FileError, Missing
from graphs.files import SUFFIX, limits, opener, saving
from graphs.keeping.claims import key

FOLDER = "backups"
MOST = 10
"""Versions of one document."""
MOST_BYTES = 256 * 2**20
"""Of all documents together; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One earlier version: where it lies, and when it was saved, in seconds since 1970."""

    path: Path
    when: float


def keep(document: Path, folder: Path) -> None:
    """Keep what lies at the document's path as it is now. Raises FileError."""
    try:
        with opener.opened(document) as file:
            data = opener.content(file, limits.MAX_BYTES, opener.shown(document))
            saved = os.fstat(file.fileno()).st_mtime_ns
    except Missing:
        return
    except OSError as error:
        opener.refuse(error, opener.shown(document))
    put(data, document, folder, saved)


def put(data: bytes, document: Path, folder: Path, when: int) -> None:
    """Keep the bytes of a version; ``when`` in nanoseconds since 1970. Raises FileError."""
    into = folder / FOLDER / key(document)
    newest = next(iter(of(document, folder)), None)
    if newest is not None and _holds(newest.path, data):
        return
    with suppress(OSError):  # what is really wrong, the writing says
        into.mkdir(parents=True, exist_ok=True, mode=0o700)
    saving.write_atomically(into / f"{when:020d}{SUFFIX}", data)
    _thin(folder)


def of(document: Path, folder: Path) -> list[Backup]:
    """The earlier versions of a document, the newest first."""
    found = _in(folder / FOLDER / key(document))
    return [Backup(path, int(path.stem) / 1e9) for path in found]


def _in(place: Path) -> list[Path]:
    """The versions in a folder, the newest first."""
    try:
        found = [one for one in place.iterdir() if one.suffix == SUFFIX and one.stem.isdecimal()]
    except OSError:
        return []
    return sorted(found, key=lambda one: int(one.stem), reverse=True)


def _holds(path: Path, data: bytes) -> bool:
    with suppress(FileError, OSError):
        same_size = path.stat().st_size == len(data)
        return same_size and opener.read_bytes(path, len(data)) == data
    return False


def _thin(folder: Path) -> None:
    """Remove what is over the limits."""
    left: list[tuple[int, int, Path]] = []
    with suppress(OSError):
        for place in (folder / FOLDER).iterdir():
            versions = _in(place)
            for path in versions[MOST:]:
                path.unlink(missing_ok=True)
            left += [(int(one.stem), one.stat().st_size, one) for one in versions[:MOST]]
    total = 0
    for _, size, path in sorted(left, reverse=True):
        total += size
        if total > MOST_BYTES:
            with suppress(OSError):
                path.unlink(missing_ok=True)
                path.parent.rmdir()  # stays while there is another in it
