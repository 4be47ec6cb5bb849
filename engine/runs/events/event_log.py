"""The events of a run as lines of JSON, which a resumed run cuts back to where it goes on."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from engine.errors import RunError
from engine.runs.events.event_types import TrainingEvent, decoded, encoded
from graphs.errors import FileError
from graphs.files import opener
from graphs.files.saving import Disk, reason
from graphs.wording.phrases import phrase

LONGEST = 2**30
"""Bytes of events that are read; a hundred million steps come to less."""


class EventLog:
    """Open for adding. Each event is with the system at once, so that killing us loses none."""

    def __init__(
        self, path: Path, keep: int, has_checkpoint: Callable[[], bool] = lambda: False
    ) -> None:
        """``keep`` is how many bytes are kept of what is there.

        ``has_checkpoint`` says, when writing fails, whether the run can go on from somewhere.
        """
        self.path, self._has_checkpoint = path, has_checkpoint
        self._disk = Disk()
        with self._writing():
            self._file = opener.appended(path, within=path.parent)
            self._file.truncate(keep)

    @property
    def length(self) -> int:
        """How many bytes there are."""
        return opener.size(self._file)

    def add(self, event: TrainingEvent) -> None:
        """Write one event, whole or not at all."""
        left = memoryview(json.dumps(encoded(event), allow_nan=False).encode() + b"\n")
        with self._writing():
            before = self.length
            try:
                while left:
                    left = left[self._disk.write(self._file.fileno(), left) :]
            except OSError:
                with suppress(OSError):
                    self._file.truncate(before)
                raise

    def sync(self) -> None:
        """Wait until all is on the disk itself."""
        with self._writing():
            self._disk.sync(self._file.fileno())

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except FileError as error:
            raise RunError(str(error)) from error
        except OSError as error:
            saved = self._has_checkpoint()
            raise RunError(
                "“{name}” cannot be written: {reason} {then}",
                name=self.path.name,
                reason=reason(error, own=True),
                then=phrase("Then go on with the run; nothing up to its last checkpoint is lost.")
                if saved
                else phrase(
                    "Then train the run again; it has no checkpoint yet, so it begins from the "
                    "start."
                ),
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._file.close()
        except OSError:  # what it could not write
            if kind is None:
                with self._writing():
                    raise


def read(path: Path, keep: int | None = None) -> tuple[TrainingEvent, ...]:
    """The events in the first ``keep`` bytes; what is torn or not understood ends the list."""
    try:
        lines = opener.read_bytes(path, LONGEST, within=path.parent)[:keep].split(b"\n")
    except FileError:
        return ()
    events: list[TrainingEvent] = []
    for line in lines[:-1]:
        try:
            events.append(decoded(json.loads(line)))
        except (ValueError, TypeError, AttributeError, RecursionError, msgspec.ValidationError):
            break
    return tuple(events)
