"""Reads .npy and .npz files: plain arrays only, and none that the memory cannot hold.

numpy's own reader believes what a header says before it looks at the file, and can be told to run
what an object array holds. Here headers are read first, and objects are refused.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from tokenize import TokenError
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

from engine.data.memory import check_memory
from engine.data.paths import unreadable
from engine.data.samples import Array, Poll, go_on
from engine.errors import DataError

MOST_ARRAYS = 1000
ENDINGS = frozenset({".npy", ".npz"})
MOST_LETTERS = 200
"""Of what numpy says, which may be a whole header."""
COPIES = 4
"""An array as it is read, split, encoded and trained on."""
_BROKEN = (
    ValueError,
    SyntaxError,
    TokenError,
    EOFError,
    KeyError,
    IndexError,
    RuntimeError,  # an encrypted archive
    NotImplementedError,  # an unknown compression
    RecursionError,
    MemoryError,
    OverflowError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says about one of its arrays."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def bytes(self) -> int:
        """How much memory it takes."""
        return prod(self.shape) * self.dtype.itemsize


def headers(path: Path) -> dict[str, Header]:
    """The arrays of a file by name, none of them read. Raises DataError.

    That of a .npy file is called like the file.
    """
    found: dict[str, Header] = {}
    with _opened(path) as members:
        for name, member in members:
            with member as file:
                header = _header(path, name, file)
            if name in found:
                raise DataError(f"{path.name} has two arrays called “{name}”. Choose another file.")
            found[name] = header
    return found


def read_arrays(path: Path, wanted: Mapping[str, Header], poll: Poll = go_on) -> dict[str, Array]:
    """The arrays of these names. Raises DataError when the memory cannot hold them, or the file
    breaks off.
    """
    check_memory(
        COPIES * sum(header.bytes for header in wanted.values()),
        f"The arrays of {path.name}",
        "Choose fewer of them, or a smaller file.",
    )
    found: dict[str, Array] = {}
    with _opened(path) as members:
        for name, member in members:
            if name in wanted:
                poll()
                with member as file:
                    found[name] = npy.read_array(file, allow_pickle=False)
    return found


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """The arrays of a file as open files by name; turns what may go wrong into sentences."""
    try:
        with path.open("rb") as file:
            magic = file.read(6)
            file.seek(0)
            if magic == npy.MAGIC_PREFIX:
                yield iter([(path.stem, file)])
            elif magic.startswith(b"PK"):
                with zipfile.ZipFile(file) as archive:
                    yield _members(path, archive)
            elif magic.startswith(b"\x80"):
                raise _unsafe(path)
            else:
                raise DataError(f"{path.name} is no .npy or .npz file. Choose another file.")
    except OSError as error:
        raise DataError(unreadable(path, error)) from None
    except _BROKEN as error:
        reason = str(error).split("\n")[0][:MOST_LETTERS].rstrip(".") or type(error).__name__
        raise DataError(
            f"{path.name} cannot be read: {reason}. It may be damaged; choose another file."
        ) from None


def _members(path: Path, archive: zipfile.ZipFile) -> Iterator[tuple[str, IO[bytes]]]:
    entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    if len(entries) > MOST_ARRAYS:
        raise DataError(
            f"{path.name} holds {len(entries):,} arrays, and at most {MOST_ARRAYS:,} are read."
        )
    if not entries:
        raise DataError(f"{path.name} holds no arrays. Choose another file.")
    for entry in entries:
        if not entry.filename.endswith(".npy"):
            raise _unsafe(path)  # such as the pickle in a torch file, which is an archive, too
        yield entry.filename.removesuffix(".npy"), archive.open(entry)


def _header(path: Path, name: str, file: IO[bytes]) -> Header:
    version = npy.read_magic(file)
    if version == (1, 0):
        shape, _, dtype = npy.read_array_header_1_0(file)
    elif version == (2, 0):
        shape, _, dtype = npy.read_array_header_2_0(file)
    else:
        raise DataError(
            f"“{name}” in {path.name} is written in version {version[0]} of its format, which is "
            "for records. Save plain arrays."
        )
    if dtype.hasobject:
        raise _unsafe(path)
    if any(size < 0 for size in shape):
        raise DataError(f"“{name}” in {path.name} has a negative size. Choose another file.")
    if bool in map(type, shape):
        raise DataError(f"“{name}” in {path.name} has a size that is no number. Choose another.")
    return Header(shape, dtype)


def _unsafe(path: Path) -> DataError:
    return DataError(
        f"{path.name} is in an unsafe format: it may run a program when it is opened. Save plain "
        "arrays of numbers with numpy.save or numpy.savez."
    )
