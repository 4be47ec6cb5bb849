"""The folder of a run: what was asked for, how it stands, what it said, and its weights."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, TypeVar

import msgspec

from engine.errors import RunError
from engine.machine import home
from engine.runs import lock, longer, notes, places, run_index, writing
from engine.runs.events import event_log
from engine.runs.events.event_types import HELD_OUT, TrainingEvent
from engine.runs.lock import LOCK
from engine.runs.notes import NOTES, Notes
from engine.runs.run_index import Summary
from graphs import files
from graphs.data import Field
from graphs.document.document import Document
from graphs.errors import FileError, Missing
from graphs.files import opener, strict
from graphs.files.saving import write_atomically, written_over
from graphs.wording.phrases import phrase

if TYPE_CHECKING:  # it imports torch, which whoever lists runs need not wait for
    from engine.data.preprocessing import Preprocessing

Told = TypeVar("Told")
RunState: TypeAlias = Literal["new", "running", "stopped", "finished", "failed", "diverged"]

ABOUT, STATUS = "run.json", "status.json"
EVENTS, PREPROCESSING, METRICS = "events.jsonl", "preprocessing.json", "metrics.json"
BEST, CHECKPOINTS = "best.safetensors", "checkpoints"
OTHERS = "others.safetensors"
"""The weights of further networks that a run has trained, as they were with the best ones."""
FOLDS = "folds.json"
"""In the folder of several runs that belong together."""
VERSION = 1
NUMBERED = re.compile("[0-9]{8}")
"""How checkpoints are called."""
MOST_THREADS = 4096
"""More than any machine has: torch ends the process when it is told a number beyond reason."""


class RunAbout(msgspec.Struct, frozen=True):
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

    state: RunState
    message: str = ""
    node: str | None = None
    epoch: Annotated[int, msgspec.Meta(ge=0, le=longer.MOST)] = 0
    step: Annotated[int, msgspec.Meta(ge=0)] = 0
    log: Annotated[int, msgspec.Meta(ge=0)] = 0
    """How many bytes of the events belong to this state."""
    best: dict[str, float] = {}
    """The best epoch and what was measured after it."""
    held_out: tuple[str, ...] = HELD_OUT
    """The parts with samples of their own; what is measured of others is of training samples."""


class Run:
    """A run as it lies in its folder. Everything is read when asked for."""

    def __init__(self, folder: Path, about: RunAbout) -> None:
        self.folder = folder
        self.about = about

    @classmethod
    def open(cls, folder: Path | str) -> Run:
        """The run in ``folder``; raises RunError when there is none."""
        folder = Path(folder).absolute()
        try:
            most = strict.LARGEST_WITH_DOCUMENT
            about = strict.read(folder / ABOUT, RunAbout, most=most, within=folder)
        except Missing:
            raise RunError(_no_run(folder)) from None
        except FileError as error:
            raise RunError(
                "The run in {folder} is broken: {error}", folder=folder, error=error
            ) from error
        if about.version > VERSION:
            raise RunError(
                "The run in {folder} was made by a newer version. Update Layerloom.", folder=folder
            )
        if not 0 < about.threads <= MOST_THREADS:
            raise RunError(
                "The run in {folder} is broken: {about} says {threads} threads, but there can "
                "be 1 to {most_threads}. Put it back as it was, or start a new run.",
                folder=folder,
                about=ABOUT,
                threads=about.threads,
                most_threads=MOST_THREADS,
            )
        return cls(folder, about)

    @property
    def name(self) -> str:
        """What its document was called."""
        return self.about.name

    @property
    def notes(self) -> Notes:
        """What the user says about it."""
        return notes.read(self.folder)

    @property
    def title(self) -> str:
        """What the run is called: by the user, or by its document and a number."""
        return self.notes.name or self.name

    @property
    def document(self) -> Document:
        """The document that is trained, a copy of its own; its plan has the epochs as they are."""
        try:
            text = self.about.document.encode()
            document = files.decoded(text, phrase("The document of this run")).document
        except FileError as error:
            raise RunError(str(error)) from error
        longer.apply(self.folder, document)
        return document

    def decided(self) -> dict[str, str]:
        """A SHA-256 of each part of what decides the run, by what users call the part."""
        try:
            tree = json.loads(self.about.document)
            parts = {
                "the graph": tree["graphs"],
                "the data": tree["data"],
                phrase("the training plan"): tree["plan"],
                phrase("the number of threads"): self.about.threads,
            }
        except (ValueError, KeyError, TypeError, RecursionError):
            raise RunError(
                "The run in {folder} is broken: the document in {about} cannot be read. Put it "
                "back as it was, or start a new run.",
                folder=self.folder,
                about=ABOUT,
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
        fault = fault or _nonsense(status)
        return Status("stopped", fault) if fault else status

    @property
    def state(self) -> RunState:
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
            if self.has_weights:
                raise RunError(
                    "“{preprocessing}” is missing from the run in {folder}, so its inputs cannot "
                    "be encoded. Put it back, or start a new run.",
                    preprocessing=PREPROCESSING,
                    folder=self.folder,
                ) from None
            raise self.ended_early() or RunError(
                "The run “{run}” has not read its data yet. Go on with its training first.",
                run=self.title,
            ) from None
        except FileError as error:
            raise RunError(
                "The run in {folder} cannot be used: {error}", folder=self.folder, error=error
            ) from None

    def ended_early(self) -> RunError | None:
        """What to say of a run that was tried, and left nothing to use; None where it tells none.

        One that was never trained tells none, and one that was stopped or killed.
        """
        status = self.status
        if not (why := status.message):
            return None
        if status.state == "stopped":  # how it stands cannot be read
            return RunError("The run “{run}” cannot be used: {error}", run=self.title, error=why)
        return RunError(
            "The training of the run “{run}” ended before there was anything to use. {why}",
            run=self.title,
            why=why,
        )

    def metrics(self, nothing: Told) -> Told:
        """What was measured on its test split at its end, as far as ``nothing`` has room for it.

        ``nothing`` itself where no such figures are there, or none that can be read.
        """
        most = strict.LARGEST_WITH_DOCUMENT  # they tell what was taken for what, class by class
        path = self.folder / METRICS
        return strict.read_or(path, nothing, type(nothing), most=most, within=self.folder)[0]

    @property
    def has_weights(self) -> bool:
        """Whether it has kept any; one that was killed soon after it began has not."""
        return bool(self.checkpoints()) or os.path.lexists(self.folder / BEST)

    def checkpoints(self) -> list[Path]:
        """The checkpoints, the newest first."""
        found = (self.folder / CHECKPOINTS).glob("*.safetensors")
        ours = (path for path in found if NUMBERED.fullmatch(path.stem) and os.path.isfile(path))
        return sorted(ours, reverse=True)

    def stamp(self) -> int:
        """When its state was last written, in nanoseconds; -1 while it may change any moment."""
        if (self.folder / LOCK).exists():
            return -1
        return changed(self.folder)

    def check_preprocessing(self, sha: str) -> None:
        """Raise RunError when what encodes the data is not what these weights have learned with.

        ``sha`` is what was written beside the weights. Beside those of before nothing was; then the
        document alone vouches for the fields, and nothing for the numbers that were fitted.
        """
        same = sha == self.preprocessing_sha() if sha else self._has_fields_of_document()
        if not same:
            raise RunError(
                "“{preprocessing}” in {folder} is not what it was when the run was trained, so "
                "its weights do not fit it. Put it back as it was, or start a new run.",
                preprocessing=PREPROCESSING,
                folder=self.folder,
            )

    def _has_fields_of_document(self) -> bool:
        known, said = self.document.data.fields, self.preprocessing.fields
        return {name: _held(one) for name, one in known.items()} == {
            name: _held(one) for name, one in said.items()
        }

    def preprocessing_sha(self) -> str:
        """The SHA-256 of the file with what was fitted; empty where it cannot be read."""
        try:
            most = strict.LARGEST_WITH_DOCUMENT
            path = self.folder / PREPROCESSING
            return sha256(opener.read_bytes(path, most, within=self.folder)).hexdigest()
        except FileError:
            return ""

    def summary(self) -> Summary:
        """The line that lists show."""
        status, said = self.status, self.notes
        return Summary(
            str(self.folder),
            self.name,
            self.about.started,
            self.state,
            status.epoch,
            status.best,
            said.name or self.name,
            said.note,
            said.starred,
            status.message,
            status.held_out,
        )

    def remember(self) -> str:
        """Have it in the list of runs as it is now; why that cannot be, empty when it is."""
        place, parent = home().folder, self.folder.parent
        in_folds = parent.parent == place and os.path.isfile(parent / FOLDS)
        fault = "" if parent == place or in_folds else places.keep(place, self.folder)
        run_index.remember(place, self.stamp(), self.summary())
        return fault

    # ---- written while training ----

    def tell(self, status: Status) -> None:
        """Write down how the run stands; where a disk is full, over what was said before."""
        data = msgspec.json.encode(status)
        try:
            self.write(STATUS, data)
        except RunError:
            if status.state == "running" or not written_over(self.folder / STATUS, data):
                raise
        self.remember()

    def write(self, name: str, data: bytes) -> None:
        """Put a file into the folder, whole or not at all.

        What lies there and is no file, or leads out of the folder, is set aside.
        """
        path = self.folder / name
        writing.make_way(path, self.folder)
        try:
            write_atomically(path, data, within=self.folder)
        except FileError as error:
            raise RunError(str(error)) from error

    def check_writable(self) -> None:
        """Raise RunError when a file that training will write could not be written."""
        names = (STATUS, PREPROCESSING, METRICS, BEST)  # the log is opened at once in any case
        writing.check(self.folder, names, CHECKPOINTS)

    def say_alive(self) -> None:
        """Show other machines that it is still being trained, while nothing is written."""
        lock.touch(self.folder)

    def claimed(self) -> AbstractContextManager[None]:
        """Keep the folder for this training alone; raises RunError when another has it."""
        return lock.claimed(self.folder)


def _held(field: Field) -> tuple[object, ...]:
    """What of a field is written alike in a document and beside it, by whatever version."""
    return field.sizes, field.classes, field.columns, field.words, field.vocabulary, field.normalize


def _nonsense(status: Status) -> str:
    """Why what a file says of the best epoch cannot be, as a sentence; empty when it can."""
    epoch = status.best.get("epoch")
    if not status.best or (epoch is not None and epoch in range(1, status.epoch + 1)):
        return ""
    return phrase(
        "“{status}” breaks: its best epoch is none of the {epoch:,} that are done. Put "
        "it back as it was.",
        status=STATUS,
        epoch=status.epoch,
    )


def _no_run(folder: Path) -> str:
    if os.path.isfile(folder / FOLDS):
        return phrase(
            "{folder} holds the runs of a cross-validation. Choose one of them, such as {example}.",
            folder=folder,
            example=folder / "fold-001",
        )
    return phrase("There is no run in {folder}. Choose another folder.", folder=folder)


def changed(folder: Path) -> int:
    """When what lists tell of a run was last changed, in nanoseconds; different at each change."""
    return sum(map(_written, (folder / STATUS, folder / NOTES)))


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
