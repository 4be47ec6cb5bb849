"""The log file: where it lies, how it is opened, and what goes into it besides our own lines."""

import faulthandler
import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

import platformdirs

NAME = "layerloom.log"
CRASHES = "crash.log"
LONGEST = 1_000_000
"""Bytes after which a new file is begun; three old ones are kept."""
_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"

log = logging.getLogger(__name__)
_crashes: list[IO[str]] = []


def folder() -> Path:
    """Where the log files lie."""
    return Path(platformdirs.user_log_dir("layerloom", appauthor=False))


def start(into: Path | None = None) -> Path | None:
    """Write everything that is logged into a file, and say where; None when no file can be written.

    A crash below Python, which no handler sees, leaves its stack in a file beside it.
    """
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    into = into or folder()
    try:
        into.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            into / NAME, maxBytes=LONGEST, backupCount=3, encoding="utf-8"
        )
        _watch_crashes(into / CRASHES)
    except OSError as error:
        handler = logging.StreamHandler(sys.stderr)
        root.addHandler(handler)
        log.warning("no log file can be written in %s: %s", into, error)
        return None
    handler.setFormatter(logging.Formatter(_LINE))
    root.addHandler(handler)
    return into / NAME


def stop() -> None:
    """Close the files again."""
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, RotatingFileHandler) and Path(handler.baseFilename).name == NAME:
            root.removeHandler(handler)
            handler.close()
    faulthandler.disable()
    while _crashes:
        _crashes.pop().close()


def _watch_crashes(path: Path) -> None:
    """The stack of a crash below Python goes into ``path``; the file must stay open for it."""
    file = path.open("a", encoding="utf-8")
    _crashes.append(file)
    faulthandler.enable(file)
