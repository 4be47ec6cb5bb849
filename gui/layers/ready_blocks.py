"""Ready-made blocks and those that users keep, as the palette and searches offer them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QDateTime, QLocale

from engine.weights import weight_store
from graphs.errors import FileError
from graphs.layers.blocks import Block
from graphs.library import kept
from graphs.library.blocks import ReadyBlock, blocks, find
from graphs.library.kept import KeptBlock
from graphs.wording.phrases import phrase
from graphs.wording.visible import visible

_READY, _KEPT = f"{Block.id}:ready:", f"{Block.id}:kept:"
YOURS = "Your blocks"
"""The group of those that users keep."""
Placeable: TypeAlias = ReadyBlock | KeptBlock


@dataclass(frozen=True, slots=True)
class LibraryBlock:
    """A ready-made or kept block among layers."""

    block: Placeable
    where: str = ""
    """Where it is kept and since when, if that alone tells it from another of its title."""

    @property
    def id(self) -> str:
        """What no layer is called."""
        return f"{_KEPT if isinstance(self.block, KeptBlock) else _READY}{self.block.id}"

    @property
    def group(self) -> str:
        """Where it stands in the palette."""
        return YOURS if isinstance(self.block, KeptBlock) else Block.group

    @property
    def title(self) -> str:
        """What it is called."""
        return self.block.title

    @property
    def search(self) -> str:
        """Further words under which it is found."""
        return self.block.search

    def summary(self) -> str:
        """What it is, in one sentence."""
        return self.block.summary()

    def help(self) -> str:
        """What it is, at length."""
        return self.block.help()


def user_folder() -> Path:
    """Where a user's blocks for all projects are kept."""
    return weight_store.store().parent / kept.FOLDER


def project_folder(document: Path) -> Path:
    """Where those of one project are kept: beside its documents."""
    return document.absolute().parent / kept.FOLDER


def folders_for(document: Path | None) -> tuple[Path, ...]:
    """Where the blocks are kept that a document may be built with, wherever it lies."""
    return (user_folder(), *(() if document is None else (project_folder(document),)))


def library_blocks(folders: Iterable[Path] = ()) -> tuple[LibraryBlock, ...]:
    """The blocks that are kept in some folders, then all ready-made ones, by id."""
    found, ready = kept.kept(folders)[0], blocks()
    every: tuple[Placeable, ...] = (*found, *ready)
    named = Counter(one.title.casefold() for one in every)
    lying = Counter((one.title.casefold(), one.path.parent) for one in found)
    mine = [
        LibraryBlock(one, _where(one, is_alone=lying[one.title.casefold(), one.path.parent] == 1))
        if named[one.title.casefold()] > 1
        else LibraryBlock(one)
        for one in found
    ]
    return (*mine, *map(LibraryBlock, ready))


def _where(block: KeptBlock, *, is_alone: bool) -> str:
    """Whose it is, or of several in one folder the name of its file; and its day."""
    place = phrase("this project")
    if block.path.parent == user_folder():
        place = phrase("all projects")
    if not is_alone:
        place = visible(block.path.stem)
    try:
        changed = QDateTime.fromSecsSinceEpoch(int(block.path.stat().st_mtime))
    except OSError:
        return place
    return f"{place} · {QLocale().toString(changed, 'd MMM yyyy')}"


def ready_block(id: str) -> Placeable | None:
    """The block that is offered under ``id``; None for all others, and for one that is gone."""
    if id.startswith(_READY):
        return find(id.removeprefix(_READY))
    if not id.startswith(_KEPT):
        return None
    try:
        return kept.read(Path(id.removeprefix(_KEPT)))
    except FileError:
        return None
