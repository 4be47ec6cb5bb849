"""The child process of one export: a request as one line of JSON in, an answer as one line out.

Before the answer come lines that say how far it is.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import threading
import traceback
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from engine.errors import EngineError, ExportError, RunError
from engine.export.exporters import Exporter
from engine.export.refusals import unforeseen
from engine.export.stages import Stage, heard_by, tell
from graphs.errors import FileError, GraphError, NotSaved
from graphs.files.saving import reason
from graphs.wording.phrases import UserError, fillings

_OF_THE_DISK = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}
)
"""Refusals of a disk that there is a sentence for."""


def main() -> int:
    """Answer the request on standard input; 0 when the file is written and checked, 1 when not."""
    answers = _own_output()
    request: dict[str, Any] = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, args=(request["folder"],), daemon=True).start()

    def write_down(stage: Stage) -> None:
        _write(answers, {"stage": asdict(stage)})

    with heard_by(write_down):
        answer = answered(request)
    _write(answers, answer)
    return 1 if "error" in answer else 0


def answered(request: dict[str, Any]) -> dict[str, Any]:
    """What was exported, or under ``error`` why nothing was, in a sentence of our own.

    As a template and its ``values`` where there are some: whoever asked knows the user's language.
    """
    try:
        return _exported(request)
    except (EngineError, GraphError, OSError) as error:
        traceback.print_exc()
        if (no_room := _no_room(error, request)) is not None:
            return _told(no_room)
        return _told(error) if isinstance(error, UserError) else {"error": unforeseen(error)}
    except Exception as error:  # noqa: BLE001  # the process's edge: the asker gets a sentence
        traceback.print_exc()
        return {"error": unforeseen(error)}


def _told(error: UserError) -> dict[str, Any]:
    return {"error": error.template, "values": fillings(error.values)}


def _write(answers: int, line: dict[str, Any]) -> None:
    os.write(answers, json.dumps(line).encode() + b"\n")


def _exported(request: dict[str, Any]) -> dict[str, Any]:
    tell(Stage("reading"))
    exporter = Exporter.get(request["to"]).made(request["settings"])
    import torch  # only once the request is known to be right

    from engine.export import model

    torch.set_num_threads(
        1
    )  # on cores that a training keeps busy, more threads wait for each other
    source = Path(request["source"])
    loaded = model.from_run(source) if source.is_dir() else model.from_document(source)
    written = exporter.write(loaded, Path(request["part"]))
    return replace(written, run=loaded.run, epoch=loaded.epoch).encoded()


def _own_output() -> int:
    """Keep standard output for the answer: what libraries print goes to standard error."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return kept


def _end_with_parent(folder: str) -> None:
    """Nobody waits any more when standard input closes: leave nothing and end at once."""
    sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def _no_room(error: Exception, request: dict[str, Any]) -> ExportError | None:
    """What to say when the disk refused; the user knows the target, not the temporary file."""
    cause: BaseException | None = error
    if isinstance(cause, RunError):
        cause = cause.__cause__
    if isinstance(cause, NotSaved):
        cause = cause.__cause__
    if not isinstance(cause, OSError) or isinstance(error, FileError):
        return None
    if cause.errno not in _OF_THE_DISK:
        return None
    return ExportError(
        "“{request}” could not be prepared in the folder for temporary files, {parent}: {reason}",
        request=request["target"],
        parent=Path(request["folder"]).parent,
        reason=reason(cause),
    )


if __name__ == "__main__":
    sys.exit(main())
