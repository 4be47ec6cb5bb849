"""Making runs: the folder of each is there with all that decides it, or not at all."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from engine import readiness
from engine.errors import RunError
from engine.machine import environment, home, usual_threads
from engine.runs import hidden, notes, run_index
from engine.runs.folder import ABOUT, VERSION, Run, RunAbout
from engine.runs.listing import listed, listing
from engine.runs.notes import LONGEST_NAME, Notes
from engine.runs.removing import sweep
from engine.weights import weight_store
from graphs import files
from graphs.document.document import Document
from graphs.errors import FileError
from graphs.files import weights
from graphs.files.saving import write_atomically
from graphs.wording.phrases import phrase
from graphs.wording.visible import spelled


def check(document: Document, beside: Iterable[Path] = ()) -> None:
    """Raise what ``create`` raises for a document that cannot be trained."""
    readiness.check(document)
    weight_store.check(document, beside)


def create(
    document: Document,
    folder: Path | str | None = None,
    *,
    name: str = "",
    beside: Iterable[Path] = (),
) -> Path:
    """Set up a run of ``document`` and return its folder; a new one among the user's runs for None.

    ``name`` is the document's; the run is called by it and a number. The weights that it starts
    from are copied into it from one of the folders ``beside``. Raises GraphProblems when the
    document cannot be trained, RunError when the folder is taken and FileError when the weights are
    missing or altered.
    """
    check(document, beside)
    name = spelled(name)
    place = place_for(folder, name)
    with new_folder(place) as work:
        fill(work, document, name or spelled(place.name), numbered(name), beside=beside)
    Run.open(place).remember()
    return place


def place_for(folder: Path | str | None, name: str) -> Path:
    """Where a new run lies: in ``folder``, or among the user's runs for None.

    There its folder is named after the document, so that people find it; an id keeps it apart.
    """
    if folder is not None:
        return Path(folder).absolute()
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    id = _new_id(datetime.now(UTC))
    return home().folder / (f"{id}-{slug}" if slug else id)


@contextmanager
def new_folder(place: Path) -> Iterator[Path]:
    """A folder to fill that is at ``place`` once it is full, and nowhere when that fails."""
    sweep(place.parent)
    with hidden.made(place) as work:
        yield work


def numbered(name: str) -> str:
    """What a new run of the document of that name is called: ``digits 3``; nothing without one."""
    if not name:
        return ""
    short, place = name[: LONGEST_NAME - 40], home().folder
    if not os.path.isfile(place / run_index.NAME):
        listing()  # which makes it anew, so that it knows what is taken
    number = run_index.next_number(place, short)
    if not number:
        number = 1 + max((run_index.number_in(run.name, short) for run in listed()), default=0)
    return f"{short} {number}"


def title_of_fold(title: str, fold: int, folds: int) -> str:
    """What the run of a fold is called, of a cross-validation that is called ``title``."""
    return phrase("{title}, fold {fold} of {folds}", title=title, fold=fold, folds=folds)


def fill(
    folder: Path,
    document: Document,
    name: str,
    title: str,
    *,
    beside: Iterable[Path] = (),
) -> None:
    """Write all that decides a run of ``document`` into a folder; the run is there when this ends.

    ``name`` is the document's, ``title`` the run's. Raises RunError and FileError.
    """
    now = datetime.now(UTC)
    about = RunAbout(
        VERSION,
        _new_id(now),
        name,
        now.isoformat(timespec="seconds"),
        document.plan.threads or usual_threads(),
        files.encoded(document).decode(),
        environment(),
    )
    if document.weights is not None:
        weights.copied(document.weights, (*beside, weight_store.store()), folder)
    if title:
        notes.write(folder, Notes(title))
    write(folder / ABOUT, about)


def write(path: Path, told: msgspec.Struct) -> None:
    """Put a small file into the folder of a run, whole or not at all. Raises RunError."""
    try:
        data = msgspec.json.format(msgspec.json.encode(told), indent=2)
        write_atomically(path, data, within=path.parent)
    except FileError as error:
        raise RunError(str(error)) from error


def _new_id(now: datetime) -> str:
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
