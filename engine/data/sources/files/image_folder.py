"""Reads the pictures of folders, one folder per class."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.controls import Poll, go_on
from engine.data.folders.class_folders import files_in, left_out
from engine.data.folders.layout import checked
from engine.data.folders.same_folders import files_once, hard_linked
from engine.data.pictures.files import PictureStack, read_pictures
from engine.data.pictures.plain import FULL_WHITE
from engine.data.samples import Samples
from engine.data.sources.files.class_folders import ClassFoldersReader
from engine.data.sources.spec import Proposal, in_full
from graphs.data import ClassKind, Field
from graphs.data.sources.files.image_folder import ImageFolder
from graphs.setting_kinds import FilePath
from graphs.wording.visible import spelled


class ImageFolderReader(ClassFoldersReader[ImageFolder], of=ImageFolder):
    """All pictures of all folders."""

    noun = "pictures"

    def read(self, poll: Poll = go_on) -> Samples:
        """As a document says it; one that says nothing of bits was drawn when 8 were read."""
        bits = "8 bits" if self.source.bits == "auto" else self.source.bits
        white = self.source.deep_white or FULL_WHITE
        return self.having(bits=bits, deep_white=white)._samples(poll)[0]

    def _samples(self, poll: Poll) -> tuple[Samples, PictureStack]:
        found = self.layout()
        root = found.root
        skipped = list(found.skipped)
        files = [
            (at, file)
            for at, place in enumerate(found.places)
            for file in files_in(place.folder, skipped, root)
        ]
        once = files_once([file for _, file in files], root, skipped)
        files = [(at, file) for at, file in files if file in once]
        read = read_pictures([file for _, file in files], self.source, poll)
        told = [
            f"{_named(file, root)} {fault}."
            for (_, file), fault in zip(files, read.faults, strict=True)
            if fault is not None
        ]
        skipped += left_out(told, len(files), self.source.broken)
        chosen = [files[row][0] for row in read.good]
        labels = np.array([found.places[at].label for at in chosen], dtype=np.int64)
        parts = found.parts(chosen)
        samples = Samples(
            fields={
                "image": read.field,
                "label": Field(ClassKind.id, classes=found.classes, target=True),
            },
            domains={},
            values={"image": read.images, "label": labels},
            skipped=tuple(skipped),
            notices=(
                *checked(found, labels, skipped, parts),
                *hard_linked([file for _, file in files], root),
                *read.notices,
            ),
            parts=parts,
            deep_white={"image": read.deep_white} if read.deep_white else {},
        )
        return samples, read

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the path and what the folders are settled, so that they stay as they are seen."""
        (samples, read), found = self._samples(poll), self.layout()
        settled = self.having(path=FilePath(str(found.root)), folders=found.top, **read.settled)
        return Proposal.of(in_full(settled.source), samples)


def _named(file: Path, root: Path) -> str:
    """A file as messages call it: below its folder, or in full where it lies elsewhere."""
    return spelled(str(file.relative_to(root) if file.is_relative_to(root) else file))
