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


def asked_files(
    paths: Sequence[Path],
    ask: Callable[[Path], Sequence[Asked]],
    named_in: Callable[[Path], Sequence[Path] | None],
) -> AskedFile:
    """What is said of the files, of which the first are shown; ``ask`` may raise DataError.

    ``named_in`` gives the files that a table names instead of holding samples; None for what is no
    such table. It may raise DataError.
    """
    left_out: list[str] = []
    problems: list[str] = []
    found: list[Path] = []
    for path in paths:
        try:
            named = None if path.is_dir() else named_in(path)
        except DataError as error:
            problems.append(str(error))
        else:
            found += _files_of(path, left_out) if named is None else named
    files, samples = tuple(found), list[Asked]()
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
