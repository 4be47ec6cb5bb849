"""A process that trains runs in children of its own and kills them, as often as it is asked to.

It imports torch once; each child is a fork, so that a kill costs what the training before it costs.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.controls import Controls
from engine.data.reading import read
from engine.training import stretch
from engine.training.loop import train
from graphs.files import saving
from tests.engine.drawings import DIGITS


class Killer:
    """The process from the side of the test."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def train(self, folder: Path, after: float | None = None, at: str = "") -> bool:
        """Train the run and return whether it was killed before it was done.

        It is killed ``after`` seconds, or ``at`` the n-th call of a kind to the disk: ``write 3``.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"folder": str(folder), "after": after, "at": at}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert answer["ended"] in {"done", "killed"}, answer
        return bool(answer["ended"] == "killed")


@contextmanager
def killer() -> Iterator[Killer]:
    """The process while it is needed."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.engine.killing"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        yield Killer(process)
        assert process.stdin is not None
        process.stdin.close()


def _kill_at(call: str, number: int) -> None:
    """Die in the n-th call of this kind to the disk; a write has then written half of it."""
    real: Callable[..., Any] = getattr(saving.Disk, call)
    calls = 0

    def deadly(disk: saving.Disk, *arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            if call == "write":
                file, data = arguments
                os.write(file, data[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return real(disk, *arguments)

    setattr(saving.Disk, call, deadly)


def _child(folder: Path, at: str) -> None:
    # A checkpoint after every step, so that most kills find it writing.
    stretch.REPORT_SECONDS = stretch.CHECKPOINT_SECONDS = 0.0
    stretch.CHECKPOINT_SHARE = 1e9
    if at:
        call, number = at.split()
        _kill_at(call, int(number))
    list(train(folder, Controls()))


def _serve() -> None:
    read(DIGITS)  # so that not every child has to import what reads it
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _child(Path(order["folder"]), order["at"])
            os._exit(0)
        sys.stdout.write(json.dumps({"ended": _ended(child, order["after"])}) + "\n")
        sys.stdout.flush()


def _ended(child: int, after: float | None) -> str:
    """Wait for the child and kill it when its time has come; say how it ended."""
    deadline = time.monotonic() + (100 if after is None else after)
    gone, code = 0, 0
    while not gone and time.monotonic() < deadline:
        time.sleep(0.002)
        gone, code = os.waitpid(child, os.WNOHANG)
    if not gone:
        os.kill(child, signal.SIGKILL)
        _, code = os.waitpid(child, 0)
    return "killed" if os.WIFSIGNALED(code) else "done" if code == 0 else f"code {code}"


if __name__ == "__main__":
    _serve()
