"""Whose turn it is in the folder of a run: a file that names the one process that trains there."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import msgspec

from engine.errors import RunError
from graphs.errors import FileError
from graphs.files import owners, strict
from graphs.files.saving import reason
from graphs.files.taking import took

LOCK = "running.lock"


class LockOwner(msgspec.Struct, frozen=True):
    """``running.lock``: the process that trains."""

    pid: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    began: float
    chance: str = ""
    """Tells two trainings of one process apart."""


def owner(lock: Path) -> LockOwner | None:
    """The living process whose lock this is."""
    try:
        found = strict.read(lock, LockOwner, within=lock.parent)
    except FileError:
        return None
    return found if owners.is_running(found.pid, began=found.began) else None


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Keep a run's folder for this training alone; raises RunError when another has it."""
    lock = folder / LOCK
    mine = LockOwner(owners.me().process, owners.began(), secrets.token_hex(8))
    try:
        is_mine = took(lock, msgspec.json.encode(mine), _is_held, within=folder)
    except OSError as error:
        told = reason(error, own=True)
        raise RunError(
            "The run in {folder} cannot be trained in its folder: {told}", folder=folder, told=told
        ) from None
    if not is_mine:
        raise RunError(
            "The run in {folder} is being trained already. Stop it first.", folder=folder
        )
    try:
        yield
    finally:
        with suppress(OSError):  # then it is that of a process which soon is no more
            lock.unlink()


def _is_held(data: bytes, _: float) -> bool:
    try:
        found = strict.value(data, LockOwner, LOCK)
    except FileError:
        return False
    return owners.is_running(found.pid, began=found.began)
