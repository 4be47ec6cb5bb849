"""Reads many picture files at once into one array, and says which of them are broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import inf, prod
from pathlib import Path
from typing import Any

import numpy as np

from engine.controls import Poll
from engine.data.array import Array
from engine.data.memory import check_memory, has_room
from engine.data.pictures.alterations import alterations
from engine.data.pictures.decoding import Depth, Picture, Seen
from engine.data.pictures.on_disk import (
    PictureForm,
    PicturesOnDisk,
    SeenFile,
    depth_of,
    each_decoded,
)
from engine.data.pictures.plain import FULL_WHITE
from engine.data.pictures.value_range import white_of_bits
from engine.errors import DataError
from graphs.data import Field, ImageKind, Normalize
from graphs.data.sources.choices import KeptIn
from graphs.data.sources.files.picture_settings import PictureSettings
from graphs.files.opener import amount
from graphs.setting_kinds import pair
from graphs.wording.phrases import phrase

BYTES_PER_VALUE = 8
"""A byte as it is read, one for its split, four as a float, and some to spare."""


@dataclass(frozen=True, slots=True)
class PictureStack:
    """What many files hold."""

    images: Array | PicturesOnDisk
    """Those that can be read, in the order of the files."""
    good: tuple[int, ...]
    """Which files they are, by position."""
    faults: tuple[str | None, ...]
    """For each file what is wrong with it, as the end of a sentence."""
    notices: tuple[str, ...]
    deep_white: int
    """What becomes 255 in deep pictures that are brought to bytes; 0 where nothing says it."""

    @property
    def settled(self) -> dict[str, Any]:
        """The settings that were decided by looking at the files."""
        is_plain = self.images.dtype == np.uint8
        return {
            "bits": "8 bits" if is_plain else "all bits",
            "deep_white": self.deep_white if is_plain else 0,
        }

    @property
    def field(self) -> Field:
        """What the data set offers: deep pictures are scaled by what the training samples use."""
        deep = self.images.dtype != np.uint8
        scaled = Normalize.RANGE if deep else Normalize.NONE
        return Field(ImageKind.id, self.images.shape[1:], normalize=scaled)


def read_pictures(files: Sequence[Path], settings: PictureSettings, poll: Poll) -> PictureStack:
    """All pictures, brought to one size. Raises DataError when the memory cannot hold them.

    With all their bits they are floats in their own numbers, otherwise bytes.
    """
    bits, kept_in = settings.bits, settings.kept_in
    channels = 3 if settings.colour == "rgb" else 1
    form = PictureForm(channels, *pair(settings.size), white=settings.deep_white or FULL_WHITE)
    is_held = _is_held(len(files), form, kept_in)
    read = _looked_through(files, form, is_held=is_held, poll=poll)
    every = bool(read.good) and all(read.depths[row] == "deep" for row in read.good)
    if bits == "all bits" and read.good and not every:
        raise DataError(
            "Not all pictures are grey with more than 8 bits, so that they have no common scale. "
            "Read 8 bits of them."
        )
    if every and bits != "8 bits":
        form = replace(form, deep=True)
        is_held = _is_held(len(files), form, kept_in)
        read = _looked_through(files, form, is_held=is_held, poll=poll)
    elif read.deepest and not settings.deep_white:
        found = white_of_bits(read.deepest)
        if found != form.white:
            form = replace(form, white=found)
            read = _looked_through(files, form, is_held=is_held, poll=poll)
    white = form.white if read.deepest or settings.deep_white else 0
    notices = _about_depth(read, white) if read.good else ()
    notices = (*notices, *alterations(read.seen, *form.shape))
    if not is_held and kept_in == "auto":
        notices = (_about_disk(len(read.good), form), *notices)
    return PictureStack(read.images, read.good, read.faults, notices, white)


def _is_held(count: int, form: PictureForm, kept_in: KeptIn) -> bool:
    """Whether all pictures are held in memory. Raises DataError where they have no room there."""
    needed = _needed(count, form)
    if kept_in == "disk" or (kept_in == "auto" and not has_room(needed)):
        return False
    check_memory(
        needed,
        phrase(
            "{count} pictures of {height} × {width}",
            count=count,
            height=form.height,
            width=form.width,
        ),
        phrase("Keep them on the disk, or choose a smaller size or fewer pictures."),
    )
    return True


def _needed(count: int, form: PictureForm) -> int:
    """How many bytes so many pictures take until they are learned from."""
    return count * prod(form.shape) * BYTES_PER_VALUE * (2 if form.deep else 1)


def _about_disk(count: int, form: PictureForm) -> str:
    return phrase(
        "The {count:,} pictures take {size} in memory, more than is free, so they stay on "
        "the disk and each is read whenever it is needed. That takes longer; a smaller size needs "
        "less room.",
        count=count,
        size=amount(_needed(count, form)),
    )


def _about_depth(read: _LookedThrough, white: int) -> tuple[str, ...]:
    """What to say about pictures of more than 8 bits, as sentences."""
    depths = [read.depths[row] for row in read.good]
    if read.images.dtype != np.uint8:
        return (
            phrase(
                "The pictures have more than 8 bits and hold numbers from {low:g} to {high:g}; "
                "they are scaled by what the training pictures use, and new ones alike.",
                low=read.lowest,
                high=read.greatest,
            ),
        )
    deep, cut = depths.count("deep"), depths.count("cut")
    said = []
    if deep and not read.deepest:
        said.append(
            phrase(
                "{deep:,} of {count:,} pictures have more than 8 bits and are read as 8 bits.",
                deep=deep,
                count=len(depths),
            )
        )
    elif deep:
        way_out = (
            phrase("Read all bits to keep all levels.")
            if deep == len(depths)
            else phrase(
                "If they are too dark or too bright, set White beyond 8 bits to another number."
            )
        )
        said.append(
            phrase(
                "{deep:,} of {count:,} pictures have more than 8 bits and are read as 8 bits, with "
                "{white} as white; they hold numbers up to {greatest:g}. {way_out}",
                deep=deep,
                count=len(depths),
                white=white,
                greatest=read.deepest,
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


@dataclass(frozen=True, slots=True)
class _LookedThrough:
    """What came of decoding every file once."""

    images: Array | PicturesOnDisk
    """Those that can be used."""
    depths: tuple[Depth, ...]
    """Of each file."""
    faults: tuple[str | None, ...]
    lowest: float
    greatest: float
    deepest: float
    """The greatest number in the files of deep grey that can be used."""
    seen: tuple[Seen, ...]
    """Of each file that can be used."""

    @property
    def good(self) -> tuple[int, ...]:
        """Which files can be used, by position."""
        return tuple(row for row, fault in enumerate(self.faults) if fault is None)


def _looked_through(
    files: Sequence[Path], form: PictureForm, *, is_held: bool, poll: Poll
) -> _LookedThrough:
    """Decode all files, and keep what they hold only where it is to be held."""
    images = np.empty((len(files) if is_held else 0, *form.shape), dtype=form.dtype)
    seen = [] if is_held else [SeenFile.at(file) for file in files]
    digest = sha256()
    depths: list[Depth] = []
    faults: list[str | None] = []
    looks: list[Seen] = []
    lowest, greatest, deepest = inf, -inf, 0.0
    for row, found in each_decoded(files, form, poll):
        depths.append(depth_of(found))
        faults.append(None if isinstance(found, Picture) else str(found))
        if not isinstance(found, Picture):
            continue
        lowest = min(lowest, float(found.values.min()))
        greatest = max(greatest, float(found.values.max()))
        looks.append(found.seen)
        deepest = max(deepest, found.greatest)
        if is_held:
            images[row] = found.values
        else:
            digest.update(np.ascontiguousarray(found.values).data)
    good = [row for row, fault in enumerate(faults) if fault is None]
    kept = (
        (images if len(good) == len(files) else images[good])
        if is_held
        else PicturesOnDisk([seen[row] for row in good], form, digest.digest())
    )
    return _LookedThrough(
        kept, tuple(depths), tuple(faults), lowest, greatest, deepest, tuple(looks)
    )
