"""Lists of runs: those of the user, wherever they lie, or those in one folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from engine.errors import RunError
from engine.machine import home
from engine.runs import places, run_index
from engine.runs.folder import ABOUT, FOLDS, Run, changed
from engine.runs.lock import LOCK
from engine.runs.run_index import Stamped, Summary
from graphs.files.saving import reason

CLOCKS_DIFFER = timedelta(days=2)
"""By how much that of another machine may be ahead."""


class Listing(NamedTuple):
    """Runs, the newest first, and what is to be said about the list."""

    runs: list[Summary]
    notice: str = ""
    """Why it took longer than usual; empty when it did not. No run is missing for it."""


def listed(folder: Path | str | None = None) -> list[Summary]:
    """The user's runs, or those in ``folder``, the newest first."""
    return listing(folder).runs


def listing(folder: Path | str | None = None) -> Listing:
    """The same, with what is to be said about it."""
    if folder is not None:
        return Listing(_sorted(_read(_in(Path(folder)), {})))
    place = home().folder
    known, notice = run_index.known(place)
    elsewhere = {*places.known(place), *_elsewhere(place, known)}
    found = _read([*_in(place), *sorted(one for one in elsewhere if holds_run(one))], known)
    now = {run.folder: (stamp, run) for stamp, run in found}
    fresh = [one for name, one in now.items() if known.get(name) != one]
    gone = [name for name in known if name not in now]
    if fresh or gone:
        notice = run_index.update(place, fresh, gone) or notice
    return Listing(_sorted(found), notice)


def interrupted() -> list[Run]:
    """The user's runs whose process was killed while it trained them, the newest first.

    Not those that are being trained again, nor those of which the user has decided.
    """
    found = (Path(one.folder) for one in listed() if one.state == "stopped")
    runs: list[Run] = []
    for folder in (one for one in found if os.path.lexists(one / LOCK)):
        with suppress(RunError):
            run = Run.open(folder)
            if run.status.state == "running" and not run.is_live:
                runs.append(run)
    return runs


def leave(runs: Iterable[Run]) -> None:
    """Let interrupted runs be as stopped ones; what another process trains by now is left alone."""
    for run in runs:
        with suppress(RunError), run.claimed():
            run.tell(msgspec.structs.replace(run.status, state="stopped"))


def holds_run(folder: Path) -> bool:
    """No for a folder that may not be looked into, where ``Path.is_file`` raises."""
    return os.path.isfile(folder / ABOUT)


def _elsewhere(home: Path, known: Mapping[str, Stamped]) -> list[Path]:
    """Runs that only the index knows, as one of before did: their places are kept from now on."""
    there = [Path(name) for name in known if holds_run(Path(name))]
    outside = [one for one in there if home not in (one.parent, one.parent.parent)]
    for one in outside:
        places.keep(home, one)
    return outside


def _in(folder: Path) -> list[Path]:
    """The folders of runs: itself, those right below, and those in folders of several runs."""
    folder = folder.absolute()
    if not os.path.isdir(folder):
        return []
    try:
        places = [folder, *_visible(folder)]
        for several in [place for place in places if os.path.isfile(place / FOLDS)]:
            places += _visible(several)
    except OSError as error:
        raise RunError(
            "The folder {folder} cannot be listed: {reason}", folder=folder, reason=reason(error)
        ) from None
    return [place for place in places if holds_run(place)]


def _visible(folder: Path) -> list[Path]:
    """What is in a folder, without what is being made or deleted."""
    return [path for path in folder.iterdir() if not path.name.startswith(".")]


def _read(folders: Iterable[Path], known: Mapping[str, Stamped]) -> list[Stamped]:
    """A summary for each run; read anew is only what has changed since it became known."""
    found: list[Stamped] = []
    for folder in dict.fromkeys(folders):
        stamp, summary = known.get(str(folder), (-1, None))
        if summary is None or stamp != changed(folder) or (folder / LOCK).exists():
            with suppress(RunError):
                run = Run.open(folder)
                found.append((run.stamp(), run.summary()))
        else:
            found.append((stamp, summary))
    return found


def _sorted(found: Iterable[Stamped]) -> list[Summary]:
    summaries = (summary for _, summary in found)
    return sorted(summaries, key=lambda run: (_moment(run.started), run.folder), reverse=True)


def _moment(started: str) -> datetime:
    """When a run was created; long ago for what is no moment, or has not come yet."""
    with suppress(ValueError, OverflowError):
        found = datetime.fromisoformat(started)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        if found <= datetime.now(UTC) + CLOCKS_DIFFER:
            return found
    return datetime.min.replace(tzinfo=UTC)
