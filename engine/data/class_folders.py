"""Samples in folders, one folder per class: which there are, always in the same order."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from engine.data.paths import unreadable
from engine.data.samples import Array
from engine.errors import DataError

Broken: TypeAlias = Literal["leave out", "stop"]
"""What is done with files that cannot be read."""
SHOWN_FILES = 20
"""Files that are named when many are left out."""
NAMED_FILES = 3
"""Files that are named in an error."""


def left_out(faults: Sequence[str], files: int, broken: Broken) -> tuple[str, ...]:
    """What is said of the files that cannot be read, each with its reason as a sentence.

    Raises DataError when there are some and reading is to stop at them.
    """
    if faults and broken == "stop":
        more = f" {len(faults) - NAMED_FILES} more like it." if len(faults) > NAMED_FILES else ""
        named = " ".join(faults[:NAMED_FILES])
        raise DataError(
            f"{len(faults)} of {files} files cannot be read: {named}{more} "
            "Mend or remove them, or let what is broken be left out."
        )
    shown = list(faults[:SHOWN_FILES])
    if len(faults) > SHOWN_FILES:
        shown.append(f"{len(faults) - SHOWN_FILES} more of {files} files cannot be read.")
    return tuple(shown)


def class_folders(root: Path, noun: str) -> tuple[list[Path], list[str]]:
    """Folders of classes by name, and what was left out beside them. Raises DataError.

    ``noun`` says what they hold, in the plural.
    """
    if root == Path():
        raise DataError(f"Choose a folder that holds one folder of {noun} per class.")
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
            skipped.append(f"{spelled(entry.name)} lies in no class folder.")
        elif own.is_relative_to(_resolved(entry)):
            skipped.append(f"{spelled(entry.name)} is a link back to a folder that holds it.")
        else:
            folders.append(entry)
    if len(folders) < 2:
        raise DataError(
            f"{root} has {len(folders) or 'no'} class folder{'s' * (len(folders) != 1)}. Put the "
            f"{noun} of each class into a folder of its own, named like the class; it takes two."
        )
    return folders, skipped


def _resolved(path: Path) -> Path:
    """Where a link leads; a link in a circle leads to itself."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def files_in(folder: Path, skipped: list[str]) -> Iterator[Path]:
    """Every file below, in an order that is always the same. Links to folders are not followed."""

    def refused(error: OSError) -> None:
        skipped.append(f"{spelled(str(error.filename))} cannot be opened: {error.strerror}.")

    for place, folders, names in os.walk(folder, onerror=refused, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place) / name for name in sorted(names) if not name.startswith("."))


def spelled(name: str) -> str:
    """A name that is no valid text on disk, as one that can be written into a document."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def checked(
    root: Path, folders: list[Path], labels: Array, skipped: list[str], noun: str
) -> tuple[str, ...]:
    """What to say about classes without samples. Raises DataError when too little is left."""
    counts = np.bincount(labels, minlength=len(folders))
    filled = int((counts > 0).sum())
    if filled < 2:
        shown = " ".join(skipped[:3])
        raise DataError(
            f"{root} has {noun} of {filled or 'no'} class{'es' * (filled != 1)}, and it takes "
            f"two. Add {noun}. {shown}".rstrip()
        )
    return tuple(
        f"The folder “{spelled(folder.name)}” has no {noun}, so its class cannot be learned. "
        "Add some, or delete the folder."
        for folder, count in zip(folders, counts, strict=True)
        if not count
    )
