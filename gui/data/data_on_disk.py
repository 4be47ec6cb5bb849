"""Notices when another program writes what the document's data is read from."""

import os
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from engine.data.folders.class_folders import LEFT_BY_SYSTEMS
from graphs.data import DataSection
from graphs.errors import FileError
from graphs.files import SUFFIX, opener
from graphs.files.data_paths import is_path
from graphs.files.stamps import StampChange
from gui.workspace import Workspace

QUIET_MILLISECONDS = 400
"""A file that is being written is left alone until nothing has happened for so long."""
MOST_ENTRIES, MOST_FOLDERS = 1000, 64
"""Of a folder so many entries are looked at for folders in it, of which so many are watched."""

MOST_BYTES = 4 * 2**20
"""A file up to this is read to see whether what it holds is another; reading more would be felt."""


class PlaceStamp(NamedTuple):
    """What a file or a folder was when it was looked at."""

    path: Path
    when: int
    size: int
    holds: int | None
    """Stands for the bytes of the file, or for which entries there are; None for too many."""


DiskStamp = tuple[PlaceStamp, ...] | None
"""A file, or a folder and those in it; None for what is not there."""


class DataOnDisk(QObject):
    """Watches files with their folders, and folders themselves: never each file in one.

    A time that is another is no news while the same is there: not where a file was written alike,
    nor where something else came into a folder than what is read from it.
    """

    changed = Signal()
    """``news`` is another."""

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._seen: DataSection | None = None
        self._stamps: dict[Path, DiskStamp] = {}
        self.news: Mapping[Path, StampChange] = {}
        """What has become of each path since it was read, but for those that are as they were."""
        self._watcher = QFileSystemWatcher(self)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MILLISECONDS)
        self._quiet.timeout.connect(self.look)
        self._watcher.fileChanged.connect(self._stir)
        self._watcher.directoryChanged.connect(self._stir)
        workspace.replaced.connect(self._follow)
        workspace.changed.connect(self._follow)
        self._follow()

    def settle(self) -> None:
        """What is there now is what was read, or is about to be."""
        self._quiet.stop()
        self._seen = self._workspace.document.data
        self._stamps = {path: _stamp(path) for path in _paths(self._seen)}
        before = [*self._watcher.files(), *self._watcher.directories()]
        if before:
            self._watcher.removePaths(before)
        self._watch()
        self._tell({})

    def look(self) -> None:
        """See what has become of the paths, and tell what is new."""
        news = {}
        for path, before in self._stamps.items():
            now = _stamp(path, before)
            if not _is_same(now, before):
                news[path] = StampChange.GONE if now is None else StampChange.CHANGED
        self._watch()
        self._tell(news)

    def stop(self) -> None:
        """Watch no more."""
        self._quiet.stop()
        self._watcher.blockSignals(True)

    def _tell(self, news: Mapping[Path, StampChange]) -> None:
        if news != self.news:
            self.news = news
            self.changed.emit()

    def _follow(self, *_: object) -> None:
        """Another document, or other data of it."""
        if self._workspace.document.data is not self._seen:
            self.settle()

    def _stir(self) -> None:
        self._quiet.start()

    def _watch(self) -> None:
        """Watch what is there; a file put in the place of another one is a new one to watch."""
        wanted = [one for path in self._stamps for one in (*_folders(path), path, path.parent)]
        there = {*self._watcher.files(), *self._watcher.directories()}
        new = {str(one) for one in wanted if one.exists()} - there
        if new:
            self._watcher.addPaths(sorted(new))


def _paths(section: DataSection) -> list[Path]:
    """Where data comes from, as far as it can be found from anywhere."""
    named = (str(value) for name, value in section.settings.items() if is_path(name) and value)
    return [path for path in (Path(os.path.expanduser(one)) for one in named) if path.is_absolute()]


def _stamp(path: Path, before: DiskStamp = None) -> DiskStamp:
    """What is there now; what was looked at ``before`` and has the same time is not read again."""
    known = {place[:3]: place for place in before or ()}
    try:
        found = path.stat()
        if not path.is_dir():
            place = PlaceStamp(path, found.st_mtime_ns, found.st_size, None)
            return (known.get(place[:3]) or place._replace(holds=_content(path, found)),)
        places = []
        for one in (path, *_folders(path)):
            place = PlaceStamp(one, one.stat().st_mtime_ns, 0, None)
            places.append(known.get(place[:3]) or place._replace(holds=_entries(one)))
        return tuple(places)
    except (OSError, ValueError):
        return None


def _is_same(now: DiskStamp, before: DiskStamp) -> bool:
    if now is None or before is None or len(now) != len(before):
        return now is before
    return all(
        a == b or (a.path == b.path and a.holds is not None and a.holds == b.holds)
        for a, b in zip(now, before, strict=True)
    )


def _content(path: Path, found: os.stat_result) -> int | None:
    """What stands for the bytes of a file of moderate size."""
    if found.st_size > MOST_BYTES:
        return None
    try:
        return hash(opener.read_bytes(path, MOST_BYTES))
    except FileError:
        return None


def _entries(folder: Path) -> int | None:
    """What stands for the entries of a folder that can be data.

    Systems leave files of their own there, users their documents; and where there are folders of
    classes, no file beside them is read.
    """
    with os.scandir(folder) as entries:
        found = list(islice(entries, MOST_ENTRIES + 1))
    if len(found) > MOST_ENTRIES:
        return None
    seen = [one for one in found if not _is_aside(one.name)]
    folders = [one for one in seen if one.is_dir()]
    return hash(frozenset((one.name, one.inode()) for one in folders or seen))


def _is_aside(name: str) -> bool:
    return name[0] == "." or name.lower() in LEFT_BY_SYSTEMS or name.endswith(SUFFIX)


def _folders(path: Path) -> list[Path]:
    """The first folders in a folder, such as those of classes; none for a file."""
    try:
        with os.scandir(path) as entries:
            inside = [Path(one.path) for one in islice(entries, MOST_ENTRIES) if one.is_dir()]
    except (OSError, ValueError):
        return []
    return sorted(inside)[:MOST_FOLDERS]
