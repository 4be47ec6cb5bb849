"""The command line as tests run it, in this process or in one of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from engine.cli import commands
from graphs import files
from tests.engine.drawings import digits

ROOT = Path(commands.__file__).parents[2]


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self) -> dict[str, Any]:
        """The one JSON object that was printed."""
        (line,) = self.out.splitlines()
        told: dict[str, Any] = json.loads(line)
        return told


Layerloom = Callable[..., Done]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def process(*words: object, **settings: str) -> Done:
    """Run a command in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-m", "engine", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**environment(), **settings},
    )
    return Done(ended.returncode, ended.stdout, ended.stderr)


def broken(path: Path) -> Path:
    """A document with two mistakes: a loss without its target, and a node that nothing feeds."""
    drawing = digits()
    drawing.node("mse_loss", "second", target="gone")
    drawing.wire("classify", "second")
    drawing.node("relu", "lonely")
    files.write(drawing.document(), path)
    return path
