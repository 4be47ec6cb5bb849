"""One SQLite file that knows all runs, wherever they lie.

The folders are the truth: a lost or broken index is made anew, and a disk that refuses it stops
nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from graphs.errors import FileError
from graphs.files import strict

Result = TypeVar("Result")

NAME = "index.sqlite"
WAIT_SECONDS = 2.0
_TABLE = """
CREATE TABLE IF NOT EXISTS runs (
    folder TEXT PRIMARY KEY, stamp INTEGER, document TEXT, started TEXT, state TEXT,
    epochs INTEGER, best TEXT
)
"""
_PUT = "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Summary:
    """One run in a list."""

    folder: str
    document: str
    started: str
    """When it was created, in UTC."""
    state: str
    epochs: int
    """How many are done."""
    best: Mapping[str, float]
    """The best epoch and its validation metrics; empty before the first epoch ended."""


Stamped = tuple[int, Summary]
"""A summary, and when what it tells was last changed (nanoseconds)."""


def remember(home: Path, stamp: int, run: Summary) -> None:
    """Put a run into the index, or what is new about it."""
    _do(home, lambda index: index.execute(_PUT, _row(stamp, run)), None)


def forget(home: Path, folder: str) -> None:
    """Take a run out of the index."""
    _do(home, lambda index: index.execute("DELETE FROM runs WHERE folder = ?", (folder,)), None)


def known(home: Path) -> dict[str, Stamped]:
    """All that the index knows, by folder; nothing when it is lost."""

    def read(index: sqlite3.Connection) -> dict[str, Stamped]:
        rows = index.execute(
            "SELECT folder, stamp, document, started, state, epochs, best FROM runs"
        )
        return {run.folder: (stamp, run) for stamp, run in filter(None, map(_stamped, rows))}

    return _do(home, read, {})


def replace(home: Path, runs: Iterable[Stamped]) -> None:
    """Make the index say what the folders say."""
    rows = [_row(stamp, run) for stamp, run in runs]

    def write(index: sqlite3.Connection) -> None:
        index.execute("DELETE FROM runs")
        index.executemany(_PUT, rows)

    _do(home, write, None)


def _do(home: Path, action: Callable[[sqlite3.Connection], Result], otherwise: Result) -> Result:
    with suppress(sqlite3.Error, ValueError), closing(_connected(home / NAME)) as index, index:
        return action(index)
    return otherwise


def _connected(path: Path) -> sqlite3.Connection:
    try:
        return _tried(path)
    except sqlite3.OperationalError:  # busy, or a folder that is not there
        raise
    except sqlite3.DatabaseError:  # no index at all
        with suppress(OSError):
            path.unlink()
        return _tried(path)


def _tried(path: Path) -> sqlite3.Connection:
    index = sqlite3.connect(path, timeout=WAIT_SECONDS)
    try:
        index.execute("PRAGMA synchronous = OFF")  # it may be lost, so nobody waits for the disk
        index.execute(_TABLE)
        index.execute("SELECT stamp FROM runs LIMIT 1")
    except sqlite3.Error:
        index.close()
        raise
    return index


def _stamped(row: Sequence[Any]) -> Stamped | None:
    """What a row says; None for one that is broken, whose run is read from its folder again."""
    folder, stamp, document, started, state, epochs, best = row
    try:
        told = strict.value(best.encode(), dict[str, float], NAME)
        run = Summary(folder, document, started, state, epochs, told)
        checked: Stamped = msgspec.convert((stamp, msgspec.to_builtins(run)), Stamped)
    except (AttributeError, FileError, UnicodeError, msgspec.ValidationError):
        return None
    return checked


def _row(stamp: int, run: Summary) -> tuple[str, int, str, str, str, int, str]:
    best = json.dumps(dict(run.best))
    return (run.folder, stamp, run.document, run.started, run.state, run.epochs, best)
