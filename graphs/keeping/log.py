"""The recovery log of an open document: what it was when nothing was unsaved, and each step since.

One line of JSON each, added when the step is made, so that a process that is killed loses nothing
of it. There is a log only while something is unsaved. Where the disk refuses a line, the next step
writes the document as a whole again, and the user is told once.
"""

from __future__ import annotations

import json
import math
import os
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from graphs.document.document import Document, DocumentChange
from graphs.files import encoding, limits, owners
from graphs.files.owners import Owner
from graphs.files.saving import reason
from graphs.files.stamps import Stamp
from graphs.keeping import patches
from graphs.setting_kinds import GraphRef, NodeRef, PerCopy, Promoted, tag
from graphs.wording.phrases import phrase

FOLDER = "recovery"
SUFFIX = ".jsonl"
FORMAT, VERSION = "layerloom recovery", 1
MOST_BYTES = 32 * 2**20
"""A log longer than this, and than four times the document, begins anew with the document."""


@dataclass(frozen=True, slots=True)
class LoggedDocument:
    """Which document a log belongs to: its file, or its name so far, and the file's stamp."""

    path: Path | None = None
    name: str = ""
    stamp: Stamp | None = None

    @property
    def title(self) -> str:
        """What the document is called; empty when it has no name yet."""
        return self.path.name if self.path is not None else self.name


class LogHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of a log."""

    format: str
    version: int
    program: str
    owner: Owner
    path: str | None
    name: str
    stamp: Stamp | None
    when: float
    steps: int
    """Steps that the document in the second line holds already and that are unsaved."""


class RecoveryLog:
    """Writes the log of one document after the other. Without a folder it writes nothing."""

    def __init__(
        self, folder: Path | None, program: str, troubled: Callable[[str], object]
    ) -> None:
        self._folder = None if folder is None else folder / FOLDER
        self._program, self._troubled = program, troubled
        self._about, self._document, self._base = LoggedDocument(), Document(), b""
        self._steps, self._before = 0, 0
        self._length = 0
        self._handle: int | None = None
        self._is_spoiled = self._has_told = False
        self.file: Path | None = None
        """The log, while there is one."""

    def begin(self, document: Document, about: LoggedDocument) -> None:
        """Another document is open, and all of it is saved; the log of the one before is removed.

        Called again for the same one when it has been saved.
        """
        self.discard()
        self._about, self._document = about, document
        self._base = _line(encoding.tree(document)) if self._folder is not None else b""
        self._before = 0

    def keep_whole(self, steps: int = 0) -> None:
        """Write the document as it is, which is unsaved though no step has said so."""
        self._before = max(1, self._steps, steps)
        self._rewrite()

    def adopt(self, file: Path, steps: int) -> None:
        """Keep in a log of its own what the log of a dead process held, which is removed then."""
        self.file = file
        self.keep_whole(steps)

    def note(self, change: DocumentChange) -> None:
        """A step was made: it is in the log when this returns."""
        if self._folder is None:
            return
        self._steps += 1
        made = patches.patch(self._document, change.step, time.time())
        long = self._length > max(MOST_BYTES, 4 * len(self._base))
        if self._is_spoiled or long:
            self._before = self._steps
            self._rewrite()
            return
        line = _line(msgspec.to_builtins(made))
        try:
            if self._handle is None:
                self._start(self._base, line)
            else:
                self._write(self._handle, line)
        except OSError as error:
            self._spoil(error)

    def discard(self) -> None:
        """Nothing is unsaved, or the user does not want it: remove the log."""
        self._close()
        if self.file is not None:
            with suppress(OSError):
                self.file.unlink()
        self.file, self._steps, self._before, self._is_spoiled = None, 0, 0, False

    def end(self, *, keep: bool) -> None:
        """Write no more; the log stays for the next start, or is removed."""
        if self._folder is None:
            return
        if keep:
            self._close()
        else:
            self.discard()
        self._folder = None

    def _close(self) -> None:
        if self._handle is not None:
            with suppress(OSError):
                os.close(self._handle)
        self._handle = None

    # ---- the file ----

    def _start(self, base: bytes, *lines: bytes) -> None:
        """A new file, which is there under its name when the first lines are in it."""
        assert self._folder is not None
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}{SUFFIX}"
        part = self._folder / f".{name}.part"
        binary = getattr(os, "O_BINARY", 0)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | binary
        handle, self._length = os.open(part, flags, 0o600), 0
        try:
            self._write(handle, b"".join((_line(msgspec.to_builtins(self._head())), base, *lines)))
            part.rename(self._folder / name)
        except BaseException:
            os.close(handle)
            with suppress(OSError):
                part.unlink()
            raise
        self._handle, self.file = handle, self._folder / name

    def _write(self, handle: int, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
        self._length += len(data)

    def _rewrite(self) -> None:
        """A log that begins with the document as it is now, in place of the one that is there."""
        if self._folder is None:
            return
        old = self.file
        self._close()
        try:
            self._start(_line(encoding.tree(self._document)))
        except OSError as error:
            self._spoil(error)
            return
        self._is_spoiled = False
        if old is not None:
            with suppress(OSError):
                old.unlink()

    def _spoil(self, error: OSError) -> None:
        """What the disk holds ends before this step; the next one tries to write all again."""
        self._close()
        self._is_spoiled = True
        if not self._has_told:
            self._has_told = True
            self._troubled(
                phrase(
                    "The last changes are not kept against a crash until they are saved: {reason}",
                    reason=reason(error),
                )
            )

    def _head(self) -> LogHead:
        about = self._about
        path = None if about.path is None else os.path.abspath(about.path)
        return LogHead(
            FORMAT,
            VERSION,
            self._program,
            owners.me(),
            path,
            about.name,
            about.stamp,
            time.time(),
            self._before,
        )


# ---- plain values on one line ----


def _line(value: Any) -> bytes:
    try:
        text = json.dumps(value, default=_plain, allow_nan=False, separators=(",", ":"))
    except ValueError:  # numbers that JSON or the reader of files does not take
        text = json.dumps(_tamed(value), default=_plain, separators=(",", ":"))
    return text.encode() + b"\n"


def _plain(value: Any) -> Any:
    match value:
        case NodeRef() | GraphRef() | Promoted() | PerCopy():
            return tag(value)
        case Mapping():
            return dict(value)
        case _:
            raise TypeError(f"a document cannot hold {value!r}")


def _tamed(value: Any) -> Any:
    """The same with texts for numbers that no file can hold, as in the document's own file."""
    match value:
        case Mapping():
            return {key: _tamed(one) for key, one in value.items()}
        case list() | tuple():
            return [_tamed(one) for one in value]
        case float() if not math.isfinite(value):
            return str(value)
        case int() if abs(value) >= 10**limits.MAX_DIGITS:
            return hex(value)
        case _:
            return value
