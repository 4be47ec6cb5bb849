"""One SQLite file that knows all runs, wherever they lie, so that a list need not read each folder.

The folders are the truth: a lost or broken index is made anew, and a disk that refuses it stops
nothing. Several processes use it at once: each adds and removes the rows it knows about, in one
transaction, and never those of others.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from engine.runs.events.event_types import HELD_OUT
from graphs.errors import FileError
from graphs.files import strict
from graphs.wording.phrases import phrase

Result = TypeVar("Result")

NAME = "index.sqlite"
WAIT_SECONDS = 2.0
BUSY = (
    "Another program holds the index of runs, so that each run was read from its own folder. If "
    "this stays so, close other windows of Layerloom, or remove {path} while none is open."
)
_COLUMNS = ("folder", "stamp", "document", "started", "state", "epochs", "best", "notes")
_TABLES = (
    "CREATE TABLE IF NOT EXISTS runs (folder TEXT PRIMARY KEY, stamp INTEGER, document TEXT, "
    "started TEXT, state TEXT, epochs INTEGER, best TEXT, notes TEXT)",
    "CREATE TABLE IF NOT EXISTS numbers (document TEXT PRIMARY KEY, last INTEGER)",
)
_PUT = f"INSERT OR REPLACE INTO runs ({', '.join(_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_NUMBER = "INSERT OR REPLACE INTO numbers (document, last) VALUES (?, ?)"
_COUNTED = re.compile(r" ([0-9]{1,9})(?:, fold [0-9]+ of [0-9]+)?")


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
    name: str = ""
    """What the run is called."""
    note: str = ""
    starred: bool = False
    cause: str = ""
    """Why it ended early or cannot be read, as a sentence; empty when nothing is wrong."""
    held_out: tuple[str, ...] = HELD_OUT
    """The parts with samples of their own; what is measured of others is of training samples."""

    @property
    def title(self) -> str:
        """What the run is called; what its document is where it has no name of its own."""
        return self.name or self.document

    def speaks_of(self, words: str) -> bool:
        """Whether each of these words is in its name, its note, its document, state or folder."""
        told = (self.title, self.note, self.document, self.state, Path(self.folder).name)
        text = "\n".join(told).casefold()
        return all(word in text for word in words.casefold().split())


Stamped = tuple[int, Summary]
"""A summary, and when what it tells was last changed (nanoseconds)."""


def remember(home: Path, stamp: int, run: Summary) -> str:
    """Put a run into the index, or what is new about it; why that was not possible, or nothing."""
    return update(home, [(stamp, run)], ())


def forget(home: Path, folder: str) -> str:
    """Take a run out of the index; why that was not possible, or nothing."""
    return update(home, (), [folder])


def update(home: Path, fresh: Iterable[Stamped], gone: Iterable[str]) -> str:
    """Put some runs into the index and take some out; why that was not possible, or nothing."""
    rows, folders = [_row(stamp, run) for stamp, run in fresh], [(name,) for name in gone]

    def write(index: sqlite3.Connection) -> None:
        index.executemany(_PUT, rows)
        index.executemany("DELETE FROM runs WHERE folder = ?", folders)

    return _do(home, write, None)[1]


def known(home: Path) -> tuple[dict[str, Stamped], str]:
    """All that the index knows, by folder, and why it cannot be read; nothing when it is lost."""

    def read(index: sqlite3.Connection) -> dict[str, Stamped]:
        rows = index.execute(f"SELECT {', '.join(_COLUMNS)} FROM runs").fetchall()
        return {run.folder: (stamp, run) for stamp, run in filter(None, map(_stamped, rows))}

    return _do(home, read, {})


def next_number(home: Path, document: str) -> int:
    """The number of a new run of the document of that name; no two processes get the same one.

    0 when the index cannot say it.
    """
    begin = msgspec.json.encode(f"{document} ").decode()[:-1]

    def take(index: sqlite3.Connection) -> int:
        last = index.execute("SELECT last FROM numbers WHERE document = ?", (document,)).fetchone()
        like = f'{{"name":{begin}'
        query = "SELECT notes FROM runs WHERE substr(notes, 1, length(?1)) = ?1"
        names = [_said(notes).name for (notes,) in index.execute(query, (like,))]
        given = last[0] if last and isinstance(last[0], int) else 0
        number = max(given, 0, *(number_in(name, document) for name in names)) + 1
        index.execute(_NUMBER, (document, number))
        return number

    return _do(home, take, 0)[0]


def number_in(name: str, document: str) -> int:
    """Which number of the document's runs one has by its name; 0 for a name of another kind."""
    found = _COUNTED.fullmatch(name.removeprefix(document)) if name.startswith(document) else None
    return int(found[1]) if found else 0


