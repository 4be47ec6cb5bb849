"""Where the data of a document lies: in full while it is open, and from its folder in its file.

So a document and the data beside it can be moved together, and a document that is saved elsewhere
still finds its data.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Any

from graphs.document.document import Document
from graphs.document.edits import ChangeData, Step
from graphs.wording.phrases import phrase


def is_path(setting: str) -> bool:
    """Whether a setting of a data source names a file or folder; all are called so."""
    return setting == "path" or setting.endswith("_path")


def settings_in_full(settings: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Settings whose relative paths are taken from ``folder``."""

    def in_full(written: str) -> str:
        is_whole = written.startswith("~") or PureWindowsPath(written).is_absolute()
        return written if is_whole else os.path.normpath(Path(os.path.abspath(folder), written))

    return _changed(settings, in_full)


def settings_from(settings: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Settings whose paths below ``folder`` are relative to it, with slashes on every system."""
    base = Path(os.path.abspath(folder))

    def from_folder(written: str) -> str:
        path = Path(written)
        is_below = path.is_absolute() and path.is_relative_to(base)
        return path.relative_to(base).as_posix() if is_below else written

    return _changed(settings, from_folder)


def read_in(document: Document, folder: Path) -> None:
    """Put the paths of a document that was read from ``folder`` in full."""
    section = document.data
    settings = settings_in_full(section.settings, folder)
    if settings != section.settings:
        changed = ChangeData(section, replace(section, settings=settings))
        document.apply(Step(phrase("Find the data"), (changed,)))


def written_to(document: Document, folder: Path) -> Document:
    """The document as a file in ``folder`` holds it; itself where no path is another one there."""
    section = document.data
    settings = settings_from(section.settings, folder)
    if settings == section.settings:
        return document
    copy = document.copy()
    changed = ChangeData(section, replace(section, settings=settings))
    copy.apply(Step(phrase("Find the data"), (changed,)))
    return copy


def _changed(settings: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    return {
        name: change(value) if is_path(name) and isinstance(value, str) and value else value
        for name, value in settings.items()
    }
