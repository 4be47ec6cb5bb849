"""An export from the side of whoever asked for it: a fresh child process behind one handle.

Fresh, because torch's exporter keeps state from one export to the next and holds the interpreter
for seconds. Nothing of torch is needed here.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

import engine
from engine.controls import Controls
from engine.errors import ExportError
from engine.export.exported import Exported
from engine.export.exporter import Exporter, next_to
from engine.export.refusals import CUT_OFF
from engine.export.stages import Stage
from graphs.errors import NotSaved
from graphs.files.saving import reason, write_together
from graphs.wording.phrases import phrase

_log = logging.getLogger(__name__)

POLL_SECONDS = 0.05
"""How often a waiting caller looks whether the export is done or no longer wanted."""


class ExportProcess:
    """One export under way. Ask ``poll`` from a timer, or ``wait``; ``cancel`` at any time."""

    def __init__(self, request: Mapping[str, Any], path: Path) -> None:
        self._path = path
        exporter = Exporter.get(request["to"])
        self._beside = exporter.beside
        self._done: Exported | ExportError | None = None
        # The file grows and is checked in here, and comes to its place only when it is right.
        self._folder = tempfile.TemporaryDirectory(prefix="layerloom-export-")
        folder = Path(self._folder.name)
        self._part, self._answer, self._errors = (
            # It is tried before it has its name, which may end in any way.
            folder / name
            for name in (f"file{exporter.suffix}", "answer", "errors")
        )
        with self._answer.open("wb") as answer, self._errors.open("wb") as errors:
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", "engine.export"],
                stdin=subprocess.PIPE,
                stdout=answer,
                stderr=errors,
                env={**os.environ, "PYTHONPATH": _import_path()},
            )
        self._ask({**request, "part": str(self._part), "folder": str(folder), "target": path.name})

    def poll(self) -> Exported | None:
        """The result once there is one; raises ExportError when no file was written."""
        if self._done is None and self._child.poll() is not None:
            try:
                self._done = self._finished()
            except ExportError as error:
                self._done = error
            self._end()
        if isinstance(self._done, ExportError):
            raise self._done
        return self._done

    @property
    def stage(self) -> Stage | None:
        """What is being done now; None before the child has begun and after the end."""
        if self._done is not None:
            return None
        # The last line may be half written.
        lines = self._answer.read_bytes().split(b"\n")[:-1]
        told = json.loads(lines[-1]) if lines else {}
        return msgspec.convert(told["stage"], Stage) if "stage" in told else None

    def wait(self, controls: Controls | None = None) -> Exported:
        """The result. Stopped through ``controls`` it raises ExportError, and nothing is left."""
        while (result := self.poll()) is None:
            if controls is not None and controls.stopping:
                self.cancel()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(POLL_SECONDS)
        return result

    def cancel(self) -> None:
        """Stop now. No file is left; one that was there before stays as it was."""
        if self._done is None:
            self._child.kill()
            self._child.wait()
            self._done = ExportError("The export was stopped. No file was written.")
            self._end()

    def _ask(self, request: Mapping[str, Any]) -> None:
        """Standard input stays open: when it closes, the child knows that nobody waits any more."""
        assert self._child.stdin is not None  # a pipe was asked for
        with contextlib.suppress(BrokenPipeError):  # a child that died is found by poll
            self._child.stdin.write(json.dumps(request).encode() + b"\n")
            self._child.stdin.flush()

    def _finished(self) -> Exported:
        answer = self._answered()
        if "error" in answer:
            raise ExportError(answer["error"], **answer.get("values", {}))
        data = self._part.read_bytes()
        try:
            beside = {  # before the file that needs them
                next_to(self._path, ending): next_to(self._part, ending).read_bytes()
                for ending in self._beside
            }
            write_together({**beside, self._path: data})
        except NotSaved as error:
            raise ExportError(str(error)) from error
        exported = msgspec.convert(answer, Exported)
        return replace(exported, path=str(self._path), sha256=hashlib.sha256(data).hexdigest())

    def _answered(self) -> dict[str, Any]:
        lines = self._answer.read_bytes().splitlines()
        answer: dict[str, Any] = json.loads(lines[-1]) if lines else {"stage": None}
        if "stage" in answer:
            raise ExportError(CUT_OFF, code=self._child.returncode)
        return answer

    def _end(self) -> None:
        _log.debug("An export's process said: %s", self._errors.read_text(errors="replace"))
        assert self._child.stdin is not None  # a pipe was asked for
        with contextlib.suppress(BrokenPipeError):
            self._child.stdin.close()
        self._folder.cleanup()


def start(
    source: Path, to: str, path: Path, settings: Mapping[str, Any] | None = None
) -> ExportProcess:
    """Begin to export the run or document at ``source`` to ``path`` with the exporter ``to``.

    Raises ExportError at once for what can be seen without torch: an unknown exporter, a source
    that is not there, a place that cannot be written to.
    """
    exporter = Exporter.find(to)
    if exporter is None:
        known = ", ".join(member.id for member in Exporter.members())
        raise ExportError(
            "There is no export to “{to}”. Choose one of: {known}.", to=to, known=known
        )
    chosen = {**exporter.defaults(), **(settings or {})}
    for name, fault in exporter.faults(chosen).items():
        raise ExportError("The setting “{name}” {fault}.", name=name, fault=fault)
    source, path = source.absolute(), path.absolute()
    if not os.path.exists(source):  # unlike those of Path, these questions never raise
        raise ExportError("There is no run and no document at {source}.", source=source)
    for place in (path, *(next_to(path, ending) for ending in exporter.beside)):
        if (place_fault := _place_fault(place)) is not None:
            raise ExportError(place_fault)
        if os.path.lexists(place) and not os.path.lexists(path):
            raise ExportError(
                "{place} is there already, but not {path} that it would belong to. Choose another "
                "name, or move it away.",
                place=place,
                path=path.name,
            )
    return ExportProcess({"source": str(source), "to": to, "settings": chosen}, path)


def export(source: Path, to: str, path: Path, controls: Controls | None = None) -> Exported:
    """``start``, and wait for the result. Raises ExportError when no file was written."""
    return start(source, to, path).wait(controls)


def _place_fault(path: Path) -> str | None:
    """Why no file can be written there, as a sentence; better said before the work than after."""
    if os.path.isdir(path):
        return phrase("{path} is a folder. Add the name of the file.", path=path)
    if not os.path.isdir(path.parent):
        return phrase(
            "There is no folder {parent}. Create it first, or choose another.", parent=path.parent
        )
    if not os.access(path.parent, os.W_OK):
        return phrase(
            "You may not write into the folder {parent}. Choose another.", parent=path.parent
        )
    try:
        path.lstat()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        return phrase("No file can be written to {path}: {reason}", path=path, reason=reason(error))
    return None


def _import_path() -> str:
    """Where the child finds the same program as this one, also when it runs from a checkout."""
    root = str(Path(engine.__file__).parents[1])
    return os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
