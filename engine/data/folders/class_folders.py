"""Lists the files and folders of a data set in a fixed order, and what is left out of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.data.paths import unreadable
from engine.errors import DataError
from graphs.data.sources.choices import Broken
from graphs.files.saving import lies_in
from graphs.wording.phrases import phrase
from graphs.wording.visible import spelled

SHOWN_FILES = 8
"""So many that cannot be read have a line each, for their reasons differ; more have one in all."""
LEADS_OUT = "{name} is a link that leads out of the folder that is read."
LEFT_BY_SYSTEMS = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"})
"""Files that systems put into folders, passed over as hidden ones are; in small letters."""
NAMED_FILES = 3
"""Files that are named of many that cannot be read."""


def folders_in(
    root: Path, skipped: list[str], prefix: str = "", within: Path | None = None
) -> list[Path]:
    """The folders in a folder by name; what else lies there is told. Raises DataError.

    Links are followed inside of ``within`` only, which is the folder itself where nothing is said.
    """
    try:
        if not root.is_dir() and root.exists():
            raise DataError(
                "{root} is a file. Choose the folder that holds the class folders.", root=root
            )
        entries = sorted(root.iterdir())
    except (OSError, ValueError) as error:
        raise DataError(unreadable(root, error)) from None
    own = root.resolve()
    folders = []
    for entry in entries:
        name = spelled(f"{prefix}/{entry.name}" if prefix else entry.name)
        if entry.name.startswith("."):
            if os.path.isdir(entry):
                skipped.append(phrase("{name} is a hidden folder, and is left out.", name=name))
        elif entry.name == "__MACOSX" and os.path.isdir(entry):
            skipped.append(
                phrase(
                    "{name} is no class but what an archive has left, and is left out.", name=name
                )
            )
        elif not os.path.isdir(entry):
            skipped.append(phrase("{name} lies in no class folder.", name=name))
        elif own.is_relative_to(resolved(entry)):
            skipped.append(phrase("{name} is a link back to a folder that holds it.", name=name))
        elif not lies_in(entry, within or own):
            skipped.append(phrase(LEADS_OUT, name=name))
        else:
            folders.append(entry)
    return folders


def glance(folder: Path) -> tuple[list[Path], bool]:
    """The folders in a folder by name, and whether files lie beside them; hidden ones left apart.

    Empty for what cannot be looked into: whoever reads it says so.
    """
    try:
        with os.scandir(folder) as entries:
            found = [(one.is_dir(), one.path) for one in entries if one.name[0] != "."]
    except (OSError, ValueError):
        return [], False
    folders = sorted(Path(path) for is_folder, path in found if is_folder)
    return folders, len(folders) < len(found)


def resolved(path: Path) -> Path:
    """Where a link leads; a link in a circle leads to itself."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def left_out(faults: Sequence[str], files: int, broken: Broken) -> tuple[str, ...]:
    """What is said of the files that cannot be read, each with its reason as a sentence.

    Raises DataError when there are some and reading is to stop at them.
    """
    if faults and broken == "stop":
        more = (
            phrase(" {count} more like it.", count=len(faults) - NAMED_FILES)
            if len(faults) > NAMED_FILES
            else ""
        )
        named = " ".join(faults[:NAMED_FILES])
        raise DataError(
            "{count} of {files} files cannot be read: {named}{more} Mend or remove them, "
            "or let what is broken be left out.",
            count=len(faults),
            files=files,
            named=named,
            more=more,
        )
    if len(faults) <= SHOWN_FILES:
        return tuple(faults)
    return (
        phrase(
            "{count:,} of {files:,} files cannot be read: {named} {more:,} more like them.",
            count=len(faults),
            files=files,
            named=" ".join(faults[:NAMED_FILES]),
            more=len(faults) - NAMED_FILES,
        ),
    )


def files_in(folder: Path, skipped: list[str], root: Path | None = None) -> Iterator[Path]:
    """Every file below, in an order that is always the same.

    Links to folders are not followed, and those to files only inside of ``root``, or of the folder
    itself where it lies elsewhere.
    """
    root = root if root is not None and folder.is_relative_to(root) else folder

    def refused(error: OSError) -> None:
        skipped.append(
            phrase(
                "{filename} cannot be opened: {strerror}.",
                filename=spelled(str(error.filename)),
                strerror=error.strerror,
            )
        )

    for place, folders, names in os.walk(folder, onerror=refused, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        named = (name for name in sorted(names) if not _is_of_system(name))
        for path in (Path(place) / name for name in named):
            if os.path.islink(path) and os.path.exists(path) and not lies_in(path, root):
                skipped.append(phrase(LEADS_OUT, name=spelled(str(path.relative_to(root)))))
            else:
                yield path


def _is_of_system(name: str) -> bool:
    return name.startswith(".") or name.lower() in LEFT_BY_SYSTEMS
