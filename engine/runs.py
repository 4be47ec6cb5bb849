"""The folder of a run: what was asked for, how it stands, what it said, and its weights."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from engine import event_log, lock, run_index, weight_store
from engine.data import chosen
from engine.errors import GraphProblems, RunError
from engine.events import TrainingEvent
from engine.lock import LOCK
from engine.machine import environment, home, usual_threads
from engine.run_index import Stamped, Summary
from graphs import files, structure
from graphs.document import Document
from graphs.errors import FileError, Missing
from graphs.evaluation import evaluated
from graphs.files import opener, strict, weights
from graphs.saving import reason, write_atomically
from graphs.visible import spelled

if TYPE_CHECKING:  # it imports torch, which whoever lists runs need not wait for
    from engine.data.preprocessing import Preprocessing

State: TypeAlias = Literal["new", "running", "stopped", "finished", "failed", "diverged"]

ABOUT, STATUS = "run.json", "status.json"
EVENTS, PREPROCESSING, METRICS = "events.jsonl", "preprocessing.json", "metrics.json"
BEST, CHECKPOINTS = "best.safetensors", "checkpoints"
FOLDS = "folds.json"
"""In the folder of several runs that belong together."""
VERSION = 1
_NUMBER = re.compile("[0-9]{8}")
MOST_THREADS = 4096
"""More than any machine has: torch ends the process when it is told a number beyond reason."""


class About(msgspec.Struct, frozen=True):
    """``run.json``: everything that decides the run, written once."""

    version: int
    id: str
    name: str
    started: str
    """When it was created, in UTC."""
    threads: int
    document: str
    """The text of the document's file, to the byte."""
    environment: dict[str, str]


class Status(msgspec.Struct, frozen=True):
    """``status.json``: how the run stands; written when that changes and at each checkpoint."""

    state: State
    message: str = ""
    node: str | None = None
    epoch: int = 0
    step: int = 0
    log: int = 0
    """How many bytes of the events belong to this state."""
    best: dict[str, float] = {}
    """The best epoch and what was measured after it."""


