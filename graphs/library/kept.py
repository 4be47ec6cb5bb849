"""Blocks that users keep to build with: documents in a folder, each of one block and its graphs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, count
from pathlib import Path

from graphs import files
from graphs.checking.node_kinds import Bindings
from graphs.document.document import Document, Graph
from graphs.document.edits import Node, NodeId
from graphs.errors import BrokenFile, FileError, NotSaved
from graphs.files import opener
from graphs.files.saving import reason
from graphs.steps.blocks import definitions
from graphs.steps.clips import Clip, copied, pasted
from graphs.wording.phrases import phrase
from graphs.wording.visible import visible

FOLDER = "blocks"
"""What such a folder is called, beside the user's runs and beside the documents of a project."""
MOST = 500
"""Files of one folder that are looked at: the rest would make every search wait."""
LARGEST = 8_000_000
"""Bytes of such a file: a larger one would make the window wait."""
_LONGEST = 150
"""Bytes of the name of a file before its ending; systems take 255 in all, some with additions."""
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
"""What no system, or not every one, takes in the name of a file."""


@dataclass(frozen=True, slots=True)
class KeptBlock:
    """A block that a file holds."""

    path: Path
    title: str
    search: str
    """What is drawn in it, for searches."""
    _clip: Clip

    @property
    def id(self) -> str:
        """Where it lies, which tells it from all others."""
        return str(self.path)

    def summary(self) -> str:
        """What it is, in one sentence."""
        return phrase("A block of yours, kept in {folder}.", folder=visible(str(self.path.parent)))

    def help(self) -> str:
        """The same: there is no more to say."""
        return self.summary()

    def clip(self) -> Clip:
        """The block, with the graphs that it computes."""
        return self._clip


def file_for(folder: Path, title: str) -> Path:
    """Where a block of that title is kept: where one is kept already, or else where nothing is."""
    plain = _NOT_IN_NAMES.sub("-", title).strip(" .").encode(errors="ignore")
    name = plain[:_LONGEST].decode(errors="ignore").strip(" .") or "block"
    further = (f"{name} {number}" for number in count(2))
    paths = (folder / f"{one}{files.SUFFIX}" for one in chain([name], further))
    return next(path for path in paths if not os.path.lexists(path) or _holds(path, title))


def _holds(path: Path, title: str) -> bool:
    """Whether a file holds a block of that title, and nothing else that would be lost."""
    try:
        return read(path).title == visible(title)
    except FileError:
        return False


def keep(graph: Graph, node: NodeId, folder: Path, title: str) -> Path:
    """Write a block of a graph, under a title, into a folder; another of that title is replaced.

    What it refers to outside, such as another block's weights, stays behind, and what the block
    around it would say has its usual value. Raises FileError.
    """
    clip, alone = copied(graph, [node]), Document()
    clip = replace(clip, nodes=tuple(_settled(one, graph) for one in clip.nodes))
    alone.apply(pasted(alone.main, clip, by=(0, 0)))
    (block,) = alone.main.nodes
    alone.apply(definitions.call(alone.main, block, title))
    path = file_for(folder, title)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotSaved("The block could not be kept: {reason}", reason=reason(error)) from error
    files.write(alone, path)
    return path


def _settled(node: Node, graph: Graph) -> Node:
    """A node as it is outside of the block whose graph it lies in."""
    usual = Bindings(graph.definition.parameters)
    settings = dict(node.settings)
    for name, value in settings.items():
        with suppress(KeyError):  # of a parameter that is gone: it is told where it is placed
            settings[name] = usual.settled(value)
    return replace(node, settings=settings)


def remove(path: Path) -> None:
    """Delete the file of a block; one that is gone already is no fault. Raises FileError."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        opener.refuse(error, path.name)


def kept(folders: Iterable[Path]) -> tuple[tuple[KeptBlock, ...], tuple[str, ...]]:
    """The blocks in some folders, by title, and what is wrong with files that hold none."""
    found: list[KeptBlock] = []
    faults: list[str] = []
    for folder in dict.fromkeys(folders):
        there = _in(folder)
        for path in there[:MOST]:
            try:
                found.append(read(path))
            except FileError as error:
                faults.append(str(error))
        if len(there) > MOST:
            faults.append(
                phrase(
                    "{folder} holds {count:,} files, of which the first {most:,} are offered. Move "
                    "those out of it that are not needed.",
                    folder=visible(str(folder)),
                    count=len(there),
                    most=MOST,
                )
            )
    return tuple(sorted(found, key=lambda one: (one.title.casefold(), one.id))), tuple(faults)


def read(path: Path) -> KeptBlock:
    """The block that a file holds. Raises FileError."""
    try:
        there = path.stat()
    except (OSError, ValueError) as error:
        opener.refuse(error, opener.shown(path))
    if there.st_size > LARGEST:
        raise opener.too_large(opener.shown(path), there.st_size, LARGEST)
    found = _read(path, (there.st_mtime_ns, there.st_ctime_ns), there.st_size)
    if isinstance(found, BrokenFile):
        raise found.with_traceback(None)
    return found


def _in(folder: Path) -> list[Path]:
    """The documents in a folder, if it is there and can be read."""
    try:
        return sorted(folder.glob(f"*{files.SUFFIX}"))
    except OSError:
        return []


@lru_cache(maxsize=2 * MOST)
def _read(path: Path, changed: tuple[int, int], size: int) -> KeptBlock | BrokenFile:
    """Read once for each time that the file was changed, also where it holds none."""
    try:
        return _block(path)
    except BrokenFile as error:
        error.__traceback__ = error.__context__ = error.__cause__ = None  # they hold all of it
        return error


def _block(path: Path) -> KeptBlock:
    main = files.read(path).document.main
    graphs = main.document.graphs
    blocks = [
        (node.id, graph)
        for node in main.nodes.values()
        for graph in node.blocks.values()
        if graph in graphs
    ]
    if len(main.nodes) != 1 or len(blocks) != 1:
        raise BrokenFile(
            "{name} holds no single block, so none can be offered. Move it out of the folder of "
            "blocks, or open it and leave one block alone.",
            name=opener.shown(path),
        )
    ((node, graph),) = blocks
    inside = sorted({one.layer for one in graphs[graph].nodes.values()})
    title = visible(graphs[graph].definition.title or path.stem)
    return KeptBlock(path, title, " ".join(inside), copied(main, [node]))
