"""Whether the last starts ended before they were through, so that the next one is a safe one.

Each start, and each time that unsaved changes are brought back, leaves a small file that is removed
when all has gone well. Those of processes that are no more tell of what went wrong.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

import msgspec

from graphs.errors import FileError
from graphs.files import owners, strict
from graphs.files.owners import Owner
from graphs.files.saving import write_atomically

FOLDER = "starts"
MOST_FAILED = 2
"""After so many the next start is a safe one."""


class Attempt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A start, or bringing back what a log holds: by which process, with which file."""

    owner: Owner
    file: str
    log: str = ""


class Starts:
    """The starts before this one, and this one."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = None if folder is None else folder / FOLDER
        self._mine: list[Path] = []
        self._dead = self._ended_early()
        self.failed = tuple(attempt for _, attempt in self._dead)
        self.is_safe = len(self.failed) >= MOST_FAILED

    def begin(self, file: Path | None, log: Path | None = None) -> None:
        """From now on it counts as failed until it is settled."""
        if self._folder is None:
            return
        attempt = Attempt(owners.me(), str(file or ""), str(log or ""))
        place = self._folder / f"{secrets.token_hex(8)}.json"
        with suppress(OSError, FileError):  # without a disk nothing is counted
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_atomically(place, msgspec.json.encode(attempt))
            self._mine.append(place)

    def settle(self) -> None:
        """All has gone well: the window is there with what was to be in it.

        A start does not say that bringing back works, so what failed at that is counted on.
        """
        restored = any(self._attempt(path).log for path in self._mine)
        gone = [path for path, one in self._dead if restored or self.is_safe or not one.log]
        for path in (*self._mine, *gone):
            with suppress(OSError):
                path.unlink()
        self._mine, self._dead = [], [pair for pair in self._dead if pair[0] not in gone]

    def _attempt(self, path: Path) -> Attempt:
        with suppress(FileError):
            return strict.read(path, Attempt)
        return Attempt(owners.me(), "")

    def _ended_early(self) -> list[tuple[Path, Attempt]]:
        dead: list[tuple[Path, Attempt]] = []
        with suppress(OSError):
            for path in sorted(self._folder.glob("*.json")) if self._folder is not None else ():
                touched = path.stat().st_mtime
                attempt = self._attempt(path)
                if not owners.lives(attempt.owner, touched):
                    dead.append((path, attempt))
        return dead
