"""Whose turn it is in the folder of a run: a file that names the one process that trains there.

The folder may be seen from several machines. Whether a process of another one lives cannot be asked
there; it counts as alive until nothing in the folder has been written for a day.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Annotated, Final

import msgspec

from engine.errors import RunError
from graphs.errors import FileError
from graphs.files import owners, strict
from graphs.files.saving import reason
from graphs.files.taking import took
from graphs.wording.visible import visible

LOCK = "running.lock"
SIGNS: Final = ("events.jsonl", "status.json")
"""Files to which a training writes again and again, as signs of life."""
LONGEST_HOST: Final = 63
"""Characters of the name of a machine that are shown; more has none."""
_ours: Final[set[str]] = set()
"""The trainings of this process, by their chance."""
_left: Final[dict[Path, str]] = {}
"""Locks of trainings of this process that ended while these were out of reach, with the chance."""
_turn: Final = Lock()
"""In this process one at a time takes a lock, or removes one that was left."""


class LockOwner(msgspec.Struct, frozen=True):
    """``running.lock``: the process that trains."""

    pid: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    began: float
    chance: str = ""
    """Tells two trainings of one process apart."""
    host: str = ""
    """The name of its machine; empty in those of before, which are taken for this one's."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether it runs on another machine than this."""
        return bool(self.host) and _plain(self.host) != _plain(_host())


def owner(lock: Path) -> LockOwner | None:
    """The living process whose lock this is."""
    try:
        found = strict.read(lock, LockOwner, within=lock.parent)
    except FileError:
        return None
    return found if _lives(found, lock.parent, _written(lock)) else None


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Keep a run's folder for this training alone; raises RunError when another has it."""
    lock = folder / LOCK
    mine = LockOwner(owners.me().process, owners.began(), secrets.token_hex(8), _host())
    with _training(mine.chance):
        _take(lock, mine)
        try:
            yield
        finally:
            try:
                lock.unlink()
            except OSError:  # out of reach, it is that of a training which is no more
                _left[lock] = mine.chance


def any_left() -> bool:
    """Whether a training of this process ended while the folder of its run was out of reach."""
    return bool(_left)


def remove_left() -> None:
    """Remove such locks where they are in reach again.

    Other processes take them for those of a training, as long as this one lives.
    """
    for lock, chance in list(_left.items()):
        with _turn, suppress(OSError):
            try:
                found = strict.read(lock, LockOwner, within=lock.parent)
            except FileError:
                if lock.parent.is_dir():  # somebody has removed it, or put something else there
                    del _left[lock]
                continue
            if found.chance == chance:
                lock.unlink()
            del _left[lock]


@contextmanager
def _training(chance: str) -> Iterator[None]:
    """Know of a training of this process while it lasts."""
    _ours.add(chance)
    try:
        yield
    finally:
        _ours.discard(chance)


def _take(lock: Path, mine: LockOwner) -> None:
    """Put the lock there, or take over what a dead process left; raises RunError."""
    folder = lock.parent
    try:
        with _turn:
            held = partial(_is_held, folder)
            is_mine = took(lock, msgspec.json.encode(mine), held, within=folder)
    except OSError as error:
        told = reason(error, own=True)
        raise RunError(
            "The run in {folder} cannot be trained in its folder: {told}", folder=folder, told=told
        ) from None
    if not is_mine:
        if (other := owner(lock)) is not None and other.is_elsewhere:
            raise RunError(
                "The run in {folder} is being trained on the machine “{host}”. Stop it there "
                "first. If nothing trains it any more, delete “{lock}” from its folder.",
                folder=folder,
                host=_short(visible(other.host)),
                lock=LOCK,
            )
        raise RunError(
            "The run in {folder} is being trained already. Stop it first.", folder=folder
        )


def touch(folder: Path) -> None:
    """Give a sign of life of the training that has the folder."""
    with suppress(OSError):
        os.utime(folder / LOCK)


def _is_held(folder: Path, data: bytes, touched: float) -> bool:
    try:
        found = strict.value(data, LockOwner, LOCK)
    except FileError:
        return False
    return _lives(found, folder, touched)


def _lives(found: LockOwner, folder: Path, touched: float) -> bool:
    """Whether a process still trains in a folder; ``touched`` is when its lock was written.

    This process may have left one in a folder that was out of reach when its training ended, as on
    a disk that was taken out.
    """
    if not found.is_elsewhere:
        if found.pid == owners.me().process and found.chance and found.chance not in _ours:
            return False
        return owners.is_running(found.pid, began=found.began)
    return any(map(owners.is_lately, (touched, *(_written(folder / name) for name in SIGNS))))


def _written(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0.0


def _host() -> str:
    return socket.gethostname()


def _plain(host: str) -> str:
    """The same for all ways in which a machine is called by its name on the local network."""
    return host.casefold().rstrip(".").removesuffix(".localdomain").removesuffix(".local")


def _short(host: str) -> str:
    return host if len(host) <= LONGEST_HOST else host[:LONGEST_HOST] + "..."
