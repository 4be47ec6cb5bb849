"""Pictures in folders, one folder per class."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from engine.data.class_folders import (
    Broken,
    checked,
    class_folders,
    files_in,
    left_out,
    spelled,
)
from engine.data.memory import check_memory
from engine.data.paths import located
from engine.data.pictures import PictureError, read_picture
from engine.data.samples import Array, Poll, Samples, go_on
from engine.data.sources.spec import Proposal, Source
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
    broken: Broken = param(default="leave out", help="What is done with files that cannot be read.")

    def read(self, poll: Poll = go_on) -> Samples:
        root = located(self.path)
        folders, skipped = class_folders(root, "pictures")
        files = [
            (label, file)
            for label, folder in enumerate(folders)
            for file in files_in(folder, skipped)
        ]
        height, width = pair(self.size)
        channels = 3 if self.colour == "rgb" else 1
        shape = (channels, height, width)
        check_memory(
            len(files) * channels * height * width * BYTES_PER_VALUE,
            f"{len(files)} pictures of {height} × {width}",
            "Choose a smaller size or fewer pictures.",
        )
        images = np.empty((len(files), *shape), dtype=np.uint8)
        faults = _read_into(images, [file for _, file in files], poll)
        good = [row for row, fault in enumerate(faults) if fault is None]
        told = [
            f"{spelled(str(file.relative_to(root)))} {fault}."
            for (_, file), fault in zip(files, faults, strict=True)
            if fault is not None
        ]
        skipped += left_out(told, len(files), self.broken)
        labels = np.array([files[row][0] for row in good], dtype=np.int64)
        notices = checked(root, folders, labels, skipped, "pictures")
        return Samples(
            fields={
                "image": Field(Content.IMAGE, shape),
                "label": Field(
                    Content.CLASS,
                    classes=tuple(spelled(folder.name) for folder in folders),
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
        path = FilePath(str(located(self.path).absolute()))
        samples = self.read(poll)
        return Proposal.of(replace(self, path=path), samples)


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
