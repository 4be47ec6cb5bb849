"""Many picture files decoded at once, and pictures that stay on the disk until they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.pictures.decoding import Depth, Picture, PictureError, decoded
from engine.data.pictures.plain import FULL_WHITE
from engine.data.unread import Digest, Unread
from engine.errors import DataError
from graphs.wording.visible import visible

READERS = 4
"""Threads that decode pictures; Pillow lets go of Python's lock meanwhile."""
BETWEEN_POLLS = 4 * READERS
"""Pictures that are read before the user is heeded."""


@dataclass(frozen=True, slots=True)
class PictureForm:
    """What every picture is brought to."""

    channels: int
    height: int
    width: int
    deep: bool = False
    """Whether deep pictures keep their own numbers, as floats."""
    white: int = FULL_WHITE
    """What becomes 255 where deep pictures are brought to bytes."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels × height × width."""
        return self.channels, self.height, self.width

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of each value."""
        return np.dtype(np.float32 if self.deep else np.uint8)

    def decoded(self, file: Path) -> Picture | PictureError:
        """What a file holds, or why it cannot be used."""
        try:
            return decoded(file, *self.shape, deep=self.deep, white=self.white)
        except PictureError as error:
            return error


def each_decoded(
    files: Sequence[Path], form: PictureForm, poll: Poll = go_on
) -> Iterator[tuple[int, Picture | PictureError]]:
    """Every file by its position, in order; so many at a time as there are readers."""
    if len(files) == 1:
        yield 0, form.decoded(files[0])
        return
    with ThreadPoolExecutor(READERS, thread_name_prefix="pictures") as readers:
        for first in range(0, len(files), BETWEEN_POLLS):
            poll()
            some = files[first : first + BETWEEN_POLLS]
            yield from enumerate(readers.map(form.decoded, some), first)


class SeenFile(NamedTuple):
    """A file as it was when all of them were looked through."""

    path: Path
    size: int
    changed: int
    """When it was last written, in nanoseconds."""

    @classmethod
    def at(cls, path: Path) -> SeenFile:
        """As it is now; a file that is gone has a size of -1."""
        try:
            found = path.stat()
        except OSError:
            return cls(path, -1, 0)
        return cls(path, found.st_size, found.st_mtime_ns)


class PicturesOnDisk(Unread):
    """Pictures that are decoded whenever they are asked for."""

    def __init__(self, files: Sequence[SeenFile], form: PictureForm, digest: bytes) -> None:
        """``digest`` is of the values of all, as they were when the files were looked through."""
        self._files, self._form, self._digest = files, form, digest
        self.shape, self.dtype = (len(files), *form.shape), form.dtype

    def __getitem__(self, rows: Array) -> Array:
        files = [self._files[row] for row in rows.tolist()]
        images = np.empty((len(files), *self._form.shape), dtype=self.dtype)
        for row, found in each_decoded([file.path for file in files], self._form):
            file = files[row]
            if isinstance(found, PictureError):
                raise DataError(
                    "{file} {fault}, but could be read before. Put it back as it was, or choose "
                    "the data again.",
                    file=visible(file.path),
                    fault=found,
                )
            if SeenFile.at(file.path) != file:
                raise DataError(
                    "{file} has changed since the data was read. Put it back as it was, or start "
                    "a new run.",
                    file=visible(file.path),
                )
            images[row] = found.values
        return images

    @property
    def digests(self) -> tuple[Digest, ...]:
        return (Digest("", self.dtype.str, self.shape, self._digest),)


def depth_of(found: Picture | PictureError) -> Depth:
    """How deep a file is; what cannot be used is plain."""
    return found.depth if isinstance(found, Picture) else "plain"
