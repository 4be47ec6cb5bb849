"""The ``.loom`` file: a document as JSON that can be read, compared and trusted.

Opening one runs nothing and imports nothing: ids are looked up in closed registries, and what is
not found there stays a text.
"""

from collections.abc import Iterable
from pathlib import Path

from graphs import saving
from graphs.document import Document
from graphs.errors import NoFile
from graphs.files import data_paths, limits, opener, weights
from graphs.files.decoding import REPLANNED, Opened, opened
from graphs.files.encoding import encoded
from graphs.files.migrations import migrated
from graphs.files.parsing import parsed

__all__ = ["REPLANNED", "Opened", "decoded", "encoded", "read", "write"]

SUFFIX = ".loom"


def decoded(data: bytes, name: str = "The file") -> Opened:
    """The document that the bytes of a file hold; messages call the file by ``name``.

    Raises NewerFile, TooLarge and BrokenFile.
    """
    return opened(migrated(parsed(data, name), name), name)


def read(path: Path | str) -> Opened:
    """The document in a file, its data found from the file's folder; raises FileError."""
    path = Path(path)
    saving.sweep(path.parent)
    name = opener.shown(path)
    try:
        data = opener.read_bytes(path, limits.MAX_BYTES, name=name)
    except NoFile as error:
        raise NoFile(f"{name} is no file. Choose a file that ends in {SUFFIX}.") from error
    found = decoded(data, name)
    data_paths.read_in(found.document, path.parent)
    return found


def write(document: Document, path: Path | str, folders: Iterable[Path] = ()) -> tuple[str, ...]:
    """Save the document whole or not at all; raises TooLarge and NotSaved with a sentence.

    Data that lies below the file's folder is named from there.

    The weights that it starts from are brought from one of ``folders`` to beside it first. Where
    they are not to be had, the document is saved without them, and that is returned as a sentence,
    as is what else is uncertain.
    """
    data = encoded(data_paths.written_to(document, Path(path).parent))
    sha = document.weights
    notices = weights.brought(sha, folders, Path(path).parent) if sha is not None else ()
    return (*notices, *saving.write_atomically(path, data))
