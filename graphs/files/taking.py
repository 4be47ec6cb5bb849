"""A file that one process has alone, and how one of many takes over what a dead one left.

Whoever finds a file of nobody first takes its turn: another such file, named after exactly what was
found. Only who has the turn may take that away, and only when it is still the same. So nobody takes
away what a third has put there meanwhile, and no process has to be waited for.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TypeAlias

from graphs.errors import FileError
from graphs.files import opener
from graphs.files.saving import put

IsHeld: TypeAlias = Callable[[bytes, float], bool]
"""Whether the owner lives, by what its file says and when that was written."""

LARGEST = 100_000
"""Bytes; of what is larger nobody is the owner."""
TRIES = 9
"""So often it is tried again when others take and release at the same moment."""
_FILLED_SECONDS = 1.0
"""So long an empty file may be one that its owner is just about to fill."""
_LOOK_SECONDS = 0.02


class _Found(NamedTuple):
    """What lies at a place: its bytes, when it was written, and a name for exactly this."""

    data: bytes
    touched: float
    mark: str


def took(file: Path, mine: bytes, is_held: IsHeld, *, within: Path | None = None) -> bool:
    """Whether the file could be put there, or taken over from a process that is no more.

    ``mine`` is unlike what anybody else puts there. Its owner removes the file; nobody else does
    while the owner lives. Raises OSError where the folder takes no files.
    """
    for _ in range(TRIES):
        if _made(file, mine):
            return True
        found = _found(file, within)
        if found is None:  # it has been released just now
            continue
        if is_held(found.data, found.touched):
            return False
        turn = file.with_name(f"{file.name}.{found.mark}")
        if not took(turn, mine, is_held, within=within):
            return False  # another takes it over at this moment
        try:
            again = _found(file, within)
            if again is not None and again.mark == found.mark:
                _take_away(file)
        finally:
            turn.unlink(missing_ok=True)
    return False


def _made(file: Path, mine: bytes) -> bool:
    """Whether the file could be put there, whole from the first moment on."""
    part = _aside(file)
    put(part, mine)
    try:
        os.link(part, file)
    except FileExistsError:
        return False
    except (OSError, AttributeError):  # a disk without second names for files
        return _put(file, mine)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return True


def _put(file: Path, mine: bytes) -> bool:
    try:
        put(file, mine)
    except FileExistsError:
        return False
    return True


def _found(file: Path, within: Path | None) -> _Found | None:
    """What lies there; None for nothing."""
    until = time.monotonic() + _FILLED_SECONDS
    while True:
        try:
            with opener.opened(file, within=within) as opened:
                about = os.fstat(opened.fileno())
                data = opener.content(opened, LARGEST, file.name)
        except FileError:  # no file at all, such as a folder, or one that may not be read
            try:
                about, data = file.lstat(), b""
            except OSError:
                return None
        else:
            young = abs(time.time() - about.st_mtime) < _FILLED_SECONDS
            if not data and young and time.monotonic() < until:
                time.sleep(_LOOK_SECONDS)
                continue
        what = b"%d %d %d " % (about.st_dev, about.st_ino, about.st_mtime_ns) + data
        return _Found(data, about.st_mtime, hashlib.sha256(what).hexdigest()[:16])


def _take_away(file: Path) -> None:
    aside = _aside(file)
    with suppress(FileNotFoundError):
        file.rename(aside)
        with suppress(OSError):  # a folder stays under its new name
            aside.unlink()


def _aside(file: Path) -> Path:
    return file.with_name(f"{file.name}.{secrets.token_hex(8)}")
