"""One window works on a document; a second one learns of the first before it opens it.

A claim is a small file in the state folder, named after the document's, that names its process.
That of a process which is no more is taken over.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

import msgspec

from graphs.errors import FileError, InUse
from graphs.files import opener, owners, strict
from graphs.files.owners import Owner
from graphs.files.taking import took

FOLDER = "open"


class _Held(msgspec.Struct, frozen=True):
    owner: Owner
    document: str
    chance: str
    """Tells two windows of one process apart."""


class Claim:
    """A document that is this window's until it is released."""

    def __init__(self, file: Path, held: _Held) -> None:
        self._file, self._held = file, held

    def is_for(self, document: Path, folder: Path) -> bool:
        """Whether it is the claim of that document."""
        return self._file == place(document, folder)

    def release(self) -> None:
        """Let others have it."""
        if _holder(self._file) == self._held:
            with suppress(OSError):
                self._file.unlink()


def place(document: Path, folder: Path) -> Path:
    """Where the claim of a document lies; links lead to the same one."""
    name = key(document)
    return folder / FOLDER / f"{name}.json"


def key(document: Path) -> str:
    """A name for a document in the state folder, the same by whatever links it is reached."""
    try:
        real = os.path.realpath(document)
    except (OSError, ValueError):
        real = str(document)
    return hashlib.sha256(os.fsencode(os.path.normcase(real))).hexdigest()[:24]


def claim(document: Path, folder: Path) -> Claim | None:
    """Claim a document for this window; None where the state folder takes no files.

    Raises InUse when another living window has it.
    """
    file = place(document, folder)
    held = _Held(owners.me(), key(document), secrets.token_hex(8))
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if took(file, msgspec.json.encode(held), _is_held):
            return Claim(file, held)
    except OSError:
        return None
    raise InUse(
        "{document} is open in another window of Layerloom. Close it there, or open a copy here.",
        document=opener.shown(document),
    )


def _holder(file: Path) -> _Held | None:
    try:
        return strict.read(file, _Held)
    except FileError:
        return None


def _is_held(data: bytes, touched: float) -> bool:
    try:
        held = strict.value(data, _Held, "claim")
    except FileError:
        return False
    return owners.lives(held.owner, touched)
