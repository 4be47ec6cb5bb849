"""The events of a run as lines of JSON, which a resumed run cuts back to where it goes on."""

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from engine.errors import RunError
from engine.events import TrainingEvent, decoded, encoded
from graphs.saving import reason


class EventLog:
    """Open for adding. Each event is with the system at once, so that killing us loses none."""

    def __init__(self, path: Path, keep: int) -> None:
        """``keep`` is how many bytes are kept of what is there."""
        self.path = path
        try:
            self._file = path.open("ab")
            self._file.truncate(keep)
        except OSError as error:
            raise RunError(f"“{path.name}” cannot be written: {reason(error)}") from None

    @property
    def length(self) -> int:
        """How many bytes there are."""
        return self._file.tell()

    def add(self, event: TrainingEvent) -> None:
        """Write one event."""
        try:
            self._file.write(json.dumps(encoded(event), allow_nan=False).encode() + b"\n")
            self._file.flush()
        except OSError as error:
            raise RunError(f"“{self.path.name}” cannot be written: {reason(error)}") from None

    def sync(self) -> None:
        """Wait until all is on the disk itself."""
        os.fsync(self._file.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def read(path: Path, keep: int | None = None) -> tuple[TrainingEvent, ...]:
    """The events in the first ``keep`` bytes; what is torn or not understood ends the list."""
    try:
        lines = path.read_bytes()[:keep].split(b"\n")
    except OSError:
        return ()
    events: list[TrainingEvent] = []
    for line in lines[:-1]:
        try:
            events.append(decoded(json.loads(line)))
        except (ValueError, TypeError, AttributeError, msgspec.ValidationError):
            break
    return tuple(events)
