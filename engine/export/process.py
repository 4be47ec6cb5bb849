"""An export from the side of whoever asked for it: a fresh child process behind one handle.

Fresh, because torch's exporter keeps state from one export to the next and holds the interpreter
for seconds. Nothing of torch is needed here.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

import engine
from engine.controls import Controls
from engine.errors import ExportError
from engine.export import targets
from engine.export.exported import Exported, WrittenFile
from engine.export.exporters import Exporter
from engine.export.refusals import CUT_OFF
from engine.export.stages import Stage
from graphs.errors import NotSaved
from graphs.files.saving import write_together

_log = logging.getLogger(__name__)

POLL_SECONDS = 0.05
"""How often a waiting caller looks whether the export is done or no longer wanted."""


class ExportProcess:
    """One export under way. Ask ``poll`` from a timer, or ``wait``; ``cancel`` at any time."""

    def __init__(self, request: Mapping[str, Any], path: Path, replace: bool) -> None:
        self._path, self._replace = path, replace
        exporter = self._exporter = Exporter.get(request["to"])
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
        # Meanwhile a file may have come there that nobody was asked about.
        if not self._replace and (told := targets.taken(self._exporter, self._path)):
            raise ExportError(told)
        made = zip(self._exporter.files(self._path), self._exporter.files(self._part), strict=True)
        there = [(place, part) for place, part in made if place == self._path or part.exists()]
        whole = {place: part.read_bytes() for place, part in there}
        try:
            write_together(dict(reversed(whole.items())))  # what a file needs comes before it
        except NotSaved as error:
            raise ExportError(str(error)) from error
        first, *others = (
            WrittenFile(str(place), hashlib.sha256(data).hexdigest())
            for place, data in whole.items()
        )
        exported = msgspec.convert(answer, Exported)
        return dataclasses.replace(
            exported, path=first.path, sha256=first.sha256, beside=tuple(others)
        )

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
    source: Path,
    to: str,
    path: Path,
    settings: Mapping[str, Any] | None = None,
    *,
    replace: bool = False,
) -> ExportProcess:
    """Begin to export the run or document at ``source`` to ``path`` with the exporter ``to``.

    Files that are there are written over only where the user has agreed to ``replace`` them.
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
    if told := targets.fault(exporter, path, replace=replace):
        raise ExportError(told)
    return ExportProcess({"source": str(source), "to": to, "settings": chosen}, path, replace)


def export(
    source: Path, to: str, path: Path, controls: Controls | None = None, *, replace: bool = False
) -> Exported:
    """``start``, and wait for the result. Raises ExportError when no file was written."""
    return start(source, to, path, replace=replace).wait(controls)


def _import_path() -> str:
    """Where the child finds the same program as this one, also when it runs from a checkout."""
    root = str(Path(engine.__file__).parents[1])
    return os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
