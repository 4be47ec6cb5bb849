"""Asking about the new samples of files, and of the files that lie in folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from engine.errors import DataError
from graphs.wording.visible import visible
from gui.results.asked import Asked, AskedFile

MOST_SHOWN = 200
"""Of many files so many are shown; all are saved."""


def asked_files(paths: Sequence[Path], ask: Callable[[Path], Sequence[Asked]]) -> AskedFile:
    """What is said of the files, of which the first are shown; ``ask`` may raise DataError."""
    left_out: list[str] = []
    files = tuple(file for path in paths for file in _files_of(path, left_out))
    samples: list[Asked] = []
    problems: list[str] = []
    for file in files[:MOST_SHOWN]:
        try:
            samples += (replace(asked, file=visible(file.name)) for asked in ask(file))
        except DataError as error:
            problems.append(str(error))
    shown = min(len(files), MOST_SHOWN)
    return AskedFile(files, tuple(samples), shown, tuple(problems), tuple(left_out))


def _files_of(path: Path, left_out: list[str]) -> Iterator[Path]:
    """The file, or those in the folder; why others are not among them is told."""
    from engine.data.folders.class_folders import files_in

    if path.is_dir():
        yield from files_in(path, left_out)
    else:
        yield path
