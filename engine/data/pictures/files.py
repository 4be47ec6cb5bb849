"""Reads many picture files at once into one array, and says which of them are broken."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.controls import Poll
from engine.data.array import Array
from engine.data.memory import check_memory
from engine.data.pictures.decoding import Depth, PictureError, decoded
from engine.data.samples import Values
from engine.errors import DataError
from graphs.data import Field, ImageKind, Normalize
from graphs.data.sources.choices import Bits, Colour
from graphs.wording.phrases import phrase

READERS = 4
"""Threads that decode pictures; Pillow lets go of Python's lock meanwhile."""
BETWEEN_POLLS = 4 * READERS
"""Pictures that are read before the user is heeded."""
BYTES_PER_VALUE = 8
"""A byte as it is read, one for its split, four as a float, and some to spare."""


@dataclass(frozen=True, slots=True)
class PictureStack:
    """What many files hold."""

    images: Array
    """Those that can be read, in the order of the files."""
    good: tuple[int, ...]
    """Which files they are, by position."""
    faults: tuple[str | None, ...]
    """For each file what is wrong with it, as the end of a sentence."""
    notices: tuple[str, ...]

    @property
    def field(self) -> Field:
        """What the data set offers: deep pictures are scaled by what the training samples use."""
        deep = self.images.dtype != np.uint8
        scaled = Normalize.RANGE if deep else Normalize.NONE
        return Field(ImageKind.id, self.images.shape[1:], normalize=scaled)


def bits_of(images: Values) -> Bits:
    """How many bits of pictures were read."""
    return "8 bits" if isinstance(images, np.ndarray) and images.dtype == np.uint8 else "all bits"


def read_pictures(
    files: Sequence[Path], size: tuple[int, int], colour: Colour, bits: Bits, poll: Poll
) -> PictureStack:
    """All pictures, brought to one size. Raises DataError when the memory cannot hold them.

    With all their bits they are floats in their own numbers, otherwise bytes.
    """
    shape = (3 if colour == "rgb" else 1, *size)
    _check_memory(len(files), shape, BYTES_PER_VALUE)
    images, depths, faults = _read(files, shape, poll)
    good = [row for row, fault in enumerate(faults) if fault is None]
    every = bool(good) and all(depths[row] == "deep" for row in good)
    if bits == "all bits" and good and not every:
        raise DataError(
            "Not all pictures are grey with more than 8 bits, so that they have no common scale. "
            "Read 8 bits of them."
        )
    if every and bits != "8 bits":
        _check_memory(len(files), shape, 2 * BYTES_PER_VALUE)
        images, depths, faults = _read(files, shape, poll, deep=True)
        good = [row for row, fault in enumerate(faults) if fault is None]
    kept = images if len(good) == len(files) else images[good]
    notices = _about_depth(kept, [depths[row] for row in good]) if good else ()
    return PictureStack(kept, tuple(good), tuple(faults), notices)


def _check_memory(count: int, shape: tuple[int, int, int], each: int) -> None:
    channels, height, width = shape
    check_memory(
        count * channels * height * width * each,
        phrase("{count} pictures of {height} × {width}", count=count, height=height, width=width),
        phrase("Choose a smaller size or fewer pictures."),
    )


def _about_depth(images: Array, depths: Sequence[Depth]) -> tuple[str, ...]:
    """What to say about pictures of more than 8 bits, as sentences."""
    if images.dtype != np.uint8:
        low, high = float(images.min()), float(images.max())
        return (
            phrase(
                "The pictures have more than 8 bits and hold numbers from {low:g} to {high:g}; "
                "they are scaled by what the training pictures use, and new ones alike.",
                low=low,
                high=high,
            ),
        )
    deep, cut = depths.count("deep"), depths.count("cut")
    said = []
    if deep:
        way_out = (
            phrase("Read all bits") if deep == len(depths) else phrase("Save all pictures alike")
        )
        said.append(
            phrase(
                "{deep:,} of {count:,} pictures have more than 8 bits, of which the upper 8 of "
                "their kind are read; those that use less of its range lose levels. {way_out}.",
                deep=deep,
                count=len(depths),
                way_out=way_out,
            )
        )
    if cut:
        said.append(
            phrase(
                "{cut:,} of {count:,} pictures have 16 bits per colour, of which the upper 8 "
                "are read. If they use less than the whole range, save them in 8 bits, or as "
                "grey.",
                cut=cut,
                count=len(depths),
            )
        )
    return tuple(said)


def _read(
    files: Sequence[Path], shape: tuple[int, int, int], poll: Poll, *, deep: bool = False
) -> tuple[Array, list[Depth], list[str | None]]:
    """All pictures, and for each file how deep it is and what is wrong with it, if anything."""
    images = np.empty((len(files), *shape), dtype=np.float32 if deep else np.uint8)

    def read(row: int) -> tuple[Depth, str | None]:
        try:
            picture = decoded(files[row], *shape, deep=deep)
        except PictureError as error:
            return "plain", str(error)
        images[row] = picture.values
        return picture.depth, None

    told: list[tuple[Depth, str | None]] = []
    with ThreadPoolExecutor(READERS, thread_name_prefix="pictures") as readers:
        for first in range(0, len(files), BETWEEN_POLLS):
            poll()
            rows = range(first, min(first + BETWEEN_POLLS, len(files)))
            told += readers.map(read, rows)
    return images, [depth for depth, _ in told], [fault for _, fault in told]