class Run:
    """A run as it lies in its folder. Everything is read when asked for."""

    def __init__(self, folder: Path, about: About) -> None:
        self.folder = folder
        self.about = about

    @classmethod
    def open(cls, folder: Path | str) -> Run:
        """The run in ``folder``; raises RunError when there is none."""
        folder = Path(folder).absolute()
        try:
            most = strict.LARGEST_WITH_DOCUMENT
            about = strict.read(folder / ABOUT, About, most=most, within=folder)
        except Missing:
            raise RunError(_no_run(folder)) from None
        except FileError as error:
            raise RunError(f"The run in {folder} is broken: {error}") from error
        if about.version > VERSION:
            raise RunError(f"The run in {folder} was made by a newer version. Update Layerloom.")
        if not 0 < about.threads <= MOST_THREADS:
            raise RunError(
                f"The run in {folder} is broken: {ABOUT} says {about.threads} threads, but there "
                f"can be 1 to {MOST_THREADS}. Put it back as it was, or start a new run."
            )
        return cls(folder, about)

    @property
    def name(self) -> str:
        """What the user calls it."""
        return self.about.name

    @property
    def document(self) -> Document:
        """The document that is trained, a copy of its own."""
        try:
            return files.decoded(self.about.document.encode(), "The document of this run").document
        except FileError as error:
            raise RunError(str(error)) from error

    def decided(self) -> dict[str, str]:
        """A SHA-256 of each part of what decides the run, by what users call the part."""
        try:
            tree = json.loads(self.about.document)
            parts = {
                "the graph": tree["graphs"],
                "the data": tree["data"],
                "the training plan": tree["plan"],
                "the number of threads": self.about.threads,
            }
        except (ValueError, KeyError, TypeError, RecursionError):
            raise RunError(
                f"The run in {self.folder} is broken: the document in {ABOUT} cannot be read. Put "
                "it back as it was, or start a new run."
            ) from None
        return {
            name: sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()
            for name, part in parts.items()
        }

    @property
    def status(self) -> Status:
        """How it stands, as last written; what cannot be read counts as stopped, and says why."""
        path = self.folder / STATUS
        status, fault = strict.read_or(path, Status("new"), Status, within=self.folder)
        return Status("stopped", fault) if fault else status

    @property
    def state(self) -> State:
        """How it stands now; a run whose process was killed counts as stopped."""
        written = self.status.state
        return "stopped" if written == "running" and not self.is_live else written

    @property
    def is_live(self) -> bool:
        """Whether a living process trains it."""
        return lock.owner(self.folder / LOCK) is not None

    @property
    def best(self) -> Mapping[str, float]:
        """The best epoch so far and its validation metrics; empty before the first epoch ended."""
        return self.status.best

    def events(self) -> tuple[TrainingEvent, ...]:
        """All that it said, without what a resumed run will do again."""
        return event_log.read(self.folder / EVENTS, None if self.is_live else self.status.log)

    @property
    def preprocessing(self) -> Preprocessing:
        """What was fitted on the training samples; raises RunError before training began."""
        from engine.data.preprocessing import Preprocessing

        try:
            most = strict.LARGEST_WITH_DOCUMENT
            path = self.folder / PREPROCESSING
            return Preprocessing.decoded(opener.read_bytes(path, most, within=self.folder))
        except Missing:
            if self.checkpoints() or (self.folder / BEST).exists():
                raise RunError(
                    f"“{PREPROCESSING}” is missing from the run in {self.folder}, so its inputs "
                    "cannot be encoded. Put it back, or start a new run."
                ) from None
            raise RunError(
                f"The run in {self.folder} has not read its data yet. Train it first."
            ) from None
        except FileError as error:
            raise RunError(f"The run in {self.folder} cannot be used: {error}") from None

    def weights(self, best: bool = True) -> Path:
        """The file with the best weights, or the newest checkpoint; raises RunError without any."""
        if best and (self.folder / BEST).exists():
            return self.folder / BEST
        if found := self.checkpoints():
            return found[0]
        raise RunError(f"The run in {self.folder} has no weights yet. Train it first.")

    def checkpoints(self) -> list[Path]:
        """The checkpoints, the newest first."""
        found = (self.folder / CHECKPOINTS).glob("*.safetensors")
        ours = (path for path in found if _NUMBER.fullmatch(path.stem) and os.path.isfile(path))
        return sorted(ours, reverse=True)

    def stamp(self) -> int:
        """When its state was last written, in nanoseconds; -1 while it may change any moment."""
        if (self.folder / LOCK).exists():
            return -1
        return _changed(self.folder)

    def summary(self) -> Summary:
        """The line that lists show."""
        status = self.status
        return Summary(
            str(self.folder), self.name, self.about.started, self.state, status.epoch, status.best
        )

    # ---- written while training ----

    def tell(self, status: Status) -> None:
        """Write down how the run stands."""
        self.write(STATUS, msgspec.json.encode(status))
        run_index.remember(home().folder, self.stamp(), self.summary())

    def write(self, name: str, data: bytes) -> None:
        """Put a file into the folder, whole or not at all."""
        try:
            write_atomically(self.folder / name, data, within=self.folder)
        except FileError as error:
            raise RunError(str(error)) from error

    def claimed(self) -> AbstractContextManager[None]:
        """Keep the folder for this training alone; raises RunError when another has it."""
        return lock.claimed(self.folder)


def check(document: Document, beside: Iterable[Path] = ()) -> None:
    """Raise what ``create`` raises for a document that cannot be trained."""
    found = [*chosen.problems(document.data), *structure.errors(document, evaluated(document))]
    if found:
        raise GraphProblems(found)
    weight_store.check(document, beside)


def folder_for_several(folder: Path | str | None, name: str) -> Path:
    """A new folder for runs that belong together, among the user's runs for None."""
    if folder is not None:
        return _made(Path(folder))
    return _free_folder(home().folder, name, _new_id(datetime.now(UTC)))


def create(
    document: Document,
    folder: Path | str | None = None,
    *,
    name: str = "",
    beside: Iterable[Path] = (),
) -> Path:
    """Set up a run of ``document`` and return its folder; a new one among the user's runs for None.

    The weights that it starts from are copied into it from one of the folders ``beside``. Raises
    GraphProblems when the document cannot be trained, RunError when the folder is taken and
    FileError when the weights are missing or altered.
    """
    check(document, beside)
    now = datetime.now(UTC)
    id = _new_id(now)
    place = _free_folder(home().folder, name, id) if folder is None else _made(Path(folder))
    about = About(
        VERSION,
        id,
        spelled(name or place.name),
        now.isoformat(timespec="seconds"),
        document.plan.threads or usual_threads(),
        files.encoded(document).decode(),
        environment(),
    )
    run = Run(place, about)
    if document.weights is not None:
        weights.copied(document.weights, (*beside, weight_store.store()), place)
    run.write(ABOUT, msgspec.json.format(msgspec.json.encode(about), indent=2))
    run_index.remember(home().folder, run.stamp(), run.summary())
    return place


