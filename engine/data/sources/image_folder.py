"""Pictures in folders, one folder per class."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import psutil

from engine.data.pictures import PictureError, read_picture
from engine.data.samples import Array, Poll, Samples, go_on
from engine.data.sheet import unreadable
from engine.data.sources.spec import Proposal, Source
from engine.errors import DataError
from graphs.data import Content, Field
from graphs.describe import FilePath, Pair, pair, param

READERS = 4
"""Threads that decode pictures; Pillow lets go of Python's lock meanwhile."""
BETWEEN_POLLS = 4 * READERS
"""Pictures that are read before the user is heeded."""
BYTES_PER_VALUE = 8
"""A byte as it is read, one for its split, four as a float, and some to spare."""


class ImageFolder(Source, id="image_folder", title="Folder of pictures", group="From files"):
    """A folder with one folder per class, which holds pictures of that class.

    Pictures of any kind and size are stretched to one size. Files that cannot be read are left out
    and listed.
    """

    path: FilePath = param(default=FilePath(""), help="The folder that holds the class folders.")
    size: Pair = param(
        default=64, low=1, high=4096, unit="px", help="Height and width that all are brought to."
    )
    colour: Literal["rgb", "grey"] = param(
        default="rgb", help="Whether colours are kept (3 channels) or not (1 channel)."
    )

    def read(self, poll: Poll = go_on) -> Samples:
        root = Path(self.path).expanduser()
        folders, skipped = _class_folders(root)
        files = [
            (label, file)
            for label, folder in enumerate(folders)
            for file in _files(folder, skipped)
        ]
        height, width = pair(self.size)
        channels = 3 if self.colour == "rgb" else 1
        shape = (channels, height, width)
        _refuse_too_many(len(files), shape)
        images = np.empty((len(files), *shape), dtype=np.uint8)
        faults = _read_into(images, [file for _, file in files], poll)
        good = [row for row, fault in enumerate(faults) if fault is None]
        skipped += [
            f"{_spelled(str(file.relative_to(root)))} {fault}."
            for (_, file), fault in zip(files, faults, strict=True)
            if fault is not None
        ]
        labels = np.array([files[row][0] for row in good], dtype=np.int64)
        notices = _checked(root, folders, labels, skipped)
        return Samples(
            fields={
                "image": Field(Content.IMAGE, shape),
                "label": Field(
                    Content.CLASS,
                    classes=tuple(_spelled(folder.name) for folder in folders),
                    target=True,
                ),
            },
            domains={},
            values={"image": images if len(good) == len(files) else images[good], "label": labels},
            skipped=tuple(skipped),
            notices=notices,
        )

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the path in full, so that it stays right wherever the program starts."""
        path = FilePath(str(Path(self.path).expanduser().absolute()))
        samples = self.read(poll)
        return Proposal.of(replace(self, path=path), samples)


def _class_folders(root: Path) -> tuple[list[Path], list[str]]:
    """Folders of classes by name, and what was left out beside them. Raises DataError."""
    if root == Path():
        raise DataError("Choose a folder that holds one folder of pictures per class.")
    try:
        if not root.is_dir() and root.exists():
            raise DataError(f"{root} is a file. Choose the folder that holds the class folders.")
        entries = sorted(p for p in root.iterdir() if not p.name.startswith("."))
    except (OSError, ValueError) as error:
        raise DataError(unreadable(root, error)) from None
    own = root.resolve()
    folders, skipped = [], []
    for entry in entries:
        if not entry.is_dir():
            skipped.append(f"{_spelled(entry.name)} lies in no class folder.")
        elif own.is_relative_to(_resolved(entry)):
            skipped.append(f"{_spelled(entry.name)} is a link back to a folder that holds it.")
        else:
            folders.append(entry)
    if len(folders) < 2:
        raise DataError(
            f"{root} has {len(folders) or 'no'} class folder{'s' * (len(folders) != 1)}. Put the "
            "pictures of each class into a folder of its own, named like the class; it takes two."
        )
    return folders, skipped


def _resolved(path: Path) -> Path:
    """Where a link leads; a link in a circle leads to itself."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _files(folder: Path, skipped: list[str]) -> Iterator[Path]:
    """Every file below, in an order that is always the same. Links to folders are not followed."""

    def refused(error: OSError) -> None:
        skipped.append(f"{_spelled(str(error.filename))} cannot be opened: {error.strerror}.")

    for place, folders, names in os.walk(folder, onerror=refused, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place) / name for name in sorted(names) if not name.startswith("."))


def _spelled(name: str) -> str:
    """A name that is no valid text on disk, as one that can be written into a document."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _refuse_too_many(count: int, shape: tuple[int, int, int]) -> None:
    needed = count * shape[0] * shape[1] * shape[2] * BYTES_PER_VALUE
    free = psutil.virtual_memory().available
    if needed > free:
        raise DataError(
            f"{count} pictures of {shape[1]} × {shape[2]} need {needed / 1e9:.1f} GB of memory, "
            f"but only {free / 1e9:.1f} GB are free. Choose a smaller size or fewer pictures."
        )


def _read_into(images: Array, files: list[Path], poll: Poll) -> list[str | None]:
    """Fill ``images``; for each file what is wrong with it, if anything."""
    shape = images.shape[1], images.shape[2], images.shape[3]

    def read(row: int) -> str | None:
        try:
            images[row] = read_picture(files[row], *shape)
        except PictureError as error:
            return str(error)
        return None

    faults: list[str | None] = []
    with ThreadPoolExecutor(READERS, thread_name_prefix="pictures") as readers:
        for first in range(0, len(files), BETWEEN_POLLS):
            poll()
            rows = range(first, min(first + BETWEEN_POLLS, len(files)))
            faults += readers.map(read, rows)
    return faults


def _checked(root: Path, folders: list[Path], labels: Array, skipped: list[str]) -> tuple[str, ...]:
    """What to say about classes without pictures. Raises DataError when too little is left."""
    counts = np.bincount(labels, minlength=len(folders))
    filled = int((counts > 0).sum())
    if filled < 2:
        shown = " ".join(skipped[:3])
        raise DataError(
            f"{root} has pictures of {filled or 'no'} class{'es' * (filled != 1)}, and it takes "
            f"two. Add pictures. {shown}".rstrip()
        )
    return tuple(
        f"The folder “{_spelled(folder.name)}” has no pictures, so its class cannot be learned. "
        "Add some, or delete the folder."
        for folder, count in zip(folders, counts, strict=True)
        if not count
    )
