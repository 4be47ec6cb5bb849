"""The ``.loom`` file: a document as JSON that can be read, compared and trusted.

Opening one runs nothing and imports nothing: ids are looked up in closed registries, and what is
not found there stays a text.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from graphs.document.document import Document
from graphs.errors import NoFile
from graphs.files import data_paths, limits, opener, saving, stamps, weights
from graphs.files.decoding import REPLANNED, OpenedDocument, opened
from graphs.files.encoding import encoded
from graphs.files.migrations import migrated
from graphs.files.parsing import check_kind, parsed
from graphs.files.stamps import Stamp, stamp

__all__ = [
    "REPLANNED",
    "OpenedDocument",
    "SavedDocument",
    "content",
    "decoded",
    "document_of",
    "encoded",
    "read",
    "stamp_of",
    "write",
    "written",
]

SUFFIX = ".loom"


@dataclass(frozen=True, slots=True)
class SavedDocument:
    """A document is in its file: the file's stamp, and what else is to be said, as sentences."""

    stamp: Stamp
    notices: tuple[str, ...] = ()


def decoded(data: bytes, name: str = "The file") -> OpenedDocument:
    """The document that the bytes of a file hold; messages call the file by ``name``.

    Raises NewerFile, TooLarge and BrokenFile.
    """
    return document_of(parsed(data, name), name)


def document_of(tree: Any, name: str) -> OpenedDocument:
    """The document that plain values say; raises NewerFile, TooLarge and BrokenFile."""
    return opened(migrated(tree, name), name)


def read(path: Path | str, folder: Path | None = None) -> OpenedDocument:
    """The document in a file; raises FileError with a sentence.

    Its data is found from the file's folder, or from ``folder`` where it belongs elsewhere.
    """
    path = Path(path)
    saving.sweep(path.parent)
    name = opener.shown(path)
    try:
        with opener.opened(path, name=name) as file:
            data = opener.content(file, limits.MAX_BYTES, name)
            found = _found(file)
    except NoFile as error:
        raise NoFile(
            "{name} is no file. Choose a file that ends in {suffix}.", name=name, suffix=SUFFIX
        ) from error
    check_kind(data, name)
    made = decoded(data, name)
    data_paths.read_in(made.document, folder or path.parent)
    return replace(made, stamp=stamp(data, found))


def content(document: Document, folder: Path) -> bytes:
    """The bytes of the document's file in a folder; raises TooLarge."""
    return encoded(data_paths.written_to(document, folder))


def stamp_of(path: Path) -> Stamp:
    """The stamp of what a file holds now; raises FileError."""
    with opener.opened(path) as file:
        return stamp(opener.content(file, limits.MAX_BYTES, opener.shown(path)), _found(file))


def write(document: Document, path: Path | str, folders: Iterable[Path] = ()) -> tuple[str, ...]:
    """Save the document whole or not at all; raises TooLarge and NotSaved with a sentence.

    Data that lies below the file's folder is named from there.

    The weights that it starts from are brought from one of ``folders`` to beside it first. Where
    they are not to be had, the document is saved without them, and that is returned as a sentence,
    as is what else is uncertain.
    """
    return written(document, path, folders).notices


def written(
    document: Document,
    path: Path | str,
    folders: Iterable[Path] = (),
    last_look: Callable[[Path], None] | None = None,
) -> SavedDocument:
    """The same, with the stamp of the file that is there now.

    ``last_look`` is given the file that is about to be replaced; see ``saving.write_atomically``.
    """
    data, sha = content(document, Path(path).parent), document.weights
    notices = weights.brought(sha, folders, Path(path).parent) if sha is not None else ()
    notices = (*notices, *saving.write_atomically(path, data, last_look=last_look))
    try:
        found = os.stat(path)
    except OSError:  # another program was quicker; the next look finds what it did
        return SavedDocument(Stamp(0, len(data), stamps.sha256(data)), notices)
    return SavedDocument(stamp(data, found), notices)


def _found(file: IO[bytes]) -> os.stat_result:
    return os.fstat(file.fileno())