def listed(folder: Path | str | None = None) -> list[Summary]:
    """The user's runs, or those in ``folder``, the newest first."""
    if folder is not None:
        found = _read(_in(Path(folder)), {})
    else:
        place = home().folder
        known = run_index.known(place)
        elsewhere = [Path(name) for name in known if _holds_run(Path(name))]
        found = _read([*_in(place), *elsewhere], known)
        if dict(zip([run.folder for _, run in found], found, strict=True)) != known:
            run_index.replace(place, found)
    summaries = (summary for _, summary in found)
    return sorted(summaries, key=lambda run: (run.started, run.folder), reverse=True)


def delete(folder: Path | str) -> None:
    """Remove a run for good, and nothing else that lies in its folder."""
    run = Run.open(folder)
    if run.is_live:
        raise RunError(f"The run in {run.folder} is being trained. Stop it, then delete it.")
    try:
        for name in (ABOUT, STATUS, LOCK, EVENTS, PREPROCESSING, METRICS, BEST):
            (run.folder / name).unlink(missing_ok=True)
        shutil.rmtree(run.folder / CHECKPOINTS, ignore_errors=True)
        for path in run.folder.glob(f"*{weights.SUFFIX}"):
            if re.match(weights.SHA256, path.stem):
                path.unlink(missing_ok=True)
        with suppress(OSError):  # something of the user's is in it
            run.folder.rmdir()
        _remove_shell(run.folder.parent)
    except OSError as error:
        raise RunError(f"The run in {run.folder} cannot be deleted: {reason(error)}") from None
    run_index.forget(home().folder, str(run.folder))


def _remove_shell(folder: Path) -> None:
    """Remove what held runs that belonged together, once the last of them is gone."""
    if (folder / FOLDS).is_file() and not any(map(_holds_run, folder.iterdir())):
        (folder / FOLDS).unlink()
        with suppress(OSError):  # something of the user's is in it
            folder.rmdir()


def _no_run(folder: Path) -> str:
    if os.path.isfile(folder / FOLDS):
        return (
            f"{folder} holds the runs of a cross-validation. Choose one of them, such as "
            f"{folder / 'fold-001'}."
        )
    return f"There is no run in {folder}. Choose another folder."


def _new_id(now: datetime) -> str:
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"


def _made(folder: Path) -> Path:
    """An empty folder, made when it is not there."""
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = any(folder.iterdir())
    except OSError as error:
        raise RunError(f"There can be no run in {folder}: {reason(error)}") from None
    if taken:
        raise RunError(f"The folder {folder} is not empty. Choose another one for the run.")
    return folder


def _free_folder(base: Path, name: str, id: str) -> Path:
    """A new folder that is named after the run, so that people find it; the id keeps it apart."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    return _made(base / (f"{id}-{slug}" if slug else id))


def _in(folder: Path) -> list[Path]:
    """The folders of runs: itself, those right below, and those in folders of several runs."""
    folder = folder.absolute()
    if not os.path.isdir(folder):
        return []
    try:
        places = [folder, *folder.iterdir()]
        for several in [place for place in places if os.path.isfile(place / FOLDS)]:
            places += several.iterdir()
    except OSError as error:
        raise RunError(f"The folder {folder} cannot be listed: {reason(error)}") from None
    return [place for place in places if _holds_run(place)]


def _holds_run(folder: Path) -> bool:
    """No for a folder that may not be looked into, where ``Path.is_file`` raises."""
    return os.path.isfile(folder / ABOUT)


def _read(folders: Iterable[Path], known: Mapping[str, Stamped]) -> list[Stamped]:
    """A summary for each run; read anew is only what has changed since it became known."""
    found: list[Stamped] = []
    for folder in dict.fromkeys(folders):
        stamp, summary = known.get(str(folder), (-1, None))
        if summary is None or stamp != _changed(folder) or (folder / LOCK).exists():
            with suppress(RunError):
                run = Run.open(folder)
                found.append((run.stamp(), run.summary()))
        else:
            found.append((stamp, summary))
    return found


def _changed(folder: Path) -> int:
    try:
        return (folder / STATUS).stat().st_mtime_ns
    except OSError:
        return 0
