"""Pictures in folders, one folder per class."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.controls import Poll, go_on
from engine.data.folders.class_folders import Broken, files_in, left_out
from engine.data.folders.layout import checked
from engine.data.pictures.files import Bits, Colour, bits_of, read_pictures
from engine.data.samples import Samples
from engine.data.sources.files.class_folders import ClassFolders
from engine.data.sources.spec import Proposal, in_full
from graphs.data import ClassKind, Field
from graphs.describe import param
from graphs.setting_kinds import FilePath, Pair, pair
from graphs.wording.visible import spelled


class ImageFolder(ClassFolders, id="image_folder", title="Folder of pictures", group="From files"):
    """A folder with one folder per class, which holds pictures of that class.

    Folders for training, validation and test with the class folders in them are the split. Pictures
    of any kind and size are stretched to one size. Files that cannot be read are left out and
    listed.
    """

    noun = "pictures"

    size: Pair = param(
        default=64, low=1, high=4096, unit="px", help="Height and width that all are brought to."
    )
    colour: Colour = param(
        default="rgb", help="Whether colours are kept (3 channels) or not (1 channel)."
    )
    bits: Bits = param(
        default="auto",
        help="How many bits of a picture are read; auto reads all where every picture is grey with "
        "more than 8.",
    )
    broken: Broken = param(default="leave out", help="What is done with files that cannot be read.")

    def read(self, poll: Poll = go_on) -> Samples:
        """As a document says it; one that says nothing of bits was drawn when 8 were read."""
        bits = "8 bits" if self.bits == "auto" else self.bits
        return replace(self, bits=bits)._samples(poll)

    def _samples(self, poll: Poll) -> Samples:
        found = self.layout()
        root = found.root
        skipped = list(found.skipped)
        files = [
            (at, file)
            for at, place in enumerate(found.places)
            for file in files_in(place.folder, skipped, root)
        ]
        read = read_pictures(
            [file for _, file in files], pair(self.size), self.colour, self.bits, poll
        )
        told = [
            f"{_named(file, root)} {fault}."
            for (_, file), fault in zip(files, read.faults, strict=True)
            if fault is not None
        ]
        skipped += left_out(told, len(files), self.broken)
        chosen = [files[row][0] for row in read.good]
        labels = np.array([found.places[at].label for at in chosen], dtype=np.int64)
        parts = found.parts(chosen)
        return Samples(
            fields={
                "image": read.field,
                "label": Field(ClassKind.id, classes=found.classes, target=True),
            },
            domains={},
            values={"image": read.images, "label": labels},
            skipped=tuple(skipped),
            notices=(*checked(found, labels, skipped, parts), *read.notices),
            parts=parts,
        )

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the path and what the folders are settled, so that they stay as they are seen."""
        samples, found = self._samples(poll), self.layout()
        bits = bits_of(samples.values["image"])
        settled = replace(self, path=FilePath(str(found.root)), folders=found.top, bits=bits)
        return Proposal.of(in_full(settled), samples)


def _named(file: Path, root: Path) -> str:
    """A file as messages call it: below its folder, or in full where it lies elsewhere."""
    return spelled(str(file.relative_to(root) if file.is_relative_to(root) else file))
