"""Folders with a hidden name, in which a run is made and in which it goes to be deleted.

So a run is there with all its files or not at all, at whatever moment the process is killed. What
a dead process left under such a name is swept away.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, TypeAlias

from engine.errors import RunError
from graphs.files import owners
from graphs.files.saving import Disk, reason

Why: TypeAlias = Literal["new", "gone"]

_NAME = re.compile(
    r"\.(?P<name>.*)\.layerloom-(?P<why>new|gone)-(?P<machine>[0-9a-f]{8})-(?P<process>[0-9]{1,10})"
    r"-[0-9a-f]{8}",
    re.DOTALL,
)
LONGEST = 255
"""Bytes that a name may have on most disks."""


def beside(folder: Path, why: Why) -> Path:
    """A hidden name for a folder, in the same place."""
    mark = f".layerloom-{why}-{_machine()}-{os.getpid()}-{secrets.token_hex(4)}"
    name = folder.name
    if why == "new" and len(os.fsencode(f".{name}{mark}")) > LONGEST:
        name = "run"  # only what is to be deleted has to know what it was called
    return folder.parent / f".{name}{mark}"


@contextmanager
def made(place: Path) -> Iterator[Path]:
    """A folder to fill, which is at ``place`` once that is done, and nowhere when it fails.

    A folder that is there already and empty is filled where it is. Raises RunError.
    """
    try:
        if os.path.lexists(place):
            if any(place.iterdir()):
                raise RunError(
                    "The folder {place} is not empty. Choose another one for the run.", place=place
                )
            yield place
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        work = beside(place, "new")
        work.mkdir()
    except OSError as error:
        raise RunError(
            "There can be no run in {place}: {reason}", place=place, reason=reason(error)
        ) from None
    try:
        yield work
        _named(work, place)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise


def left_behind(folder: Path) -> Iterator[tuple[Path, Why, Path]]:
    """What processes of this machine that are dead left in a folder: path, why, former path."""
    with suppress(OSError):
        names = sorted(entry.name for entry in os.scandir(folder) if entry.name.startswith("."))
        for name in names:
            found = _NAME.fullmatch(name)
            if found is None or found["machine"] != _machine():
                continue
            path = folder / name
            if not os.path.islink(path) and _is_dead(int(found["process"]), path):
                yield path, "new" if found["why"] == "new" else "gone", folder / found["name"]


def _named(work: Path, place: Path) -> None:
    try:
        work.rename(place)
    except OSError as error:
        if os.path.lexists(place):
            raise RunError(
                "The folder {place} is not empty. Choose another one for the run.", place=place
            ) from None
        raise RunError(
            "There can be no run in {place}: {reason}", place=place, reason=reason(error)
        ) from None
    with suppress(OSError):  # the name may then not outlast a power cut; all that is in it does
        Disk().sync_folder(place.parent)


def _machine() -> str:
    # A network folder may hold those of processes elsewhere, of which nothing is known here.
    return f"{zlib.crc32(socket.gethostname().encode()):08x}"


def _is_dead(number: int, path: Path) -> bool:
    """Whether the process is gone that gave a folder its name; another may have its number now."""
    try:
        return not owners.is_running(number, before=path.lstat().st_ctime)
    except OSError:
        return False
