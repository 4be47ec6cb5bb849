"""Where weights lie that documents start from, beside the documents themselves.

What a user has chosen once is kept here too, by its SHA-256: an undone step, a document that was
never saved and a run's own copy of its document all find it again.
"""

import json
import logging
import os
import struct
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from engine.machine import home
from engine.weights import origins
from engine.weights.origins import Origin
from graphs.document.document import Document
from graphs.errors import BrokenFile, FileError
from graphs.files import opener, weights
from graphs.problems import Problem, problem
from graphs.wording.visible import visible

LONGEST_HEADER = 16 * 2**20
"""Bytes; every tensor takes about a hundred."""
_NOT_A_HEADER = (AttributeError, LookupError, TypeError)
"""What comes of JSON of another form."""
log = logging.getLogger(__name__)
MISSING = (
    "The weights that the document starts from, “{name}”, are not there. Put the file back, or "
    "remove the starting weights in the plan."
)


def store() -> Path:
    """The user's own folder for them."""
    return _base(os.environ.get("LAYERLOOM_HOME")) / "weights"


@cache
def _base(asked: str | None) -> Path:
    """Found out once per place that is asked for: it takes a file to see whether one can write."""
    return home().folder.parent


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


def problems(document: Document, places: Iterable[Path]) -> list[Problem]:
    """What keeps a document from being trained: its weights are in none of these folders."""
    sha = document.weights
    if sha is None or weights.lying(sha, tuple(places)):
        return []
    return [problem(MISSING, name=weights.shown(sha))]


class WeightsHeader(NamedTuple):
    """What a file of weights says of itself."""

    shapes: Mapping[str, tuple[int, ...]]
    """The sizes of its tensors."""
    origin: Origin


def header_of(path: Path) -> WeightsHeader:
    """What a file of weights says at its beginning, without torch.

    Raises BrokenFile for a file that has no such header.
    """
    try:
        with opener.opened(path) as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(min(length, LONGEST_HEADER)))
        tensors = {name: one for name, one in header.items() if name != origins.ABOUT}
        shapes = {name: tuple(map(int, one["shape"])) for name, one in tensors.items()}
        return WeightsHeader(shapes, origins.told(header.get(origins.ABOUT)))
    except (FileError, OSError, struct.error, ValueError, RecursionError, *_NOT_A_HEADER) as error:
        log.info("%s: %s", visible(path), visible(error))
        raise BrokenFile(
            "“{stem}” holds no weights that can be read. {way_out}",
            stem=weights.shown(path.stem),
            way_out=weights.WAY_OUT,
        ) from error
