"""Weights that a document starts from: a file of its own beside it, named by its SHA-256.

So the document stays small and readable, several can share one file, and what lies there is
either exactly what was meant or is refused.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from graphs.errors import BrokenFile, FileError, NotSaved, Unreadable
from graphs.files import opener
from graphs.files.saving import reason, write_atomically
from graphs.wording.phrases import phrase

SHA256 = r"\A[0-9a-f]{64}\Z"
"""What the name of such a file looks like: no path, no dots."""
SUFFIX = ".safetensors"
MOST_BYTES = 64 * 10**9
"""Far more than any network that is drawn; it bounds a file that has no end."""
WAY_OUT = "Put it back, or remove the starting weights from the document."


def place(sha: str, folder: Path) -> Path:
    """Where the weights lie in a folder."""
    return folder / f"{sha}{SUFFIX}"


def shown(sha: str) -> str:
    """The file's name, short enough for a sentence."""
    return f"{sha[:8]}…{SUFFIX}"


def found(sha: str, folders: Iterable[Path]) -> Path:
    """The file in the first folder that has it, its content checked.

    Raises Unreadable when it is nowhere and BrokenFile when it is not what it was.
    """
    there = lying(sha, folders)
    for path in there:
        if _sum(path) == sha:
            return path
    if there:
        raise BrokenFile(
            "The weights that the document starts from, “{sha}”, are not what they were: "
            "their checksum differs. {way_out}",
            sha=shown(sha),
            way_out=phrase(WAY_OUT),
        )
    raise Unreadable(missing(sha))


def lying(sha: str, folders: Iterable[Path]) -> list[Path]:
    """The files of that name in the folders; nobody has looked into them."""
    places = (place(sha, folder) for folder in dict.fromkeys(folders))
    return [path for path in places if os.path.isfile(path)]  # unlike Path.is_file it never raises


def missing(sha: str) -> str:
    """What to say when they are nowhere."""
    return phrase(
        "The weights that the document starts from, “{sha}”, are not there. {way_out}",
        sha=shown(sha),
        way_out=phrase(WAY_OUT),
    )


def kept(data: bytes, folder: Path) -> str:
    """Write the content of a file of weights into a folder and return its SHA-256.

    Raises NotSaved.
    """
    sha = hashlib.sha256(data).hexdigest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotSaved("The weights could not be saved: {reason}", reason=reason(error)) from error
    write_atomically(place(sha, folder), data)
    return sha


def copied(sha: str, folders: Iterable[Path], to: Path) -> None:
    """Have the weights in the folder ``to`` as well; raises as ``found`` does, and NotSaved."""
    path = found(sha, (to, *folders))
    if path.parent == to:
        return
    kept(opener.read_bytes(path, MOST_BYTES, name=f"“{shown(sha)}”"), to)


def brought(sha: str, folders: Iterable[Path], to: Path) -> tuple[str, ...]:
    """The same for a document being saved: what cannot be had is no reason to lose the rest.

    Raises NotSaved, and returns as sentences why the weights are not there. What lies there already
    is not read again at each save; whoever uses it checks it.
    """
    if os.path.isfile(place(sha, to)):
        return ()
    try:
        copied(sha, folders, to)
    except NotSaved:
        raise
    except FileError as error:
        return (str(error),)
    return ()


def _sum(path: Path) -> str:
    name = f"“{path.name[:8]}…{SUFFIX}”"
    with opener.opened(path, name=name) as file:
        try:
            return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            opener.refuse(error, name)
