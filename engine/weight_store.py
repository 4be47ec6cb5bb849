"""Where weights lie that documents start from, beside the documents themselves.

What a user has chosen once is kept here too, by its SHA-256: an undone step, a document that was
never saved and a run's own copy of its document all find it again.
"""

from collections.abc import Iterable
from pathlib import Path

from engine.machine import home
from graphs.document import Document
from graphs.files import weights


def store() -> Path:
    """The user's own folder for them."""
    return home().folder.parent / "weights"


def folders(document: Path | None) -> tuple[Path, ...]:
    """Where to look for the weights of a document that lies at a path, or nowhere yet."""
    return (store(),) if document is None else (document.absolute().parent, store())


def keep(sha: str | None, places: Iterable[Path]) -> None:
    """Have weights in the store, too; raises FileError when they are nowhere else."""
    if sha is not None:
        weights.copied(sha, places, store())


def check(document: Document, places: Iterable[Path]) -> None:
    """Raise FileError when the document starts from weights that are missing or altered."""
    if document.weights is not None:
        weights.found(document.weights, (*places, store()))
