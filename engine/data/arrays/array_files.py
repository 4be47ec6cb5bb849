"""Reads .npy and .npz files: plain arrays only, and none that the memory cannot hold.

numpy's own reader believes what a header says before it looks at the file, and can be told to run
what an object array holds. Here headers are read first, and objects are refused.
"""

from __future__ import annotations

import io
import logging
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from tokenize import TokenError
from typing import IO, Any, TypeAlias

import numpy as np
from numpy.lib import format as npy

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.memory import check_memory
from engine.data.paths import opened, unreadable
from engine.errors import DataError
from graphs.files import opener
from graphs.wording.phrases import phrase
from graphs.wording.visible import visible

MOST_ARRAYS = 1000
ENDINGS = frozenset({".npy", ".npz"})
MOST_LETTERS = 200
"""Of what numpy says, which may be a whole header."""
LONGEST_HEADER = 65_536
"""Bytes; that of a plain array has about a hundred."""
MEMORY_PER_NUMBER = 24
"""Bytes of an array as it is read, turned into wide numbers, split, encoded and trained on."""
COPIES = 4
"""The same for bytes of pictures and series, which stay bytes until they are trained on."""
log = logging.getLogger(__name__)
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


Member: TypeAlias = tuple[str, IO[bytes], int]
"""The name of an array, its open file, and how many bytes that says to have."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says about one of its arrays."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    there: int
    """Bytes of numbers that lie in the file, or that its archive says to lie there."""

    @property
    def bytes(self) -> int:
        """How much memory it takes."""
        return prod(self.shape) * self.dtype.itemsize

    @property
    def memory(self) -> int:
        """How much memory it takes until it is learned from."""
        count, each = prod(self.shape), self.dtype.itemsize
        stays = self.dtype == np.uint8 and len(self.shape) > 2
        return count * (COPIES * each if stays else max(COPIES * each, MEMORY_PER_NUMBER))


def held_in(dtype: np.dtype[Any]) -> str:
    """What an array of a kind holds, in words, such as “complex numbers”."""
    if dtype.names is not None:
        return phrase("records")
    return {
        "c": phrase("complex numbers"),
        "S": phrase("bytes"),
        "V": phrase("bytes"),
        "U": phrase("texts"),
        "T": phrase("texts"),
        "O": phrase("objects of a program"),
        "M": phrase("times"),
        "m": phrase("durations"),
        "b": phrase("truth values"),
    }.get(dtype.kind, phrase("numbers"))


def headers(path: Path) -> dict[str, Header]:
    """The arrays of a file by name, none of them read. Raises DataError.

    That of a .npy file is called like the file.
    """
    found: dict[str, Header] = {}
    with _opened(path) as members:
        for name, member, size in members:
            with member as file:
                header = _header(path, name, file, size)
            if name in found:
                raise DataError(
                    "{name} has two arrays called “{other_name}”. Choose another file.",
                    name=path.name,
                    other_name=name,
                )
            found[name] = header
    return found


def read_arrays(path: Path, wanted: Mapping[str, Header], poll: Poll = go_on) -> dict[str, Array]:
    """The arrays of these names. Raises DataError when the memory cannot hold them, or the file
    breaks off.
    """
    for name, header in wanted.items():
        if header.there < header.bytes:
            raise DataError(
                "“{name}” in {other_name} is cut off: it says to have {amount}, and "
                "{there} are there. Save it again, or choose another file.",
                name=visible(name),
                other_name=visible(path.name),
                amount=opener.amount(header.bytes),
                there=opener.amount(header.there),
            )
    real = sum(header.bytes for header in wanted.values())
    check_memory(
        sum(header.memory for header in wanted.values()),
        phrase(
            "The arrays of {name}, {amount} of numbers,",
            name=visible(path.name),
            amount=opener.amount(real),
        ),
        phrase("Choose fewer of them, or a smaller file."),
    )
    found: dict[str, Array] = {}
    with _opened(path) as members:
        for name, member, _ in members:
            if name in wanted:
                poll()
                with member as file:
                    found[name] = npy.read_array(file, allow_pickle=False)
    return found


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[Member]]:
    """The arrays of a file; turns what may go wrong into sentences."""
    try:
        with opened(path) as file:
            magic = file.read(6)
            file.seek(0)
            if magic == npy.MAGIC_PREFIX:
                yield iter([(path.stem, file, opener.size(file))])
            elif magic.startswith(b"PK"):
                with zipfile.ZipFile(file) as archive:
                    yield _members(path, archive)
            elif magic.startswith(b"\x80"):
                raise _unsafe(path)
            else:
                raise DataError(
                    "{name} is no .npy or .npz file. Choose another file.", name=path.name
                )
    except OSError as error:
        raise DataError(unreadable(path, error)) from None
    except _BROKEN as error:
        log.info("%s: %s: %s", visible(path), type(error).__name__, visible(error)[:MOST_LETTERS])
        raise DataError(
            "{name} cannot be read: it is not whole, or was written in a way of its own. "
            "Save it again with numpy.save or numpy.savez, or choose another file.",
            name=visible(path.name),
        ) from None


def _members(path: Path, archive: zipfile.ZipFile) -> Iterator[Member]:
    entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    if len(entries) > MOST_ARRAYS:
        raise DataError(
            "{name} holds {count:,} arrays, and at most {most_arrays:,} are read.",
            name=path.name,
            count=len(entries),
            most_arrays=MOST_ARRAYS,
        )
    if not entries:
        raise DataError("{name} holds no arrays. Choose another file.", name=path.name)
    for entry in entries:
        if not entry.filename.endswith(".npy"):
            raise _unsafe(path)  # such as the pickle in a torch file, which is an archive, too
        yield entry.filename.removesuffix(".npy"), archive.open(entry), entry.file_size


def _header(path: Path, name: str, file: IO[bytes], size: int) -> Header:
    """What comes before the numbers of an array, which has ``size`` bytes in all."""
    begin = io.BytesIO(file.read(LONGEST_HEADER))  # numpy would read as much as it is told to
    where = phrase("“{name}” in {file}", name=visible(name), file=visible(path.name))
    version = npy.read_magic(begin)
    if version == (1, 0):
        shape, _, dtype = npy.read_array_header_1_0(begin)
    elif version == (2, 0):
        shape, _, dtype = npy.read_array_header_2_0(begin)
    else:
        raise DataError(
            "{where} is written in version {version} of its format, which is for records. "
            "Save plain arrays.",
            where=where,
            version=version[0],
        )
    if dtype.hasobject:
        raise _unsafe(path)
    if any(size < 0 for size in shape):
        raise DataError("{where} has a negative size. Choose another file.", where=where)
    if bool in map(type, shape):
        raise DataError("{where} has a size that is no number. Choose another.", where=where)
    return Header(shape, dtype, size - begin.tell())


def _unsafe(path: Path) -> DataError:
    return DataError(
        "{name} is in an unsafe format: it may run a program when it is opened. Save "
        "plain arrays of numbers with numpy.save or numpy.savez.",
        name=path.name,
    )
