"""The log file: where it lies, how it is opened, and what goes into it besides our own lines."""

import faulthandler
import logging
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

import platformdirs

from graphs.errors import FileError
from graphs.files import opener
from graphs.wording.visible import visible, visible_lines

NAME = "layerloom.log"
CRASHES = "crash.log"
LONGEST = 1_000_000
"""Bytes after which a new file is begun; three old ones are kept."""
_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"

log = logging.getLogger(__name__)
_crashes: list[IO[bytes]] = []


class _LogFile(RotatingFileHandler):
    """A log file that is a regular file: a pipe in its place would hold up the whole program."""

    def _open(self) -> TextIOWrapper:
        file = opener.appended(self.baseFilename)
        return TextIOWrapper(file, encoding="utf-8", errors="backslashreplace")


class _Lines(logging.Formatter):
    """Lines in which no name can forge another line, or be obeyed by the terminal that shows it."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return visible(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        return visible_lines(super().format(record))


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
        _watch_crashes(into / CRASHES)
        handler: logging.Handler = _LogFile(into / NAME, maxBytes=LONGEST, backupCount=3)
    except (OSError, FileError) as error:
        handler = logging.StreamHandler(sys.stderr)
        root.addHandler(handler)
        log.warning("no log file can be written in %s: %s", into, error)
        return None
    handler.setFormatter(_Lines(_LINE))
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
    file = opener.appended(path)
    _crashes.append(file)
    faulthandler.enable(file)
