"""Whose turn it is in the folder of a run: a file that names the one process that trains there."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import msgspec
import psutil

from engine.errors import RunError
from graphs.errors import FileError
from graphs.files import strict
from graphs.files.saving import put, reason

LOCK = "running.lock"
CLOCK_SLACK_SECONDS = 5.0
"""By how much two readings of when a process began may differ."""


class LockOwner(msgspec.Struct, frozen=True):
    """``running.lock``: the process that trains."""

    pid: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    began: float


def owner(lock: Path) -> LockOwner | None:
    """The living process whose lock this is."""
    try:
        found = strict.read(lock, LockOwner, within=lock.parent)
        began = psutil.Process(found.pid).create_time()
    except (FileError, psutil.Error):
        return None
    return found if abs(began - found.began) < CLOCK_SLACK_SECONDS else None


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Keep a run's folder for this training alone; raises RunError when another has it."""
    lock, taken = folder / LOCK, _taken(folder)
    if owner(lock) is not None:
        raise taken
    _remove_stale(folder)
    me = psutil.Process()
    mine = LockOwner(me.pid, me.create_time())
    try:
        put(lock, msgspec.json.encode(mine))
    except FileExistsError:
        raise taken from None
    except OSError as error:
        told = reason(error, own=True)
        raise RunError(f"The run in {folder} cannot be trained in its folder: {told}") from None
    # Before anything was in it, another may have thought it stale and put its own there.
    if owner(lock) != mine:
        raise taken
    try:
        yield
    finally:
        with suppress(OSError):  # then it is that of a process which soon is no more
            lock.unlink()


def _taken(folder: Path) -> RunError:
    return RunError(f"The run in {folder} is being trained already. Stop it first.")


def _remove_stale(folder: Path) -> None:
    """Take a dead process's lock away; put it back when another has just made it its own."""
    lock = folder / LOCK
    aside = lock.with_name(f"{LOCK}.{secrets.token_hex(8)}")
    with suppress(OSError):  # it is gone already; what is really wrong, the opening says
        lock.rename(aside)
        if owner(aside) is not None:
            aside.replace(lock)
            raise _taken(folder)
        aside.unlink()
