"""Ready-made blocks of the library as the palette and searches offer them."""

from __future__ import annotations

from dataclasses import dataclass

from graphs.layers.blocks import Block
from graphs.library.blocks import ReadyBlock, blocks, find

_MARK = f"{Block.id}:ready:"


@dataclass(frozen=True, slots=True)
class LibraryBlock:
    """A ready-made block among layers."""

    block: ReadyBlock
    group: str = Block.group

    @property
    def id(self) -> str:
        """What no layer is called."""
        return f"{_MARK}{self.block.id}"

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


def library_blocks() -> tuple[LibraryBlock, ...]:
    """All ready-made blocks, by id."""
    return tuple(map(LibraryBlock, blocks()))


def ready_block(id: str) -> ReadyBlock | None:
    """The ready-made block that is offered under ``id``; None for all others."""
    return find(id.removeprefix(_MARK)) if id.startswith(_MARK) else None
