"""What a file was when it was read or written, so that a change by another program is noticed."""

import hashlib
import os
from enum import Enum
from pathlib import Path

import msgspec

from graphs.errors import FileError, Missing
from graphs.files import limits, opener


class Stamp(msgspec.Struct, frozen=True):
    """When a file was changed last (in nanoseconds), how many bytes it has, and their SHA-256."""

    changed: int
    size: int
    sha256: str


class StampChange(Enum):
    """What has become of a file since its stamp was taken."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"


def stamp(data: bytes, found: os.stat_result) -> Stamp:
    """The stamp of a file with these bytes."""
    return Stamp(found.st_mtime_ns, len(data), sha256(data))


def sha256(data: bytes) -> str:
    """The checksum of a file's bytes."""
    return hashlib.sha256(data).hexdigest()


def glance(path: Path, before: Stamp) -> StampChange:
    """Whether the file is as it was; its content is read only when time or size are others."""
    try:
        now = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return StampChange.GONE
    except (OSError, ValueError):
        return StampChange.SAME  # nothing can be said of it now, and saving looks again
    if (now.st_mtime_ns, now.st_size) == (before.changed, before.size):
        return StampChange.SAME
    return look(path, before)


def look(path: Path, before: Stamp) -> StampChange:
    """Whether the file holds the same bytes as it did; one that cannot be read has changed."""
    try:
        data = opener.read_bytes(path, limits.MAX_BYTES)
    except Missing:
        return StampChange.GONE
    except FileError:
        return StampChange.CHANGED
    is_same = sha256(data) == before.sha256
    return StampChange.SAME if is_same else StampChange.CHANGED
