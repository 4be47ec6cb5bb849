"""Pictures in folders, one folder per class."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from engine.data.class_folders import Broken, files_in, left_out
from engine.data.folder_layout import Folders, Layout, checked, layout, with_own
from engine.data.given_split import TEST, VALID, SplitBy
from engine.data.memory import check_memory
from engine.data.paths import located
from engine.data.pictures import PictureError, read_picture
from engine.data.samples import Array, Poll, Samples, go_on
from engine.data.sources.spec import Proposal, Source, in_full
from graphs.data import Content, Field
from graphs.describe import FilePath, Pair, pair, param
from graphs.visible import spelled

READERS = 4
"""Threads that decode pictures; Pillow lets go of Python's lock meanwhile."""
BETWEEN_POLLS = 4 * READERS
"""Pictures that are read before the user is heeded."""
BYTES_PER_VALUE = 8
"""A byte as it is read, one for its split, four as a float, and some to spare."""


class ImageFolder(Source, id="image_folder", title="Folder of pictures", group="From files"):
    """A folder with one folder per class, which holds pictures of that class.

    Folders for training, validation and test with the class folders in them are the split. Pictures
    of any kind and size are stretched to one size. Files that cannot be read are left out and
    listed.
    """

    path: FilePath = param(default=FilePath(""), help="The folder that holds the class folders.")
    folders: Folders = param(
        default="auto",
        help="What the folders on top are: classes, or the parts of a split with classes in them; "
        "auto goes by names such as train and test.",
    )
    split: SplitBy = param(
        default="given",
        help="Whether a split that is given by folders is kept, or drawn by the plan's shares.",
    )
    validation_path: FilePath = param(
        default=FilePath(""), help="A folder of its own for validation, with class folders."
    )
    test_path: FilePath = param(
        default=FilePath(""), help="A folder of its own for the test, with class folders."
    )
    size: Pair = param(
        default=64, low=1, high=4096, unit="px", help="Height and width that all are brought to."
    )
    colour: Literal["rgb", "grey"] = param(
        default="rgb", help="Whether colours are kept (3 channels) or not (1 channel)."
    )
    broken: Broken = param(default="leave out", help="What is done with files that cannot be read.")

    def read(self, poll: Poll = go_on) -> Samples:
        found = self._layout()
        root = found.root
        skipped = list(found.skipped)
        files = [
            (at, file)
            for at, place in enumerate(found.places)
            for file in files_in(place.folder, skipped, root)
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
            f"{_named(file, root)} {fault}."
            for (_, file), fault in zip(files, faults, strict=True)
            if fault is not None
        ]
        skipped += left_out(told, len(files), self.broken)
        chosen = [files[row][0] for row in good]
        labels = np.array([found.places[at].label for at in chosen], dtype=np.int64)
        parts = found.parts(chosen)
        notices = checked(found, labels, skipped, parts)
        return Samples(
            fields={
                "image": Field(Content.IMAGE, shape),
                "label": Field(Content.CLASS, classes=found.classes, target=True),
            },
            domains={},
            values={"image": images if len(good) == len(files) else images[good], "label": labels},
            skipped=tuple(skipped),
            notices=notices,
            parts=parts,
        )

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the path and what the folders are settled, so that they stay as they are seen."""
        samples, found = self.read(poll), self._layout()
        settled = replace(self, path=FilePath(str(found.root)), folders=found.top)
        return Proposal.of(in_full(settled), samples)

    def _layout(self) -> Layout:
        found = layout(located(self.path), "pictures", self.folders, self.split)
        own = {VALID: located(self.validation_path), TEST: located(self.test_path)}
        return with_own(found, own)


def _named(file: Path, root: Path) -> str:
    """A file as messages call it: below its folder, or in full where it lies elsewhere."""
    return spelled(str(file.relative_to(root) if file.is_relative_to(root) else file))


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
