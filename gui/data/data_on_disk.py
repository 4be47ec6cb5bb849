"""Notices when another program writes what the document's data is read from."""

import os
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from graphs.data import DataSection
from graphs.files.data_paths import is_path
from graphs.files.stamps import StampChange
from gui.workspace import Workspace

QUIET_MILLISECONDS = 400
"""A file that is being written is left alone until nothing has happened for so long."""
MOST_ENTRIES, MOST_FOLDERS = 1000, 64
"""Of a folder so many entries are looked at for folders in it, of which so many are watched."""

DiskStamp = tuple[tuple[int, int], ...] | None
"""Times and sizes of a file, or of a folder and those in it; None for what is not there."""


class DataOnDisk(QObject):
    """Watches files with their folders, and folders themselves: never each file in one.

    Contents are not read for it, as they may be large.
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
            now = _stamp(path)
            if now != before:
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


def _stamp(path: Path) -> DiskStamp:
    try:
        found = path.stat()
        if not path.is_dir():
            return ((found.st_mtime_ns, found.st_size),)
        return tuple((one.stat().st_mtime_ns, 0) for one in (path, *_folders(path)))
    except (OSError, ValueError):
        return None


def _folders(path: Path) -> list[Path]:
    """The first folders in a folder, such as those of classes; none for a file."""
    try:
        with os.scandir(path) as entries:
            inside = [Path(one.path) for one in islice(entries, MOST_ENTRIES) if one.is_dir()]
    except (OSError, ValueError):
        return []
    return sorted(inside)[:MOST_FOLDERS]