def _said(notes: object) -> _Notes:
    try:
        return strict.value(str(notes).encode(), _Notes, NAME)
    except (FileError, UnicodeError):
        return _Notes()


class _Notes(msgspec.Struct, frozen=True):
    """What a row says beside its columns: the user's own words, and what else came later."""

    name: str = ""
    note: str = ""
    starred: bool = False
    cause: str = ""
    held_out: tuple[str, ...] = HELD_OUT


def _do(
    home: Path, action: Callable[[sqlite3.Connection], Result], otherwise: Result
) -> tuple[Result, str]:
    """Do something in one transaction; and why that was not possible, or nothing."""
    path = home / NAME
    for last in (False, True):
        try:
            with closing(_connected(path)) as index:
                index.execute("BEGIN IMMEDIATE")
                with index:
                    return action(index), ""
        except sqlite3.OperationalError as error:  # busy, or a folder that is not there
            return otherwise, phrase(BUSY, path=path) if _is_busy(error) else ""
        except sqlite3.DatabaseError:  # no index at all, or torn
            if not last:
                _remove(path)
        except (OverflowError, ValueError):  # what SQLite does not take, such as half a character
            return otherwise, ""
    return otherwise, ""


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _remove(path: Path) -> None:
    """Nothing is lost with it: it is made anew from the folders."""
    for name in (path, path.with_name(f"{path.name}-journal")):
        with suppress(OSError):
            name.unlink()


def _connected(path: Path) -> sqlite3.Connection:
    if os.path.lexists(path) and not os.path.isfile(path):  # SQLite would wait for a pipe for ever
        raise sqlite3.DatabaseError("no file")
    index = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    index.text_factory = lambda data: data.decode(errors="replace")
    try:
        index.execute("PRAGMA synchronous = OFF")  # it may be lost, so nobody waits for the disk
        for table in _TABLES:
            index.execute(table)
        _check(index)
    except sqlite3.Error:
        index.close()
        raise
    return index


def _check(index: sqlite3.Connection) -> None:
    """Give an index of before the column that is new; refuse one of another kind."""
    there = {row[1] for row in index.execute("PRAGMA table_info(runs)")}
    numbers = {row[1] for row in index.execute("PRAGMA table_info(numbers)")}
    missing = set(_COLUMNS) - there
    if missing == {"notes"}:
        index.execute("ALTER TABLE runs ADD COLUMN notes TEXT")
    elif missing or numbers != {"document", "last"}:
        raise sqlite3.DatabaseError("another table")


def _stamped(row: Sequence[Any]) -> Stamped | None:
    """What a row says; of one that is broken only the folder, from which the run is read again."""
    folder, stamp, document, started, state, epochs, best, notes = row
    try:
        told = strict.value(best.encode(), dict[str, float], NAME)
        said = strict.value(notes.encode(), _Notes, NAME)
        words = (said.name, said.note, said.starred, said.cause, said.held_out)
        run = Summary(folder, document, started, state, epochs, told, *words)
        checked: Stamped = msgspec.convert((stamp, msgspec.to_builtins(run)), Stamped)
    except (AttributeError, FileError, UnicodeError, msgspec.ValidationError):
        there = isinstance(folder, str) and Path(folder).is_absolute()
        return (-1, Summary(folder, "", "", "new", 0, {})) if there else None
    return checked


def _row(stamp: int, run: Summary) -> tuple[str, int, str, str, str, int, str, str]:
    best = json.dumps(dict(run.best))
    notes = _Notes(run.name, run.note, run.starred, run.cause, run.held_out)
    said = msgspec.json.encode(notes).decode()
    return (run.folder, stamp, run.document, run.started, run.state, run.epochs, best, said)
