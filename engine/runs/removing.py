"""Removing runs: whatever is killed on the way, no weights are left that nobody can see."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

from engine.errors import RunError
from engine.machine import home
from engine.runs import hidden, lock, places, run_index
from engine.runs.folder import (
    ABOUT,
    BEST,
    CHECKPOINTS,
    EVENTS,
    FOLDS,
    METRICS,
    NUMBERED,
    PREPROCESSING,
    STATUS,
    Run,
)
from engine.runs.listing import holds_run
from engine.runs.lock import LOCK
from engine.runs.longer import LONGER
from engine.runs.notes import NOTES
from graphs.files import saving, weights
from graphs.files.saving import reason

_OURS = {STATUS, LOCK, EVENTS, PREPROCESSING, METRICS, BEST, NOTES, LONGER}


def delete(folder: Path | str) -> None:
    """Remove a run for good, and nothing else that lies in its folder.

    In one step it gets a hidden name; what is left under that by a process that is killed is swept
    away later. Raises RunError, also when it is being trained.
    """
    run = Run.open(folder)
    try:
        with lock.claimed(run.folder):
            gone = _hidden(run.folder)
    except RunError:
        held = lock.owner(run.folder / LOCK)
        if held is not None and held.is_elsewhere:
            raise
        if held is not None:
            raise RunError(
                "The run in {folder} is being trained. Stop it, then delete it.", folder=run.folder
            ) from None
        gone = None  # its folder takes no lock, so it takes no other name either
    try:
        if gone is None:
            _remove(run.folder)
        else:
            _finish(gone, run.folder)
        _remove_shell(run.folder.parent)
    except OSError as error:
        raise RunError(
            "The run in {folder} cannot be deleted: {reason}",
            folder=run.folder,
            reason=reason(error),
        ) from None
    places.forget(home().folder, run.folder)
    run_index.forget(home().folder, str(run.folder))
    sweep(run.folder.parent)


def sweep(folder: Path | str | None = None) -> None:
    """Finish what dead processes began in ``folder``, or among the user's runs for None.

    Runs that were being made or deleted are removed, and nothing else. For None it is looked also
    where runs lie that were given a folder of their own.
    """
    if folder is None:
        base = home().folder
        for one in {base, *(place.parent for place in places.known(base))}:
            sweep(one)
        return
    place = Path(folder)
    with suppress(OSError):
        inside = [Path(entry.path) for entry in os.scandir(place) if entry.is_dir()]
        shells = [each for each in inside if os.path.isfile(each / FOLDS)]
        for each in (place, *shells):
            for path, why, before in hidden.left_behind(each):
                if why == "new":
                    shutil.rmtree(path, ignore_errors=True)  # nobody but us ever put anything in
                    continue
                with suppress(OSError):
                    _finish(path, before)


def _hidden(folder: Path) -> Path | None:
    """The folder under its hidden name; None when the system does not let it have one."""
    if folder.is_symlink():  # the link would be renamed, not the folder
        return None
    path = hidden.beside(folder, "gone")
    try:
        folder.rename(path)
    except OSError:
        return None
    return path


def _finish(folder: Path, before: Path) -> None:
    """Remove a run with a hidden name; what is the user's goes back to where it was."""
    _remove(folder)
    if not os.path.isdir(folder):
        return
    before.mkdir(exist_ok=True)
    for path in list(folder.iterdir()):
        if not os.path.lexists(before / path.name):
            path.rename(before / path.name)
    with suppress(OSError):
        folder.rmdir()


def _remove(folder: Path) -> None:
    """Remove all files of a run, ``run.json`` last so that it can be seen until then."""
    for path in list(folder.iterdir()):
        if path.name == CHECKPOINTS and not path.is_symlink() and path.is_dir():
            _remove_files(path)
        elif _is_ours(path):
            path.unlink(missing_ok=True)
    (folder / ABOUT).unlink(missing_ok=True)
    with suppress(OSError):  # something of the user's is in it, or it is a link
        folder.rmdir()


def _remove_files(checkpoints: Path) -> None:
    for path in list(checkpoints.iterdir()):
        if NUMBERED.fullmatch(path.stem) or _is_passing(path):
            path.unlink(missing_ok=True)
    with suppress(OSError):
        checkpoints.rmdir()


def _is_ours(path: Path) -> bool:
    if path.is_dir() and not path.is_symlink():
        return False
    weight = path.suffix == weights.SUFFIX and re.fullmatch(weights.SHA256, path.stem)
    return path.name in _OURS or bool(weight) or _is_passing(path)


def _is_passing(path: Path) -> bool:
    """Whether it is a file of a moment: half written, a lock put aside, a broken one set aside."""
    name = path.name
    half = name.startswith(saving.PREFIX) and name.endswith(saving.SUFFIX)
    aside = name.rpartition(".broken-")[0] in _OURS
    return half or aside or name.startswith(f"{LOCK}.")


def _remove_shell(folder: Path) -> None:
    """Remove what held runs that belonged together, once the last of them is gone."""
    if (folder / FOLDS).is_file() and not any(map(holds_run, folder.iterdir())):
        for name in (FOLDS, NOTES, LOCK):
            (folder / name).unlink(missing_ok=True)
        with suppress(OSError):  # something of the user's is in it
            folder.rmdir()
