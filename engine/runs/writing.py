"""Before a run is trained: whether what it will write can be written, so that no hours are lost."""

from __future__ import annotations

import os
from pathlib import Path

from engine.errors import RunError
from graphs.files import strict
from graphs.files.saving import lies_in

_WRITABLE = 0o222


def make_way(path: Path, folder: Path) -> None:
    """Set aside what lies where a file is to be written, but is none or leads out of the folder.

    Raises RunError when it stays.
    """
    if not os.path.lexists(path) or (os.path.isfile(path) and lies_in(path, folder)):
        return
    if strict.set_aside(path) is None:
        raise RunError(
            "What lies at {path} is no file of the run, and cannot be set aside. Move it away.",
            path=path,
        )


def check(folder: Path, names: tuple[str, ...], checkpoints: str) -> None:
    """Make way for all files that a training writes. Raises RunError where one is refused."""
    for name in names:
        path = folder / name
        make_way(path, folder)
        if os.path.lexists(path) and not _may_be_written(path):
            raise RunError(
                "“{name}” in {folder} is read-only, so the run could not be trained to its "
                "end. Allow writing it, then go on.",
                name=name,
                folder=folder,
            )
    place = folder / checkpoints
    if os.path.lexists(place) and not place.is_dir():
        raise RunError(
            "“{checkpoints}” in {folder} is no folder, so the run could not keep where it "
            "stands. Put the folder back, or move away what has its name; then the run "
            "begins again.",
            checkpoints=checkpoints,
            folder=folder,
        )
    for each in (folder, place):
        if each.is_dir() and not os.access(each, os.W_OK | os.X_OK):
            raise RunError(
                "The run cannot be trained, as nothing may be written in {each}. Change the "
                "permissions, then go on.",
                each=each,
            )


def _may_be_written(path: Path) -> bool:
    return bool(path.stat().st_mode & _WRITABLE) and os.access(path, os.W_OK)
