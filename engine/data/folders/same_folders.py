"""Class folders that lead to one place, or whose names look like one: what is said of them."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from engine.data.folders.class_folders import resolved
from graphs.wording.phrases import phrase, with_and
from graphs.wording.visible import spelled


def once(folders: Sequence[Path], noun: str, root: Path, skipped: list[str]) -> list[Path]:
    """The folders without those that lead to what others hold, too; each of these is told.

    A folder goes before a link to it, and of several links the first is kept.
    """
    kept: dict[Path, Path] = {}
    placed = [(folder, resolved(folder)) for folder in folders]
    own = resolved(root)
    placed.sort(key=lambda one: one[1] != own / os.path.relpath(one[0], root))
    for folder, place in placed:
        if (same := next((each for each in kept if _overlap(each, place)), None)) is None:
            kept[place] = folder
            continue
        skipped.append(
            phrase(
                "“{name}” leads to the {noun} of “{other}”, which would count twice, and is left "
                "out.",
                name=_shown(folder, root),
                noun=noun,
                other=_shown(kept[same], root),
            )
        )
    there = set(kept.values())
    return [folder for folder in folders if folder in there]


def files_once(files: Sequence[Path], root: Path, skipped: list[str]) -> set[Path]:
    """The files without links to others of them, as each would count twice; these are told.

    A file goes before a link to it, and of several links to one place the first is kept.
    """
    links = [file for file in files if os.path.islink(file)]
    kept = set(files).difference(links)
    held = {resolved(file): file for file in kept} if links else {}
    for link in links:
        if (other := held.setdefault(resolved(link), link)) is link:
            kept.add(link)
            continue
        skipped.append(
            phrase(
                "“{name}” is a link to “{other}”, which would count twice, and is left out.",
                name=_shown(link, root),
                other=_shown(other, root),
            )
        )
    return kept


def hard_linked(files: Sequence[Path], root: Path) -> Iterator[str]:
    """What is said of files that are one file on disk under several names; each counts."""
    by_place: dict[tuple[int, int], list[Path]] = {}
    for file in files:
        with suppress(OSError):  # what cannot be read is told by who reads it
            found = os.stat(file)
            if found.st_nlink > 1:
                by_place.setdefault((found.st_dev, found.st_ino), []).append(file)
    several = [names for names in by_place.values() if len(names) > 1]
    if several:
        first, other, *_ = several[0]
        yield phrase(
            "“{name}” and “{other}” are one file on disk, and count twice{more}. If that is not "
            "meant, remove one of them.",
            name=_shown(first, root),
            other=_shown(other, root),
            more=phrase(", as do {count} more", count=len(several) - 1) if several[1:] else "",
        )


def alike(classes: Iterable[str], noun: str) -> Iterator[str]:
    """What is said of classes whose names differ in case alone, or look the same."""
    by_look: dict[str, list[str]] = {}
    for name in classes:
        look = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
        by_look.setdefault(look, []).append(name)
    for names in by_look.values():
        if len(names) > 1:
            yield phrase(
                "{names} are different classes, though their names differ only in how they are "
                "written. If they are one, put their {noun} into one folder.",
                names=with_and(f"“{name}”" for name in names),
                noun=noun,
            )


def _overlap(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


def _shown(folder: Path, root: Path) -> str:
    return spelled(os.path.relpath(folder, root))
